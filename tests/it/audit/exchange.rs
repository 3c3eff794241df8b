//! An exchange that is over, and copies of what it left for an auditor to look at.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use posthorse_package::{
    Digest, Limits, Manifest, Party, Receipt, RegistryDocument, SealRequest, Sealed, SigningEntry,
    SigningKey,
};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::bureau_world::{World, csv, field};
use crate::cli::run;
use crate::offices::signing_key;

pub(super) const ROOT: u8 = 9;
pub(super) const BUREAU: u8 = 1;
/// The housing office's third key, and a second bureau's: both only in version 2 of the registry.
pub(super) const LATE: u8 = 77;
pub(super) const OTHER: u8 = 78;

/// An exchange that is over: three lists of the housing office, of which the second came back in
/// part, one under its new key, one of the health office, and what the bureau sent.
pub(super) struct Exchange {
    world: World,
    pub(super) before: RegistryDocument,
    pub(super) document: RegistryDocument,
}

impl Exchange {
    pub(super) fn new() -> Self {
        let world = World::new();
        let copy = |name: &str| {
            let registry = world.path("drop/registry");
            fs::copy(registry.join("registry.json"), registry.join(name)).expect("a copy");
        };
        copy("registry-1.json");
        let mut documents = Vec::new();
        let limits = Limits::default();
        let published = || {
            let bytes = fs::read(world.path("drop/registry/registry.json")).expect("a registry");
            RegistryDocument::untrusted(&bytes, &limits).expect("a registry")
        };
        documents.push(published());
        world.change_registry(|next| {
            let entry = |seed, from: &SigningEntry| SigningEntry {
                key: *signing_key(seed).verifying_key(),
                ..from.clone()
            };
            let housing = party(next, "housing");
            let late = entry(LATE, &housing.signing_keys[0]);
            housing.signing_keys.push(late);
            let mut other = party(next, "bureau").clone();
            other.id = "bureau-2".parse().expect("a party id");
            other.recipients.clear();
            other.signing_keys = vec![entry(OTHER, &other.signing_keys[0])];
            next.parties.push(other);
            next.parties.sort_by(|one, two| one.id.cmp(&two.id));
        });
        documents.push(published());
        let exchange = Self {
            world,
            document: documents.remove(1),
            before: documents.remove(0),
        };
        exchange.play();
        exchange
    }

    fn play(&self) {
        let world = &self.world;
        let people = world.people(7, 2, "411722");
        let turn = |bytes: Vec<u8>| {
            world.put("a.xpkg", &bytes);
            world.round();
            world.clock.set(world.now().plus_seconds(60));
        };
        turn(world.warning_list(&world.housing, &people));
        turn(world.warning_list(&world.health, &people));
        let mut late = world.list_draft(&world.housing, &people);
        (late.request.sequence, late.request.previous) = (1, None);
        let (sequence, previous) = world.housing.place();
        turn(late.seal_with(&[&signing_key(LATE)]));
        world.housing.set_place(sequence, previous);
        turn(world.warning_list(&world.housing, &people));
        let mut faulty = world.list_draft(&world.housing, &people);
        let mut rows = world.rows_of("housing-safety", &people);
        rows[0][field("housing-safety", "county_name")] = "天边县".into();
        faulty.lists[0].1 = csv("housing-safety", &rows);
        turn(faulty.seal());
        assert_eq!(
            world.codes(&world.housing),
            ["accepted", "accepted", "accepted", "rows-returned"]
        );
    }

    /// A copy for one manipulation, below a folder whose name must say nothing.
    pub(super) fn copy(&self) -> Copy<'_> {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path().join("inbox/copy");
        for part in ["drop", "state/archive"] {
            for entry in WalkDir::new(self.world.path(part)) {
                let entry = entry.expect("an entry");
                let inside = entry
                    .path()
                    .strip_prefix(self.world.root())
                    .expect("inside");
                match entry.file_type().is_dir() {
                    true => fs::create_dir_all(root.join(inside)).expect("a folder"),
                    false => {
                        fs::copy(entry.path(), root.join(inside)).expect("a copy");
                    }
                }
            }
        }
        Copy {
            exchange: self,
            _folder: folder,
            root,
        }
    }
}

pub(super) fn party<'d>(document: &'d mut RegistryDocument, id: &str) -> &'d mut Party {
    let mut parties = document.parties.iter_mut();
    parties
        .find(|party| party.id.as_str() == id)
        .expect("a party")
}

/// What the auditor was handed.
pub(super) struct Copy<'e> {
    pub(super) exchange: &'e Exchange,
    _folder: TempDir,
    pub(super) root: PathBuf,
}

impl Copy<'_> {
    pub(super) fn world(&self) -> &World {
        &self.exchange.world
    }

    pub(super) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        WalkDir::new(&self.root)
            .sort_by_file_name()
            .into_iter()
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let bytes = fs::read(entry.path()).expect("a file");
                (entry.into_path(), bytes)
            })
            .collect()
    }

    /// The packages that a party's key sent, by number: every copy of each.
    pub(super) fn packages(&self, sender: &str, key: &SigningKey) -> Vec<(PathBuf, Manifest)> {
        let key = key.verifying_key().key_id();
        let mut found: Vec<(PathBuf, Manifest)> = self
            .files()
            .into_iter()
            .filter_map(|(path, bytes)| {
                let sealed = Sealed::read(Cursor::new(bytes), &Limits::default()).ok()?;
                Some((path, sealed.untrusted_manifest().clone()))
            })
            .filter(|(_, manifest)| {
                manifest.sender.as_str() == sender && manifest.signing_key == key
            })
            .collect();
        found.sort_by_key(|(_, manifest)| manifest.sequence);
        found
    }

    /// What the housing office's third package names as the one before it.
    pub(super) fn before_third(&self) -> Option<Digest> {
        let found = self.packages("housing", &self.world().housing.key);
        found
            .into_iter()
            .find(|(_, one)| one.sequence == 3)?
            .1
            .previous
    }

    /// The archived package of the housing office with this number.
    pub(super) fn housing(&self, number: u64) -> PathBuf {
        let found = self.packages("housing", &self.world().housing.key);
        let mut found = found.into_iter();
        found
            .find(|(_, manifest)| manifest.sequence == number)
            .expect("a package")
            .0
    }

    /// Every copy of the receipt for that package.
    pub(super) fn receipts(&self, number: u64) -> Vec<(PathBuf, Receipt)> {
        let bytes = fs::read(self.housing(number)).expect("a package");
        let sealed = Sealed::read(Cursor::new(bytes), &Limits::default()).expect("a package");
        let manifest = sealed.untrusted_manifest_digest();
        self.files()
            .into_iter()
            .filter_map(|(path, bytes)| {
                let receipt = Receipt::untrusted(&bytes, &Limits::default()).ok()?;
                Some((path, receipt))
            })
            .filter(|(_, receipt)| receipt.package.manifest == manifest)
            .collect()
    }

    /// Puts another receipt in the place of every copy, signed as it should be.
    pub(super) fn exchange_receipt(&self, number: u64, key: u8, change: impl Fn(&mut Receipt)) {
        for (path, mut receipt) in self.receipts(number) {
            change(&mut receipt);
            fs::write(path, receipt.sign(&signing_key(key)).expect("a receipt")).expect("written");
        }
    }

    pub(super) fn remove_receipt(&self, number: u64) {
        for (path, _) in self.receipts(number) {
            fs::remove_file(path).expect("removed");
        }
    }

    pub(super) fn remove_package(&self, number: u64) {
        fs::remove_file(self.housing(number)).expect("removed");
    }

    pub(super) fn remove_returned(&self) {
        for (path, manifest) in self.packages("bureau", &signing_key(BUREAU)) {
            if manifest.kind.as_str() == "return_sheet" {
                fs::remove_file(path).expect("removed");
            }
        }
    }

    pub(super) fn add(&self, name: &str, bytes: &[u8]) {
        fs::write(self.root.join(name), bytes).expect("written");
    }

    /// A further package of the housing office, as its place in the sequence would have it.
    pub(super) fn further(&self, change: impl Fn(&mut SealRequest), key: &SigningKey) -> Vec<u8> {
        let world = self.world();
        let place = world.housing.place();
        let people = world.people(11, 1, "411722");
        let mut draft = world.list_draft(&world.housing, &people);
        change(&mut draft.request);
        let bytes = draft.seal_with(&[key]);
        world.housing.set_place(place.0, place.1);
        bytes
    }

    pub(super) fn registry(&self) -> PathBuf {
        self.root.join("drop/registry/registry.json")
    }

    /// The next version of the registry, with a change, signed by a root.
    pub(super) fn next_registry(
        &self,
        change: impl Fn(&mut RegistryDocument),
        root: u8,
    ) -> Vec<u8> {
        let document = &self.exchange.document;
        let mut next = document.next(self.world().now(), document.expires);
        change(&mut next);
        let signed = next.sign(&[&signing_key(root)], &Limits::default());
        signed.expect("a registry")
    }

    /// The codes of what is found, each once and sorted, and the exit code.
    pub(super) fn audit(&self) -> (Vec<String>, Option<i32>) {
        let as_of = self.world().now().to_string();
        let line = [
            "--json",
            "audit",
            "--as-of",
            &as_of,
            "drop",
            "state/archive",
        ];
        let output = run(&self.root, &line.map(str::to_owned), "");
        let said: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("one JSON document");
        let mut codes: Vec<String> = match said["findings"].as_array() {
            Some(findings) => findings
                .iter()
                .filter_map(|one| one["code"].as_str().map(str::to_owned))
                .collect(),
            None => vec![
                said["error"]["code"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            ],
        };
        codes.sort();
        codes.dedup();
        (codes, output.status.code())
    }
}
