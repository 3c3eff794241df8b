//! The quarter, day by day: deeds that the calendar asks for, answers to what came, and one round of
//! the daemon every morning.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use posthorse_daemon::RunSummary;
use posthorse_domain::Date;
use posthorse_package::Timestamp;

use super::Demo;
use super::cast::{self, LATE_COUNTY};
use super::lists;
use super::outcome::Books;
use super::plan::{self, HABITS, Habit, PLAN, QUARTER};
use super::post::{Fetched, Letter};
use super::replies::{self, Turn};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::arg;

/// Work that an office has before it.
pub(super) struct Todo {
    on: Date,
    package: Fetched,
    habit: &'static Habit,
    turn: Turn,
}

fn date(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(lists::failed)
}

/// Nine in the morning in China.
pub(super) fn morning(day: &str) -> Result<Timestamp, Failure> {
    format!("{day}T01:00:00Z")
        .parse()
        .map_err(|_| Failure::new(Exit::Internal, "demo").detail(day))
}

impl Demo<'_> {
    pub(super) fn play_quarter(&mut self) -> Result<(), Failure> {
        let (first, last) = (date(QUARTER.0)?, date(QUARTER.1)?);
        let mut today = first.tomorrow().map_err(lists::failed)?;
        while today <= last {
            let text = today.to_string();
            self.set_day(&text)?;
            match text.as_str() {
                "2026-01-21" => self.begin("demo-january")?,
                "2026-02-01" => self.begin("demo-february")?,
                "2026-03-01" => self.begin("demo-march")?,
                _ => {}
            }
            for (_, deed) in PLAN.iter().filter(|(day, _)| *day == text) {
                self.carry_out(*deed)?;
            }
            self.answer_what_is_due(today)?;
            let before = Books::open_if_any(&self.dir)?;
            let round = self.daemon()?;
            self.tell_round(&round, before.as_ref())?;
            self.plan_answers(today)?;
            if text == "2026-01-31" {
                self.compare_first_dispatch()?;
            }
            today = today.tomorrow().map_err(lists::failed)?;
        }
        Ok(())
    }

    /// What the daemon did this morning, if there was anything.
    fn tell_round(&mut self, round: &RunSummary, before: Option<&Books>) -> Result<(), Failure> {
        self.expect("quarantined in the quarter", 0, round.quarantined);
        self.expect("rejected in the quarter", 0, round.rejected);
        if round.dispatches > 0 {
            self.tell(
                "demo-diary-dispatched",
                &[
                    arg("packages", round.dispatches),
                    arg("gaps", round.gaps),
                    arg("people", round.dispatched_people),
                ],
            )?;
        }
        if round.fed_back > 0 {
            self.tell("demo-diary-fed-back", &[arg("cases", round.fed_back)])?;
        }
        if round.urges > 0 {
            let urged = Books::open(&self.dir)?.urged_since(before)?;
            self.late_county_urged += usize::from(urged.iter().any(|party| party == LATE_COUNTY));
            let names = urged.iter().map(|party| self.called(party));
            let names = names.collect::<Vec<_>>().join("、");
            self.tell("demo-diary-urged", &[arg("offices", names)])?;
        }
        Ok(())
    }

    /// Every office looks at what it got and plans when it will have answered.
    fn plan_answers(&mut self, today: Date) -> Result<(), Failure> {
        for package in self.fetch()? {
            if package.kind == "roster" {
                self.rosters.push((package.party, package.path.clone()));
            }
            let Some(habit) = HABITS.iter().find(|habit| habit.kind == package.kind) else {
                continue;
            };
            // One department never says what it knows of applicants.
            if package.kind == "applicant_compare" && package.party == "emergency" {
                continue;
            }
            let is_first_of_late = package.kind == "warning_dispatch"
                && package.party == LATE_COUNTY
                && !self
                    .todo
                    .iter()
                    .any(|todo| todo.package.party == LATE_COUNTY)
                && self.late_county_urged == 0;
            let days = if is_first_of_late {
                plan::LATE_BY
            } else {
                habit.days
            };
            self.todo.push(Todo {
                on: after(today, days)?,
                package,
                habit,
                turn: Turn::First,
            });
        }
        Ok(())
    }

    fn answer_what_is_due(&mut self, today: Date) -> Result<(), Failure> {
        let (due, later) = std::mem::take(&mut self.todo)
            .into_iter()
            .partition(|todo| todo.on <= today);
        self.todo = later;
        let due: Vec<Todo> = due;
        let mut answered: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
        for todo in due {
            let answer = todo.habit.answer;
            if answer == "payout_list" {
                self.pay_as_checked(&todo.package)?;
                continue;
            }
            let rows = self.answer(todo, today)?;
            if rows > 0 {
                let (offices, of_all) = answered.entry(answer).or_default();
                *offices += 1;
                *of_all += rows;
            }
        }
        for (answer, (offices, rows)) in answered {
            self.tell(
                "demo-diary-answered",
                &[
                    arg("offices", offices),
                    arg("kind", self.kind_called(answer)),
                    arg("rows", rows),
                ],
            )?;
        }
        Ok(())
    }

    /// An office answers for everybody of whom it can say something, and plans to settle the rest.
    /// Gives how many rows it answered.
    fn answer(&mut self, todo: Todo, today: Date) -> Result<u64, Failure> {
        let Todo {
            package,
            habit,
            turn,
            ..
        } = todo;
        let given = self.open(package.party, &package.path)?;
        let schema = lists::schema(habit.answer, None)?;
        let office = cast::name_of(package.party).unwrap_or(package.party);
        let (table, left_open) =
            replies::answer(&schema, &given, (office, &today.to_string()), turn);
        if !table.rows.is_empty() {
            self.send(
                &Letter {
                    in_reply_to: Some(&package.path),
                    ..Letter::of(package.party, habit.answer)
                },
                &table,
            )?;
        }
        if left_open {
            let days = if habit.kind == "measure_gap_order" {
                14
            } else {
                5
            };
            self.todo.push(Todo {
                on: after(today, days)?,
                package,
                habit,
                turn: Turn::Second,
            });
        }
        Ok(table.rows.len() as u64)
    }

    /// Everybody of the first month's lists has become one case of one county.
    fn compare_first_dispatch(&mut self) -> Result<(), Failure> {
        let books = Books::open(&self.dir)?;
        let expected = lists::people_by_county(&self.warned);
        for (code, _) in cast::COUNTIES {
            let people = expected.get(code).map_or(0, BTreeSet::len);
            self.expect(format!("people for {code}"), people, books.people_of(code));
            self.story.add_county(code, people as u64);
        }
        let unserved = lists::rows_of_no_office(&self.warned);
        self.expect("rows of no county", unserved, books.unrouted);
        self.story.unrouted = books.unrouted;
        for written in std::mem::take(&mut self.warned) {
            let package = books.package(written.party, "warning_list")?;
            let verdict = &package.verdict;
            let expected = format!("{}+{}", written.rows - written.faulty, written.faulty);
            let found = format!("{}+{}", verdict.accepted, verdict.rejected);
            self.expect(
                format!("{} accepted+returned", written.party),
                expected,
                found,
            );
            let code = if written.faulty > 0 {
                "rows-returned"
            } else {
                "accepted"
            };
            self.check_receipt(written.party, code)?;
            self.story.add_package(written.party, written.list, package);
        }
        Ok(())
    }

    /// The oldest receipt of an office verifies and says this.
    fn check_receipt(&mut self, party: &str, code: &str) -> Result<(), Failure> {
        let folder = Path::new(&self.office(party)).join("receipts");
        let receipts = super::outcome::entries(&folder)?;
        self.expect(format!("{party} receipts"), 1, receipts.len());
        let registry = self.registry();
        for receipt in receipts {
            let receipt = receipt.to_string_lossy().into_owned();
            let line = ["receipt", "verify", "--registry", &registry, &receipt];
            let (_, said) = self.players.json(&line)?;
            let found = said["receipts"][0]["receipt"]["code"].as_str();
            self.expect(format!("{party} receipt"), code, found.unwrap_or("none"));
        }
        Ok(())
    }
}

fn after(today: Date, days: i64) -> Result<Date, Failure> {
    today
        .checked_add(jiff::Span::new().days(days))
        .map_err(lists::failed)
}
