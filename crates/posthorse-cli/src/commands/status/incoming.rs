//! What lies in an office's outbox for it: answered, opened, or neither.

use std::path::{Path, PathBuf};

use posthorse_package::{Digest, PartyId, Timestamp};

use crate::failure::{Failure, shown};
use crate::kinds;
use crate::language::arg;
use crate::moment;
use crate::opened_record::OpenedPackage;
use crate::output::{Context, Mark};
use crate::sent_record::SentPackage;

/// A package that lies in the office's outbox.
pub(super) struct Incoming {
    pub(super) path: PathBuf,
    pub(super) manifest: Digest,
    pub(super) kind: String,
    pub(super) sender: PartyId,
    /// What the registry calls the sender.
    pub(super) sender_name: String,
    pub(super) sealed_at: Timestamp,
    /// When this home opened it first, if it did.
    pub(super) opened_at: Option<Timestamp>,
    pub(super) answered: bool,
}

impl Incoming {
    /// Tells it, and how it is opened if it never was.
    pub(super) fn print(&self, home: &Path, context: &mut Context) -> Result<(), Failure> {
        let said = [
            arg("path", shown(&self.path)),
            arg("kind", kinds::title(&self.kind, &context.messages)),
            arg("sender", self.sender_name.clone()),
            arg("sealed", moment::shown(self.sealed_at)),
            arg(
                "opened",
                self.opened_at.map(moment::shown).unwrap_or_default(),
            ),
        ];
        let key = match self.opened_at {
            Some(_) => "status-incoming-opened",
            None => "status-incoming",
        };
        let text = context.messages.text(key, &said);
        context.marked(Mark::Warning, &text)?;
        self.print_how_to_open(home, context)
    }

    /// Tells how it is opened, if this home never opened it.
    pub(super) fn print_how_to_open(
        &self,
        home: &Path,
        context: &mut Context,
    ) -> Result<(), Failure> {
        if self.opened_at.is_some() {
            return Ok(());
        }
        let said = [arg("path", shown(&self.path)), arg("home", shown(home))];
        let hint = context.messages.text("status-incoming-hint", &said);
        context.say("failure-hint", &[arg("hint", hint)])
    }
}

/// What the office has replied to needs nothing more; what it has opened needs no opening.
pub(super) fn mark_known(
    mut incoming: Vec<Incoming>,
    sent: &[SentPackage],
    opened: &[OpenedPackage],
) -> Vec<Incoming> {
    for one in &mut incoming {
        one.opened_at = opened
            .iter()
            .find(|package| package.manifest == one.manifest)
            .map(|package| package.opened_at);
        one.answered = sent
            .iter()
            .any(|reply| reply.in_reply_to == Some(one.manifest));
    }
    incoming
}
