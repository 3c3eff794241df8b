//! Which known word somebody meant who typed another one.

use posthorse_package::{Party, PartyId, UntrustedText};

use crate::exit::Exit;
use crate::failure::Failure;

/// Below this likeness a word is another word, not a slip.
const LIKE_ENOUGH: f64 = 0.8;

/// The known word that is most like the typed one, if any is like it at all.
///
/// A word that holds the typed one, as 医保-个人自付较大 holds 自付, comes next to a slip of one letter.
pub(crate) fn nearest<T: AsRef<str>>(typed: &str, known: impl IntoIterator<Item = T>) -> Option<T> {
    let likeness = |word: &str| match !typed.is_empty() && word.contains(typed) {
        true => 0.9,
        false => strsim::jaro_winkler(typed, word),
    };
    known
        .into_iter()
        .map(|word| (likeness(word.as_ref()), word))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, word)| word)
}

/// What is said of a party that a registry does not have: who is meant, or who there is.
pub(crate) fn no_such_party(typed: &PartyId, parties: &[Party]) -> Failure {
    let failure = Failure::new(Exit::Refused, "no-such-party").with("party", typed);
    let known: Vec<String> = parties
        .iter()
        .map(|party| format!("{} ({})", party.id, UntrustedText::new(party.name.clone())))
        .collect();
    let failure = failure.with("known", known.join("\n      "));
    let codes = parties.iter().map(|party| party.id.as_str());
    match nearest(typed.as_str(), codes) {
        Some(like) => failure.with("like", like).advised("no-such-party-like"),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_strange_word_finds_none() {
        let known = ["warning_list", "payout_list", "医保-个人自付较大"];
        assert_eq!(nearest("warning_lst", known), Some("warning_list"));
        assert_eq!(
            nearest("医保-个人自负较大", known),
            Some("医保-个人自付较大")
        );
        assert_eq!(nearest("自付", known), Some("医保-个人自付较大"));
        assert_eq!(nearest("tax", known), None);
        assert_eq!(nearest("", known), None);
    }
}
