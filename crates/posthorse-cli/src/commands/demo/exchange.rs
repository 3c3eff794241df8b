//! What the offices do week by week: lists go in, answers and receipts come back.

use std::path::Path;

use posthorse_daemon::{Mode, RunSummary, Shutdown};

use super::Demo;
use super::cast::{ANSWERING_COUNTY, COUNTIES, DEPARTMENTS};
use super::lists;
use super::outcome::{self, Books};
use crate::commands;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::language::Messages;
use crate::output::Context;
use crate::passphrase::Source;

impl Demo<'_> {
    /// The departments write their lists down, check them, seal them and drop them.
    pub(super) fn seal_lists(&mut self) -> Result<(), Failure> {
        let now = self.context.now;
        let period = lists::month(now);
        for (at, (party, _, list)) in DEPARTMENTS.into_iter().enumerate() {
            let home = self.office(party);
            let folder = Path::new(&home).join("lists");
            let written = lists::write(&folder, at, list, now)?;
            let file = written.path.to_string_lossy().into_owned();
            // Faults in rows do not stop a clerk: the bureau sends those rows back.
            let (_, report) =
                self.players
                    .json(&["check", "--kind", "warning_list", "--list", list, &file])?;
            self.expect(
                format!("{party} faulty rows"),
                written.faulty,
                &report["rejected"],
            );
            let package = format!("{home}/packages/sent/{list}.xpkg");
            self.players.must(&[
                "seal",
                "--home",
                &home,
                "--kind",
                "warning_list",
                "--list",
                list,
                "--to",
                "bureau",
                "--period",
                &period,
                &file,
                "-o",
                &package,
            ])?;
            self.drop_in(&package, &format!("{party}.xpkg"))?;
            self.sent.push(written);
        }
        Ok(())
    }

    /// Puts a package into the inbox as a sender does: hidden name, flush, rename.
    pub(super) fn drop_in(&self, package: &str, name: &str) -> Result<(), Failure> {
        let bytes = files::read(Path::new(package))?;
        let target = self.dir.join("drop/inbox").join(name);
        files::write_new(&target, &bytes, files::Privacy::Public)
    }

    /// One round of the real daemon over the real folder.
    pub(super) fn daemon(&self) -> Result<RunSummary, Failure> {
        let config = commands::daemon::read_config(&self.dir.join("posthorse.toml"))?;
        let messages = Messages::load(self.context.messages.language());
        let interrupt = self.context.interrupt.clone();
        let quiet = Context::silent(messages, self.context.now, interrupt);
        commands::daemon::work(
            &config,
            &Source::Prompt,
            &Shutdown::new(),
            Mode::Once,
            &quiet,
        )
    }

    /// The daemon takes everything in; every department and county fetches what is for it.
    pub(super) fn route(&mut self) -> Result<(), Failure> {
        self.daemon()?;
        let books = Books::open(&self.dir)?;
        self.expect("verdicts", DEPARTMENTS.len(), books.packages.len());
        for written in std::mem::take(&mut self.sent) {
            let package = books.package(written.party)?;
            let verdict = &package.verdict;
            let found = format!("{}+{}", verdict.accepted, verdict.rejected);
            let expected = format!("{}+{}", written.rows - written.faulty, written.faulty);
            self.expect(
                format!("{} accepted+returned", written.party),
                expected,
                found,
            );
            self.fetch(written.party)?;
            let code = if written.faulty > 0 {
                "rows-returned"
            } else {
                "accepted"
            };
            self.check_receipt(written.party, code)?;
            let returned = self.open_returned(written.party)?;
            self.expect(
                format!("{} returned packages", written.party),
                u64::from(written.faulty > 0),
                returned,
            );
            self.story.add_package(written.party, written.list, package);
            self.sent.push(written);
        }
        let expected = lists::people_by_county(&self.sent);
        self.expect("counties served", COUNTIES.len(), books.dispatches.len());
        let unserved = lists::rows_of_no_office(&self.sent);
        self.expect("rows of no county", unserved, books.unrouted);
        self.story.unrouted = books.unrouted;
        for (code, _) in COUNTIES {
            let people = books.people_sent_to(code);
            self.expect(
                format!("people for {code}"),
                expected.get(code).map_or(0, |people| people.len() as u64),
                people,
            );
            self.fetch(code)?;
            self.story.add_county(code, people);
        }
        Ok(())
    }

    /// An office copies what lies in its outbox to its own disk.
    fn fetch(&self, party: &str) -> Result<(), Failure> {
        let outbox = self.dir.join("drop/outbox").join(party);
        let home = self.office(party);
        for path in outcome::entries(&outbox)? {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let folder = if name.ends_with(".xpkg") {
                "packages/received"
            } else {
                "receipts"
            };
            let target = Path::new(&home).join(folder).join(&name);
            // Receipts and packages stay in the outbox: what was fetched before is not fetched again.
            if !target.exists() {
                files::write_new(&target, &files::read(&path)?, files::Privacy::Public)?;
            }
        }
        Ok(())
    }

    /// The newest receipt of an office verifies and says this.
    fn check_receipt(&mut self, party: &str, code: &str) -> Result<(), Failure> {
        let folder = Path::new(&self.office(party)).join("receipts");
        let receipts = outcome::entries(&folder)?;
        self.expect(format!("{party} receipts"), 1, receipts.len());
        let registry = self.registry();
        for receipt in receipts {
            let receipt = receipt.to_string_lossy().into_owned();
            let line = ["receipt", "verify", "--registry", &registry, &receipt];
            let (_, said) = self.players.json(&line)?;
            let found = said["receipts"][0]["receipt"]["code"].as_str();
            self.expect(
                format!("{party} receipt"),
                code,
                found.unwrap_or("no receipt"),
            );
        }
        Ok(())
    }

    /// A department opens what came back to it, and gives how many packages that were.
    fn open_returned(&self, party: &str) -> Result<u64, Failure> {
        let home = self.office(party);
        let (registry, identity) = (self.registry(), format!("{home}/identity.txt"));
        let mut opened = 0;
        for package in outcome::entries(&Path::new(&home).join("packages/received"))? {
            let package = package.to_string_lossy().into_owned();
            opened += 1;
            let folder = format!("{home}/returned-{opened}");
            self.players.must(&[
                "open",
                "--registry",
                &registry,
                "--identity",
                &identity,
                &package,
                "-o",
                &folder,
            ])?;
        }
        Ok(opened)
    }

    /// One county opens its package, answers for everybody in it and sends the answer back.
    pub(super) fn answer(&mut self) -> Result<(), Failure> {
        let county = ANSWERING_COUNTY;
        let (home, registry) = (self.office(county), self.registry());
        let received = outcome::entries(&Path::new(&home).join("packages/received"))?;
        let [package] = received.as_slice() else {
            return Err(Failure::new(Exit::Refused, "demo").detail("no package for the county"));
        };
        let package = package.to_string_lossy().into_owned();
        let (identity, opened) = (format!("{home}/identity.txt"), format!("{home}/opened"));
        self.players.must(&[
            "open",
            "--registry",
            &registry,
            "--identity",
            &identity,
            &package,
            "-o",
            &opened,
        ])?;
        let folder = Path::new(&home).join("lists");
        let filled = lists::fill_in(Path::new(&opened), &folder, self.context.now)?;
        let told = lists::people_by_county(&self.sent);
        let people = told.get(county).map_or(0, |people| people.len());
        self.expect("people in the opened package", people, filled.rows);
        let file = filled.path.to_string_lossy().into_owned();
        let answer = format!("{home}/packages/sent/answer.xpkg");
        self.players.must(&[
            "seal",
            "--home",
            &home,
            "--kind",
            "verification_result",
            "--list",
            "核实结果",
            "--to",
            "bureau",
            "--in-reply-to",
            &package,
            &file,
            "-o",
            &answer,
        ])?;
        self.drop_in(&answer, "answer.xpkg")?;
        self.daemon()?;
        let books = Books::open(&self.dir)?;
        let package = books.package(county)?;
        self.expect("answers taken", people, package.verdict.accepted);
        self.fetch(county)?;
        self.check_receipt(county, "accepted")?;
        self.story
            .add_package(county, "verification-result", package);
        Ok(())
    }
}
