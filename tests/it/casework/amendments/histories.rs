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

/// Something that an office does. Offices, people and counties are told by their places; what is
/// to be withdrawn, corrected or answered is picked from what there is.
#[derive(Debug, Clone)]
enum Deed {
    Send(usize, Vec<usize>, usize),
    Replace(usize, Vec<usize>, usize),
    Withdraw(usize),
    WithdrawAll(usize),
    Move(usize),
    Remark(usize),
    Answer(usize),
    Close(usize),
    Retract(usize),
    CorrectAnswer(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let by = 0..2usize;
    let some = prop::sample::subsequence((0..PEOPLE).collect::<Vec<_>>(), 1..=PEOPLE);
    let list = (by.clone(), some, 0..2usize);
    let pick = 0..12usize;
    prop_oneof![
        4 => list.clone().prop_map(|(by, whom, county)| Deed::Send(by, whom, county)),
        4 => list.prop_map(|(by, whom, county)| Deed::Replace(by, whom, county)),
        3 => pick.clone().prop_map(Deed::Withdraw),
        1 => by.prop_map(Deed::WithdrawAll),
        2 => pick.clone().prop_map(Deed::Move),
        1 => pick.clone().prop_map(Deed::Remark),
        2 => pick.clone().prop_map(Deed::Answer),
        4 => pick.clone().prop_map(Deed::Close),
        1 => pick.clone().prop_map(Deed::Retract),
        1 => pick.prop_map(Deed::CorrectAnswer),
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
                case.identity.as_ref().is_some_and(|one| one.expose() == id)
                    && case.county == COUNTIES[county].0
                    && case.standing == CaseStanding::Assigned
            });
        let found = open.next().map(|case| case.case_id);
        assert!(open.next().is_none(), "one person, one open warning");
        found
    }

    fn do_it(&mut self, deed: &Deed) {
        match deed {
            Deed::Send(by, whom, county) => self.send(*by, whom, *county, None),
            Deed::Replace(by, whom, county) => {
                let old = self.last.get(by).map(|(manifest, _)| *manifest);
                self.send(*by, whom, *county, old);
            }
            Deed::WithdrawAll(by) => self.withdraw_all(*by),
            Deed::Withdraw(pick) | Deed::Move(pick) | Deed::Remark(pick) => {
                let all: Vec<_> = self.said.keys().copied().collect();
                let Some((by, whom)) = all.get(pick % all.len().max(1)).copied() else {
                    return;
                };
                match deed {
                    Deed::Withdraw(_) => self.withdraw(by, whom),
                    Deed::Move(_) => self.move_person(by, whom),
                    _ => self.remark(by, whom),
                }
            }
            Deed::Answer(pick) | Deed::Close(pick) => {
                let every = (0..PEOPLE).flat_map(|whom| [(whom, 0), (whom, 1)]);
                let open: Vec<_> = every
                    .filter_map(|at| Some((at, self.open_case(at.0, at.1)?)))
                    .collect();
                if let Some((at, case)) = open.get(pick % open.len().max(1)) {
                    self.answer(*at, case, matches!(deed, Deed::Close(_)));
                }
            }
            Deed::Retract(pick) | Deed::CorrectAnswer(pick) => {
                let stays: Vec<_> = self
                    .stays
                    .iter()
                    .filter(|((whom, county), stay)| {
                        self.open_case(*whom, *county).as_ref() == Some(&stay.case)
                    })
                    .map(|(at, stay)| (*at, stay.clone()))
                    .collect();
                if let Some((at, stay)) = stays.get(pick % stays.len().max(1)) {
                    match deed {
                        Deed::Retract(_) => self.retract(*at, stay),
                        _ => self.correct_answer(*at, stay),
                    }
                }
            }
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

    fn close(&mut self, (whom, county): (usize, usize)) {
        for ((_, person), said) in &mut self.said {
            said.answered |= *person == whom && said.county == county;
        }
        self.stays.remove(&(whom, county));
    }

    fn answer(&mut self, at: (usize, usize), case: &str, closes: bool) {
        let cells: &[(&str, &str)] = if closes {
            &[("outcome", "已在册")]
        } else {
            &[]
        };
        let county = self.county(at.1);
        let draft = self.world.answer_draft(county, &[(case, cells)]);
        let package = sent(&self.world, &draft).to_string();
        assert_eq!(last_code(&self.world, county), "accepted");
        if closes {
            self.close(at);
        } else {
            let case = case.to_owned();
            self.stays.insert(at, Stay { package, case });
        }
    }

    fn retract(&mut self, at: (usize, usize), stay: &Stay) {
        let county = self.county(at.1);
        withdraw(&self.world, county, &[(&stay.package, &stay.case)]);
        assert_eq!(last_code(&self.world, county), "accepted");
        self.stays.remove(&at);
    }

    fn correct_answer(&mut self, at: (usize, usize), stay: &Stay) {
        let county = self.county(at.1);
        let row = [&stay.package, &stay.case, "核实结果", "继续核实", "已在册"];
        correct(&self.world, county, &[row]);
        assert_eq!(last_code(&self.world, county), "accepted");
        self.close(at);
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
        cases: 16,
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })]

    /// After every step the ledger keeps its promises, every case replays to where it is, and
    /// whoever has to answer is whom the model says.
    #[test]
    fn req_25_no_lead_is_lost_in_any_history_of_amendments(
        deeds in prop::collection::vec(deed(), 4..20),
    ) {
        let mut play = Play::new();
        for deed in &deeds {
            play.do_it(deed);
            play.assert_nothing_is_lost();
        }
    }
}
