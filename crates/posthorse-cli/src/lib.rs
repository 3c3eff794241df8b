//! The command line `posthorse`: the only crate that prints.
//!
//! `main.rs` calls [`run`]. The command tree (`args.rs`) touches no system; each command stands in
//! its own file under `commands/`; every sentence stands in `locales/`, once in each language;
//! `files.rs` alone gives names to files, `clock.rs` alone reads the clock.

mod access_log;
mod args;
mod clock;
mod commands;
mod confirm;
mod examples;
mod exit;
mod failure;
mod files;
mod help;
mod home;
mod interrupt;
mod kinds;
mod language;
mod lists;
mod moment;
mod opened_record;
mod output;
mod passphrase;
mod refusals;
mod rulebook;
mod sent_record;
mod suggest;
mod workbooks;

use std::ffi::OsString;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::output::{Context, Format};

pub use crate::examples::{ALL as EXAMPLES, Example};
pub use crate::exit::Exit;
pub use crate::failure::Failure;
pub use crate::help::command;
pub use crate::language::{Language, Messages};

/// Runs the program with these arguments, the first of which is its own name.
#[must_use]
pub fn run(arguments: &[OsString]) -> Exit {
    let messages = Messages::load(Language::choose(arguments));
    let format = match arguments.iter().any(|argument| argument == "--json") {
        true => Format::Json,
        false => Format::Human,
    };
    let parsed = help::command(&messages).try_get_matches_from(arguments);
    let mut context = match Context::standard(messages, format) {
        Ok(context) => context,
        Err(stop) => return output::fail_without_context(&stop.0, &stop.1),
    };
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return answer_usage(&error, &mut context),
    };
    match commands::run(cli.command, &mut context) {
        Ok(exit) => exit,
        Err(failure) => context.fail(&failure),
    }
}

/// Help and version are answers; everything else that clap says is a usage error.
fn answer_usage(error: &clap::Error, context: &mut Context) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match context.print(&error.render().to_string()) {
                Ok(()) => Exit::Good,
                Err(failure) => failure.exit(),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            context.warn_line(error.render().to_string().trim_end());
            Exit::Usage
        }
        _ => context.fail(&help::usage_failure(error)),
    }
}
