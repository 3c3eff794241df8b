//! `posthorse registry rules`: the data files that the next version of a registry puts into force.
//! They are judged, alone and together, before anybody signs.

use std::path::Path;

use posthorse_domain::{Rulebook, built_in_rule_file, identify_rule_file};
use posthorse_package::{RuleEntry, RuleFile, RuleFileName};
use serde_json::json;

use super::draft::{self, Draft};
use super::report_draft;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home;
use crate::language::arg;
use crate::output::{Context, Format};
use crate::rulebook;

pub(super) fn run(command: &args::RegistryRules, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        args::RegistryRules::Add(arguments) => add(arguments, context),
        args::RegistryRules::Remove(arguments) => remove(arguments, context),
        args::RegistryRules::Show(arguments) => show(arguments, context),
    }
}

fn add(arguments: &args::RulesAdd, context: &mut Context) -> Result<Exit, Failure> {
    let registry = &arguments.registry;
    let mut draft = Draft::of(registry, context.now)?;
    let mut files = rulebook::read(&draft.document.rules, &rulebook::folder_beside(registry))?;
    let before = in_force(registry)?;
    for path in &arguments.files {
        let file = offered(path, &files, &before)?;
        let name = &file.entry().file;
        files.retain(|other| other.entry().file != *name);
        files.push(file);
    }
    put(&mut draft, files, &before, registry)?;
    report_draft(&draft, context)
}

fn remove(arguments: &args::RulesRemove, context: &mut Context) -> Result<Exit, Failure> {
    let registry = &arguments.registry;
    let mut draft = Draft::of(registry, context.now)?;
    let mut files = rulebook::read(&draft.document.rules, &rulebook::folder_beside(registry))?;
    for name in &arguments.names {
        let count = files.len();
        files.retain(|file| file.entry().file != *name);
        if files.len() == count {
            return Err(Failure::new(Exit::Refused, "rules-not-named").with("file", name));
        }
    }
    let before = in_force(registry)?;
    put(&mut draft, files, &before, registry)?;
    report_draft(&draft, context)
}

/// The rules that the next version must follow.
fn in_force(registry: &Path) -> Result<Rulebook, Failure> {
    match registry.exists() {
        true => rulebook::of(&home::read_registry(registry)?, registry),
        false => rulebook::built_in(),
    }
}

/// A file as it would be named. The table of areas does not say its version: it gets the next one.
fn offered(path: &Path, drafted: &[RuleFile], before: &Rulebook) -> Result<RuleFile, Failure> {
    let bytes = files::read(path)?;
    let facts = identify_rule_file(&shown(path), &bytes)
        .map_err(|error| rulebook::refused(&error).at(path))?;
    let version = facts.version.unwrap_or_else(|| {
        let mut versions = before.versions();
        let held = versions.find(|(file, _)| **file == facts.file);
        let next = held.map_or(1, |(_, version)| version + 1);
        let mut drafted = drafted.iter().map(RuleFile::entry);
        let drafted = drafted.find(|entry| entry.file == facts.file);
        drafted.map_or(next, |entry| entry.version.max(next))
    });
    Ok(RuleFile::new(facts.file, version, bytes))
}

/// Puts files into the draft, if together they are rules that may follow those in force.
fn put(
    draft: &mut Draft,
    mut files: Vec<RuleFile>,
    before: &Rulebook,
    registry: &Path,
) -> Result<(), Failure> {
    let rules = rulebook::made_of(&files)?;
    rules
        .follows(before)
        .map_err(|error| rulebook::refused(&error))?;
    rulebook::keep(&files, &rulebook::folder_beside(registry))?;
    files.sort_by(|a, b| a.entry().file.cmp(&b.entry().file));
    draft.document.rules = files.iter().map(|file| file.entry().clone()).collect();
    draft.save()
}

fn show(arguments: &args::RulesShow, context: &mut Context) -> Result<Exit, Failure> {
    let entries = match &arguments.registry {
        Some(registry) => Draft::read(&newest(registry))?.document.rules,
        None => Vec::new(),
    };
    match &arguments.name {
        Some(name) => print(name, &entries, arguments.registry.as_deref(), context),
        None => list(&entries, arguments.registry.as_deref(), context),
    }
}

/// The draft, while there is one: what is asked is what the next version will say.
fn newest(registry: &Path) -> std::path::PathBuf {
    let draft = draft::path_beside(registry);
    match draft.exists() {
        true => draft,
        false => registry.to_owned(),
    }
}

fn print(
    name: &RuleFileName,
    entries: &[RuleEntry],
    registry: Option<&Path>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let entry = entries.iter().find(|entry| entry.file == *name);
    let bytes = match (entry, registry) {
        (Some(entry), Some(registry)) => {
            let one = std::slice::from_ref(entry);
            let mut files = rulebook::read(one, &rulebook::folder_beside(registry))?;
            files.pop().map(|file| file.bytes().to_vec())
        }
        _ => built_in_rule_file(name).map(<[u8]>::to_vec),
    };
    let unknown = || Failure::new(Exit::Usage, "no-rule-file").with("file", name);
    let text = String::from_utf8(bytes.ok_or_else(unknown)?)
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
    match context.format() {
        Format::Human => context.print(&text)?,
        Format::Json => context.json(&json!({ "file": name, "text": text }))?,
    }
    Ok(Exit::Good)
}

fn list(
    entries: &[RuleEntry],
    registry: Option<&Path>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let rules = match registry {
        Some(registry) => rulebook::made_of(&rulebook::read(
            entries,
            &rulebook::folder_beside(registry),
        )?)?,
        None => rulebook::built_in()?,
    };
    let is_named = |file: &RuleFileName| entries.iter().any(|entry| entry.file == *file);
    let documents: Vec<_> = rules
        .versions()
        .map(|(file, version)| {
            json!({ "file": file, "version": version, "built_in": !is_named(file) })
        })
        .collect();
    context.json(&json!({ "rules": documents }))?;
    let header = [
        "column-rule-file",
        "column-rule-version",
        "column-rule-origin",
    ];
    let header = header.map(|key| context.messages.word(key));
    let rows: Vec<Vec<String>> = rules
        .versions()
        .map(|(file, version)| {
            let origin = match is_named(file) {
                true => "rule-origin-registry",
                false => "rule-origin-built-in",
            };
            let origin = context.messages.word(origin);
            vec![file.to_string(), version.to_string(), origin]
        })
        .collect();
    context.table(&header, &rows)?;
    let count = arg("count", entries.len());
    context.say("rules-shown", &[count])?;
    Ok(Exit::Good)
}
