//! The decisions, pure: what is known, what came, and now, to what is to be done.

use std::time::Duration;

use posthorse_ledger::{PackageHistory, SequenceStep};
use posthorse_package::{Digest, Disposition, Timestamp};

/// A list that lies open in the inbox: the one code that raises an alarm.
pub(crate) const PLAINTEXT_LIST: &str = "plaintext-list";

/// What a verified package is to its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// It has its verdict: the same receipt again.
    Replay,
    /// It contradicts what is known.
    Refuse(&'static str),
    /// It is new; its sequence does this.
    Proceed(SequenceStep),
}

/// Places a package in its history (spec/ledger-v1.md, section 5).
pub(crate) fn rule(
    history: &PackageHistory,
    manifest: &Digest,
    sequence: u64,
    previous: Option<&Digest>,
) -> Ruling {
    if history.decided.is_some() {
        return Ruling::Replay;
    }
    if history.same_id.is_some() {
        return Ruling::Refuse("package-id-reused");
    }
    let contradicts = |known: Option<&Digest>, stated: Option<&Digest>| {
        known.is_some_and(|known| stated != Some(known))
    };
    if history.same_sequence.is_some()
        || contradicts(history.predecessor.as_ref(), previous)
        || contradicts(history.named_by_successor.as_ref(), Some(manifest))
    {
        return Ruling::Refuse("sequence-fork");
    }
    match &history.high_water {
        None => Ruling::Proceed(SequenceStep::Advances {
            missing: sequence.saturating_sub(1),
        }),
        Some(mark) if sequence > mark.sequence => {
            let missing = sequence - mark.sequence - 1;
            Ruling::Proceed(SequenceStep::Advances { missing })
        }
        Some(_) if history.named_by_successor.is_some() => Ruling::Proceed(SequenceStep::FillsGap),
        Some(_) => Ruling::Refuse("sequence-rollback"),
    }
}

/// What becomes of a package whose lists were read: rows taken, rows sent back.
pub(crate) fn dispose(accepted: u64, rejected: u64) -> (Disposition, &'static str) {
    match (accepted, rejected) {
        (_, 0) => (Disposition::Accepted, "accepted"),
        (0, _) => (Disposition::Rejected, "no-acceptable-row"),
        _ => (Disposition::AcceptedInPart, "rows-returned"),
    }
}

/// Whether a county's oldest lead has waited long enough for others.
pub(crate) fn is_due(oldest: Timestamp, now: Timestamp, wait: Duration) -> bool {
    let wait = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
    // A clock set back must not hold leads for ever, so an age below nothing counts as due.
    let age = now.as_second() - oldest.as_second();
    age >= wait || age < 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use posthorse_ledger::HighWater;

    fn digest(number: u8) -> Digest {
        Digest::of(&[number])
    }

    fn mark(sequence: u64) -> Option<HighWater> {
        Some(HighWater {
            sequence,
            manifest: digest(9),
        })
    }

    #[test]
    fn a_new_key_starts_anywhere_and_gaps_are_counted() {
        let history = PackageHistory::default();
        let first = rule(&history, &digest(1), 1, None);
        assert_eq!(
            first,
            Ruling::Proceed(SequenceStep::Advances { missing: 0 })
        );
        let third = rule(&history, &digest(1), 3, Some(&digest(2)));
        assert_eq!(
            third,
            Ruling::Proceed(SequenceStep::Advances { missing: 2 })
        );
        let history = PackageHistory {
            high_water: mark(3),
            ..history
        };
        let seventh = rule(&history, &digest(1), 7, Some(&digest(2)));
        assert_eq!(
            seventh,
            Ruling::Proceed(SequenceStep::Advances { missing: 3 })
        );
    }

    #[test]
    fn the_same_number_twice_is_a_fork() {
        let history = PackageHistory {
            high_water: mark(3),
            same_sequence: Some(digest(9)),
            ..PackageHistory::default()
        };
        assert_eq!(
            rule(&history, &digest(1), 3, None),
            Ruling::Refuse("sequence-fork")
        );
    }

    #[test]
    fn a_package_that_denies_its_neighbours_is_a_fork() {
        let history = PackageHistory {
            high_water: mark(3),
            predecessor: Some(digest(9)),
            ..PackageHistory::default()
        };
        let denied = rule(&history, &digest(1), 4, Some(&digest(8)));
        assert_eq!(denied, Ruling::Refuse("sequence-fork"));
        let agreed = rule(&history, &digest(1), 4, Some(&digest(9)));
        assert_eq!(
            agreed,
            Ruling::Proceed(SequenceStep::Advances { missing: 0 })
        );
        let history = PackageHistory {
            high_water: mark(3),
            named_by_successor: Some(digest(2)),
            ..PackageHistory::default()
        };
        assert_eq!(
            rule(&history, &digest(1), 2, None),
            Ruling::Refuse("sequence-fork")
        );
    }

    #[test]
    fn a_late_package_is_taken_only_where_its_successor_names_it() {
        let history = PackageHistory {
            high_water: mark(3),
            ..PackageHistory::default()
        };
        let unnamed = rule(&history, &digest(1), 1, None);
        assert_eq!(unnamed, Ruling::Refuse("sequence-rollback"));
        let history = PackageHistory {
            named_by_successor: Some(digest(1)),
            ..history
        };
        let named = rule(&history, &digest(1), 2, None);
        assert_eq!(named, Ruling::Proceed(SequenceStep::FillsGap));
    }

    #[test]
    fn an_id_belongs_to_its_first_package() {
        let history = PackageHistory {
            same_id: Some(digest(9)),
            ..PackageHistory::default()
        };
        let ruling = rule(&history, &digest(1), 1, None);
        assert_eq!(ruling, Ruling::Refuse("package-id-reused"));
    }

    #[test]
    fn rows_decide_the_disposition() {
        assert_eq!(dispose(5, 0), (Disposition::Accepted, "accepted"));
        assert_eq!(
            dispose(5, 1),
            (Disposition::AcceptedInPart, "rows-returned")
        );
        assert_eq!(dispose(0, 1), (Disposition::Rejected, "no-acceptable-row"));
        assert_eq!(dispose(0, 0), (Disposition::Accepted, "accepted"));
    }

    #[test]
    fn leads_wait_as_long_as_the_settings_say() {
        let at = |second| Timestamp::from_second(second).expect("an instant");
        let wait = Duration::from_secs(60);
        assert!(!is_due(at(100), at(159), wait));
        assert!(is_due(at(100), at(160), wait));
        assert!(is_due(at(100), at(100), Duration::ZERO));
        assert!(is_due(at(100), at(40), wait));
    }
}
