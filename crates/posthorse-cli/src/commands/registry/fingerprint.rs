//! Comparing fingerprints: what was heard over the telephone against what the keys give.

use std::io::{self, BufRead, IsTerminal, Write};

use posthorse_package::Fingerprint;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::arg;
use crate::output::Context;

/// Compares the fingerprint that was heard with the one of the keys at hand.
pub(super) fn compare(heard: &Fingerprint, computed: &Fingerprint) -> Result<(), Failure> {
    if heard == computed {
        return Ok(());
    }
    Err(Failure::new(Exit::Refused, "fingerprint-differs").with("computed", computed))
}

/// Asks at the terminal whether the fingerprint is the one that was heard.
pub(super) fn confirm(
    key: &str,
    name: &str,
    fingerprint: &Fingerprint,
    context: &mut Context,
) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(Exit::Usage, "fingerprint-needed").with("computed", fingerprint));
    }
    let question = context.messages.text(
        key,
        &[
            arg("name", name.to_owned()),
            arg("fingerprint", fingerprint.to_string()),
        ],
    );
    context.warn_line(&question);
    io::stderr().flush().ok();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|cause| Failure::new(Exit::Environment, "cannot-read-answer").detail(cause))?;
    match answer.trim() {
        "yes" | "是" => Ok(()),
        _ => Err(Failure::new(Exit::Refused, "fingerprint-not-confirmed")),
    }
}
