//! How packages travel: written down, sealed, dropped, taken in by the real daemon, fetched, opened.

use std::path::{Path, PathBuf};

use posthorse_daemon::{Mode, RunSummary, Shutdown};

use super::Demo;
use super::cast::{self, COUNTIES, DEPARTMENTS};
use super::lists::{self, Table};
use super::outcome;
use super::replies::{self, Given};
use crate::commands;
use crate::failure::Failure;
use crate::files::{self, Privacy};
use crate::language::Messages;
use crate::output::Context;
use crate::passphrase::Source;

/// A list on its way to the bureau.
pub(super) struct Letter<'a> {
    pub(super) party: &'a str,
    pub(super) kind: &'a str,
    /// Where a kind has several lists, which.
    pub(super) list: Option<&'a str>,
    pub(super) month: Option<&'a str>,
    /// The package that is answered.
    pub(super) in_reply_to: Option<&'a Path>,
    /// Who gets the same package beside the bureau.
    pub(super) also_to: Option<&'a str>,
}

impl<'a> Letter<'a> {
    pub(super) fn of(party: &'a str, kind: &'a str) -> Self {
        Self {
            party,
            kind,
            list: None,
            month: None,
            in_reply_to: None,
            also_to: None,
        }
    }
}

/// Something new in an office's outbox.
pub(super) struct Fetched {
    pub(super) party: &'static str,
    pub(super) kind: String,
    pub(super) path: PathBuf,
}

impl Demo<'_> {
    /// Writes a list down, seals it and drops it; gives the package.
    pub(super) fn send(&mut self, letter: &Letter<'_>, table: &Table) -> Result<PathBuf, Failure> {
        let schema = lists::schema(letter.kind, letter.list)?;
        self.sent_count += 1;
        let name = format!("{:03}-{}.xlsx", self.sent_count, schema.id());
        let folder = Path::new(&self.office(letter.party)).join("lists");
        let file = lists::write(&folder, &name, &schema, table)?;
        self.seal(letter, &file)
    }

    /// Seals a list that lies with its office, has it countersigned where the kind asks for it, and
    /// drops it.
    pub(super) fn seal(&mut self, letter: &Letter<'_>, file: &Path) -> Result<PathBuf, Failure> {
        let home = self.office(letter.party);
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let package = format!("{home}/packages/sent/{stem}.xpkg");
        let file = file.to_string_lossy();
        let mut line = vec![
            "seal",
            "--home",
            &home,
            "--kind",
            letter.kind,
            "--to",
            "bureau",
        ];
        if let Some(list) = letter.list {
            line.extend(["--list", list]);
        }
        if let Some(month) = letter.month {
            line.extend(["--period", month]);
        }
        if let Some(party) = letter.also_to {
            line.extend(["--to", party]);
        }
        let replied = letter.in_reply_to.map(|path| path.to_string_lossy());
        if let Some(replied) = &replied {
            line.extend(["--in-reply-to", replied]);
        }
        line.extend([&file, "-o", &package]);
        self.players.must(&line)?;
        let second = self.office(&cast::second_home(letter.party));
        if letter.kind == "payout_list" {
            self.players
                .must(&["countersign", "--home", &second, &package])?;
        }
        self.drop_in(&package, &format!("{}-{stem}.xpkg", letter.party))?;
        Ok(PathBuf::from(package))
    }

    /// Puts a package into the inbox as a sender does: hidden name, flush, rename.
    pub(super) fn drop_in(&self, package: &str, name: &str) -> Result<(), Failure> {
        let bytes = files::read(Path::new(package))?;
        let target = self.dir.join("drop/inbox").join(name);
        files::write_new(&target, &bytes, Privacy::Public)
    }

    /// One round of the real daemon over the real folder, on this day.
    pub(super) fn daemon(&self) -> Result<RunSummary, Failure> {
        let config = commands::daemon::read_config(&self.dir.join("posthorse.toml"))?;
        let messages = Messages::load(self.context.messages.language());
        let interrupt = self.context.interrupt.clone();
        let quiet = Context::silent(messages, self.context.now, interrupt);
        commands::daemon::work(
            &config,
            &Source::Prompt,
            (&*self.clock, &Shutdown::new()),
            Mode::Once,
            &quiet,
        )
    }

    /// Every office copies what is new in its outbox to its own disk; gives the packages among it.
    pub(super) fn fetch(&self) -> Result<Vec<Fetched>, Failure> {
        let departments = DEPARTMENTS.iter().map(|(party, ..)| *party);
        let parties = departments.chain(COUNTIES.iter().map(|(code, _)| *code));
        let mut packages = Vec::new();
        for party in parties {
            let home = self.office(party);
            for path in outcome::entries(&self.dir.join("drop/outbox").join(party))? {
                let name = path.file_name().unwrap_or_default();
                let is_package = path.extension().is_some_and(|ending| ending == "xpkg");
                let folder = if is_package {
                    "packages/received"
                } else {
                    "receipts"
                };
                let target = Path::new(&home).join(folder).join(name);
                // Everything stays in the outbox: what was fetched before is not fetched again.
                if target.exists() {
                    continue;
                }
                files::write_new(&target, &files::read(&path)?, Privacy::Public)?;
                if is_package {
                    packages.push(self.fetched(party, target)?);
                }
            }
        }
        Ok(packages)
    }

    /// A package as whoever fetched it sees it before opening.
    fn fetched(&self, party: &'static str, path: PathBuf) -> Result<Fetched, Failure> {
        let (_, said) = self.players.json(&["inspect", &path.to_string_lossy()])?;
        let kind = said["untrusted_manifest"]["kind"].as_str();
        Ok(Fetched {
            party,
            kind: kind.unwrap_or_default().to_owned(),
            path,
        })
    }

    /// An office opens a package, and gives the rows of its list.
    pub(super) fn open(&self, party: &str, package: &Path) -> Result<Vec<Given>, Failure> {
        let home = self.office(party);
        let stem = package.file_stem().unwrap_or_default().to_string_lossy();
        let folder = format!("{home}/opened/{stem}");
        if !Path::new(&folder).exists() {
            let package = package.to_string_lossy();
            let line = ["open", "--home", &home, &package, "-o", &folder];
            self.players.must(&line)?;
        }
        replies::given(Path::new(&folder))
    }
}
