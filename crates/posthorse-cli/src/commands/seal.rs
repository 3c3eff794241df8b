//! `posthorse seal`: checks lists and seals them, with attachments, for other offices.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use posthorse_domain::{CheckReport, ListSchema, transport_table_schema};
use posthorse_package::{
    ContactForm, Digest, EntryName, Limits, ListName, PackageId, PartyRecipient, Registry,
    SealRequest, Sealed, SealedFacts, SigningKey, SourceContent, SourceFile, UntrustedText,
    seal as seal_package,
};
use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use crate::args::{self, PackageReference};
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, PendingFile, Privacy};
use crate::home::Home;
use crate::interrupt::Watched;
use crate::kinds;
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Format};
use crate::passphrase::Source;
use crate::rulebook;
use crate::sent_record::{SentPackage, SentRecord};
use crate::suggest;

const DAY: i64 = 86_400;

pub(crate) fn run(arguments: &args::Seal, context: &mut Context) -> Result<Exit, Failure> {
    let to_stdout = files::is_standard_stream(&arguments.output);
    if to_stdout && context.prints_to_a_terminal() {
        return Err(Failure::new(Exit::Usage, "stdout-is-a-terminal"));
    }
    if to_stdout && context.format() == Format::Json {
        return Err(Failure::new(Exit::Usage, "json-and-stdout"));
    }
    let sealed = seal(arguments, context)?;
    let recipients: Vec<&str> = sealed
        .facts
        .manifest
        .recipients
        .iter()
        .map(|one| one.party.as_str())
        .collect();
    context.json(&json!({
        "output": shown(&arguments.output),
        "package_id": sealed.facts.manifest.package_id,
        "manifest_digest": sealed.facts.manifest_digest,
        "sequence": sealed.facts.manifest.sequence,
        "recipients": recipients,
        "length": sealed.facts.length,
        "lists": sealed.lists,
        "signatures_missing": u8::from(sealed.needs_second_person),
    }))?;
    let mut said = vec![
        context.messages.text(
            "seal-done",
            &[
                arg("to", recipients.join(", ")),
                arg("path", shown(&arguments.output)),
                arg("sequence", sealed.facts.manifest.sequence),
            ],
        ),
        context.messages.text(
            "seal-identity",
            &[
                arg("package", sealed.facts.manifest.package_id.to_string()),
                arg("digest", sealed.facts.manifest_digest.to_string()),
            ],
        ),
    ];
    if sealed.needs_second_person {
        let manifest = &sealed.facts.manifest;
        said.push(context.messages.text(
            "seal-needs-countersignature",
            &[
                arg(
                    "kind",
                    kinds::title(manifest.kind.as_str(), &context.messages),
                ),
                arg("party", manifest.sender.to_string()),
                arg("path", shown(&arguments.output)),
            ],
        ));
    } else if !to_stdout {
        said.push(context.messages.text(
            "seal-drop",
            &[
                arg("path", shown(&arguments.output)),
                arg("home", shown(&arguments.home)),
            ],
        ));
    }
    for line in said {
        if to_stdout {
            context.warn_line(&line)
        } else {
            context.line(&line)?
        }
    }
    Ok(Exit::Good)
}

/// A package that has its name.
pub(crate) struct SealedPackage {
    pub(crate) facts: SealedFacts,
    lists: Vec<Value>,
    /// Nobody accepts it before a second person of the office has signed too.
    needs_second_person: bool,
}

/// Checks the lists, then seals; whatever the lists' problems, they are told on standard error.
pub(crate) fn seal(
    arguments: &args::Seal,
    context: &mut Context,
) -> Result<SealedPackage, Failure> {
    let home = Home::at(&arguments.home);
    let form = home.contact_form()?;
    let registry = match &arguments.registry {
        Some(path) => home
            .pin(path, &files::read(path)?)
            .map_err(|failure| failure.at(path))?,
        None => home.registry()?,
    };
    let rules = rulebook::of(&registry, &home.registry_path())?;
    kinds::require_known([&arguments.kind])?;
    check_rights(&registry, &form, arguments)?;
    let recipients = recipients(&registry, arguments, context)?;
    if !files::is_standard_stream(&arguments.output) {
        files::refuse_existing(&arguments.output)?;
    }
    tell_precheck(arguments, context)?;
    let schema = lists::choose(rules.schemas(), &arguments.kind, arguments.list.as_deref())?;
    let confirmed = lists::confirmed(&arguments.confirm)?;
    let mut sources = Vec::new();
    let mut reports = Vec::new();
    let amendable = ["correction", "withdrawal"].contains(&arguments.kind.as_str());
    let mut amends = BTreeSet::new();
    for path in &arguments.lists {
        let (report, spool) = lists::convert(path, schema, &confirmed, context, &mut |record| {
            let named = record.get("package_id").parse::<PackageId>().ok();
            amends.extend(named.filter(|_| amendable));
        })?;
        tell(path, &report, context);
        judge(&report, arguments, context)?;
        reports.push(lists::report_json(path, Some(schema), &report, context));
        let name = list_name(schema, sources.len(), arguments.lists.len())?;
        let columns = &report.columns;
        sources.push(OpenSource::list(name, path, (schema, columns), spool)?);
    }
    for (at, path) in arguments.attach.iter().enumerate() {
        sources.push(OpenSource::attachment(at, path)?);
    }
    let source = Source::from_option(arguments.passphrase_file.clone());
    let key = home.signing_key(&source, context)?;
    let request = Request {
        arguments,
        form: &form,
        recipients,
        home: &home,
        key: &key,
        list: schema.id(),
        amends: &amends,
    };
    let facts = write(request, &mut sources, context)?;
    let needs_second_person = registry
        .party(&form.party)
        .is_some_and(|party| party.two_signatures.contains(&arguments.kind));
    Ok(SealedPackage {
        facts,
        lists: reports,
        needs_second_person,
    })
}

/// What the receiver would refuse anyway is refused before any work.
fn check_rights(
    registry: &Registry,
    form: &ContactForm,
    arguments: &args::Seal,
) -> Result<(), Failure> {
    let party = registry.party(&form.party);
    let is_enrolled =
        party.is_some_and(|party| party.signing_keys.iter().any(|entry| entry.key == form.key));
    if !is_enrolled {
        return Err(Failure::new(Exit::Keys, "wrong-key-for-party").with("party", &form.party));
    }
    if !party.is_some_and(|party| party.may_send.contains(&arguments.kind)) {
        let detail = format!("{} may not send {}", form.party, arguments.kind);
        return Err(Failure::refused("not-allowed", detail));
    }
    Ok(())
}

fn recipients(
    registry: &Registry,
    arguments: &args::Seal,
    context: &Context,
) -> Result<Vec<PartyRecipient>, Failure> {
    let mut recipients = Vec::new();
    for id in &arguments.to {
        let party = registry
            .party(id)
            .ok_or_else(|| suggest::no_such_party(id, registry.parties()))?;
        let before = recipients.len();
        recipients.extend(
            party
                .recipients_at(context.now)
                .map(|recipient| PartyRecipient {
                    party: id.clone(),
                    recipient: recipient.clone(),
                }),
        );
        if recipients.len() == before {
            return Err(Failure::new(Exit::Refused, "no-recipient").with("party", id));
        }
    }
    recipients.sort();
    recipients.dedup();
    Ok(recipients)
}

/// Says what the bureau would flag: a payout that names no answer to a precheck.
fn tell_precheck(arguments: &args::Seal, context: &mut Context) -> Result<(), Failure> {
    if !kinds::reports_payouts(&arguments.kind) {
        return Ok(());
    }
    match &arguments.in_reply_to {
        None => context.warn("seal-without-precheck", &[]),
        Some(PackageReference::Digest(_)) => {}
        Some(PackageReference::File(path)) => {
            let kind = read_package(path)?.untrusted_manifest().kind.clone();
            if kind.as_str() != kinds::PRECHECK_RESULT {
                let kind = kinds::title(kind.as_str(), &context.messages);
                let said = [arg("path", shown(path)), arg("kind", kind)];
                context.warn("seal-not-a-precheck", &said);
            }
        }
    }
    Ok(())
}

fn tell(path: &Path, report: &CheckReport, context: &mut Context) {
    for line in lists::problem_lines(report, context) {
        context.warn_line(&line);
    }
    let summary = lists::summary(path, report, context);
    context.warn_line(&summary);
}

fn judge(
    report: &CheckReport,
    arguments: &args::Seal,
    context: &mut Context,
) -> Result<(), Failure> {
    if !report.is_usable() {
        let errors = lists::file_problems(report);
        return Err(Failure::new(Exit::Refused, "list-refused").with("errors", errors));
    }
    if report.accepted == 0 {
        let failure = Failure::new(Exit::Refused, "no-good-row");
        return Err(match report.rejected {
            0 => failure.advised("no-row-at-all"),
            _ => failure,
        });
    }
    if arguments.strict && report.rejected > 0 {
        return Err(Failure::new(Exit::Refused, "strict-refused").with("rejected", report.rejected));
    }
    if report.rejected > 0 {
        context.warn("seal-rows-travel", &[arg("rejected", report.rejected)]);
    }
    Ok(())
}

fn list_name(schema: &ListSchema, at: usize, count: usize) -> Result<EntryName, Failure> {
    let id = schema.id();
    let name = match count {
        1 => format!("data/{id}.csv"),
        _ => format!("data/{id}-{}.csv", at + 1),
    };
    name.parse()
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))
}

/// What a source reads from.
enum Bytes {
    Spool(SpooledTempFile),
    File(File),
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Bytes::Spool(spool) => spool.read(buffer),
            Bytes::File(file) => file.read(buffer),
        }
    }
}

/// A file that is open and measured.
struct OpenSource {
    name: EntryName,
    title: String,
    content: SourceContent,
    length: u64,
    bytes: Bytes,
}

impl OpenSource {
    fn list(
        name: EntryName,
        path: &Path,
        (schema, columns): (&ListSchema, &[usize]),
        mut spool: SpooledTempFile,
    ) -> Result<Self, Failure> {
        let cannot = |cause: io::Error| Failure::io("cannot-read", path, &cause);
        let length = spool.seek(SeekFrom::End(0)).map_err(cannot)?;
        spool.seek(SeekFrom::Start(0)).map_err(cannot)?;
        let content = SourceContent::List {
            list: schema.id().clone(),
            table_schema: package_json(&transport_table_schema(schema, columns))?,
        };
        Ok(Self {
            name,
            title: title(path),
            content,
            length,
            bytes: Bytes::Spool(spool),
        })
    }

    fn attachment(at: usize, path: &Path) -> Result<Self, Failure> {
        let file = files::open(path)?;
        let metadata = file
            .metadata()
            .map_err(|cause| Failure::io("cannot-read", path, &cause))?;
        let ending = ending(path);
        let name = format!("attachments/{:02}.{ending}", at + 1)
            .parse()
            .map_err(|_| Failure::new(Exit::Refused, "too-many-files"))?;
        Ok(Self {
            name,
            title: title(path),
            content: SourceContent::Attachment {
                media_type: media_type(&ending).to_owned(),
            },
            length: metadata.len(),
            bytes: Bytes::File(file),
        })
    }
}

/// A Table Schema as the package crate keeps JSON.
fn package_json(value: &Value) -> Result<posthorse_package::json::Value, Failure> {
    let bytes = value.to_string();
    let depth = Limits::default().json_depth;
    posthorse_package::json::parse("table schema", bytes.as_bytes(), depth).map_err(Failure::from)
}

fn title(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    UntrustedText::new(name).to_string()
}

/// A file's ending, if it is one that any system takes.
fn ending(path: &Path) -> String {
    let ending = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let is_plain = (1..=8).contains(&ending.len())
        && ending
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if is_plain { ending } else { "bin".to_owned() }
}

fn media_type(ending: &str) -> &'static str {
    match ending {
        "pdf" => "application/pdf",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// All that a package says of itself, and the office that says it.
struct Request<'a> {
    arguments: &'a args::Seal,
    form: &'a ContactForm,
    recipients: Vec<PartyRecipient>,
    home: &'a Home,
    key: &'a SigningKey,
    list: &'a ListName,
    /// The packages of which a correction or withdrawal speaks.
    amends: &'a BTreeSet<PackageId>,
}

fn write(
    request: Request<'_>,
    sources: &mut [OpenSource],
    context: &mut Context,
) -> Result<SealedFacts, Failure> {
    let Request {
        arguments,
        form,
        recipients,
        home,
        key,
        list,
        amends,
    } = request;
    let mut random = [0_u8; 10];
    getrandom::fill(&mut random)
        .map_err(|cause| Failure::new(Exit::Keys, "no-randomness").detail(cause))?;
    let digest_of = |reference: &Option<PackageReference>| match reference {
        None => Ok(None),
        Some(PackageReference::Digest(digest)) => Ok(Some(*digest)),
        Some(PackageReference::File(path)) => manifest_digest(path).map(Some),
    };
    let supersedes = digest_of(&arguments.supersedes)?;
    if let Some(digest) = supersedes {
        warn_of_replacing(home, arguments, digest, context)?;
    }
    let sequence = home.sequence(key.verifying_key().key_id())?;
    let (number, previous) = sequence.next();
    let request = SealRequest {
        package_id: PackageId::from_parts(context.now, random),
        kind: arguments.kind.clone(),
        sender: form.party.clone(),
        recipients,
        period: arguments.period.clone(),
        sealed_at: context.now,
        not_after: context
            .now
            .plus_seconds(i64::from(arguments.valid_days) * DAY),
        sequence: number,
        previous,
        in_reply_to: digest_of(&arguments.in_reply_to)?,
        supersedes,
    };
    if files::is_standard_stream(&arguments.output) {
        let mut spool = SpooledTempFile::new(8 << 20);
        let facts = seal_into(&request, sources, key, &mut spool, context)?;
        sequence.record(&SentPackage::of(&facts, list, amends))?;
        let copied = spool
            .seek(SeekFrom::Start(0))
            .and_then(|_| io::copy(&mut spool, context.stdout()))
            .and_then(|_| context.stdout().flush());
        copied.map_err(|cause| Failure::new(Exit::Environment, "cannot-print").detail(cause))?;
        return Ok(facts);
    }
    let mut pending = PendingFile::create(&arguments.output, Privacy::Public)?;
    let facts = seal_into(&request, sources, key, pending.file(), context)?;
    sequence.record(&SentPackage::of(&facts, list, amends))?;
    pending.commit()?;
    Ok(facts)
}

/// A slip in what is to be replaced leaves two packages in force, or gets this one refused.
fn warn_of_replacing(
    home: &Home,
    arguments: &args::Seal,
    digest: Digest,
    context: &mut Context,
) -> Result<(), Failure> {
    let record = SentRecord::read(&home.sent_path())?;
    let named = record.packages.iter().find(|one| one.manifest == digest);
    match named {
        None => context.warn("seal-supersedes-unrecorded", &[]),
        Some(old) if old.kind != arguments.kind || old.period != arguments.period => {
            context.warn("seal-supersedes-other", &[arg("number", old.sequence)]);
        }
        Some(_) => {}
    }
    Ok(())
}

fn seal_into<W: Write + Seek>(
    request: &SealRequest,
    sources: &mut [OpenSource],
    key: &SigningKey,
    out: W,
    context: &Context,
) -> Result<SealedFacts, Failure> {
    let total = sources.iter().map(|source| source.length).sum();
    let bar = context.bar(total, "bar-seal");
    let mut watched: Vec<_> = sources
        .iter_mut()
        .map(|source| {
            let bytes = Watched::new(&mut source.bytes, bar.clone(), context.interrupt.clone());
            (
                source.name.clone(),
                source.title.clone(),
                source.content.clone(),
                source.length,
                bytes,
            )
        })
        .collect();
    let mut files: Vec<SourceFile<'_>> = watched
        .iter_mut()
        .map(|(name, title, content, length, bytes)| SourceFile {
            name: name.clone(),
            title: title.clone(),
            content: content.clone(),
            length: *length,
            reader: bytes,
        })
        .collect();
    let facts = seal_package(request, &mut files, &[key], out, &Limits::default());
    bar.finish_and_clear();
    Ok(facts?)
}

fn manifest_digest(path: &Path) -> Result<Digest, Failure> {
    Ok(read_package(path)?.untrusted_manifest_digest())
}

fn read_package(path: &Path) -> Result<Sealed<File>, Failure> {
    Sealed::read(files::open(path)?, &Limits::default())
        .map_err(|error| Failure::from(error).at(path))
}
