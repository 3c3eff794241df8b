//! Random histories of sending, correcting, withdrawing, replacing and answering, against a model
//! that knows only what each department says of each person.

use std::collections::BTreeMap;

use posthorse_domain::SyntheticPerson;
use posthorse_ledger::{CaseStanding, Ledger as _};
use posthorse_package::Digest;
use proptest::prelude::*;

use super::{correct, last_code, sent, withdraw};
use crate::bureau_world::{Member, World, csv, field};
use crate::casework::noon_on;

const COUNTIES: [(&str, &str); 2] = [("411722", "上蔡县"), ("411728", "遂平县")];
const PEOPLE: usize = 3;

/// Something that an office does. Offices, people and counties by their places.
#[derive(Debug, Clone)]
enum Deed {
    Send {
        by: usize,
        whom: Vec<usize>,
        county: usize,
    },
    Replace {
        by: usize,
        whom: Vec<usize>,
        county: usize,
    },
    Withdraw {
        by: usize,
        whom: usize,
    },
    WithdrawAll {
        by: usize,
    },
    Move {
        by: usize,
        whom: usize,
    },
    Remark {
        by: usize,
        whom: usize,
    },
    Answer {
        whom: usize,
        county: usize,
        closes: bool,
    },
    Retract {
        whom: usize,
        county: usize,
    },
    CorrectAnswer {
        whom: usize,
        county: usize,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let by = 0..2usize;
    let one = 0..PEOPLE;
    let county = 0..2usize;
    let some = prop::sample::subsequence((0..PEOPLE).collect::<Vec<_>>(), 1..=PEOPLE);
    prop_oneof![
        4 => (by.clone(), some.clone(), county.clone())
            .prop_map(|(by, whom, county)| Deed::Send { by, whom, county }),
        3 => (by.clone(), some, county.clone())
            .prop_map(|(by, whom, county)| Deed::Replace { by, whom, county }),
        3 => (by.clone(), one.clone()).prop_map(|(by, whom)| Deed::Withdraw { by, whom }),
        1 => by.clone().prop_map(|by| Deed::WithdrawAll { by }),
        3 => (by.clone(), one.clone()).prop_map(|(by, whom)| Deed::Move { by, whom }),
        2 => (by, one.clone()).prop_map(|(by, whom)| Deed::Remark { by, whom }),
        5 => (one.clone(), county.clone(), any::<bool>())
            .prop_map(|(whom, county, closes)| Deed::Answer { whom, county, closes }),
        2 => (one.clone(), county.clone())
            .prop_map(|(whom, county)| Deed::Retract { whom, county }),
        2 => (one, county).prop_map(|(whom, county)| Deed::CorrectAnswer { whom, county }),
    ]
}

/// What a department says of a person now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    package: String,
    manifest: Digest,
    county: usize,
    remark: String,
    /// Its case was closed; until it is said anew, nobody has to do anything about it.
    answered: bool,
}

/// The last answer to an open case that left it open.
#[derive(Debug, Clone)]
struct Stay {
    package: String,
    case: String,
}

struct Play {
    world: World,
    people: Vec<SyntheticPerson>,
    said: BTreeMap<(usize, usize), Said>,
    last: BTreeMap<usize, (Digest, String)>,
    stays: BTreeMap<(usize, usize), Stay>,
}

impl Play {
    fn new() -> Self {
        let world = World::at(noon_on("2026-11-24"));
        let people = world.people(7, PEOPLE, "411722");
        world.round();
        Self {
            world,
            people,
            said: BTreeMap::new(),
            last: BTreeMap::new(),
            stays: BTreeMap::new(),
        }
    }

    fn department(&self, by: usize) -> (&Member, &'static str) {
        match by {
            0 => (&self.world.housing, "housing-safety"),
            _ => (&self.world.health, "health-public-event"),
        }
    }

    fn county(&self, at: usize) -> &Member {
        [&self.world.shangcai, &self.world.suiping][at]
    }

    /// The open warning about a person in a county.
    fn open_case(&self, whom: usize, county: usize) -> Option<String> {
        let id = self.people[whom].id.as_str().as_bytes();
        let histories = self.world.ledger().case_histories().expect("answers");
        let mut open = histories
            .into_iter()
            .map(|history| history.case)
            .filter(|case| {
                case.identity.expose() == id
                    && case.county == COUNTIES[county].0
                    && case.standing == CaseStanding::Assigned
            });
        let found = open.next().map(|case| case.case_id);
        assert!(open.next().is_none(), "one person, one open warning");
        found
    }

    fn do_it(&mut self, deed: &Deed) {
        match deed {
            Deed::Send { by, whom, county } => self.send(*by, whom, *county, None),
            Deed::Replace { by, whom, county } => {
                let old = self.last.get(by).map(|(manifest, _)| *manifest);
                self.send(*by, whom, *county, old);
            }
            Deed::Withdraw { by, whom } => self.withdraw(*by, *whom),
            Deed::WithdrawAll { by } => self.withdraw_all(*by),
            Deed::Move { by, whom } => self.move_person(*by, *whom),
            Deed::Remark { by, whom } => self.remark(*by, *whom),
            Deed::Answer {
                whom,
                county,
                closes,
            } => self.answer(*whom, *county, *closes),
            Deed::Retract { whom, county } => self.retract(*whom, *county),
            Deed::CorrectAnswer { whom, county } => self.correct_answer(*whom, *county),
        }
    }

    fn send(&mut self, by: usize, whom: &[usize], county: usize, replaces: Option<Digest>) {
        let (sender, list) = self.department(by);
        let all = self.world.rows_of(list, &self.people);
        let mut rows: Vec<Vec<String>> = whom.iter().map(|at| all[*at].clone()).collect();
        for row in &mut rows {
            row[field(list, "county_name")] = COUNTIES[county].1.to_owned();
        }
        let mut draft = self.world.draft(sender, "warning_list");
        draft.request.supersedes = replaces;
        draft.lists = vec![(list.to_owned(), csv(list, &rows))];
        let package = sent(&self.world, &draft).to_string();
        let manifest = sender.place().1.expect("a package");
        let code = last_code(&self.world, sender);
        if code != "accepted" {
            assert!(replaces.is_some() && code == "supersedes-gone", "{code}");
            return;
        }
        for at in whom {
            let before = self.said.get(&(by, *at));
            // What is replaced where it was answered is not asked again.
            let answered = before.is_some_and(|old| {
                old.answered && old.county == county && Some(old.manifest) == replaces
            });
            let said = Said {
                package: package.clone(),
                manifest,
                county,
                remark: all[*at][field(list, "remark")].clone(),
                answered,
            };
            self.said.insert((by, *at), said);
        }
        if let Some(old) = replaces {
            self.said.retain(|_, said| said.manifest != old);
        }
        self.last.insert(by, (manifest, package));
    }

    fn withdraw(&mut self, by: usize, whom: usize) {
        let (sender, _) = self.department(by);
        let Some(said) = self.said.get(&(by, whom)) else {
            return;
        };
        let id = self.people[whom].id.as_str();
        withdraw(&self.world, sender, &[(&said.package, id)]);
        assert_eq!(last_code(&self.world, sender), "accepted");
        self.said.remove(&(by, whom));
    }

    fn withdraw_all(&mut self, by: usize) {
        let (sender, _) = self.department(by);
        let Some((manifest, package)) = self.last.get(&by).cloned() else {
            return;
        };
        let stands = self.said.values().any(|said| said.manifest == manifest);
        withdraw(&self.world, sender, &[(&package, "")]);
        let expected = if stands {
            "accepted"
        } else {
            "no-acceptable-row"
        };
        assert_eq!(last_code(&self.world, sender), expected);
        self.said.retain(|_, said| said.manifest != manifest);
    }

    fn move_person(&mut self, by: usize, whom: usize) {
        let (sender, _) = self.department(by);
        let Some(said) = self.said.get(&(by, whom)).cloned() else {
            return;
        };
        let (from, to) = (said.county, 1 - said.county);
        let row = [
            said.package.as_str(),
            self.people[whom].id.as_str(),
            "县（区）",
            COUNTIES[from].1,
            COUNTIES[to].1,
        ];
        correct(&self.world, sender, &[row]);
        assert_eq!(last_code(&self.world, sender), "accepted");
        let moved = Said {
            county: to,
            answered: false,
            ..said
        };
        self.said.insert((by, whom), moved);
    }

    fn remark(&mut self, by: usize, whom: usize) {
        let (sender, _) = self.department(by);
        let Some(said) = self.said.get(&(by, whom)).cloned() else {
            return;
        };
        let new = format!("{}核", said.remark);
        let id = self.people[whom].id.as_str();
        let row = [said.package.as_str(), id, "备注", &said.remark, &new];
        correct(&self.world, sender, &[row]);
        assert_eq!(last_code(&self.world, sender), "accepted");
        let said = Said {
            remark: new,
            ..said
        };
        self.said.insert((by, whom), said);
    }

    fn close(&mut self, whom: usize, county: usize) {
        for ((_, person), said) in &mut self.said {
            said.answered |= *person == whom && said.county == county;
        }
        self.stays.remove(&(whom, county));
    }

    fn answer(&mut self, whom: usize, county: usize, closes: bool) {
        let Some(case) = self.open_case(whom, county) else {
            return;
        };
        let cells: &[(&str, &str)] = if closes {
            &[("outcome", "已在册")]
        } else {
            &[]
        };
        let draft = self
            .world
            .answer_draft(self.county(county), &[(&case, cells)]);
        let package = sent(&self.world, &draft).to_string();
        assert_eq!(last_code(&self.world, self.county(county)), "accepted");
        if closes {
            self.close(whom, county);
        } else {
            self.stays.insert((whom, county), Stay { package, case });
        }
    }

    /// The last answer that left the case open, if the case is still that one.
    fn stay(&self, whom: usize, county: usize) -> Option<Stay> {
        let stay = self.stays.get(&(whom, county))?;
        let open = self.open_case(whom, county);
        (open.as_ref() == Some(&stay.case)).then(|| stay.clone())
    }

    fn retract(&mut self, whom: usize, county: usize) {
        let Some(stay) = self.stay(whom, county) else {
            return;
        };
        withdraw(
            &self.world,
            self.county(county),
            &[(&stay.package, &stay.case)],
        );
        assert_eq!(last_code(&self.world, self.county(county)), "accepted");
        self.stays.remove(&(whom, county));
    }

    fn correct_answer(&mut self, whom: usize, county: usize) {
        let Some(stay) = self.stay(whom, county) else {
            return;
        };
        let row = [&stay.package, &stay.case, "核实结果", "继续核实", "已在册"];
        correct(&self.world, self.county(county), &[row]);
        assert_eq!(last_code(&self.world, self.county(county)), "accepted");
        self.close(whom, county);
    }

    /// Somebody has to answer about a person in a county exactly if a department says something
    /// of the person there that has not been answered.
    fn assert_nothing_is_lost(&self) {
        for whom in 0..PEOPLE {
            for county in 0..COUNTIES.len() {
                let mut said = self.said.iter();
                let expected = said.any(|((_, person), said)| {
                    *person == whom && said.county == county && !said.answered
                });
                let open = self.open_case(whom, county);
                assert_eq!(open.is_some(), expected, "person {whom}, county {county}");
            }
        }
        assert_eq!(self.world.ledger().pending_counties().expect("answers"), []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })]

    /// After every step the ledger keeps its promises, every case replays to where it is, and
    /// whoever has to answer is whom the model says.
    #[test]
    fn req_25_no_lead_is_lost_in_any_history_of_amendments(
        deeds in prop::collection::vec(deed(), 1..16),
    ) {
        let mut play = Play::new();
        for deed in &deeds {
            play.do_it(deed);
            play.assert_nothing_is_lost();
        }
    }
}
