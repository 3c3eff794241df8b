//! A city in its worst month, and the three years before it.
//!
//! Ten departments send lists; the daemon takes them in, merges, splits over eleven county units and
//! seals to each its part; counties answer. Then the operator asks for the board and for one person's
//! way. Every figure is that of a whole process.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::process::Command;

use posthorse_daemon::{
    BureauKeys, Clock, Config, FixedClock, Mode, Shutdown, confine, run_confined,
};
use posthorse_domain::{
    Areas, Date, ListSchema, SchemaSet, SyntheticPeople, TransportWriter, date_in_china,
    transport_table_schema,
};
use posthorse_ledger::LedgerKey;
use posthorse_package::{
    Contact, Digest, Identity, Limits, MemoryStore, Party, PartyRecipient, Period, RecipientEntry,
    Registry, RegistryDocument, Role, Root, SealRequest, Sealed, SigningEntry, SigningKey,
    SourceContent, SourceFile, Timestamp, seal,
};

use crate::{Run, measure, print};

/// The lists that departments send, one each.
const LISTS: [&str; 10] = [
    "education-dropout",
    "civil-affairs-low-income",
    "housing-safety",
    "water-safety",
    "health-serious-illness",
    "medical-insurance-self-paid",
    "disabled-persons-certified",
    "human-resources-unemployment",
    "public-security-incidents",
    "emergency-disasters",
];
const BUREAU_SENDS: [&str; 4] = [
    "warning_dispatch",
    "warning_feedback",
    "urge",
    "return_sheet",
];
const DAY: i64 = 86_400;
const SEED: u64 = 20_231_107;
/// Whom the operator asks about is named by the first list of this month: what is older than three
/// years is deleted.
const ASKED_MONTH: usize = 12;

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}

/// How large a city is played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) months: u32,
    pub(crate) leads_a_month: usize,
    pub(crate) leads_in_the_worst: usize,
}

/// Plays the city, and prints what each part of it took.
pub(crate) fn play(size: Size) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut city = City::found(
        folder.path(),
        "2023-10-26T01:00:00Z".parse().map_err(failed)?,
    )?;
    print("work | leads or rows | seconds | peak MiB");
    print("---|---|---|---");
    for month in 0..size.months {
        city.month(month as usize, size.leads_a_month)?;
        city.daemon()?;
        city.daemon_dispatches()?;
        city.answer()?;
        city.daemon()?;
        city.wait(30 * DAY);
    }
    let worst = size.months as usize;
    city.month(worst, size.leads_in_the_worst)?;
    tell(
        "take in, check and keep",
        size.leads_in_the_worst,
        &city.daemon()?,
    );
    let dispatched = city.daemon_dispatches()?;
    tell(
        "merge, split, seal to counties",
        size.leads_in_the_worst,
        &dispatched,
    );
    let answers = city.answer()?;
    tell("take in the answers, feed back", answers, &city.daemon()?);
    let rows = size.months as usize * size.leads_a_month + size.leads_in_the_worst;
    let month = city.period()?;
    let now = city.now.to_string();
    let config = city.path("posthorse.toml").to_string_lossy().into_owned();
    let person = city.path("person.txt").to_string_lossy().into_owned();
    for (what, line) in [
        (
            "board",
            vec![
                "board", "--config", &config, "--month", &month, "--as-of", &now,
            ],
        ),
        (
            "report",
            vec![
                "report", "--config", &config, "--month", &month, "--as-of", &now,
            ],
        ),
        (
            "trace of a person",
            vec!["trace", "--config", &config, "--person-file", &person],
        ),
    ] {
        let mut runs = Vec::new();
        for _ in 0..5 {
            runs.push(measure(
                Command::new(std::env::current_exe()?)
                    .arg("child-cli")
                    .args(&line),
            )?);
        }
        tell(what, rows, &Run::median(&runs));
    }
    let ledger = fs::metadata(city.path("state/ledger.sqlite"))?.len();
    print(&format!("ledger | {rows} | | {} on disk", ledger >> 20));
    Ok(())
}

fn tell(what: &str, rows: usize, run: &Run) {
    print(&format!(
        "{what} | {rows} | {:.2} | {}",
        run.wall.as_secs_f64(),
        run.peak_kib / 1024
    ));
}

/// One run of the daemon over the city's folder, at a moment of its own.
pub(crate) fn daemon(folder: &Path, second: &str, wait_minutes: &str) -> io::Result<()> {
    let now = second.parse().ok().and_then(Timestamp::from_second);
    let now = now.ok_or_else(|| failed("not a moment"))?;
    let text = fs::read_to_string(folder.join("posthorse.toml"))?;
    let text = format!("{text}dispatch_wait_minutes = {wait_minutes}\n");
    let config = Config::from_toml(&text, folder).map_err(failed)?;
    let read = |name: &str| fs::read(folder.join("home/keys").join(name));
    let identity = String::from_utf8(read("identity.txt")?).map_err(failed)?;
    let ledger: [u8; 32] = read("ledger.key")?
        .try_into()
        .map_err(|_| failed("not a ledger key"))?;
    let keys = BureauKeys {
        signing: SigningKey::from_pkcs8(&read("signing-key.der")?).map_err(failed)?,
        identities: vec![identity.trim().parse().map_err(failed)?],
        ledger: LedgerKey::from_bytes(ledger),
    };
    let confined = confine(&config).map_err(failed)?;
    let times = (&FixedClock::new(now) as &dyn Clock, &Shutdown::new());
    run_confined(&config, &keys, times, Mode::Once, &confined).map_err(failed)?;
    Ok(())
}

/// An office with its keys and its place in its own sequence.
struct Member {
    party: Party,
    key: SigningKey,
    identity: Identity,
    sequence: u64,
    previous: Option<Digest>,
}

impl Member {
    fn new(
        id: &str,
        role: Role,
        may_send: &[&str],
        (from, until): (Timestamp, Timestamp),
    ) -> io::Result<(Self, Vec<u8>)> {
        let document = SigningKey::generate_pkcs8().map_err(failed)?.to_vec();
        let key = SigningKey::from_pkcs8(&document).map_err(failed)?;
        let identity = Identity::generate();
        let mut may_send: Vec<_> = may_send
            .iter()
            .map(|kind| kind.parse().map_err(failed))
            .collect::<Result<_, _>>()?;
        may_send.sort();
        let party = Party {
            id: id.parse().map_err(failed)?,
            name: id.to_owned(),
            roles: vec![role],
            counties: match role {
                Role::County => vec![id.to_owned()],
                _ => Vec::new(),
            },
            may_send,
            two_signatures: Vec::new(),
            reports: Vec::new(),
            contact: Contact::default(),
            signing_keys: vec![SigningEntry {
                key: *key.verifying_key(),
                person: "经办人".into(),
                valid_from: from,
                valid_until: until,
                revoked: None,
            }],
            recipients: vec![RecipientEntry {
                recipient: identity.recipient(),
                valid_from: from,
                valid_until: until,
                revoked: None,
            }],
        };
        let member = Self {
            party,
            key,
            identity,
            sequence: 0,
            previous: None,
        };
        Ok((member, document))
    }

    fn recipient(&self) -> PartyRecipient {
        PartyRecipient {
            party: self.party.id.clone(),
            recipient: self.identity.recipient(),
        }
    }
}

/// The whole exchange in a folder.
struct City {
    folder: PathBuf,
    now: Timestamp,
    bureau: Member,
    departments: Vec<Member>,
    counties: Vec<Member>,
    registry: Registry,
    schemas: SchemaSet,
    packages: u64,
}

impl City {
    fn found(folder: &Path, now: Timestamp) -> io::Result<Self> {
        let term = (now.plus_seconds(-DAY), now.plus_seconds(8 * 365 * DAY));
        let (bureau, document) = Member::new("bureau", Role::Bureau, &BUREAU_SENDS, term)?;
        let mut departments = Vec::new();
        for list in LISTS {
            let kinds = ["warning_list"];
            departments.push(Member::new(list, Role::Department, &kinds, term)?.0);
        }
        let mut counties = Vec::new();
        for county in Areas::built_in().counties() {
            let kinds = ["verification_result"];
            counties.push(Member::new(county.code.as_str(), Role::County, &kinds, term)?.0);
        }
        let root_key = SigningKey::from_pkcs8(&SigningKey::generate_pkcs8().map_err(failed)?)
            .map_err(failed)?;
        let root = Root {
            threshold: 1,
            keys: vec![*root_key.verifying_key()],
        };
        let mut registry = RegistryDocument::first(root, term.0, term.1);
        let members = counties.iter().chain([&bureau]).chain(&departments);
        registry.parties = members.map(|member| member.party.clone()).collect();
        registry.parties.sort_by(|one, other| one.id.cmp(&other.id));
        let signed = registry
            .sign(&[&root_key], &Limits::default())
            .map_err(failed)?;
        for place in [
            "drop/registry",
            "drop/inbox",
            "drop/outbox",
            "drop/log",
            "home/keys",
        ] {
            fs::create_dir_all(folder.join(place))?;
        }
        for (name, bytes) in [
            ("home/registry.json", signed.as_slice()),
            ("drop/registry/registry.json", &signed),
            ("home/keys/signing-key.der", &document),
            (
                "home/keys/identity.txt",
                bureau.identity.secret_text().as_bytes(),
            ),
            ("home/keys/ledger.key", &[42; 32]),
            (
                "posthorse.toml",
                b"drop = 'drop'\nstate = 'state'\nhome = 'home'\n",
            ),
        ] {
            fs::write(folder.join(name), bytes)?;
            owner_only(&folder.join(name))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            now,
            bureau,
            departments,
            counties,
            registry: Registry::trust(&signed, &Limits::default()).map_err(failed)?,
            schemas: SchemaSet::built_in().map_err(failed)?,
            packages: 0,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    fn today(&self) -> Date {
        date_in_china(self.now)
    }

    fn period(&self) -> io::Result<String> {
        let text = self.today().to_string();
        let month: Period = text[..7].parse().map_err(failed)?;
        Ok(month.to_string())
    }

    fn daemon(&mut self) -> io::Result<Run> {
        self.run_daemon("43200")
    }

    fn daemon_dispatches(&mut self) -> io::Result<Run> {
        self.run_daemon("0")
    }

    fn run_daemon(&mut self, wait_minutes: &str) -> io::Result<Run> {
        self.wait(3_600);
        let second = self.now.as_second().to_string();
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("child-daemon").arg(&self.folder);
        measure(command.args([&second, wait_minutes]))
    }

    /// Every department sends its list of a month. Neighbours' lists and neighbouring months overlap:
    /// of two leads one is about somebody who is named elsewhere too.
    fn month(&mut self, month: usize, leads: usize) -> io::Result<()> {
        let each = leads / LISTS.len();
        let mut people = SyntheticPeople::from_seed(SEED + month as u64, self.today());
        let named: Vec<_> = people.by_ref().take(each * (LISTS.len() + 1) / 2).collect();
        for (place, list) in LISTS.iter().enumerate() {
            let schema = self.schema(list)?.clone();
            let chosen = named.iter().skip(place * each / 2).take(each);
            let rows: Vec<Vec<String>> = (1..)
                .zip(chosen)
                .map(|(seq, person)| people.row(&schema, person, seq))
                .collect();
            if month <= ASKED_MONTH && place == 0 {
                let id = schema
                    .position("id_no")
                    .and_then(|at| rows.first()?.get(at));
                let path = self.path("person.txt");
                fs::write(&path, id.map_or("", String::as_str))?;
                owner_only(&path)?;
            }
            let mut sender = self.departments.remove(place);
            let package = self.seal(&mut sender, &schema, &rows);
            self.departments.insert(place, sender);
            fs::write(self.path(&format!("drop/inbox/{list}.xpkg")), package?)?;
        }
        Ok(())
    }

    /// Every county answers everything that it got, and clears its outbox. Gives how many rows.
    fn answer(&mut self) -> io::Result<usize> {
        self.wait(2 * DAY);
        let schema = self.schema("verification-result")?.clone();
        let mut answered = 0;
        for place in 0..self.counties.len() {
            let outbox = self
                .path("drop/outbox")
                .join(self.counties[place].party.id.as_str());
            let mut rows = Vec::new();
            let files = fs::read_dir(&outbox).into_iter().flatten();
            for file in files {
                let file = file?.path();
                if file.extension().is_some_and(|ending| ending == "xpkg") {
                    rows.extend(self.answers_to(
                        &self.counties[place],
                        &fs::read(&file)?,
                        &schema,
                    )?);
                }
                fs::remove_file(file)?;
            }
            if rows.is_empty() {
                continue;
            }
            answered += rows.len();
            let mut county = self.counties.remove(place);
            let package = self.seal(&mut county, &schema, &rows);
            let name = format!("drop/inbox/{}.xpkg", county.party.id);
            self.counties.insert(place, county);
            fs::write(self.path(&name), package?)?;
        }
        Ok(answered)
    }

    fn answers_to(
        &self,
        county: &Member,
        bytes: &[u8],
        schema: &ListSchema,
    ) -> io::Result<Vec<Vec<String>>> {
        let sealed = Sealed::read(Cursor::new(bytes), &Limits::default()).map_err(failed)?;
        let verified = sealed.verify(&self.registry, self.now).map_err(failed)?;
        if verified.manifest().kind.as_str() != "warning_dispatch" {
            return Ok(Vec::new());
        }
        let identity = std::slice::from_ref(&county.identity);
        let opened = verified
            .open(identity, MemoryStore::default())
            .map_err(failed)?;
        let files = opened.into_store().into_files();
        let name = "data/warning-dispatch.csv".parse().map_err(failed)?;
        let list: &Vec<u8> = files.get(&name).ok_or_else(|| failed("no list"))?;
        let mut reader = csv::Reader::from_reader(list.as_slice());
        let today = self.today().to_string();
        let mut rows = Vec::new();
        for record in reader.deserialize::<BTreeMap<String, String>>() {
            let given = record?;
            let cell = |field: &str| match field {
                "warning_id" | "name" | "id_no" => given.get(field).cloned().unwrap_or_default(),
                "visited" => "是".into(),
                "visited_on" => today.clone(),
                "verifier" => "李核实".into(),
                "outcome" => "不纳入".into(),
                "reject_reason" => "01 收入稳定可自行化解".into(),
                "explanation" => "入户核实，家庭收入稳定，风险可自行化解。".into(),
                _ => String::new(),
            };
            let fields = schema.fields().iter();
            rows.push(fields.map(|field| cell(field.name())).collect());
        }
        Ok(rows)
    }

    fn schema(&self, list: &str) -> io::Result<&ListSchema> {
        let found = self
            .schemas
            .iter()
            .find(|schema| schema.id().as_str() == list);
        found.ok_or_else(|| failed("no such list"))
    }

    fn seal(
        &mut self,
        sender: &mut Member,
        schema: &ListSchema,
        rows: &[Vec<String>],
    ) -> io::Result<Vec<u8>> {
        self.packages += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.packages.to_le_bytes());
        sender.sequence += 1;
        let request = SealRequest {
            package_id: posthorse_package::PackageId::from_parts(self.now, random),
            kind: schema.kind().clone(),
            sender: sender.party.id.clone(),
            recipients: vec![self.bureau.recipient()],
            period: Some(self.period()?.parse().map_err(failed)?),
            sealed_at: self.now,
            not_after: self.now.plus_seconds(30 * DAY),
            sequence: sender.sequence,
            previous: sender.previous,
            in_reply_to: None,
            supersedes: None,
        };
        let mut writer = TransportWriter::new(schema, Vec::new()).map_err(failed)?;
        for (number, row) in (2..).zip(rows) {
            writer.write_row("", number, row).map_err(failed)?;
        }
        let list = writer.finish().map_err(failed)?;
        let columns: Vec<usize> = (0..schema.fields().len()).collect();
        let mut reader = list.as_slice();
        let mut files = [SourceFile {
            name: format!("data/{}.csv", schema.id())
                .parse()
                .map_err(failed)?,
            title: schema.title().to_owned(),
            content: SourceContent::List {
                list: schema.id().clone(),
                table_schema: serde_json::from_value(transport_table_schema(schema, &columns))?,
            },
            length: list.len() as u64,
            reader: &mut reader,
        }];
        let mut out = Cursor::new(Vec::new());
        let facts = seal(
            &request,
            &mut files,
            &[&sender.key],
            &mut out,
            &Limits::default(),
        )
        .map_err(failed)?;
        sender.previous = Some(facts.manifest_digest);
        Ok(out.into_inner())
    }
}

/// Keys and names of people are for their owner alone.
fn owner_only(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}
