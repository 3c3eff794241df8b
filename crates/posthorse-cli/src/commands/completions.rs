//! `posthorse completions`: what a shell needs to complete this command line.

use serde_json::json;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::help;
use crate::output::{Context, Format};

const NAME: &str = "posthorse";

pub(crate) fn run(arguments: &args::Completions, context: &mut Context) -> Result<Exit, Failure> {
    let mut command = help::command(&context.messages);
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, NAME, &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
    match context.format() {
        Format::Human => context.print(&script)?,
        Format::Json => context.json(&json!({
            "shell": arguments.shell.to_string(),
            "script": script,
        }))?,
    }
    Ok(Exit::Good)
}
