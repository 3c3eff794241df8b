//! Asks before what cannot be undone or unseen.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::Argument;
use crate::output::Context;

/// Whether somebody sits there who can be asked.
pub(crate) fn somebody_is_there() -> bool {
    io::stdin().is_terminal()
}

/// Asks, and takes “yes” or “是” alone for one.
pub(crate) fn confirmed(
    question: &str,
    arguments: &[Argument],
    context: &mut Context,
) -> Result<bool, Failure> {
    let question = context.messages.text(question, arguments);
    context.warn_line(&question);
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|cause| Failure::new(Exit::Environment, "cannot-read-answer").detail(cause))?;
    Ok(["yes", "是"].contains(&answer.trim()))
}
