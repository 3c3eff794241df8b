//! `access-log.jsonl`: who opened or took out what, why, and how much; each line names the one before
//! (spec/retention-v1.md, section 6). What cannot be written down is not done.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use posthorse_package::{Digest, KindName, PartyId, Timestamp, UntrustedText};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home::Home;
use crate::kinds;

const FORMAT: &str = "posthorse-access/1";
const FILE_NAME: &str = "access-log.jsonl";
/// No line is longer: the purpose is bounded, and everything else is an id.
const TAIL_BYTES: u64 = 64 << 10;
/// The longest purpose, in characters.
const PURPOSE_CHARACTERS: usize = 500;

/// What is done with personal data, or with the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// A package is opened.
    Open,
    /// A file is written for people.
    Export,
    /// Names and numbers are shown.
    Unmask,
    /// People are listed, masked.
    List,
}

impl Action {
    /// The word under which it is kept.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Export => "export",
            Self::Unmask => "unmask",
            Self::List => "list",
        }
    }
}

/// One thing that is about to be seen.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) action: Action,
    /// What, without personal data: an id, or what was compared.
    pub(crate) what: String,
    pub(crate) manifest: Option<Digest>,
    pub(crate) kind: Option<KindName>,
    pub(crate) purpose: Option<String>,
    pub(crate) rows: u64,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessLine {
    format: String,
    pub(crate) number: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    previous: Option<Digest>,
    pub(crate) at: Timestamp,
    pub(crate) user: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) party: Option<PartyId>,
    pub(crate) action: Action,
    pub(crate) what: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) manifest: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) kind: Option<KindName>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) purpose: Option<String>,
    pub(crate) rows: u64,
}

impl AccessLine {
    /// The line that these bytes are, if they are one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let line: Self = serde_json::from_slice(bytes).ok()?;
        (line.format == FORMAT).then_some(line)
    }
}

/// The log of an office, and in whose name it is written.
#[derive(Debug)]
pub(crate) struct AccessLog {
    path: PathBuf,
    person: Option<String>,
    party: Option<PartyId>,
}

impl AccessLog {
    /// The log of a home.
    pub(crate) fn of_home(home: &Home) -> Result<Self, Failure> {
        let form = home.contact_form()?;
        Ok(Self {
            path: home.folder().join(FILE_NAME),
            person: Some(form.person),
            party: Some(form.party),
        })
    }

    /// The log beside a file that gives access; that of the home whose key it is, if it is one's.
    pub(crate) fn beside(file: &Path) -> Result<Self, Failure> {
        let folder = files::parent(file);
        let above = files::parent(folder);
        let is_keys = folder.file_name().is_some_and(|name| name == "keys");
        if is_keys && Home::at(above).contact_form_path().exists() {
            return Self::of_home(&Home::at(above));
        }
        Ok(Self {
            path: folder.join(FILE_NAME),
            person: None,
            party: None,
        })
    }

    /// Writes down what is about to be seen. Durable when it returns.
    pub(crate) fn record(&self, access: Access, at: Timestamp) -> Result<(), Failure> {
        self.append(access, at).map_err(|cause| {
            Failure::new(Exit::Environment, "access-not-logged")
                .with("path", shown(&self.path))
                .detail(cause)
        })
    }

    fn append(&self, access: Access, at: Timestamp) -> io::Result<()> {
        let refused = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let is_new = !self.path.exists();
        let mut file = open_private(&self.path)?;
        file.lock()?;
        let length = file.metadata()?.len();
        let tail = read_tail(&mut file, length)?;
        let last = tail
            .split(|byte| *byte == b'\n')
            .rfind(|line| !line.is_empty());
        let mut known = tail.split(|byte| *byte == b'\n').rev();
        let number = match last {
            None => 1,
            Some(_) => {
                let whole = known.find_map(AccessLine::parse);
                let whole = whole.ok_or_else(|| refused("its last lines are no lines of a log"))?;
                whole.number.saturating_add(1)
            }
        };
        let line = AccessLine {
            format: FORMAT.to_owned(),
            number,
            previous: last.map(Digest::of),
            at,
            user: system_user(),
            person: self.person.clone(),
            party: self.party.clone(),
            action: access.action,
            what: access.what,
            manifest: access.manifest,
            kind: access.kind,
            purpose: access.purpose,
            rows: access.rows,
        };
        let mut bytes = Vec::new();
        if length > 0 && tail.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
        file.write_all(&bytes)?;
        file.sync_all()?;
        if is_new && cfg!(unix) {
            File::open(files::parent(&self.path))?.sync_all()?;
        }
        Ok(())
    }
}

/// A purpose as it is kept: what was given, else what the kind is for.
pub(crate) fn purpose(
    given: Option<&str>,
    kind: Option<&KindName>,
) -> Result<Option<String>, Failure> {
    let given = given.map(str::trim).filter(|text| !text.is_empty());
    if given.is_some_and(|text| text.chars().count() > PURPOSE_CHARACTERS) {
        return Err(Failure::new(Exit::Usage, "purpose-too-long"));
    }
    if let Some(text) = given {
        return Ok(Some(UntrustedText::new(text).to_string()));
    }
    let kind = kind.and_then(kinds::find);
    Ok(kind.map(|kind| kind.purpose().to_owned()))
}

/// The name under which the system knows whoever typed the command.
pub(crate) fn system_user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut known = names.filter_map(|name| std::env::var(name).ok());
    let name = known.find(|name| !name.is_empty());
    UntrustedText::new(name.unwrap_or_else(|| "?".to_owned())).to_string()
}

/// Opens the log to add to it. It is made for its owner alone, and one that others can read is
/// refused.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        let what = "it is not a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        let what = "others on this machine can read it";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
    }
    Ok(file)
}

fn read_tail(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    Ok(tail)
}

/// A log as it was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AccessRecord {
    /// Its lines.
    pub(crate) lines: Vec<AccessLine>,
    /// Lines that a crash has torn, counted from 1.
    pub(crate) torn: Vec<usize>,
    /// Lines that do not name the one before, or have not the next number.
    pub(crate) broken: Vec<usize>,
}

impl AccessRecord {
    /// Reads the log of a home. One that is not there is empty: nothing was opened yet.
    pub(crate) fn read(home: &Path) -> Result<Self, Failure> {
        let path = home.join(FILE_NAME);
        if !path.exists() {
            return Ok(Self::default());
        }
        let mut bytes = Vec::new();
        files::open(&path)?
            .read_to_end(&mut bytes)
            .map_err(|cause| Failure::io("cannot-read", &path, &cause))?;
        Ok(Self::of(&bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        let mut record = Self::default();
        let mut before: Option<Digest> = None;
        let lines = bytes.split(|byte| *byte == b'\n');
        for (at, bytes) in (1..).zip(lines).filter(|(_, bytes)| !bytes.is_empty()) {
            match AccessLine::parse(bytes) {
                Some(line) => {
                    let number = record.lines.last().map_or(1, |last| last.number + 1);
                    if line.previous != before || line.number != number {
                        record.broken.push(at);
                    }
                    record.lines.push(line);
                }
                None => record.torn.push(at),
            }
            before = Some(Digest::of(bytes));
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(rows: u64) -> Access {
        Access {
            action: Action::Open,
            what: "a package".into(),
            manifest: Some(Digest::of(b"manifest")),
            kind: Some("warning_list".parse().expect("a kind")),
            purpose: purpose(None, Some(&"warning_list".parse().expect("a kind")))
                .expect("the kinds"),
            rows,
        }
    }

    fn at() -> Timestamp {
        "2026-11-24T08:00:00Z".parse().expect("a timestamp")
    }

    fn written(folder: &Path) -> (PathBuf, Vec<u8>) {
        let log = AccessLog::beside(&folder.join("identity.txt")).expect("a log");
        for rows in 1..=3 {
            log.record(access(rows), at()).expect("written");
        }
        let bytes = std::fs::read(&log.path).expect("the log");
        (log.path, bytes)
    }

    #[test]
    fn req_27_each_line_names_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, bytes) = written(folder.path());
        let record = AccessRecord::of(&bytes);
        let numbers: Vec<u64> = record.lines.iter().map(|line| line.number).collect();
        assert_eq!((numbers, record.broken), (vec![1, 2, 3], vec![]));
        assert_eq!(
            record.lines[0].purpose.as_deref(),
            Some("仅用于汇总、交办和核实致贫返贫风险。")
        );
        let text = String::from_utf8(bytes).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let broken = |lines: &[&str]| AccessRecord::of(lines.join("\n").as_bytes()).broken;
        assert_eq!(broken(&[lines[0], lines[2]]), [2], "taken out");
        assert_eq!(broken(&lines[1..]), [1, 2][..1], "the first taken off");
        let changed = lines[1].replace("\"rows\":2", "\"rows\":9");
        assert_eq!(broken(&[lines[0], &changed, lines[2]]), [3], "changed");
        let swapped = [lines[1], lines[0], lines[2]];
        assert_eq!(broken(&swapped), [1, 2, 3], "swapped");
    }

    #[test]
    fn a_torn_line_is_named_and_the_chain_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, bytes) = written(folder.path());
        std::fs::write(&path, &bytes[..bytes.len() - 40]).expect("torn");
        let log = AccessLog::beside(&folder.path().join("identity.txt")).expect("a log");
        log.record(access(4), at()).expect("written");
        let record = AccessRecord::of(&std::fs::read(&path).expect("the log"));
        assert_eq!((record.torn, record.broken), (vec![3], vec![]));
        assert_eq!(record.lines.last().expect("a line").number, 3);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_written_down_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (path, _) = written(folder.path());
        let mode = std::fs::metadata(&path).expect("it").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let log = AccessLog::beside(&folder.path().join("identity.txt")).expect("a log");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("rights");
        let failure = log.record(access(1), at()).expect_err("others can read it");
        assert_eq!(failure.code(), "access-not-logged");
        std::fs::remove_file(&path).expect("removed");
        std::fs::create_dir(&path).expect("a folder in its place");
        let failure = log.record(access(1), at()).expect_err("no file");
        assert_eq!(failure.code(), "access-not-logged");
        std::fs::remove_dir(&path).expect("removed");
        std::fs::write(&path, "something else\n").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("rights");
        let failure = log.record(access(1), at()).expect_err("no log");
        assert_eq!(failure.code(), "access-not-logged");
    }

    #[test]
    fn a_purpose_is_given_or_the_kinds() {
        let kind: KindName = "roster".parse().expect("a kind");
        let of = |given| purpose(given, Some(&kind)).expect("a purpose");
        assert_eq!(of(Some(" 核对 ")).as_deref(), Some("核对"));
        assert_eq!(
            of(Some(" ")).as_deref(),
            Some("仅用于各部门比对和落实本部门的帮扶政策。")
        );
        let long = "长".repeat(501);
        assert_eq!(
            purpose(Some(&long), None).expect_err("too long").code(),
            "purpose-too-long"
        );
    }
}
