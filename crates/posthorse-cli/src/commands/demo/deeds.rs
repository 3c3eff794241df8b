//! What offices do of their own accord: report, pay, ask, apply, correct.

use std::path::{Path, PathBuf};

use posthorse_domain::{SyntheticPeople, SyntheticPerson};

use super::Demo;
use super::cast::{self, DEPARTMENTS};
use super::lists::{self, Table};
use super::plan::Deed;
use super::post::{Fetched, Letter};
use super::replies;
use super::roster;
use crate::failure::Failure;
use crate::files;
use crate::language::arg;

/// The county whose households apply, and the one whose data cannot be true.
const APPLYING: &str = "411722";
const ANOMALOUS: &str = "411723";
/// How many of the pupils the education department has in its batch.
const IN_BATCH: usize = 8;
/// How many people the housing department pays without having asked.
const UNASKED: usize = 3;
/// People whom nobody else speaks of.
const STRANGERS: u64 = 20_260_303;

/// A warning list that was sent, and a row of it.
pub(super) struct SentList {
    party: &'static str,
    month: &'static str,
    package: PathBuf,
    person: SyntheticPerson,
}

impl Demo<'_> {
    pub(super) fn carry_out(&mut self, deed: Deed) -> Result<(), Failure> {
        match deed {
            Deed::PutRoster => self.put_roster(),
            Deed::Warn { party, month } => self.warn(party, month),
            Deed::ReportNil { party, month } => self.report_nil(party, month),
            Deed::Defer {
                party,
                month,
                until,
            } => self.defer(party, month, until),
            Deed::AskBeforePaying => self.ask_before_paying(),
            Deed::PayUnasked => self.pay_unasked(),
            Deed::ReportUnpaid => self.report_unpaid(),
            Deed::Apply => self.apply(),
            Deed::ReportAnomaly => self.report_anomaly(),
            Deed::Withdraw => self.withdraw(),
            Deed::Correct => self.correct(),
        }
    }

    fn put_roster(&mut self) -> Result<(), Failure> {
        let schema = lists::schema("roster", None)?;
        let folder = self.dir.join("state/rosters");
        files::create_private_folder(&folder)
            .map_err(|cause| Failure::io("cannot-write", &folder, &cause))?;
        let today = self.today();
        let table = roster::table(&schema, &today, today.as_str() > "2026-03-01");
        // The national system names its exports by day and head count, which the daemon checks.
        let name = format!(
            "监测对象信息_{}-{}人.csv",
            today.replace('-', ""),
            table.rows.len()
        );
        lists::write(&folder, &name, &schema, &table)?;
        let people = arg("people", table.rows.len() as u64);
        self.tell("demo-diary-roster", &[people])
    }

    fn warn(&mut self, party: &'static str, month: &'static str) -> Result<(), Failure> {
        let folder = Path::new(&self.office(party)).join("lists");
        let (written, person) = lists::warn(&folder, party, month)?;
        let file = written.path.to_string_lossy().into_owned();
        // Faults in rows do not stop a clerk: the bureau sends those rows back.
        let line = [
            "check",
            "--kind",
            "warning_list",
            "--list",
            written.list,
            &file,
        ];
        let (_, report) = self.players.json(&line)?;
        self.expect(
            format!("{party} {month} faulty rows"),
            written.faulty,
            &report["rejected"],
        );
        let letter = Letter {
            list: Some(written.list),
            month: Some(month),
            ..Letter::of(party, "warning_list")
        };
        let package = self.seal(&letter, &written.path)?;
        self.tell(
            "demo-diary-warned",
            &[
                arg("office", self.called(party)),
                arg("list", self.list_called(written.list)),
                arg("month", month),
                arg("rows", written.rows as u64),
            ],
        )?;
        self.sent.push(SentList {
            party,
            month,
            package,
            person,
        });
        self.warned.push(written);
        Ok(())
    }

    fn report_nil(&mut self, party: &str, month: &str) -> Result<(), Failure> {
        let schema = lists::schema("nil_report", None)?;
        let title = self.title_of(party);
        let row = lists::row(
            &schema,
            &[
                ("seq", "1"),
                ("unit", cast::name_of(party).unwrap_or(party)),
                ("list_name", &title),
                ("period", month),
                ("statement", "本月无新增，零报告。"),
                ("reporter", "王填报"),
            ],
        );
        let letter = Letter {
            month: Some(month),
            ..Letter::of(party, "nil_report")
        };
        self.send(&letter, &Table { rows: vec![row] })?;
        let office = arg("office", self.called(party));
        self.tell("demo-diary-nil", &[office, arg("month", month.to_owned())])
    }

    fn defer(&mut self, party: &str, month: &str, until: &str) -> Result<(), Failure> {
        let schema = lists::schema("deferral_note", None)?;
        let title = self.title_of(party);
        let row = lists::row(
            &schema,
            &[
                ("seq", "1"),
                ("unit", cast::name_of(party).unwrap_or(party)),
                ("list_name", &title),
                ("period", month),
                ("reason", "系统升级，数据尚未核准。"),
                ("planned_on", until),
                ("reporter", "王填报"),
            ],
        );
        let letter = Letter {
            month: Some(month),
            ..Letter::of(party, "deferral_note")
        };
        self.send(&letter, &Table { rows: vec![row] })?;
        let office = arg("office", self.called(party));
        self.tell(
            "demo-diary-deferred",
            &[office, arg("day", until.to_owned())],
        )
    }

    fn title_of(&self, party: &str) -> String {
        let (_, _, list) = DEPARTMENTS[cast::place_of(party)];
        lists::title(list).unwrap_or_default()
    }

    /// Eight pupils of the roster, one of them under another name, and somebody who is not on it.
    fn ask_before_paying(&mut self) -> Result<(), Failure> {
        let schema = lists::schema("precheck_request", None)?;
        let mut people: Vec<SyntheticPerson> = pupils().into_iter().take(IN_BATCH).collect();
        people.extend(strangers(1));
        let rows = people.iter().zip(1_usize..).map(|(person, seq)| {
            let name = if seq == IN_BATCH {
                "赵错名"
            } else {
                &person.name
            };
            lists::row(
                &schema,
                &[
                    ("seq", &seq.to_string()),
                    ("name", name),
                    ("id_no", person.id.as_str()),
                    ("policy", "雨露计划"),
                    ("batch_no", "2026-1"),
                ],
            )
        });
        let rows: Vec<_> = rows.collect();
        let count = rows.len() as u64;
        self.send(
            &Letter::of("education", "precheck_request"),
            &Table { rows },
        )?;
        let office = arg("office", self.called("education"));
        self.tell("demo-diary-precheck", &[office, arg("people", count)])
    }

    /// Whoever the precheck called on the roster is paid, by two persons' signatures.
    pub(super) fn pay_as_checked(&mut self, package: &Fetched) -> Result<(), Failure> {
        let checked = self.open(package.party, &package.path)?;
        let words: Vec<&str> = checked
            .iter()
            .filter_map(|row| row.get("status").map(String::as_str))
            .collect();
        let count = |word: &str| words.iter().filter(|found| **found == word).count();
        self.expect("on the roster", IN_BATCH - 1, count("在册"));
        self.expect("under another name", 1, count("姓名不符"));
        self.expect("not on the roster", 1, count("不在册"));
        let schema = lists::schema("payout_list", Some("payout-yulu-plan"))?;
        let to_pay = replies::on_roster(&checked);
        let table = replies::payout(&schema, &to_pay, &self.today(), "2026-02");
        let letter = Letter {
            list: Some("payout-yulu-plan"),
            month: Some("2026-02"),
            in_reply_to: Some(&package.path),
            ..Letter::of(package.party, "payout_list")
        };
        self.paid = Some(self.write_and_send(&letter, &table)?);
        let office = arg("office", self.called(package.party));
        self.tell(
            "demo-diary-paid",
            &[office, arg("people", table.rows.len() as u64)],
        )
    }

    /// The list as it lies with its office, once it is on its way.
    fn write_and_send(&mut self, letter: &Letter<'_>, table: &Table) -> Result<PathBuf, Failure> {
        let package = self.send(letter, table)?;
        let stem = package
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Path::new(&self.office(letter.party)).join(format!("lists/{stem}.xlsx")))
    }

    fn pay_unasked(&mut self) -> Result<(), Failure> {
        let schema = lists::schema("payout_list", Some("payout-general"))?;
        let today = self.today();
        let rows = roster::people().into_iter().take(UNASKED).zip(1_usize..);
        let rows = rows.map(|(person, seq)| {
            lists::row(
                &schema,
                &[
                    ("seq", &seq.to_string()),
                    ("county_name", &person.county_name),
                    ("town_name", &person.town),
                    ("village_name", &person.village),
                    ("name", &person.name),
                    ("id_no", person.id.as_str()),
                    ("policy", "危房改造"),
                    ("batch_no", "2026-1"),
                    ("period", "2026-02"),
                    ("rate", "21000"),
                    ("qty", "1"),
                    ("due", "21000"),
                    ("paid", "21000"),
                    ("bank", "农商行"),
                    ("account", "6217980000000000008"),
                    ("account_name", &person.name),
                    ("paid_on", &today),
                    ("status", "成功"),
                ],
            )
        });
        let table = Table {
            rows: rows.collect(),
        };
        let letter = Letter {
            list: Some("payout-general"),
            month: Some("2026-02"),
            ..Letter::of("housing", "payout_list")
        };
        self.send(&letter, &table)?;
        let office = arg("office", self.called("housing"));
        self.tell(
            "demo-diary-unasked",
            &[office, arg("people", UNASKED as u64)],
        )
    }

    /// The department compares for itself, with the roster in the columns that it may see.
    fn report_unpaid(&mut self) -> Result<(), Failure> {
        let party = "education";
        let home = self.office(party);
        let (Some(package), Some(paid)) = (self.roster_of(party), self.paid.clone()) else {
            return Err(lists::failed("no roster or no payout to compare"));
        };
        self.open(party, &package)?;
        let stem = package.file_stem().unwrap_or_default().to_string_lossy();
        let roster = format!("{home}/opened/{stem}/data/roster.csv");
        let (workbook, paid) = (format!("{home}/compared.xlsx"), paid.to_string_lossy());
        let policy = "雨露计划";
        let line = [
            "compare", "--roster", &roster, "--policy", policy, &paid, "-o", &workbook,
        ];
        let (_, said) = self.players.json(&line)?;
        let unpaid: Vec<SyntheticPerson> = pupils().into_iter().skip(IN_BATCH - 1).collect();
        let found = &said["coverage"]["total"];
        self.expect("entitled pupils", pupils().len(), &found["eligible"]);
        self.expect("unpaid pupils", unpaid.len(), &found["unpaid"]);
        let schema = lists::schema("unpaid_list", None)?;
        let rows = unpaid.iter().zip(1_usize..).map(|(person, seq)| {
            lists::row(
                &schema,
                &[
                    ("seq", &seq.to_string()),
                    ("county_name", &person.county_name),
                    ("town_name", &person.town),
                    ("village_name", &person.village),
                    ("name", &person.name),
                    ("id_no", person.id.as_str()),
                    ("policy", policy),
                    ("due", "1500"),
                    ("unpaid_reason", "资料不全"),
                    ("explanation", "学校未提供学籍证明，已通知补报。"),
                    ("expected_on", "2026-03-20"),
                ],
            )
        });
        let table = Table {
            rows: rows.collect(),
        };
        let letter = Letter {
            month: Some("2026-02"),
            ..Letter::of(party, "unpaid_list")
        };
        self.send(&letter, &table)?;
        let office = arg("office", self.called(party));
        self.tell(
            "demo-diary-unpaid",
            &[office, arg("people", unpaid.len() as u64)],
        )
    }

    fn apply(&mut self) -> Result<(), Failure> {
        let schema = lists::schema("applicant_compare", None)?;
        let today = self.today();
        let rows = strangers(3).into_iter().skip(1).zip(1_usize..);
        let rows = rows.map(|(person, seq)| {
            lists::row(
                &schema,
                &[
                    ("seq", &seq.to_string()),
                    ("county_name", cast::name_of(APPLYING).unwrap_or(APPLYING)),
                    ("town_name", "蔡都街道"),
                    ("village_name", "东关村"),
                    ("head_name", &person.name),
                    ("name", &person.name),
                    ("id_no", person.id.as_str()),
                    ("phone", &person.phone),
                    ("applied_on", &today),
                    ("reason", "家庭成员患大病，自行申请。"),
                ],
            )
        });
        let table = Table {
            rows: rows.collect(),
        };
        self.send(&Letter::of(APPLYING, "applicant_compare"), &table)?;
        let office = arg("office", self.called(APPLYING));
        self.tell(
            "demo-diary-applied",
            &[office, arg("people", table.rows.len() as u64)],
        )
    }

    /// One package to bureau and county, which the bureau passes on as it is.
    fn report_anomaly(&mut self) -> Result<(), Failure> {
        let party = "civil-affairs";
        let schema = lists::schema("anomaly_report", None)?;
        let people = roster::people();
        let person = people
            .first()
            .ok_or_else(|| lists::failed("an empty roster"))?;
        let row = lists::row(
            &schema,
            &[
                ("anomaly_id", "MZ-2026-001"),
                ("county_name", cast::name_of(ANOMALOUS).unwrap_or(ANOMALOUS)),
                ("name", &person.name),
                ("id_no", person.id.as_str()),
                ("list_name", "脱贫人口/监测对象名单"),
                ("column_title", "户类型"),
                ("subject", "同一人员出现在两户。"),
                ("found_on", &self.today()),
            ],
        );
        let letter = Letter {
            also_to: Some(ANOMALOUS),
            ..Letter::of(party, "anomaly_report")
        };
        self.send(&letter, &Table { rows: vec![row] })?;
        let (office, county) = (self.called(party), self.called(ANOMALOUS));
        self.tell(
            "demo-diary-anomaly",
            &[arg("office", office), arg("county", county)],
        )
    }

    fn sent_list(&self, party: &str, month: &str) -> Result<(String, SyntheticPerson), Failure> {
        let mut sent = self.sent.iter();
        let found = sent.find(|sent| sent.party == party && sent.month == month);
        let found = found.ok_or_else(|| lists::failed("no such list was sent"))?;
        let line = ["inspect", &*found.package.to_string_lossy()];
        let (_, said) = self.players.json(&line)?;
        let id = said["untrusted_manifest"]["package_id"].as_str();
        Ok((id.unwrap_or_default().to_owned(), found.person.clone()))
    }

    /// The first warning list that a department sent.
    pub(super) fn first_sent(&self, party: &str) -> Result<String, Failure> {
        let found = self.sent.iter().find(|sent| sent.party == party);
        let found = found.ok_or_else(|| lists::failed("no list was sent"))?;
        Ok(found.package.to_string_lossy().into_owned())
    }

    /// The newest roster that a department got.
    fn roster_of(&self, party: &str) -> Option<PathBuf> {
        let mut got = self.rosters.iter().rev();
        got.find(|(name, _)| *name == party)
            .map(|(_, path)| path.clone())
    }

    fn withdraw(&mut self) -> Result<(), Failure> {
        let (party, month) = ("health", "2026-02");
        let (package, person) = self.sent_list(party, month)?;
        let schema = lists::schema("withdrawal", None)?;
        let row = lists::row(
            &schema,
            &[
                ("package_id", &package),
                ("row_key", person.id.as_str()),
                ("reason", "录入错误，此人未患病。"),
            ],
        );
        self.send(&Letter::of(party, "withdrawal"), &Table { rows: vec![row] })?;
        let office = arg("office", self.called(party));
        self.tell("demo-diary-withdrawn", &[office])
    }

    fn correct(&mut self) -> Result<(), Failure> {
        let (party, month) = ("civil-affairs", "2026-02");
        let (package, person) = self.sent_list(party, month)?;
        let schema = lists::schema("correction", None)?;
        let row = lists::row(
            &schema,
            &[
                ("package_id", &package),
                ("row_key", person.id.as_str()),
                ("column_title", "联系电话"),
                ("old_value", &person.phone),
                ("new_value", "13900001234"),
                ("reason", "号码已变更。"),
            ],
        );
        self.send(&Letter::of(party, "correction"), &Table { rows: vec![row] })?;
        let office = arg("office", self.called(party));
        self.tell("demo-diary-corrected", &[office])
    }
}

/// Who of the roster is entitled to the 雨露计划.
fn pupils() -> Vec<SyntheticPerson> {
    let people = roster::people().into_iter().enumerate();
    let pupils = people.filter(|(at, _)| roster::is_pupil(*at));
    pupils.map(|(_, person)| person).collect()
}

fn strangers(count: usize) -> Vec<SyntheticPerson> {
    SyntheticPeople::from_seed(STRANGERS, lists::BORN_BEFORE)
        .take(count)
        .collect()
}
