//! `posthorse demo`: a quarter of the notice on a simulated clock, with the very code of the other
//! commands.
//!
//! What should come out is computed from what was made (`lists.rs`, `plan.rs`); what did come out is
//! read from receipts, the ledger and the commands' own JSON. The two are compared, and nothing is
//! taken for granted: one difference, and the demonstration ends with exit 1.

mod attacks;
mod cast;
mod closing;
mod deeds;
mod lists;
mod offices;
mod outcome;
mod plan;
mod players;
mod post;
mod quarter;
mod replies;
mod roster;
mod story;

use std::path::PathBuf;
use std::rc::Rc;

use posthorse_daemon::FixedClock;

use crate::args;
use crate::clock::civil_date;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::kinds;
use crate::language::{Argument, Language, arg};
use crate::output::Context;

use self::deeds::SentList;
use self::outcome::Outcome;
use self::players::Players;
use self::quarter::Todo;
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
    let mut demo = Demo::new(dir, context)?;
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
    clock: Rc<FixedClock>,
    context: &'a mut Context,
    step: &'static str,
    outcomes: Vec<Outcome>,
    story: Story,
    /// How many lists offices have written down, so that each has a name of its own.
    sent_count: usize,
    /// The warning lists sent and not compared yet.
    warned: Vec<lists::Written>,
    sent: Vec<SentList>,
    /// What the education department paid, as it lies there.
    paid: Option<PathBuf>,
    /// The rosters that offices got, the oldest first.
    rosters: Vec<(&'static str, PathBuf)>,
    /// What offices will answer, and when.
    todo: Vec<Todo>,
    late_county_urged: usize,
}

impl<'a> Demo<'a> {
    fn new(dir: PathBuf, context: &'a mut Context) -> Result<Self, Failure> {
        let language = context.messages.language();
        context.now = quarter::morning(plan::QUARTER.0)?;
        let clock = Rc::new(FixedClock::new(context.now));
        Ok(Self {
            players: Players::new(language, context.interrupt.clone(), clock.clone()),
            dir,
            clock,
            context,
            step: "",
            outcomes: Vec::new(),
            story: Story::default(),
            sent_count: 0,
            warned: Vec::new(),
            sent: Vec::new(),
            paid: None,
            rosters: Vec::new(),
            todo: Vec::new(),
            late_county_urged: 0,
        })
    }

    fn play(&mut self) -> Result<(), Failure> {
        self.begin("demo-offices")?;
        self.make_offices()?;
        self.play_quarter()?;
        self.begin("demo-attacks")?;
        self.attack()?;
        self.begin("demo-verified")?;
        self.verify()?;
        self.begin("demo-closed")?;
        self.close()
    }

    fn begin(&mut self, step: &'static str) -> Result<(), Failure> {
        self.step = step;
        let what = self.context.messages.word(step);
        self.context.say("demo-step", &[arg("what", what)])
    }

    /// Writes a line of the diary, under today's date.
    fn tell(&mut self, key: &str, arguments: &[Argument]) -> Result<(), Failure> {
        let what = self.context.messages.text(key, arguments);
        let day = self.today();
        self.context
            .say("demo-diary", &[arg("day", day), arg("what", what)])
    }

    fn set_day(&mut self, day: &str) -> Result<(), Failure> {
        self.context.now = quarter::morning(day)?;
        self.clock.set(self.context.now);
        Ok(())
    }

    /// The day in China, as lists write it.
    fn today(&self) -> String {
        civil_date(self.context.now).to_string()
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

    /// Names are Chinese; whoever reads English gets the ids that packages carry.
    fn called(&self, party: &str) -> String {
        story::office(party, &self.context.messages)
    }

    fn list_called(&self, list: &str) -> String {
        story::list(list, &self.context.messages)
    }

    fn kind_called(&self, kind: &str) -> String {
        match self.context.messages.language() {
            Language::Chinese => kinds::title(kind, &self.context.messages),
            Language::English => kind.to_owned(),
        }
    }
}
