//! Everything that a city may arrange otherwise, as one value: built in, or out of files that a
//! registry names.

mod rule_shelf;
mod rulebook;
mod rulebook_error;

pub use rule_shelf::{RuleFileFacts, built_in_rule_file, identify_rule_file};
pub use rulebook::Rulebook;
pub use rulebook_error::RulebookError;
