//! The bureau's roster in use: the newest that was screened, in memory while it is needed, and
//! sent to every office that may compare with it (spec/comparison-v1.md, section 9).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::rc::Rc;

use posthorse_domain::{Date, RosterIndex, RosterPerson, read_roster};
use posthorse_ledger::{RosterRow, RosterSendingRecord};
use posthorse_package::{Digest, KindName, Party, Role, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::{Critical, state};
use crate::private_copy::measure;
use crate::screening::{Glimpse, ROSTER};
use crate::staging::{Letter, OutgoingFile};
use crate::telemetry;
use crate::verdict::name;

/// The roster in use.
pub(crate) struct CurrentRoster {
    /// The digest of its bytes.
    pub(crate) file: Digest,
    /// The day of which it counts.
    pub(crate) day: Date,
    /// Everybody on it.
    pub(crate) index: RosterIndex,
}

/// Which rosters lie in the state folder, and the one that is in memory: never two of them.
#[derive(Default)]
pub(crate) struct RosterShelf {
    /// The files that this run has looked at.
    pub(crate) seen: BTreeSet<Glimpse>,
    /// Under which name each one's bytes lie.
    pub(crate) files: BTreeMap<Digest, OsString>,
    held: RefCell<Option<Rc<CurrentRoster>>>,
    /// Of which roster it was said that its file is gone.
    told_missing: RefCell<Option<Digest>>,
}

impl RosterShelf {
    /// Frees the memory for another roster.
    pub(crate) fn clear(&self) {
        self.held.replace(None);
    }

    fn hold(&self, roster: CurrentRoster) -> Rc<CurrentRoster> {
        let roster = Rc::new(roster);
        self.held.replace(Some(Rc::clone(&roster)));
        self.told_missing.replace(None);
        roster
    }

    fn tell_missing(&self, file: &Digest) {
        if self.told_missing.replace(Some(*file)) != Some(*file) {
            telemetry::roster_missing(file);
        }
    }
}

impl Bureau<'_> {
    /// Keeps a roster that was just read, if it is the one in use.
    pub(crate) fn keep_roster(&self, file: Digest, index: RosterIndex) -> Result<(), Critical> {
        if let Some(row) = self.ledger.current_roster()?
            && row.file == file
        {
            let day = row.day;
            self.rosters.hold(CurrentRoster { file, day, index });
        }
        Ok(())
    }

    /// The roster in use, read again if it is not in memory; none if there never was one, or if
    /// its file was taken away. An older one does not take its place: whoever was added since
    /// would be taken for somebody who is not on the roster.
    pub(crate) fn roster(&self) -> Result<Option<Rc<CurrentRoster>>, Critical> {
        let Some(row) = self.ledger.current_roster()? else {
            return Ok(None);
        };
        let held = self.rosters.held.borrow().clone();
        if let Some(held) = held.filter(|held| held.file == row.file) {
            return Ok(Some(held));
        }
        self.rosters.clear();
        let read = self.read_again(&row)?;
        if read.is_none() {
            self.rosters.tell_missing(&row.file);
        }
        Ok(read.map(|roster| self.rosters.hold(roster)))
    }

    fn read_again(&self, row: &RosterRow) -> Result<Option<CurrentRoster>, Critical> {
        let Some(file_name) = self.rosters.files.get(&row.file) else {
            return Ok(None);
        };
        let path = self.folders.rosters().join(file_name);
        let open = || match File::open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(state("open a roster")(error)),
        };
        let (Some(to_measure), Some(to_read)) = (open()?, open()?) else {
            return Ok(None);
        };
        let (digest, _) = measure(to_measure).map_err(state("read a roster"))?;
        if digest != row.file {
            return Ok(None);
        }
        // As of the day on which it came: the same rows are taken as then.
        let today = date_in_china(row.arrived_at);
        let schema = self.list_of(&name(ROSTER)?)?;
        let reading = read_roster(schema, today, &file_name.to_string_lossy(), to_read);
        let reading = reading.ok().filter(|reading| reading.report.is_usable());
        Ok(reading.map(|reading| CurrentRoster {
            file: row.file,
            day: row.day,
            index: reading.index,
        }))
    }

    /// Sends the roster in use to the next office that has a way for it and does not have it;
    /// says whether there was one. One office a round: a roster of a whole city takes its time,
    /// and the inbox is looked at between two of them.
    pub(crate) fn send_roster(&mut self) -> Result<bool, Critical> {
        let Some(current) = self.ledger.current_roster()? else {
            return Ok(false);
        };
        let (kind, now) = (name(ROSTER)?, self.now());
        let have = self.ledger.roster_recipients(&current.file)?;
        let mut parties = self.registry.parties().iter();
        let next = parties.find(|party| {
            self.has_way(&kind, party)
                && !have.contains(&party.id)
                && party.recipients_at(now).next().is_some()
        });
        let Some(to) = next.cloned() else {
            return Ok(false);
        };
        let Some(roster) = self.roster()? else {
            return Ok(false);
        };
        self.send_roster_to(&roster, kind, &to, now)?;
        Ok(true)
    }

    fn has_way(&self, kind: &KindName, party: &Party) -> bool {
        let ways = self.rules.casework().kinds().get(kind);
        let mut ways = ways.into_iter().flat_map(|kind| kind.ways());
        ways.any(|way| {
            way.from().contains(&Role::Bureau) && way.to().iter().any(|role| party.is(*role))
        })
    }

    fn send_roster_to(
        &mut self,
        roster: &CurrentRoster,
        kind: KindName,
        to: &Party,
        now: Timestamp,
    ) -> Result<(), Critical> {
        let today = date_in_china(now);
        if is_stale(roster.day, today) {
            telemetry::roster_stale(&roster.file, &roster.day.to_string());
        }
        let (people, file) = self.roster_for(roster, &kind, to)?;
        let sealed = if people == 0 {
            None
        } else {
            let mut chain = self
                .ledger
                .own_chain(&self.keys.signing.verifying_key().key_id())?;
            let letter = Letter {
                kind,
                to,
                period: roster.day.to_string()[..7].parse().ok(),
                in_reply_to: None,
                sealed_at: now,
            };
            Some(self.seal_and_stage(&mut chain, letter, vec![file])?)
        };
        self.ledger.record_roster_sending(&RosterSendingRecord {
            at: now,
            file: roster.file,
            party: to.id.clone(),
            sealed,
            people,
        })?;
        telemetry::roster_sent(&to.id, &roster.file, people);
        self.summary.rosters += u64::from(people > 0);
        Ok(())
    }

    /// The rows that are an office's, and how many: a county's own people, everybody for a
    /// department.
    fn roster_for(
        &self,
        roster: &CurrentRoster,
        kind: &KindName,
        to: &Party,
    ) -> Result<(u64, OutgoingFile), Critical> {
        let schema = self.list_of(kind)?;
        let as_of = schema.position("as_of");
        let is_county = to.is(Role::County);
        let is_theirs = |person: &RosterPerson<'_>| {
            let code = person.county();
            let has = |code: &str| to.counties.iter().any(|own| own == code);
            !is_county || code.is_some_and(|code| has(code.as_str()))
        };
        let day = roster.day.to_string();
        let cells = |person: RosterPerson<'_>| -> Vec<String> {
            let cell = |at| match person.value(at) {
                "" if Some(at) == as_of => day.clone(),
                value => value.to_owned(),
            };
            (0..schema.fields().len()).map(cell).collect()
        };
        let mut people = 0;
        let rows = roster.index.rows().filter(is_theirs);
        let rows = rows.inspect(|_| people += 1).map(cells);
        // A column that the roster lacks stays away: empty, it would say that nobody is meant.
        let has = |at| roster.index.has_column(at) || Some(at) == as_of;
        let list = name("data/roster.csv")?;
        let file = self.disclosed_columns(kind, schema, to, (list, &has), rows)?;
        Ok((people, file))
    }
}

/// Older than a month of 31 days (REQ-19).
fn is_stale(day: Date, today: Date) -> bool {
    let age = day.until(today).map_or(0, |age| age.get_days());
    age > 31
}
