//! Our side, as a process of its own: one list sealed, one package verified and opened.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use posthorse_package::{
    Contact, EntryName, EntryStore, Identity, Limits, PackageId, Party, PartyRecipient,
    RecipientEntry, Registry, RegistryDocument, Role, Root, SealRequest, Sealed, SigningEntry,
    SigningKey, SourceContent, SourceFile, Timestamp, seal as seal_package,
};

const SECRET: &str = "AGE-SECRET-KEY-15T5309LF4T3G2TNG36DSU4PH5YXJHRWLT0KYR469GJEWMMQQG6VSHTERH8";

fn failed(error: impl std::error::Error) -> io::Error {
    io::Error::other(error.to_string())
}

fn at(text: &str) -> io::Result<Timestamp> {
    text.parse().map_err(failed)
}

fn signing_key() -> io::Result<SigningKey> {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend_from_slice(&[7; 32]);
    SigningKey::from_pkcs8(&document).map_err(failed)
}

fn registry() -> io::Result<Registry> {
    let key = signing_key()?;
    let identity: Identity = SECRET.parse().map_err(failed)?;
    let root = Root {
        threshold: 1,
        keys: vec![*key.verifying_key()],
    };
    let (from, until) = (at("2026-01-01T00:00:00Z")?, at("2028-01-01T00:00:00Z")?);
    let mut document = RegistryDocument::first(root, from, until);
    let validity = |key: &SigningKey| SigningEntry {
        key: *key.verifying_key(),
        person: "bench".into(),
        valid_from: from,
        valid_until: until,
        revoked: None,
    };
    document.parties.push(Party {
        id: "bureau".parse().map_err(failed)?,
        name: "bureau".into(),
        roles: vec![Role::Bureau],
        counties: Vec::new(),
        may_send: vec!["warning_list".parse().map_err(failed)?],
        two_signatures: Vec::new(),
        reports: Vec::new(),
        contact: Contact::default(),
        signing_keys: vec![validity(&key)],
        recipients: vec![RecipientEntry {
            recipient: identity.recipient(),
            valid_from: from,
            valid_until: until,
            revoked: None,
        }],
    });
    let limits = Limits::default();
    let bytes = document.sign(&[&key], &limits).map_err(failed)?;
    Registry::trust(&bytes, &limits).map_err(failed)
}

pub(crate) fn seal(list: &Path, package: &Path) -> io::Result<()> {
    let now = at("2026-11-24T08:00:00Z")?;
    let identity: Identity = SECRET.parse().map_err(failed)?;
    let party: posthorse_package::PartyId = "bureau".parse().map_err(failed)?;
    let request = SealRequest {
        package_id: PackageId::from_parts(now, [1; 10]),
        kind: "warning_list".parse().map_err(failed)?,
        sender: party.clone(),
        recipients: vec![PartyRecipient {
            party,
            recipient: identity.recipient(),
        }],
        period: None,
        sealed_at: now,
        not_after: now.plus_seconds(86_400),
        sequence: 1,
        previous: None,
        in_reply_to: None,
        supersedes: None,
    };
    let mut reader = File::open(list)?;
    let length = reader.metadata()?.len();
    let mut files = [SourceFile {
        name: "data/list.csv".parse().map_err(failed)?,
        title: "list.csv".into(),
        content: SourceContent::Attachment {
            media_type: "text/csv".into(),
        },
        length,
        reader: &mut reader,
    }];
    let out = BufWriter::with_capacity(1 << 18, File::create(package)?);
    seal_package(
        &request,
        &mut files,
        &[&signing_key()?],
        out,
        &Limits::default(),
    )
    .map_err(failed)?;
    Ok(())
}

pub(crate) fn open(package: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let limits = Limits::default();
    let sealed = Sealed::read(File::open(package)?, &limits).map_err(failed)?;
    let verified = sealed
        .verify(&registry()?, at("2026-11-24T08:00:01Z")?)
        .map_err(failed)?;
    let identity = SECRET.parse().map_err(failed)?;
    verified
        .open(&[identity], Folder(folder.to_owned()))
        .map_err(failed)?;
    Ok(())
}

struct Folder(PathBuf);

impl EntryStore for Folder {
    type Entry = File;

    fn create(&mut self, name: &EntryName, _length: u64) -> io::Result<File> {
        let path = self.0.join(name.as_str());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        File::create(path)
    }

    fn close(&mut self, _entry: File) -> io::Result<()> {
        Ok(())
    }
}
