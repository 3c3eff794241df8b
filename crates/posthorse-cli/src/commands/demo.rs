//! `posthorse demo`: the main job from end to end, with the very code of the other commands.
//!
//! What should come out is computed from what was made (`lists.rs`); what did come out is read from
//! receipts, the ledger and the commands' own JSON. The two are compared, and nothing is taken for
//! granted: one difference, and the demonstration ends with exit 1.

mod attacks;
mod cast;
mod exchange;
mod lists;
mod offices;
mod outcome;
mod players;
mod story;

use std::path::PathBuf;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::language::arg;
use crate::output::Context;

use self::cast::{COUNTIES, DEPARTMENTS};
use self::outcome::Outcome;
use self::players::Players;
use self::story::Story;

pub(crate) fn run(arguments: &args::Demo, context: &mut Context) -> Result<Exit, Failure> {
    let temporary;
    let dir = match &arguments.dir {
        Some(dir) => {
            files::refuse_full_folder(dir)?;
            dir.clone()
        }
        None => {
            temporary = tempfile::tempdir()
                .map_err(|error| Failure::new(Exit::Environment, "demo-folder").detail(error))?;
            temporary.path().to_owned()
        }
    };
    let mut demo = Demo::new(dir, context);
    demo.play()?;
    let Demo {
        story, outcomes, ..
    } = demo;
    let exit = outcome::exit(&outcomes);
    story.tell(context)?;
    outcome::tell(&outcomes, context)?;
    context.json(&story.to_json(arguments.dir.as_deref(), &outcomes, exit))?;
    match (exit, &arguments.dir) {
        (Exit::Good, Some(dir)) => {
            context.say("demo-done-kept", &[arg("path", shown(dir))])?;
        }
        (Exit::Good, None) => context.say("demo-done", &[])?,
        _ => context.warn("demo-differs", &[]),
    }
    Ok(exit)
}

/// The folders of a demonstration, and what it has found so far.
struct Demo<'a> {
    dir: PathBuf,
    players: Players,
    context: &'a mut Context,
    step: &'static str,
    outcomes: Vec<Outcome>,
    story: Story,
    sent: Vec<lists::Written>,
}

impl<'a> Demo<'a> {
    fn new(dir: PathBuf, context: &'a mut Context) -> Self {
        let language = context.messages.language();
        Self {
            players: Players::new(language, context.interrupt.clone()),
            dir,
            context,
            step: "",
            outcomes: Vec::new(),
            story: Story::default(),
            sent: Vec::new(),
        }
    }

    fn play(&mut self) -> Result<(), Failure> {
        self.begin("demo-offices")?;
        self.make_offices()?;
        self.begin("demo-lists")?;
        self.seal_lists()?;
        self.begin("demo-routed")?;
        self.route()?;
        self.begin("demo-answered")?;
        self.answer()?;
        self.begin("demo-attacks")?;
        self.attack()?;
        self.begin("demo-verified")?;
        self.verify()
    }

    fn begin(&mut self, step: &'static str) -> Result<(), Failure> {
        self.step = step;
        let what = self.context.messages.word(step);
        self.context.say("demo-step", &[arg("what", what)])
    }

    /// Compares what was found with what had to come of it.
    fn expect(&mut self, what: impl Into<String>, expected: impl ToString, found: impl ToString) {
        self.outcomes.push(Outcome {
            step: self.step,
            what: what.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    fn path(&self, relative: &str) -> String {
        self.dir.join(relative).to_string_lossy().into_owned()
    }

    fn office(&self, party: &str) -> String {
        self.path(&format!("offices/{party}"))
    }

    fn registry(&self) -> String {
        self.path("drop/registry/registry.json")
    }

    /// Whoever holds the registry, and no key, looks at every package and receipt there is.
    fn verify(&mut self) -> Result<(), Failure> {
        let registry = self.registry();
        let [outbox, archive, offices] =
            ["drop/outbox", "state/archive", "offices"].map(|folder| self.path(folder));
        let line = [
            "verify",
            "--registry",
            &registry,
            &outbox,
            &archive,
            &offices,
        ];
        let (_, said) = self.players.json(&line)?;
        let count = |of: &str| {
            let results = said["results"].as_array().into_iter().flatten();
            results.filter(|result| result["type"] == of).count()
        };
        let (packages, receipts) = (count("package"), count("receipt"));
        // Every sender's package lies with it and in the archive; every answer in the outbox, with
        // its receiver and in the archive; receipts in the outbox and with their receivers.
        let sealed = DEPARTMENTS.len() + 1;
        let returned = self.sent.iter().filter(|list| list.faulty > 0).count();
        let answers = COUNTIES.len() + returned;
        // How its warnings ended lies in each department's outbox and in the archive.
        let told = DEPARTMENTS.len();
        let expected = 2 * (sealed + told) + 3 * answers;
        self.expect("packages verified", expected, packages);
        self.expect("receipts verified", 2 * sealed, receipts);
        self.expect("not good", 0, &said["refused"]);
        self.story.verified(packages, receipts, &said["refused"]);
        Ok(())
    }
}
