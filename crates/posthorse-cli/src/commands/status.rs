//! `posthorse status`: which of an office's packages have no receipt yet, what became of the others,
//! and what lies in its outbox.

mod incoming;
mod standing;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use posthorse_domain::SchemaSet;
use posthorse_package::{
    Digest, Disposition, Limits, PartyId, Registry, Sealed, Timestamp, UntrustedText,
};
use serde_json::{Value, json};
use walkdir::WalkDir;

use self::incoming::{Incoming, mark_known};
use self::standing::{FoundReceipt, InInbox, Line, Seen, Standing};
use super::receipt::{Timeliness, timeliness};
use super::verify::judge_receipt;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home::Home;
use crate::language::{Argument, Messages, arg};
use crate::moment;
use crate::opened_record;
use crate::output::{Context, Mark};
use crate::rulebook;
use crate::sent_record::{SentPackage, SentRecord};

const HOUR: i64 = 3600;

pub(crate) fn run(arguments: &args::Status, context: &mut Context) -> Result<Exit, Failure> {
    let as_of = arguments.as_of.unwrap_or(context.now);
    let home = Home::at(&arguments.home);
    let form = home.contact_form()?;
    let record = SentRecord::read(&home.sent_path())?;
    // An office that trusts no registry yet has sealed nothing by rules of a registry.
    let rules = match home.registry_path().exists() {
        true => rulebook::of(&home.registry()?, &home.registry_path())?,
        false => rulebook::built_in()?,
    };
    let mut looked = Looked::default();
    if !arguments.drop.is_empty() {
        let registry = home.registry()?;
        for folder in &arguments.drop {
            looked.look(folder, &form.party, (&registry, as_of))?;
        }
    }
    let seen = (!arguments.drop.is_empty()).then_some(&looked.seen);
    let lines = standing::standings(&record.packages, seen, as_of);
    let key = form.key.key_id();
    let own: Vec<SentPackage> = record
        .packages
        .iter()
        .filter(|package| package.signing_key == key)
        .cloned()
        .collect();
    let missing = standing::unrecorded(&own, home.last_sequence(key)?.unwrap_or(0));
    let mut notices: Vec<Notice> = lines.iter().filter_map(Notice::of_line).collect();
    notices.append(&mut looked.notices);
    for found in standing::for_other_bytes(&record.packages, &looked.seen) {
        let package = found.receipt.package.package_id.to_string();
        notices.push(
            Notice::new("receipt-for-other-bytes", &found.path).with(arg("package", package)),
        );
    }
    let sent_path = shown(&home.sent_path());
    for line in &record.damaged {
        notices.push(Notice::new("damaged-line", &sent_path).with(arg("line", *line as u64)));
    }
    for (from, to) in missing {
        let notice = Notice::new("unrecorded", &sent_path);
        notices.push(notice.with(arg("from", from)).with(arg("to", to)));
    }
    let exit = if notices.is_empty() {
        Exit::Good
    } else {
        Exit::Refused
    };
    let outcome = Outcome {
        lines,
        incoming: mark_known(
            std::mem::take(&mut looked.incoming),
            &record.packages,
            &opened_record::read(&home.opened_path())?,
        ),
        notices,
        as_of,
        schemas: rules.schemas(),
        home: home.folder(),
        inbox: looked.inbox.as_deref(),
    };
    context.json(&outcome.to_json(&context.messages, exit))?;
    outcome.print(context)?;
    Ok(exit)
}

/// Something that the office should do something about.
struct Notice {
    code: &'static str,
    place: String,
    facts: Vec<Argument>,
    /// The code of a receipt or of a refusal, whose sentence is told too.
    reason: Option<String>,
}

impl Notice {
    fn new(code: &'static str, place: &str) -> Self {
        Self {
            code,
            place: place.to_owned(),
            facts: Vec::new(),
            reason: None,
        }
    }

    fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    fn with(mut self, fact: Argument) -> Self {
        self.facts.push(fact);
        self
    }

    /// What is left to do about a package that no other one replaces.
    fn of_line(line: &Line<'_>) -> Option<Self> {
        if line.replaced {
            return None;
        }
        let code = match line.standing {
            Standing::Overdue => "overdue",
            Standing::Answered(Disposition::Accepted | Disposition::AcceptedInPart) => return None,
            Standing::Answered(_) => "rejected",
            Standing::LacksSignatures => "lacks-signatures",
            _ => return None,
        };
        let place = line.receipt.map_or_else(
            || line.package.package_id.to_string(),
            |found| found.path.clone(),
        );
        let notice = Self::new(code, &place)
            .with(arg("number", line.package.sequence))
            .with(arg("digest", line.package.manifest.to_string()))
            .with(arg("since", moment::shown(line.package.not_after)));
        Some(match line.receipt {
            Some(found) => notice.because(&found.receipt.code),
            None => notice,
        })
    }

    fn message(&self, messages: &Messages) -> String {
        let mut facts = self.facts.clone();
        if let Some(reason) = &self.reason {
            let sentence = messages
                .find(&format!("reason-{reason}"), &[])
                .or_else(|| messages.find(&format!("refusal-{reason}"), &[]));
            facts.push(arg("what", sentence.unwrap_or_else(|| reason.clone())));
            facts.push(arg("reason", reason.clone()));
        }
        messages.text(&format!("status-{}", self.code), &facts)
    }

    fn hint(&self, messages: &Messages) -> String {
        // Some reasons ask for something else than sealing again.
        let reason = self.reason.as_deref().unwrap_or_default();
        messages
            .find(&format!("status-{}-{reason}-hint", self.code), &self.facts)
            .unwrap_or_else(|| messages.text(&format!("status-{}-hint", self.code), &self.facts))
    }
}

/// What the shared folders held for this office.
#[derive(Default)]
struct Looked {
    seen: Seen,
    incoming: Vec<Incoming>,
    notices: Vec<Notice>,
    /// The inbox of the first shared folder that has one.
    inbox: Option<PathBuf>,
}

impl Looked {
    /// Looks into a shared folder, or into a copied outbox.
    fn look(
        &mut self,
        folder: &Path,
        party: &PartyId,
        by: (&Registry, Timestamp),
    ) -> Result<(), Failure> {
        if !folder.is_dir() {
            return Err(
                Failure::new(Exit::Environment, "no-such-folder").with("path", shown(folder))
            );
        }
        let outbox = folder.join("outbox");
        let own = if outbox.is_dir() {
            outbox.join(party.as_str())
        } else {
            folder.to_owned()
        };
        for path in files_under(&own) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".receipt.json") {
                self.receipt(&path, by);
            } else if name.ends_with(".xpkg") {
                self.package(path, party, by);
            }
        }
        let inbox = folder.join("inbox");
        if self.inbox.is_none() && inbox.is_dir() {
            self.inbox = Some(inbox.clone());
        }
        for path in files_under(&inbox) {
            // What others have there, or are still copying, is not this office's to judge.
            let sealed = read_package(&path).ok();
            let digest = sealed.map(|sealed| sealed.untrusted_manifest_digest());
            self.seen.inbox.extend(digest.map(InInbox));
        }
        Ok(())
    }

    /// Takes a package for this office that the registry vouches for, however late it is opened.
    fn package(
        &mut self,
        path: PathBuf,
        party: &PartyId,
        (registry, as_of): (&Registry, Timestamp),
    ) {
        let sealed = match read_package(&path) {
            Ok(sealed) => sealed,
            Err(failure) => return self.refused(&path, failure.code()),
        };
        let manifest = sealed.untrusted_manifest().clone();
        let digest = sealed.untrusted_manifest_digest();
        if !manifest.recipients.iter().any(|one| one.party == *party) {
            return;
        }
        let verified = sealed.verify(registry, as_of.min(manifest.not_after));
        if let Err(error) = verified {
            let failure = Failure::from(error);
            return self.refused(&path, failure.code());
        }
        self.incoming.push(Incoming {
            path,
            manifest: digest,
            kind: manifest.kind.to_string(),
            sender_name: registry.party(&manifest.sender).map_or_else(
                || manifest.sender.to_string(),
                |party| UntrustedText::new(party.name.clone()).to_string(),
            ),
            sender: manifest.sender,
            sealed_at: manifest.sealed_at,
            opened_at: None,
            answered: false,
        });
    }

    fn refused(&mut self, path: &Path, reason: &str) {
        self.notices
            .push(Notice::new("package-refused", &shown(path)).because(reason));
    }

    fn receipt(&mut self, path: &Path, (registry, as_of): (&Registry, Timestamp)) {
        match judge_receipt(path, registry, as_of) {
            Ok(receipt) => self.seen.receipts.push(FoundReceipt {
                path: shown(path),
                receipt,
            }),
            Err(failure) => {
                let notice = Notice::new("receipt-refused", &shown(path));
                self.notices.push(notice.because(failure.code()));
            }
        }
    }
}

/// Files of a folder at any depth, links not followed. A folder that is not there holds none.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn read_package(path: &Path) -> Result<Sealed<BufReader<File>>, Failure> {
    let file = files::open(path)?;
    Ok(Sealed::read(BufReader::new(file), &Limits::default())?)
}

/// All that is told.
struct Outcome<'a> {
    lines: Vec<Line<'a>>,
    incoming: Vec<Incoming>,
    notices: Vec<Notice>,
    as_of: Timestamp,
    schemas: &'a SchemaSet,
    home: &'a Path,
    /// Where packages are dropped, if a shared folder was looked at.
    inbox: Option<&'a Path>,
}

impl Outcome<'_> {
    fn age(&self, since: Timestamp) -> i64 {
        (self.as_of.as_second() - since.as_second()).max(0)
    }

    fn standing_text(&self, line: &Line<'_>, messages: &Messages) -> String {
        let hours = self.age(line.package.sealed_at) / HOUR;
        let age = [
            arg("days", hours / 24),
            arg("hours", hours % 24),
            arg("since", moment::shown(line.package.not_after)),
        ];
        let standing = messages.text(&format!("standing-{}", line.standing.code()), &age);
        let amended = line.amended_by.iter().map(|by| {
            let key = format!("standing-amended-{}", by.how);
            messages.text(&key, &[arg("number", by.sequence)])
        });
        let standing = std::iter::once(standing)
            .chain(amended)
            .collect::<Vec<_>>()
            .join("\n");
        let late = line.receipt.and_then(|found| timeliness(&found.receipt));
        match late.filter(Timeliness::is_late) {
            Some(late) => format!("{standing}\n{}", late.sentence(messages)),
            None => standing,
        }
    }

    /// What people call a list; its id where this program does not know it.
    fn list_title(&self, package: &SentPackage) -> String {
        let schema = self.schemas.find(&package.kind, package.list.as_str());
        schema.map_or_else(
            || package.list.to_string(),
            |schema| schema.title().to_owned(),
        )
    }

    /// Where the rows that came back lie: the package that the receipt names.
    fn returned(&self, line: &Line<'_>) -> Option<&Incoming> {
        let returned = line.receipt?.receipt.returned?;
        self.incoming.iter().find(|one| one.manifest == returned)
    }

    fn print(&self, context: &mut Context) -> Result<(), Failure> {
        if self.lines.is_empty() {
            context.say("status-nothing-sent", &[])?;
        } else {
            let columns = [
                "column-number",
                "column-package",
                "column-list",
                "column-period",
                "fact-sealed-at",
                "column-standing",
            ];
            let header = columns.map(|key| context.messages.word(key));
            let rows: Vec<Vec<String>> = self
                .lines
                .iter()
                .map(|line| {
                    let package = line.package;
                    let period = package.period.as_ref().map(ToString::to_string);
                    vec![
                        package.sequence.to_string(),
                        package.package_id.to_string(),
                        self.list_title(package),
                        period.unwrap_or_else(|| "-".to_owned()),
                        moment::shown(package.sealed_at),
                        self.standing_text(line, &context.messages),
                    ]
                })
                .collect();
            context.table(&header, &rows)?;
            self.print_where_to_drop(context)?;
        }
        for line in &self.lines {
            if let Some(returned) = self.returned(line) {
                let number = arg("number", line.package.sequence);
                let said = [number, arg("path", shown(&returned.path))];
                let text = context.messages.text("status-rows-came-back", &said);
                context.marked(Mark::Warning, &text)?;
                returned.print_how_to_open(self.home, context)?;
            }
        }
        let again = self.lines.iter().filter(|line| line.sent_again);
        for (line, found) in again.filter_map(|line| Some((line, line.receipt?))) {
            let said = [
                arg("number", line.package.sequence),
                arg("package", line.package.package_id.to_string()),
                arg("received", moment::shown(found.receipt.received_at)),
            ];
            let text = context.messages.text("status-sent-again", &said);
            context.marked(Mark::Warning, &text)?;
        }
        let came_back: Vec<Digest> = self
            .lines
            .iter()
            .filter_map(|line| self.returned(line))
            .map(|one| one.manifest)
            .collect();
        let open = self
            .incoming
            .iter()
            .filter(|one| !one.answered && !came_back.contains(&one.manifest));
        for one in open {
            one.print(self.home, context)?;
        }
        for notice in &self.notices {
            let what = notice.message(&context.messages);
            let said = [arg("place", notice.place.clone()), arg("what", what)];
            let text = context.messages.text("status-notice", &said);
            context.marked(Mark::Bad, &text)?;
            let hint = notice.hint(&context.messages);
            context.say("failure-hint", &[arg("hint", hint)])?;
        }
        Ok(())
    }

    /// Tells where a package is dropped, as long as one may not have been.
    fn print_where_to_drop(&self, context: &mut Context) -> Result<(), Failure> {
        let is_awaited = |line: &Line<'_>| {
            matches!(line.standing, Standing::Unknown | Standing::Waiting) && !line.replaced
        };
        if !self.lines.iter().any(is_awaited) {
            return Ok(());
        }
        match self.inbox {
            Some(inbox) => context.say("status-drop-into", &[arg("inbox", shown(inbox))]),
            None => context.say("status-drop-anywhere", &[]),
        }
    }

    fn to_json(&self, messages: &Messages, exit: Exit) -> Value {
        let packages = self.lines.iter().map(|line| {
            json!({
                "package": line.package,
                "state": line.standing.code(),
                "age_seconds": self.age(line.package.sealed_at),
                "replaced": line.replaced,
                "sent_again": line.sent_again,
                "amended_by": line.amended_by.iter().map(|by| json!({
                    "how": by.how,
                    "sequence": by.sequence,
                })).collect::<Vec<_>>(),
                "receipt": line.receipt.map(|found| json!({
                    "path": found.path,
                    "code": found.receipt.code,
                    "received_at": found.receipt.received_at,
                })),
                "returned": self.returned(line).map(|one| shown(&one.path)),
            })
        });
        let incoming = self.incoming.iter().map(|one| {
            json!({
                "path": shown(&one.path),
                "kind": one.kind,
                "sender": one.sender,
                "sealed_at": one.sealed_at,
                "opened_at": one.opened_at,
                "answered": one.answered,
            })
        });
        let notices = self.notices.iter().map(|notice| {
            json!({
                "code": notice.code,
                "place": notice.place,
                "message": notice.message(messages),
                "hint": notice.hint(messages),
            })
        });
        json!({
            "as_of": self.as_of,
            "packages": packages.collect::<Vec<_>>(),
            "incoming": incoming.collect::<Vec<_>>(),
            "notices": notices.collect::<Vec<_>>(),
            "exit": exit.code(),
        })
    }
}
