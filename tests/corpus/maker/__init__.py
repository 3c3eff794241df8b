"""Makes the corpus of lists as offices really have them. All people are made up."""
