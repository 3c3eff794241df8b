//! One file per command. Each has a `run`, which prints, over a function that does the work and
//! returns what came of it; the demo calls those.

mod access_log;
mod audit;
mod board;
mod check;
mod compare;
mod completions;
mod countersign;
pub(crate) mod daemon;
mod deleted;
mod demo;
mod desk;
mod doctor;
mod init;
mod inspect;
mod man;
mod open;
pub(crate) mod receipt;
mod registry;
mod report;
mod seal;
mod status;
mod template;
mod trace;
mod urge;
mod verify;

use crate::args::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Context;

/// Carries out one command.
pub(crate) fn run(command: Command, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        Command::Init(arguments) => init::run(arguments, context),
        Command::Registry(command) => registry::run(command, context),
        Command::Template(arguments) => template::run(&arguments, context),
        Command::Check(arguments) => check::run(&arguments, context),
        Command::Compare(arguments) => compare::run(&arguments, context),
        Command::Seal(arguments) => seal::run(&arguments, context),
        Command::Countersign(arguments) => countersign::run(&arguments, context),
        Command::Inspect(arguments) => inspect::run(&arguments, context),
        Command::Verify(arguments) => verify::run(&arguments, context),
        Command::Open(arguments) => open::run(&arguments, context),
        Command::Receipt(command) => receipt::run(&command, context),
        Command::Status(arguments) => status::run(&arguments, context),
        Command::Audit(arguments) => audit::run(&arguments, context),
        Command::Daemon(command) => daemon::run(&command, context),
        Command::Board(arguments) => board::run(&arguments, context),
        Command::Trace(arguments) => trace::run(&arguments, context),
        Command::Report(arguments) => report::run(&arguments, context),
        Command::Urge(arguments) => urge::run(&arguments, context),
        Command::Demo(arguments) => demo::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::Man(arguments) => man::run(&arguments, context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::AccessLog(arguments) => access_log::run(&arguments, context),
    }
}
