//! `posthorse doctor`: what is not in order on this machine, and how to mend it.
//!
//! Probing and judging are parted: `probe*.rs` and `trial.rs` look and gather [`facts`], `judge*.rs`
//! turn facts into findings and touch nothing, so that clocks, disks and file systems can be tried
//! with facts made up. Nothing is changed but the trial's own files, which are taken away again.

mod facts;
mod finding;
mod judge;
mod judge_home;
mod judge_process;
mod judge_share;
mod mounts;
mod probe;
mod probe_home;
mod probe_process;
mod probe_share;
mod probe_state;
mod report;
mod trial;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Context;
use crate::passphrase::Source;

pub(crate) fn run(arguments: &args::Doctor, context: &mut Context) -> Result<Exit, Failure> {
    if arguments.home.is_none() && arguments.config.is_none() && arguments.drop.is_none() {
        return Err(Failure::new(Exit::Usage, "doctor-nothing-named"));
    }
    let places = probe::Places {
        home: arguments.home.clone(),
        config: arguments.config.clone(),
        drop: arguments.drop.clone(),
        passphrase: arguments.passphrase_file.clone().map(Source::File),
    };
    let facts = probe::gather(&places, context);
    let findings = judge::judge(&facts);
    report::print(&findings, &facts, context)
}
