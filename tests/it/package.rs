//! Packages through their public doors: what is sealed opens, and nothing else does.

use std::io::Cursor;

use posthorse_package::{
    Limits, MemoryStore, Opened, Refusal, Sealed, SourceContent, SourceFile, Verified, seal,
};

use crate::offices::{self, bureau, county, department, now, registry};

pub(crate) const LIST: &str = "source_row,name\n2,张三\n";

pub(crate) fn sealed(list: &str, attachment: &[u8]) -> Vec<u8> {
    let request = offices::request();
    let schema =
        br#"{"fields":[{"name":"source_row","type":"integer"},{"name":"name","type":"string"}]}"#;
    let table_schema = posthorse_package::json::parse("schema", schema, 8).expect("a schema");
    let list_name = "medical-insurance-self-paid".parse().expect("a list name");
    let mut list_reader = list.as_bytes();
    let mut attachment_reader = attachment;
    let mut files = [
        SourceFile {
            name: "data/list-1.csv".parse().expect("an entry name"),
            title: "个人自付较大.xlsx".into(),
            content: SourceContent::List {
                list: list_name,
                table_schema,
            },
            length: list.len() as u64,
            reader: &mut list_reader,
        },
        SourceFile {
            name: "attachments/1.pdf".parse().expect("an entry name"),
            title: "说明.pdf".into(),
            content: SourceContent::Attachment {
                media_type: "application/pdf".into(),
            },
            length: attachment.len() as u64,
            reader: &mut attachment_reader,
        },
    ];
    let mut out = Cursor::new(Vec::new());
    let key = department().key;
    seal(&request, &mut files, &[&key], &mut out, &Limits::default()).expect("sealing");
    out.into_inner()
}

fn verified(bytes: &[u8]) -> Result<Verified<Cursor<&[u8]>>, Refusal> {
    Sealed::read(Cursor::new(bytes), &Limits::default())
        .map_err(|error| error.refusal().expect("memory reads"))?
        .verify(registry(), now())
        .map_err(|error| error.refusal().expect("memory reads"))
}

fn open_with(bytes: &[u8], office: &offices::Office) -> Result<Opened<MemoryStore>, Refusal> {
    verified(bytes)?
        .open(
            std::slice::from_ref(&office.identity),
            MemoryStore::default(),
        )
        .map_err(|error| error.refusal().expect("memory reads and writes"))
}

#[test]
fn what_is_sealed_opens_for_its_recipient_only() {
    for attachment in [Vec::new(), vec![7; 100], vec![9; 3 << 20]] {
        let package = sealed(LIST, &attachment);
        let opened = open_with(&package, &bureau()).expect("the bureau opens it");
        assert_eq!(opened.descriptor().resources.len(), 2);
        let files = opened.into_store().into_files();
        assert_eq!(
            files[&"data/list-1.csv".parse().expect("a name")],
            LIST.as_bytes()
        );
        assert_eq!(
            files[&"attachments/1.pdf".parse().expect("a name")],
            attachment
        );
        assert_eq!(
            open_with(&package, &county()).err(),
            Some(Refusal::NotARecipient)
        );
    }
}

#[test]
fn every_flipped_byte_is_refused_without_a_key() {
    let package = sealed(LIST, b"attachment");
    let mut flipped = package.clone();
    for at in 0..package.len() {
        flipped[at] ^= 0x01;
        assert!(
            verified(&flipped).is_err(),
            "byte {at} of {}",
            package.len()
        );
        flipped[at] = package[at];
    }
}

#[test]
fn every_truncation_is_incomplete() {
    let package = sealed(LIST, b"attachment");
    for length in (0..package.len()).step_by(7) {
        assert_eq!(
            open_with(&package[..length], &bureau()).err(),
            Some(Refusal::Incomplete),
            "{length} of {}",
            package.len()
        );
    }
}
