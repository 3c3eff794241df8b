//! `posthorse urge`: ready texts for offices that are late, or soon will be (催办).

use posthorse_domain::{Board, UrgeAddressee, UrgeReason, UrgeText, urge_texts};
use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use super::desk::{self, Desk};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::language::arg;
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Urge, context: &mut Context) -> Result<Exit, Failure> {
    let desk = Desk::open(&arguments.desk, context)?;
    let month = desk.month(arguments.month.as_ref())?;
    let rules = desk.rules();
    let board = Board::draw(&rules, &month, desk.today, &desk.facts(&month)?);
    let texts = urge_texts(&rules, &board);
    if let Some(path) = &arguments.output {
        let tables = [UrgeText::table(&texts)];
        let why = (arguments.purpose.as_deref(), "催促承办单位按期反馈");
        files::refuse_existing(path)?;
        desk.record_export("urge", why, (&month, &tables), context)?;
        desk::write_workbook(path, "催办", (&month, desk.today), &tables)?;
    }
    context.json(&json!({
        "month": month.period(),
        "as_of": desk.as_of,
        "texts": texts.iter().map(text_json).collect::<Vec<_>>(),
        "output": arguments.output.as_deref().map(shown),
    }))?;
    for urge in &texts {
        let mark = if urge.overdue > 0 {
            Mark::Bad
        } else {
            Mark::Warning
        };
        let said = [
            arg("name", UntrustedText::new(urge.name.clone()).to_string()),
            arg(
                "contact",
                UntrustedText::new(urge.contact.clone()).to_string(),
            ),
        ];
        let key = match urge.addressee {
            _ if urge.contact.is_empty() => "urge-no-contact",
            UrgeAddressee::Contact => "urge-contact",
            UrgeAddressee::ContactAndLeader => "urge-contact-and-leader",
        };
        let head = context.messages.text(key, &said);
        context.marked(mark, &head)?;
        for line in urge.text.lines() {
            context.line(&UntrustedText::new(line).to_string())?;
        }
        context.line("")?;
    }
    if texts.is_empty() {
        let text = context.messages.word("urge-nobody");
        context.marked(Mark::Good, &text)?;
    }
    if let Some(path) = &arguments.output {
        context.say("operator-written", &[arg("path", shown(path))])?;
    }
    Ok(Exit::Good)
}

fn text_json(urge: &UrgeText) -> Value {
    json!({
        "party": urge.party,
        "name": urge.name,
        "reason": match urge.reason {
            UrgeReason::Cases => "cases",
            UrgeReason::Reports => "reports",
            UrgeReason::Contact => "contact",
        },
        "to_leader": urge.addressee == UrgeAddressee::ContactAndLeader,
        "contact": urge.contact,
        "open": urge.open,
        "overdue": urge.overdue,
        "due": urge.due.map(|day| day.to_string()),
        "text": urge.text,
    })
}
