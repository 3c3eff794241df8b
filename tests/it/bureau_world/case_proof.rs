//! The ledger's cases against the pure machine: each history leads to exactly the state that the
//! ledger says.

use posthorse_domain::{Case, CaseState, Casework, DueRules, SchemaSet};
use posthorse_ledger::{CaseHistory, CaseStanding, Ledger, SqliteLedger};

use super::day;

/// Replays every case, and compares where it comes to with where the ledger has it.
pub(super) fn assert_every_case_replays(ledger: &SqliteLedger) {
    let schemas = SchemaSet::built_in().expect("the built-in schemas");
    let casework = Casework::built_in(&schemas, DueRules::built_in()).expect("the casework");
    for history in ledger.case_histories().expect("the cases") {
        assert_replays(&casework, &history);
    }
}

fn assert_replays(casework: &Casework, CaseHistory { case, events }: &CaseHistory) {
    let id = &case.case_id;
    let procedure = casework.procedures().get(&case.procedure);
    let procedure = procedure.unwrap_or_else(|| panic!("{id} has a procedure"));
    let replayed = Case::replay(procedure, events);
    let replayed = replayed.unwrap_or_else(|fault| panic!("{id}: {fault}: {events:?}"));
    let tasks = case.tasks.iter().filter(|task| task.stage == case.stage);
    match (replayed.state(), case.standing) {
        (CaseState::WaitingForDispatch { stage, .. }, CaseStanding::Waiting) => {
            assert_eq!(*stage, case.stage, "{id}");
        }
        (CaseState::WithAssignee(open), CaseStanding::Assigned) => {
            assert_eq!(*open.stage(), case.stage, "{id}");
            let waiting: Vec<_> = tasks
                .filter(|task| task.settled_at.is_none())
                .map(|task| (&task.party, task.due.map(|due| due.on)))
                .collect();
            let expected: Vec<_> = open.waiting().iter().map(|who| (who, open.due())).collect();
            assert_eq!(waiting, expected, "{id}");
        }
        (CaseState::Closed(closing), CaseStanding::Closed) => {
            assert_eq!(*closing.stage(), case.stage, "{id}");
            assert_eq!(Some(closing.on()), case.ended_at.map(day), "{id}");
            let said: Vec<_> = closing.answers().values().map(String::as_str).collect();
            let kept: Vec<_> = tasks.filter_map(|task| task.outcome.as_deref()).collect();
            assert_eq!(said, kept, "{id}");
        }
        (CaseState::Withdrawn { on }, CaseStanding::Withdrawn) => {
            assert_eq!(Some(*on), case.ended_at.map(day), "{id}");
        }
        (state, standing) => panic!("{id} is {standing:?} and its history says {state:?}"),
    }
}
