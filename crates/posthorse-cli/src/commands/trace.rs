//! `posthorse trace`: the whole way of a person, a case or a package, masked.
//!
//! A number of a person may be given as an argument, but then it stands in the shell's history and
//! in the list of processes; at the prompt or with `--person-file` it does not. The output shows
//! it masked in either case. Unmasking is written into the ledger before anything is shown.

mod subject;
mod way;

use posthorse_domain::{Areas, Duty, Rulebook, StageId, date_in_china, mask_number};
use posthorse_ledger::{PersonTrace, TraceFact, TraceStep};
use posthorse_package::{ListName, UntrustedText};
use serde_json::{Value, json};

use self::subject::Subject;
use super::desk::{LedgerPlace, Seen};
use crate::access_log::Action;
use crate::args;
use crate::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::arg;
use crate::output::Context;

pub(crate) fn run(arguments: &args::Trace, context: &mut Context) -> Result<Exit, Failure> {
    let place = LedgerPlace::find(&arguments.config)?;
    let rules = place.rules()?;
    let today = date_in_china(context.now);
    let subject = match (&arguments.what, &arguments.person_file) {
        (Some(what), _) => Subject::parse(what, today)?,
        (None, Some(path)) => Subject::from_file(path, today)?,
        (None, None) => Subject::prompt(today, context)?,
    };
    let ledger = place.read()?;
    let failed = |error| place.failed(&error);
    let mut ways = Vec::new();
    match &subject {
        Subject::Person(identity) => {
            let found = ledger.trace_person(identity).map_err(failed)?;
            ways.extend(found.map(Way::of_person));
        }
        Subject::Case(id) => {
            let found = ledger.trace_case(id).map_err(failed)?;
            ways.extend(found.map(Way::of_person));
        }
        Subject::PackageId(id) => {
            for manifest in ledger.packages_with_id(*id).map_err(failed)? {
                let steps = ledger.trace_package(&manifest).map_err(failed)?;
                ways.extend(Way::of_package(steps));
            }
        }
        Subject::Package(manifest) => {
            let steps = ledger.trace_package(manifest).map_err(failed)?;
            ways.extend(Way::of_package(steps));
        }
    }
    keep_notes_of_answers(&mut ways, &rules);
    if ways.is_empty() {
        return Err(Failure::new(Exit::Refused, "nothing-known").with("what", subject.masked()));
    }
    let unmasked = match &arguments.reason {
        Some(reason) if arguments.unmask => {
            unmask(&place, &subject, reason, &ways, context)?;
            true
        }
        _ => false,
    };
    let document: Vec<Value> = ways.iter().map(|way| way.to_json(unmasked)).collect();
    context.json(&json!({
        "what": subject.masked(),
        "unmasked": unmasked,
        "ways": document,
    }))?;
    for way in &ways {
        way.print(unmasked, rules.areas(), context)?;
    }
    Ok(Exit::Good)
}

/// A deferral note is a step of a case only if it is about the answer that the case waits for: an
/// office defers its own lists too.
fn keep_notes_of_answers(ways: &mut [Way], rules: &Rulebook) {
    let kinds = rules.casework().kinds();
    let is_answer = |list: &ListName, stage: &StageId| {
        let schema = rules.schemas().iter().find(|schema| schema.id() == list);
        let kind = schema.and_then(|schema| kinds.get(schema.kind()));
        kind.is_some_and(
            |kind| matches!(kind.duty(), Duty::Answer { stage: answered, .. } if answered == stage),
        )
    };
    for way in ways {
        way.steps.retain(|step| match &step.fact {
            TraceFact::Deferred {
                case: Some((_, stage)),
                list,
                ..
            } => list.as_ref().is_some_and(|list| is_answer(list, stage)),
            _ => true,
        });
    }
}

/// One way: of a package, or of a person with what identifies the person.
struct Way {
    person: Option<PersonTrace>,
    steps: Vec<TraceStep>,
}

impl Way {
    fn of_person(mut person: PersonTrace) -> Self {
        let steps = std::mem::take(&mut person.steps);
        Self {
            person: Some(person),
            steps,
        }
    }

    fn of_package(steps: Vec<TraceStep>) -> Option<Self> {
        let person = None;
        (!steps.is_empty()).then_some(Self { person, steps })
    }

    /// The number and the name, both masked unless it was written down who sees them.
    fn identity(&self, unmasked: bool) -> Option<(String, Option<String>)> {
        let person = self.person.as_ref()?;
        let identity = person.identity.as_ref()?;
        let number = String::from_utf8_lossy(identity.expose()).into_owned();
        if !unmasked {
            return Some((mask_number(&number), None));
        }
        let detail = person.detail.as_ref();
        let detail = detail.and_then(|said| serde_json::from_slice::<Value>(said.expose()).ok());
        let name = detail.and_then(|said| said["name"].as_str().map(str::to_owned));
        Some((number, name))
    }

    fn print(&self, unmasked: bool, areas: &Areas, context: &mut Context) -> Result<(), Failure> {
        if let Some((number, name)) = self.identity(unmasked) {
            let name = UntrustedText::new(name.unwrap_or_default()).to_string();
            let number = UntrustedText::new(number).to_string();
            context.line(format!("{number}  {name}").trim_end())?;
        }
        for step in &self.steps {
            let line = way::sentence(step, areas, &context.messages);
            context.line(&line)?;
        }
        Ok(())
    }

    fn to_json(&self, unmasked: bool) -> Value {
        let (number, name) = self.identity(unmasked).unzip();
        json!({
            "id_no": number,
            "name": name.flatten(),
            "steps": self.steps.iter().map(way::step_json).collect::<Vec<_>>(),
        })
    }
}

/// Asks whether it is meant, then writes down who is about to see whom, and why.
fn unmask(
    place: &LedgerPlace,
    subject: &Subject,
    reason: &str,
    ways: &[Way],
    context: &mut Context,
) -> Result<(), Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Failure::new(Exit::Usage, "unmask-needs-a-reason"));
    }
    let rows = ways
        .iter()
        .filter(|way| way.identity(false).is_some())
        .count() as u64;
    if confirm::somebody_is_there()
        && !confirm::confirmed("trace-confirm", &[arg("rows", rows)], context)?
    {
        return Err(Failure::new(Exit::Refused, "unmask-not-confirmed"));
    }
    let seen = Seen {
        action: Action::Unmask,
        subject: subject.for_the_record(),
        purpose: Some(reason),
        usual: "",
        rows,
    };
    place.record(&seen, context)
}
