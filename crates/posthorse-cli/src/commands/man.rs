//! `posthorse man`: manual pages, one a command, from the very texts of `--help`.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use serde_json::json;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::help;
use crate::language::{Messages, arg};
use crate::output::{Context, Format};

/// The headings that the generator writes, and the key of each in the reader's language.
const HEADINGS: [(&str, &str); 7] = [
    (".SH NAME", "man-name"),
    (".SH SYNOPSIS", "man-synopsis"),
    (".SH DESCRIPTION", "man-description"),
    (".SH OPTIONS", "man-options"),
    (".SH SUBCOMMANDS", "man-commands"),
    (".SH EXTRA", "man-examples"),
    (".SH VERSION", "man-version"),
];

pub(crate) fn run(arguments: &args::Man, context: &mut Context) -> Result<Exit, Failure> {
    let command = help::command(&context.messages);
    let mut pages = Vec::new();
    collect(&command, &context.messages, &mut pages)?;
    match &arguments.dir {
        None => show(pages, context),
        Some(dir) => write(dir, &pages, context),
    }
}

/// A manual page, by the name that `man` looks it up under.
struct Page {
    name: String,
    text: String,
}

fn collect(command: &Command, messages: &Messages, pages: &mut Vec<Page>) -> Result<(), Failure> {
    let internal = |error: &dyn std::fmt::Display| {
        Failure::new(Exit::Internal, "internal").detail(error.to_string())
    };
    let man = Man::new(command.clone());
    let mut bytes = Vec::new();
    man.render(&mut bytes).map_err(|error| internal(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| internal(&error))?;
    let name = man.get_filename();
    let lines =
        text.lines().map(
            |line| match HEADINGS.iter().find(|(heading, _)| *heading == line) {
                Some((_, key)) => format!(".SH {}\n", messages.word(key)),
                None => format!("{line}\n"),
            },
        );
    pages.push(Page {
        name,
        text: lines.collect(),
    });
    for sub in command.get_subcommands() {
        collect(sub, messages, pages)?;
    }
    Ok(())
}

fn show(pages: Vec<Page>, context: &mut Context) -> Result<Exit, Failure> {
    // The first page is the program's own; it names the others.
    let Some(first) = pages.into_iter().next() else {
        return Err(Failure::new(Exit::Internal, "internal"));
    };
    match context.format() {
        Format::Human => context.print(&first.text)?,
        Format::Json => context.json(&json!({ "page": first.name, "text": first.text }))?,
    }
    Ok(Exit::Good)
}

fn write(dir: &Path, pages: &[Page], context: &mut Context) -> Result<Exit, Failure> {
    files::create_folder(dir)?;
    let paths: Vec<_> = pages.iter().map(|page| dir.join(&page.name)).collect();
    for path in &paths {
        files::refuse_existing(path)?;
    }
    for (path, page) in paths.iter().zip(pages) {
        files::write_new(path, page.text.as_bytes(), Privacy::Public)?;
    }
    let shown_paths: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    context.json(&json!({ "dir": shown(dir), "pages": shown_paths }))?;
    context.say(
        "man-done",
        &[arg("count", paths.len() as u64), arg("path", shown(dir))],
    )?;
    Ok(Exit::Good)
}
