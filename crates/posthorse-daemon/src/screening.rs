//! The bureau's own screening: rosters that its operator puts into the state folder, against the
//! gap rules (spec/comparison-v1.md, section 6).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::time::SystemTime;

use posthorse_domain::{GapRow, GapScreening, ListSchema, read_roster};
use posthorse_ledger::{NewCase, ScreeningRecord, Secret};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::{Critical, state};
use crate::private_copy::measure;
use crate::telemetry;
use crate::verdict::name;

/// With which letter the numbers of gaps begin.
const SERIES: &str = "G";
pub(crate) const PROCEDURE: &str = "measure-gap";
pub(crate) const ROSTER: &str = "roster";

/// A file as it was when it was last looked at.
pub(crate) type Glimpse = (OsString, u64, SystemTime);

impl Bureau<'_> {
    /// Screens every roster in the state folder whose bytes have not been screened.
    pub(crate) fn screen_rosters(&mut self) -> Result<(), Critical> {
        let folder = self.folders.rosters();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(state("look for rosters")(error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(state("look for rosters"))?;
            let metadata = entry.metadata().map_err(state("look at a roster"))?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if metadata.is_file() && !hidden {
                let modified = metadata.modified().map_err(state("look at a roster"))?;
                found.push((entry.file_name(), metadata.len(), modified));
            }
        }
        found.sort();
        for glimpse in found {
            if self.rosters.seen.insert(glimpse.clone()) {
                self.screen(&glimpse)?;
            }
        }
        Ok(())
    }

    fn screen(&mut self, (file_name, ..): &Glimpse) -> Result<(), Critical> {
        let path = self.folders.rosters().join(file_name);
        let open = || File::open(&path).map_err(state("open a roster"));
        let (digest, _) = measure(open()?).map_err(state("read a roster"))?;
        self.rosters.files.insert(digest, file_name.clone());
        if self.ledger.is_screened(&digest)? {
            return Ok(());
        }
        self.rosters.clear();
        let now = self.now();
        let today = date_in_china(now);
        let schema = self.list_of(&name(ROSTER)?)?;
        let shown = file_name.to_string_lossy();
        let reading = read_roster(schema, today, &shown, open()?);
        let reading = match reading {
            Ok(reading) if reading.report.is_usable() => reading,
            // The operator sees the reasons with `posthorse check`; the next version is another file.
            Ok(_) | Err(_) => {
                telemetry::roster_refused(&digest);
                return Ok(());
            }
        };
        let failed = |error: &dyn std::fmt::Display| Critical::Schemas(error.to_string());
        let (states, rules) = (self.rules.roster_states(), self.rules.gap_rules());
        let screening = GapScreening::of(&reading.index, states, rules, today);
        telemetry::rules_skipped(screening.skipped.len());
        let procedures = self.rules.casework().procedures();
        let procedure = procedures
            .get(&name(PROCEDURE)?)
            .ok_or_else(|| failed(&"there is no procedure for gaps"))?;
        let stage = procedure.first_stage();
        let task = self.list_of(stage.task())?;
        let cases = screening.rows.iter();
        let record = ScreeningRecord {
            at: now,
            file: digest,
            people: reading.index.len() as u64,
            rejected: reading.report.rejected,
            as_of: reading.index.as_of(),
            day: reading.index.as_of().unwrap_or(today),
            procedure: procedure.id().clone(),
            stage: stage.id().clone(),
            series: SERIES.to_owned(),
            cases: cases.filter_map(|row| self.new_gap(row, task)).collect(),
        };
        let (found, rejected) = (record.cases.len(), record.rejected);
        let opened = self.ledger.record_screening(&record)?;
        telemetry::screened(&digest, record.people, rejected, found, opened);
        self.summary.gaps += opened;
        self.keep_roster(digest, reading.index)
    }

    /// A gap as a case. One whose county is none of this city's belongs to nobody here.
    fn new_gap(&self, row: &GapRow<'_>, task: &ListSchema) -> Option<NewCase> {
        let county = row.person.county()?;
        let tag = row.rule.department();
        let office = self.department(tag, self.now());
        let title = office.map_or(tag, |party| party.name.as_str());
        let cells = row.cells(task, "", title);
        let fields = task.fields().iter().map(|field| field.name());
        let mut detail: BTreeMap<&str, &str> = fields
            .zip(cells.iter().map(String::as_str))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        detail.insert(DEPARTMENT, tag);
        Some(NewCase {
            identity: Secret::new(row.person.id().as_bytes().to_vec()),
            county: county.as_str().to_owned(),
            subject: row.rule.id().to_owned(),
            // Texts in a map always serialise.
            detail: Secret::new(serde_json::to_vec(&detail).unwrap_or_default()),
        })
    }
}

/// Under which name a case's detail has the tag of the department that answers for it.
pub(crate) const DEPARTMENT: &str = "posthorse:department";
