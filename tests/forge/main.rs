//! Forges the vectors under `tests/vectors/`: good documents, and each bad one that the
//! specification says must be refused. It shares no code with what it tests.
//!
//! `cargo run -p posthorse-tests --bin forge-vectors -- FOLDER` writes them all; the same bytes each time.

mod age;
mod age_headers;
mod archives;
mod contact_forms;
mod descriptors;
mod frames;
mod framing;
mod good;
mod inside;
mod json;
mod keys;
mod manifest_fields;
mod manifests;
mod package;
mod party_reports;
mod payloads;
mod plain;
mod policy;
mod receipts;
mod registries;
mod registry_rules;
mod registry_trust;
mod rule_files;
mod signature_lists;
mod vector;
mod zip;

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("name the folder to write to"))?;
    let root = Path::new(&folder);
    for name in ["package", "registry", "receipt", "contact-form"] {
        let old = root.join(name);
        if old.exists() {
            std::fs::remove_dir_all(old)?;
        }
    }
    write_keys(root)?;
    let all = [
        good::vectors(),
        framing::vectors(),
        manifests::vectors(),
        payloads::vectors(),
        inside::vectors(),
        policy::vectors(),
        registries::vectors(),
        party_reports::vectors(),
        rule_files::vectors(),
        receipts::vectors(),
        contact_forms::vectors(),
    ];
    all.concat()
        .iter()
        .try_for_each(|vector| vector.write(root))
}

fn write_keys(root: &Path) -> io::Result<()> {
    std::fs::create_dir_all(root)?;
    for (name, secret) in [
        ("bureau", keys::BUREAU.secret),
        ("medical-insurance", keys::SENDER.secret),
        ("education", keys::OTHER.secret),
        ("county", keys::COUNTY.secret),
        ("bureau-old", keys::OLD_BUREAU),
    ] {
        std::fs::write(root.join(format!("{name}.txt")), keys::identity(secret))?;
    }
    for (name, seed) in [
        ("root", keys::ROOT),
        ("bureau", keys::BUREAU.signer),
        ("medical-insurance", keys::SENDER.signer),
        ("medical-insurance-second", keys::SECOND_PERSON),
        ("education", keys::OTHER.signer),
        ("county", keys::COUNTY.signer),
    ] {
        std::fs::write(root.join(format!("{name}.pem")), keys::pem(seed))?;
    }
    std::fs::write(
        root.join("registry.json"),
        registries::first().signed(&[keys::ROOT]),
    )?;
    std::fs::write(
        root.join("registry-rules.json"),
        rule_files::with_rules().signed(&[keys::ROOT]),
    )?;
    let three = registries::with_three_roots();
    std::fs::write(
        root.join("registry-three-roots.json"),
        three.signed(&keys::ROOTS),
    )
}
