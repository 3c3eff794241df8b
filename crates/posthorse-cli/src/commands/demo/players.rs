//! Runs command lines as their users would: the same parser, the same commands, the same output.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::rc::Rc;

use clap::FromArgMatches;
use posthorse_daemon::{Clock as _, FixedClock};
use serde_json::Value;

use crate::args::Cli;
use crate::commands;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::help;
use crate::interrupt::Interrupt;
use crate::language::{Language, Messages};
use crate::output::Context;

/// Whoever sits at a keyboard.
pub(super) struct Players {
    language: Language,
    interrupt: Interrupt,
    clock: Rc<FixedClock>,
}

impl Players {
    pub(super) fn new(language: Language, interrupt: Interrupt, clock: Rc<FixedClock>) -> Self {
        Self {
            language,
            interrupt,
            clock,
        }
    }

    /// Runs one command line that must end well.
    pub(super) fn must<S: AsRef<str>>(&self, line: &[S]) -> Result<(), Failure> {
        match self.json(line)? {
            (Exit::Good, _) => Ok(()),
            (exit, said) => Err(unexpected(line, exit, &said)),
        }
    }

    /// Runs one command line with `--json`, and gives its exit code and its document.
    pub(super) fn json<S: AsRef<str>>(&self, line: &[S]) -> Result<(Exit, Value), Failure> {
        let messages = Messages::load(self.language);
        let words = ["posthorse", "--json"].into_iter();
        let words = words.chain(line.iter().map(AsRef::as_ref));
        let words: Vec<OsString> = words.map(OsString::from).collect();
        let wrong = |error: clap::Error| Failure::new(Exit::Internal, "internal").detail(error);
        let matches = help::command(&messages)
            .try_get_matches_from(words)
            .map_err(wrong)?;
        let cli = Cli::from_arg_matches(&matches).map_err(wrong)?;
        let printed = Printed::default();
        let now = self.clock.now();
        let out = Box::new(printed.clone());
        let mut context = Context::captured(messages, now, self.interrupt.clone(), out);
        let exit = match commands::run(cli.command, &mut context) {
            Ok(exit) => exit,
            Err(failure) if failure.code() == "interrupted" => return Err(failure),
            Err(failure) => context.fail(&failure),
        };
        let said = serde_json::from_slice(&printed.0.borrow())
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        Ok((exit, said))
    }
}

fn unexpected<S: AsRef<str>>(line: &[S], exit: Exit, said: &Value) -> Failure {
    let line: Vec<&str> = line.iter().map(AsRef::as_ref).collect();
    Failure::new(Exit::Refused, "demo").detail(format!(
        "posthorse {}: exit {}: {}",
        line.join(" "),
        exit.code(),
        said["error"]["code"]
    ))
}

/// What a command has printed.
#[derive(Clone, Default)]
struct Printed(Rc<RefCell<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
