//! Every vector under `tests/vectors/` against the public doors: its step, its class, and whether
//! each refusal of the specification has one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use posthorse_package::{
    ContactForm, ContactFormError, Digest, Identity, Limits, MemoryStore, Refusal, Registry,
    Sealed, VerifiedReceipt,
};

use crate::offices::at;

/// A vector's file, taken apart.
pub(crate) struct Vector {
    /// `package/opens-one-recipient`
    pub(crate) name: String,
    header: BTreeMap<String, String>,
    pub(crate) document: Vec<u8>,
}

impl Vector {
    pub(crate) fn read(name: &str) -> Self {
        let bytes = fs::read(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let end = bytes.windows(2).position(|window| window == b"\n\n");
        let end = end.unwrap_or_else(|| panic!("{name}: no empty line"));
        let header = std::str::from_utf8(&bytes[..end]).expect("a header in UTF-8");
        let header = header
            .lines()
            .map(|line| line.split_once(": ").expect("a key and a value"))
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        Self {
            name: name.into(),
            header: header.collect(),
            document: bytes[end + 2..].to_vec(),
        }
    }

    fn get(&self, key: &str) -> &str {
        let value = self.header.get(key);
        value.unwrap_or_else(|| panic!("{}: no {key}", self.name))
    }

    fn expected(&self) -> (String, String) {
        (self.get("step").into(), self.get("expect").into())
    }

    fn registry(&self) -> Registry {
        trusted(self.get("registry"))
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn limits() -> Limits {
    Limits::default()
}

fn trusted(name: &str) -> Registry {
    let bytes = fs::read(root().join(name)).expect("a registry");
    Registry::trust(&bytes, &limits()).expect("a trusted registry")
}

fn identities(name: &str) -> Vec<Identity> {
    let text = fs::read_to_string(root().join(name)).expect("an identity file");
    Identity::parse_file(&text).expect("identities")
}

pub(crate) fn all(folder: &str) -> Vec<Vector> {
    let mut names: Vec<String> = fs::read_dir(root().join(folder))
        .expect("a folder of vectors")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| format!("{folder}/{}", name.to_string_lossy()))
        .collect();
    names.sort();
    names.iter().map(|name| Vector::read(name)).collect()
}

/// What became of a document: the step at which it ended, the class, and the sentence.
type Outcome = (&'static str, Option<Refusal>, String);

fn package(vector: &Vector) -> Outcome {
    let sealed = match Sealed::read(Cursor::new(&vector.document), &limits()) {
        Ok(sealed) => sealed,
        Err(error) => return ("read", error.refusal(), error.to_string()),
    };
    let verified = match sealed.verify(&vector.registry(), at(vector.get("as-of"))) {
        Ok(verified) => verified,
        Err(error) => return ("verify", error.refusal(), error.to_string()),
    };
    match verified.open(&identities(vector.get("identity")), MemoryStore::default()) {
        Ok(_) => ("open", None, "opens".into()),
        Err(error) => ("open", error.refusal(), error.to_string()),
    }
}

fn registry(vector: &Vector) -> Outcome {
    if vector.get("step") == "rules" {
        let registry = trusted(vector.get("trusted"));
        let mut entries = registry.rules().iter();
        let entry = entries.find(|entry| entry.file.as_str() == vector.get("file"));
        let entry = entry.expect("a file that the registry names");
        return match entry.accept(vector.document.clone()) {
            Ok(_) => ("rules", None, "good".into()),
            Err(error) => ("rules", Some(error.refusal()), error.to_string()),
        };
    }
    if vector.get("step") == "succeed" {
        return match trusted(vector.get("trusted")).succeed(&vector.document, &limits()) {
            Ok(_) => ("succeed", None, "good".into()),
            Err(error) => ("succeed", Some(error.refusal()), error.to_string()),
        };
    }
    let registry = match Registry::trust(&vector.document, &limits()) {
        Ok(registry) => registry,
        Err(error) => return ("trust", Some(error.refusal()), error.to_string()),
    };
    if vector.get("step") == "trust" {
        return ("trust", None, "good".into());
    }
    let package = Vector::read("package/opens-one-recipient").document;
    let sealed = Sealed::read(Cursor::new(package), &limits()).expect("a good package");
    match sealed.verify(&registry, at(vector.get("as-of"))) {
        Ok(_) => ("judge", None, "good".into()),
        Err(error) => ("judge", error.refusal(), error.to_string()),
    }
}

fn receipt(vector: &Vector) -> Outcome {
    let as_of = at(vector.get("as-of"));
    match VerifiedReceipt::verify(&vector.document, &vector.registry(), as_of, &limits()) {
        Err(error) => ("verify", Some(error.refusal()), error.to_string()),
        Ok(receipt) => {
            let package = Vector::read(vector.get("package")).document;
            let sealed = Sealed::read(Cursor::new(&package), &limits()).expect("a good package");
            let verified = sealed
                .verify(&vector.registry(), as_of)
                .expect("a good package");
            let (manifest, answered) = (verified.manifest(), &receipt.receipt().package);
            let same = answered.manifest == verified.manifest_digest()
                && answered.signatures == verified.signatures_digest()
                && answered.package_id == manifest.package_id
                && answered.sender == manifest.sender
                && answered.kind == manifest.kind
                && answered.sequence == manifest.sequence;
            let word = if same { "good" } else { "other-package" };
            ("verify", None, word.into())
        }
    }
}

fn contact_form(vector: &Vector) -> Outcome {
    let form = if ContactForm::is_sealed(&vector.document) {
        let identities = identities(vector.get("identity"));
        ContactForm::parse_sealed(&vector.document, &identities, &limits())
    } else {
        ContactForm::parse(&vector.document, &limits())
    };
    let refused = |error: &ContactFormError| Some(error.refusal());
    match form {
        Err(error) => ("verify", refused(&error), error.to_string()),
        Ok(form) => {
            if let Some(fingerprint) = vector.header.get("fingerprint") {
                assert_eq!(&form.fingerprint().to_string(), fingerprint);
            }
            ("verify", None, "good".into())
        }
    }
}

fn check(folder: &str, judge: fn(&Vector) -> Outcome) {
    let vectors = all(folder);
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let (step, refusal, sentence) = judge(vector);
            let class = refusal.map_or_else(|| sentence.clone(), |refusal| refusal.to_string());
            let found = (step.to_owned(), class);
            let expected = vector.expected();
            (found != expected)
                .then(|| format!("{}: {expected:?}, found {found:?}: {sentence}", vector.name))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn packages_are_refused_at_their_step_with_their_class() {
    check("package", package);
}

#[test]
fn registries_are_refused_at_their_step_with_their_class() {
    check("registry", registry);
}

#[test]
fn receipts_are_refused_at_their_step_with_their_class() {
    check("receipt", receipt);
}

#[test]
fn contact_forms_are_refused_at_their_step_with_their_class() {
    check("contact-form", contact_form);
}

fn every_vector() -> Vec<Vector> {
    ["package", "registry", "receipt", "contact-form"]
        .into_iter()
        .flat_map(all)
        .collect()
}

#[test]
fn every_class_of_refusal_has_a_vector() {
    let expected: BTreeSet<String> = every_vector()
        .iter()
        .map(|vector| vector.get("expect").to_owned())
        .collect();
    let missing: Vec<&str> = Refusal::ALL
        .iter()
        .map(|class| class.code())
        .filter(|code| !expected.contains(*code))
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// The sections of a page and the codes of refusal that each one names.
fn refusals_of(page: &str) -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../spec/{page}.md"));
    let text = fs::read_to_string(path).expect("a page of the specification");
    let codes: BTreeSet<&str> = Refusal::ALL.iter().map(|class| class.code()).collect();
    let mut section = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("##") {
            let number = heading.trim_start_matches('#').trim();
            let number = number.split(' ').next().unwrap_or_default();
            section = format!("{page} §{}", number.trim_end_matches('.'));
        }
        for word in line.split('`').skip(1).step_by(2) {
            if codes.contains(word) {
                found.insert((section.clone(), word.to_owned()));
            }
        }
    }
    found
}

#[test]
fn each_refusal_of_the_specification_has_a_vector() {
    let covered: BTreeSet<(String, String)> = every_vector()
        .iter()
        .flat_map(|vector| {
            let expect = vector.get("expect").to_owned();
            let sections: Vec<String> = vector.get("section").split(", ").map(Into::into).collect();
            sections
                .into_iter()
                .map(move |section| (section, expect.clone()))
        })
        .collect();
    // Codes that receipts carry, not refusals; and the one that needs a disk that changes, tested below.
    let elsewhere = |(section, code): &(String, String)| {
        matches!(
            section.as_str(),
            "package-v1 §9" | "receipt-v1 §2" | "receipt-v1 §3"
        ) || (section == "package-v1 §8.2" && code == "payload-digest")
    };
    let missing: Vec<_> = ["package-v1", "registry-v1", "receipt-v1"]
        .into_iter()
        .flat_map(refusals_of)
        .filter(|refusal| !elsewhere(refusal) && !covered.contains(refusal))
        .collect();
    assert_eq!(missing, []);
}

#[test]
fn each_attack_that_the_readme_names_has_its_vectors() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let rows: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`package/"))
        .collect();
    assert_eq!(rows.len(), 12, "twelve attacks");
    for row in rows {
        for name in row.split('`').skip(1).step_by(2) {
            let vector = Vector::read(name);
            assert_eq!(vector.name, name);
        }
    }
}

#[test]
fn the_forger_makes_the_committed_vectors() {
    let folder = tempfile::tempdir().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_forge-vectors"))
        .arg(folder.path())
        .status()
        .expect("the forger");
    assert!(status.success());
    let digests = |root: &Path| -> BTreeMap<String, Digest> {
        let mut found = BTreeMap::new();
        for folder in ["", "package", "registry", "receipt", "contact-form"] {
            for entry in fs::read_dir(root.join(folder)).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_file() && !path.ends_with("README.md") {
                    let name = path.strip_prefix(root).expect("a name below");
                    let bytes = fs::read(&path).expect("a file");
                    found.insert(name.display().to_string(), Digest::of(&bytes));
                }
            }
        }
        found
    };
    let (forged, committed) = (digests(folder.path()), digests(&root()));
    let differing: Vec<&String> = forged
        .keys()
        .chain(committed.keys())
        .filter(|name| forged.get(*name) != committed.get(*name))
        .collect();
    assert_eq!(differing, [""; 0]);
}
