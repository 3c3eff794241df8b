//! A bureau at work in a folder of its own: departments that send, counties that answer, and the
//! daemon run as its operator would.

mod case_proof;
mod list_files;
mod members;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use posthorse_daemon::{BureauKeys, Config, Critical, FixedClock, Mode, RunSummary, Shutdown, run};
use posthorse_domain::{Areas, Date, Kind, KindSet, SyntheticPeople, SyntheticPerson};
use posthorse_ledger::{LedgerKey, SqliteLedger};
use posthorse_package::{
    Contact, ContactForm, Limits, MemoryStore, Opened, OwedReport, PackageId, Party,
    RecipientEntry, Refusal, Registry, RegistryDocument, Role, Root, SealRequest, Sealed,
    SigningEntry, SigningKey, Timestamp, Verified, VerifiedReceipt,
};
use tempfile::TempDir;

pub(crate) use list_files::{cells, csv, field, titled_csv};
pub(crate) use members::{Draft, Member};

use crate::offices::signing_key;
pub(crate) use list_files::row;
use list_files::{list_of, records, schema};

pub(crate) const DAY: i64 = 86_400;
const LEDGER_KEY: [u8; 32] = [42; 32];
const BUREAU_KEY: u8 = 1;
const ROOT_KEY: u8 = 9;

/// 2026-11-24, noon in China: what the clock of every world shows at first.
pub(crate) fn noon() -> Timestamp {
    "2026-11-24T04:00:00Z".parse().expect("a timestamp")
}

/// The whole exchange.
pub(crate) struct World {
    folder: TempDir,
    pub(crate) clock: FixedClock,
    pub(crate) bureau: Member,
    pub(crate) housing: Member,
    pub(crate) health: Member,
    /// 上蔡县
    pub(crate) shangcai: Member,
    /// 遂平县
    pub(crate) suiping: Member,
    document: RefCell<RegistryDocument>,
    ids: Cell<u8>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(noon())
    }

    /// A world whose clock shows this moment, and whose registry is in force around it.
    pub(crate) fn at(now: Timestamp) -> Self {
        let root = Root {
            threshold: 1,
            keys: vec![*signing_key(ROOT_KEY).verifying_key()],
        };
        let (from, until) = (now.plus_seconds(-30 * DAY), now.plus_seconds(365 * DAY));
        let world = Self {
            folder: TempDir::new().expect("a folder"),
            clock: FixedClock::new(now),
            bureau: Member::new("bureau", BUREAU_KEY),
            housing: Member::new("housing", 2),
            health: Member::new("health", 3),
            shangcai: Member::new("411722", 4),
            suiping: Member::new("411728", 5),
            document: RefCell::new(RegistryDocument::first(root, from, until)),
            ids: Cell::new(0),
        };
        let party = |member: &Member, role| party_of(member, role, &rights_of(role), from, until);
        world.document.borrow_mut().parties = vec![
            party(&world.shangcai, Role::County),
            party(&world.suiping, Role::County),
            party(&world.bureau, Role::Bureau),
            party(&world.health, Role::Department),
            party(&world.housing, Role::Department),
        ];
        world.write_folders();
        world
    }

    fn write_folders(&self) {
        for folder in ["drop/registry", "drop/inbox", "drop/outbox", "home/keys"] {
            fs::create_dir_all(self.path(folder)).expect("a folder");
        }
        let registry = self.signed_registry();
        fs::write(self.path("home/registry.json"), &registry).expect("a registry");
        fs::write(self.path("drop/registry/registry.json"), &registry).expect("a registry");
        let identity = format!("{}\n", self.bureau.identity.secret_text().as_str());
        self.write_secret("home/keys/identity.txt", identity.as_bytes());
        let form = ContactForm {
            format: ContactForm::FORMAT.into(),
            party: self.bureau.id.clone(),
            name: "市乡村振兴局".into(),
            roles: vec![Role::Bureau],
            counties: Vec::new(),
            contact: Contact::default(),
            person: "李操作".into(),
            key: *self.bureau.key.verifying_key(),
            recipient: self.bureau.identity.recipient(),
            issued_at: self.now(),
        };
        fs::write(
            self.path("home/contact-form.json"),
            form.sign(&self.bureau.key),
        )
        .expect("a form");
        self.write_secret("home/keys/signing-key.pem", &pkcs8(BUREAU_KEY));
        self.write_secret("home/keys/ledger.key", &LEDGER_KEY);
        let settings = "drop = 'drop'\nstate = 'state'\nhome = 'home'\n";
        fs::write(self.path("posthorse.toml"), settings).expect("settings");
    }

    /// Adds lines to the daemon's settings.
    pub(crate) fn set(&self, lines: &str) {
        let path = self.path("posthorse.toml");
        let text = fs::read_to_string(&path).expect("settings");
        fs::write(path, format!("{text}{lines}\n")).expect("settings");
    }

    fn write_secret(&self, name: &str, bytes: &[u8]) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        fs::write(&path, bytes).expect("a key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
    }

    fn signed_registry(&self) -> Vec<u8> {
        let document = self.document.borrow();
        document
            .sign(&[&signing_key(ROOT_KEY)], &Limits::default())
            .expect("a registry within the rules")
    }

    /// Publishes the next version of the registry, as the bureau's command would.
    pub(crate) fn change_registry(&self, change: impl FnOnce(&mut RegistryDocument)) {
        let next = {
            let now = posthorse_daemon::Clock::now(&self.clock);
            let document = self.document.borrow();
            let mut next = document.next(now, document.expires);
            change(&mut next);
            next
        };
        *self.document.borrow_mut() = next;
        fs::write(
            self.path("drop/registry/registry.json"),
            self.signed_registry(),
        )
        .expect("a registry");
    }

    /// Registers the lists that a department has to submit, each with its cadence if it has one.
    pub(crate) fn owes(&self, member: &Member, reports: &[(&str, Option<&str>)]) {
        self.change_registry(|document| {
            let mut parties = document.parties.iter_mut();
            let party = parties.find(|party| party.id == member.id);
            let reports = reports.iter().map(|(list, cadence)| OwedReport {
                list: list.parse().expect("a list"),
                cadence: cadence.map(|cadence| cadence.parse().expect("a cadence")),
            });
            party.expect("a party").reports = reports.collect();
        });
    }

    /// The registry as it stands.
    pub(crate) fn registry(&self) -> Registry {
        Registry::trust(&self.signed_registry(), &Limits::default()).expect("a registry")
    }

    pub(crate) fn now(&self) -> Timestamp {
        posthorse_daemon::Clock::now(&self.clock)
    }

    pub(crate) fn wait_days(&self, days: i64) {
        self.clock.set(self.now().plus_seconds(days * DAY));
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// A package from `sender` to the bureau, the next of its sequence.
    pub(crate) fn draft<'w>(&'w self, sender: &'w Member, kind: &str) -> Draft<'w> {
        self.ids.set(self.ids.get() + 1);
        let now = self.now();
        Draft {
            sender,
            request: SealRequest {
                package_id: PackageId::from_parts(now, [self.ids.get(); 10]),
                kind: kind.parse().expect("a kind"),
                sender: sender.id.clone(),
                recipients: vec![self.bureau.recipient()],
                period: Some("2026-11".parse().expect("a period")),
                sealed_at: now,
                not_after: now.plus_seconds(30 * DAY),
                sequence: sender.sequence.get() + 1,
                previous: sender.previous.get(),
                in_reply_to: None,
                supersedes: None,
            },
            lists: Vec::new(),
        }
    }

    /// A department's list about these people, sealed.
    pub(crate) fn warning_list(&self, sender: &Member, people: &[SyntheticPerson]) -> Vec<u8> {
        self.list_draft(sender, people).seal()
    }

    pub(crate) fn list_draft<'w>(
        &'w self,
        sender: &'w Member,
        people: &[SyntheticPerson],
    ) -> Draft<'w> {
        let list = list_of(sender);
        let mut draft = self.draft(sender, "warning_list");
        draft.lists = vec![(list.to_owned(), csv(list, &self.rows_of(list, people)))];
        draft
    }

    /// People who do not exist, registered in this county; the same seed gives the same ones.
    pub(crate) fn people(&self, seed: u64, count: usize, county: &str) -> Vec<SyntheticPerson> {
        let found = Areas::built_in().county(county.parse().expect("a county code"));
        let county = found.expect("a county");
        let mut people: Vec<SyntheticPerson> = SyntheticPeople::from_seed(seed, day(self.now()))
            .take(count)
            .collect();
        for person in &mut people {
            person.county = county.code;
            person.county_name.clone_from(&county.name);
        }
        people
    }

    /// The rows that a list has about people, always the same for the same people.
    pub(crate) fn rows_of(&self, list: &str, people: &[SyntheticPerson]) -> Vec<Vec<String>> {
        let mut source = SyntheticPeople::from_seed(1, day(self.now()));
        (1..)
            .zip(people)
            .map(|(seq, person)| source.row(schema(list), person, seq))
            .collect()
    }

    /// A county's answers: for each a warning's number and the cells that are not the usual ones.
    pub(crate) fn answer(&self, county: &Member, answers: &[(&str, &[(&str, &str)])]) -> Vec<u8> {
        self.answer_draft(county, answers).seal()
    }

    pub(crate) fn answer_draft<'w>(
        &'w self,
        county: &'w Member,
        answers: &[(&str, &[(&str, &str)])],
    ) -> Draft<'w> {
        let mut draft = self.draft(county, "verification_result");
        let visited_on = day(self.now()).to_string();
        let rows: Vec<Vec<String>> = answers
            .iter()
            .map(|(warning, cells)| {
                let usual = [
                    ("warning_id", *warning),
                    ("visited", "是"),
                    ("visited_on", visited_on.as_str()),
                    ("verifier", "李核实"),
                    ("outcome", "继续核实"),
                ];
                let given: BTreeMap<&str, &str> =
                    usual.into_iter().chain(cells.iter().copied()).collect();
                row("verification-result", &given)
            })
            .collect();
        draft.lists = vec![(
            "verification-result".into(),
            csv("verification-result", &rows),
        )];
        draft
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path("drop/inbox").join(name), bytes).expect("a file in the inbox");
    }

    pub(crate) fn config(&self) -> Config {
        let text = fs::read_to_string(self.path("posthorse.toml")).expect("settings");
        Config::from_toml(&text, self.root()).expect("good settings")
    }

    pub(crate) fn keys(&self) -> BureauKeys {
        BureauKeys {
            signing: signing_key(BUREAU_KEY),
            identities: vec![
                self.bureau
                    .identity
                    .secret_text()
                    .parse()
                    .expect("an identity"),
            ],
            ledger: LedgerKey::from_bytes(LEDGER_KEY),
        }
    }

    /// Lets the daemon do everything that there is to do, and the ledger prove itself.
    pub(crate) fn round(&self) -> RunSummary {
        let summary = self.try_round().expect("a round");
        self.assert_sound();
        summary
    }

    pub(crate) fn try_round(&self) -> Result<RunSummary, Critical> {
        run(
            &self.config(),
            &self.keys(),
            &self.clock,
            &Shutdown::new(),
            Mode::Once,
        )
    }

    pub(crate) fn ledger(&self) -> SqliteLedger {
        let key = LedgerKey::from_bytes(LEDGER_KEY);
        SqliteLedger::open(&self.path("state/ledger.sqlite"), &key).expect("the ledger")
    }

    /// No promise of the ledger is broken, nothing is claimed and forgotten, nothing half written.
    pub(crate) fn assert_sound(&self) {
        use posthorse_ledger::Ledger as _;
        let ledger = self.ledger();
        assert_eq!(ledger.broken_invariants().expect("answers"), []);
        case_proof::assert_every_case_replays(&ledger);
        assert_eq!(ledger.open_intakes().expect("answers"), []);
        assert_eq!(ledger.unpublished().expect("answers"), []);
        for empty in ["drop/inbox/.claimed", "state/work/staged"] {
            assert_eq!(names_in(&self.path(empty)), Vec::<String>::new(), "{empty}");
        }
        assert_eq!(names_in(&self.path("state/work")), ["staged"]);
        for party in names_in(&self.path("drop/outbox")) {
            for name in names_in(&self.path("drop/outbox").join(party)) {
                assert!(!name.starts_with('.'), "{name} was left in an outbox");
            }
        }
    }

    /// What lies in a party's outbox, by name.
    pub(crate) fn outbox(&self, member: &Member) -> BTreeMap<String, Vec<u8>> {
        let folder = self.path("drop/outbox").join(member.id.as_str());
        names_in(&folder)
            .into_iter()
            .map(|name| {
                let bytes = fs::read(folder.join(&name)).expect("a file");
                (name, bytes)
            })
            .collect()
    }

    /// The receipts for a party, verified, in the order of the packages' sequence.
    pub(crate) fn receipts(&self, member: &Member) -> Vec<VerifiedReceipt> {
        let mut receipts: Vec<VerifiedReceipt> = self
            .outbox(member)
            .into_iter()
            .filter(|(name, _)| name.ends_with(".receipt.json"))
            .map(|(_, bytes)| {
                VerifiedReceipt::verify(&bytes, &self.registry(), self.now(), &Limits::default())
                    .expect("a receipt that verifies")
            })
            .collect();
        receipts.sort_by_key(|receipt| receipt.receipt().package.sequence);
        receipts
    }

    /// The codes of a party's receipts.
    pub(crate) fn codes(&self, member: &Member) -> Vec<String> {
        let receipts = self.receipts(member);
        receipts
            .iter()
            .map(|one| one.receipt().code.clone())
            .collect()
    }

    /// The packages of a kind in a party's outbox, verified, in the order of our own sequence.
    pub(crate) fn packages(&self, member: &Member, kind: &str) -> Vec<Verified<Cursor<Vec<u8>>>> {
        let mut packages: Vec<_> = self
            .outbox(member)
            .into_iter()
            .filter(|(name, _)| name.ends_with(".xpkg"))
            .map(|(_, bytes)| self.verify(bytes))
            .filter(|package| package.manifest().kind.as_str() == kind)
            .collect();
        packages.sort_by_key(|package| package.manifest().sequence);
        packages
    }

    pub(crate) fn verify(&self, bytes: Vec<u8>) -> Verified<Cursor<Vec<u8>>> {
        let sealed = Sealed::read(Cursor::new(bytes), &Limits::default()).expect("a package");
        sealed
            .verify(&self.registry(), self.now())
            .expect("a package in force")
    }

    /// The rows of everything dispatched to a county, by field.
    pub(crate) fn dispatched(&self, county: &Member) -> Vec<BTreeMap<String, String>> {
        let lists = self.lists_in(county, "warning_dispatch", "data/warning-dispatch.csv");
        lists.into_iter().flatten().collect()
    }

    /// The rows of a list in every package of a kind that a party got, by field.
    pub(crate) fn lists_in(
        &self,
        member: &Member,
        kind: &str,
        list: &str,
    ) -> Vec<Vec<BTreeMap<String, String>>> {
        let name = list.parse().expect("a name");
        self.packages(member, kind)
            .into_iter()
            .map(|package| {
                let opened = open(package, member).expect("it opens");
                records(&opened.into_store().into_files()[&name])
            })
            .collect()
    }

    /// The cells of the return sheets that a party got, header included.
    pub(crate) fn returned(&self, member: &Member) -> Vec<Vec<String>> {
        self.packages(member, "return_sheet")
            .into_iter()
            .flat_map(|package| {
                let files = open(package, member)
                    .expect("it opens")
                    .into_store()
                    .into_files();
                let name = "attachments/return-1.xlsx".parse().expect("a name");
                cells(&files[&name], "退回名单")
            })
            .collect()
    }

    /// How the things that were quarantined are coded, and how many of each there are.
    pub(crate) fn quarantined(&self) -> BTreeMap<String, u64> {
        use posthorse_ledger::Ledger as _;
        self.ledger()
            .disposition_counts()
            .expect("answers")
            .into_iter()
            .filter(|count| count.disposition == "quarantined")
            .map(|count| (count.code, count.packages))
            .collect()
    }
}

/// What the casework lets a role send, and one kind that nobody has a use for.
fn rights_of(role: Role) -> Vec<String> {
    let kinds = KindSet::built_in().expect("the built-in kinds");
    let ways = |kind: &&Kind| kind.ways().iter().any(|way| way.from().contains(&role));
    let mut rights: Vec<String> = kinds
        .iter()
        .filter(ways)
        .map(|kind| kind.name().to_string())
        .collect();
    if role == Role::Department {
        rights.push("measure_report".into());
    }
    rights.sort_unstable();
    rights
}

fn party_of(
    member: &Member,
    role: Role,
    may_send: &[String],
    valid_from: Timestamp,
    valid_until: Timestamp,
) -> Party {
    let key = |key: &SigningKey, person: &str| SigningEntry {
        key: *key.verifying_key(),
        person: person.into(),
        valid_from,
        valid_until,
        revoked: None,
    };
    Party {
        id: member.id.clone(),
        name: format!("{}的名称", member.id),
        roles: vec![role],
        counties: match role {
            Role::County => vec![member.id.to_string()],
            _ => Vec::new(),
        },
        may_send: may_send
            .iter()
            .map(|kind| kind.parse().expect("a kind"))
            .collect(),
        two_signatures: Vec::new(),
        reports: Vec::new(),
        contact: Contact::default(),
        signing_keys: vec![key(&member.key, "经办人"), key(&member.second, "复核人")],
        recipients: vec![RecipientEntry {
            recipient: member.identity.recipient(),
            valid_from,
            valid_until,
            revoked: None,
        }],
    }
}

/// RFC 8410 PKCS#8, version 1, of the key that [`signing_key`] makes of this seed.
fn pkcs8(seed: u8) -> Vec<u8> {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend_from_slice(&[seed; 32]);
    document
}

/// Opens a verified package with an office's identity.
pub(crate) fn open(
    package: Verified<Cursor<Vec<u8>>>,
    member: &Member,
) -> Result<Opened<MemoryStore>, Refusal> {
    package
        .open(
            std::slice::from_ref(&member.identity),
            MemoryStore::default(),
        )
        .map_err(|error| error.refusal().expect("memory reads and writes"))
}

/// The date in China.
pub(crate) fn day(at: Timestamp) -> Date {
    at.plus_seconds(8 * 3600).to_string()[..10]
        .parse()
        .expect("a date")
}

/// What is in a folder, sorted; nothing if there is none.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
