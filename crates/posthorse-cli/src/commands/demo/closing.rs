//! How the quarter ended: what was late and what was not, the board, the report, and every case
//! either closed or in somebody's hands.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::Demo;
use super::cast::{DEPARTMENTS, LATE_COUNTY};
use super::outcome::{self, Books};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;

/// How the lists of January came: party, state, what was submitted, and when it was
/// deferred.
const JANUARY: [(&str, &str, Option<&str>, Option<&str>); 7] = [
    ("civil-affairs", "in-time", Some("list"), None),
    ("disabled-persons", "late", Some("list"), Some("2026-01-29")),
    ("health", "early", Some("list"), None),
    ("housing", "in-time", Some("list"), None),
    ("human-resources", "late", Some("list"), None),
    ("medical-insurance", "in-time", Some("list"), None),
    ("water", "in-time", Some("nil"), None),
];

impl Demo<'_> {
    /// Whoever holds the registry, and no key, looks at every package and receipt there is, each as of
    /// its time.
    pub(super) fn verify(&mut self) -> Result<(), Failure> {
        let folders = ["drop", "state/archive"].map(|folder| self.path(folder));
        let line = ["audit", &folders[0], &folders[1]];
        let (exit, said) = self.players.json(&line)?;
        let findings = said["findings"].as_array().map_or(usize::MAX, Vec::len);
        let looked_at = |of: &str| said["looked_at"][of].as_u64().unwrap_or_default();
        let seen = looked_at("packages") + looked_at("receipts") - looked_at("copies");
        let (mut lying, mut answered) = (BTreeSet::new(), BTreeSet::new());
        for folder in &folders {
            files_below(Path::new(folder), ".xpkg", &mut lying)?;
            files_below(Path::new(folder), ".receipt.json", &mut answered)?;
        }
        self.expect("exit of the audit", Exit::Good.code(), exit.code());
        self.expect("findings of the audit", 0, findings);
        let (packages, receipts) = (lying.len() as u64, answered.len() as u64);
        self.expect("packages and receipts verified", packages + receipts, seen);
        self.story.verified(packages, receipts, findings);
        Ok(())
    }

    /// The board and the report, and where every case is.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        self.compare_january()?;
        let config = self.path("posthorse.toml");
        let month = "2026-03";
        let line = ["board", "--config", &config, "--month", month];
        let (_, board) = self.players.json(&line)?;
        let stuck = board["stuck"].as_array().into_iter().flatten();
        let orphans = stuck.filter(|line| line["what"] == "orphans");
        let orphans: u64 = orphans.filter_map(|line| line["count"].as_u64()).sum();
        let (page, workbook) = (
            self.path("通报-2026-03.html"),
            self.path("通报-2026-03.xlsx"),
        );
        let line = [
            "report", "--config", &config, "--month", month, "-o", &page, "-o", &workbook,
        ];
        self.players.must(&line)?;
        let books = Books::open(&self.dir)?;
        self.expect("broken promises of the ledger", 0, books.broken);
        self.expect("orphaned leads", 0, orphans);
        self.expect(
            "the late county was urged",
            true,
            self.late_county_urged >= 3,
        );
        for procedure in books.procedures() {
            let all = procedure.closed + procedure.open + procedure.withdrawn;
            self.expect(format!("{} cases", procedure.id), procedure.all, all);
            self.expect(
                format!("{} closed", procedure.id),
                true,
                procedure.closed > 0,
            );
            self.story.procedures.push(procedure);
        }
        self.expect("procedures played", 5, self.story.procedures.len());
        self.expect("payout rows without a precheck", 3, books.payouts_unasked);
        self.story.orphans = orphans;
        Ok(())
    }

    /// Early, in time, nil, deferred and late: each department as it came.
    fn compare_january(&mut self) -> Result<(), Failure> {
        let config = self.path("posthorse.toml");
        let line = ["board", "--config", &config, "--month", "2026-01"];
        let (_, board) = self.players.json(&line)?;
        for (party, state, submitted, deferred) in JANUARY {
            let place = super::cast::place_of(party);
            let (_, _, list) = DEPARTMENTS[place];
            let found = board["reports"].as_array().into_iter().flatten();
            let found = found
                .filter(|line| line["party"] == party && is_about(line, list))
                .map(|line| {
                    let text = |name: &str| line[name].as_str().map(str::to_owned);
                    (text("state"), text("submitted"), text("deferred"))
                })
                .next();
            let expected = (
                Some(state.to_owned()),
                submitted.map(str::to_owned),
                deferred.map(str::to_owned),
            );
            self.expect(
                format!("{party} in January"),
                format!("{expected:?}"),
                format!("{:?}", found.unwrap_or_default()),
            );
        }
        let books = Books::open(&self.dir)?;
        let festival = books.last_days_of("2026-02-08");
        self.expect(
            "across the Spring Festival",
            "2026-02-24",
            festival.join(","),
        );
        let late = books.late_answers_of(LATE_COUNTY);
        self.expect("the late county answered late", true, late > 0);
        Ok(())
    }
}

fn is_about(line: &Value, list: &str) -> bool {
    line["kind"] == "warning_list" && line["list"].as_str().is_none_or(|found| found == list)
}

/// Enters the bytes of the files below a folder that have this ending: a copy counts once.
fn files_below(folder: &Path, ending: &str, found: &mut BTreeSet<Vec<u8>>) -> Result<(), Failure> {
    for path in outcome::entries(folder)? {
        if path.is_dir() {
            files_below(&path, ending, found)?;
        } else if path.to_string_lossy().ends_with(ending) {
            found.insert(files::read(&path)?);
        }
    }
    Ok(())
}
