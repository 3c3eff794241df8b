//! Properties that hold for every package, every document and every heap of bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::OnceLock;

use posthorse_package::json::{self, Value};
use posthorse_package::{
    ContactForm, Limits, MemoryStore, Registry, SealRequest, Sealed, SourceContent, SourceFile,
    VerifiedReceipt, seal,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::offices::{self, bureau, department, now, registry};
use crate::package::{LIST, sealed};

type Files = BTreeMap<String, Vec<u8>>;

fn sealed_files(files: &Files) -> Vec<u8> {
    let request = SealRequest {
        kind: "warning_list".parse().expect("a kind"),
        ..offices::request()
    };
    let mut readers: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    let mut sources: Vec<SourceFile<'_>> = files
        .iter()
        .zip(&mut readers)
        .map(|((name, bytes), reader)| SourceFile {
            name: name.parse().expect("an entry name"),
            title: "附件".into(),
            content: SourceContent::Attachment {
                media_type: "application/octet-stream".into(),
            },
            length: bytes.len() as u64,
            reader,
        })
        .collect();
    let mut out = Cursor::new(Vec::new());
    let key = department().key;
    seal(
        &request,
        &mut sources,
        &[&key],
        &mut out,
        &Limits::default(),
    )
    .expect("sealing");
    out.into_inner()
}

/// The files of a package that opens, or nothing.
fn opened(package: &[u8]) -> Option<Files> {
    let sealed = Sealed::read(Cursor::new(package), &Limits::default()).ok()?;
    let verified = sealed.verify(registry(), now()).ok()?;
    let opened = verified
        .open(&[bureau().identity], MemoryStore::default())
        .ok()?;
    let files = opened.into_store().into_files();
    Some(
        files
            .into_iter()
            .map(|(name, bytes)| (name.to_string(), bytes))
            .collect(),
    )
}

/// One package for all mutations.
fn package() -> &'static [u8] {
    static PACKAGE: OnceLock<Vec<u8>> = OnceLock::new();
    PACKAGE.get_or_init(|| sealed(LIST, b"attachment"))
}

/// A change to a package, at places given as parts of its length.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Delete(usize, usize),
    Swap(usize, usize, usize),
    Truncate(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = || 0..package().len();
    prop_oneof![
        (place(), 1_u8..).prop_map(|(at, mask)| Mutation::Flip(at, mask)),
        (place(), vec(any::<u8>(), 1..64)).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (place(), 1_usize..2_000).prop_map(|(at, count)| Mutation::Delete(at, count)),
        (place(), place(), 1_usize..600).prop_map(|(a, b, count)| Mutation::Swap(a, b, count)),
        place().prop_map(Mutation::Truncate),
    ]
}

fn mutated(mutation: &Mutation) -> Vec<u8> {
    let mut bytes = package().to_vec();
    let end = bytes.len();
    match mutation {
        Mutation::Flip(at, mask) => bytes[*at] ^= mask,
        Mutation::Insert(at, more) => drop(bytes.splice(at..at, more.iter().copied())),
        Mutation::Delete(at, count) => drop(bytes.drain(*at..(at + count).min(end))),
        Mutation::Swap(a, b, count) => {
            for step in 0..*count {
                if a + step < end && b + step < end {
                    bytes.swap(a + step, b + step);
                }
            }
        }
        Mutation::Truncate(length) => bytes.truncate(*length),
    }
    bytes
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        any::<String>().prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map(any::<String>(), inner, 0..6).prop_map(Value::Object),
        ]
    })
}

fn file_name() -> impl Strategy<Value = String> {
    "(data|attachments)/([a-c]|[a-z0-9][a-z0-9_-]{0,8}[a-z0-9])\\.(csv|pdf)"
        .prop_filter("no device of Windows", |name| {
            name.parse::<posthorse_package::EntryName>().is_ok()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sealed_opens_again(
        files in btree_map(file_name(), prop_oneof![vec(any::<u8>(), 0..2_000), vec(Just(7_u8), 0..200_000)], 1..6),
    ) {
        let package = sealed_files(&files);
        let mut found = opened(&package).expect("it opens");
        let descriptor = found.remove("datapackage.json").expect("a descriptor");
        let descriptor: serde_json::Value = serde_json::from_slice(&descriptor).expect("JSON");
        let resources = descriptor["resources"].as_array().expect("resources");
        let names: BTreeSet<&str> = resources.iter().filter_map(|one| one["name"].as_str()).collect();
        prop_assert_eq!(names.len(), files.len(), "no two resources have one name");
        prop_assert_eq!(found, files);
    }

    #[test]
    fn any_bytes_are_judged_without_a_panic(bytes in vec(any::<u8>(), 0..600), keep in 0_usize..400) {
        let limits = Limits::default();
        // Alone, and behind the beginning and before the end of a good package.
        let end = &package()[package().len() - 22..];
        let framed = [&package()[..keep], &bytes, end].concat();
        for bytes in [&bytes, &framed] {
            prop_assert!(Sealed::read(Cursor::new(bytes), &limits).is_err());
            prop_assert!(Registry::trust(bytes, &limits).is_err());
            prop_assert!(VerifiedReceipt::verify(bytes, registry(), now(), &limits).is_err());
            prop_assert!(ContactForm::parse(bytes, &limits).is_err());
            prop_assert!(ContactForm::parse_sealed(bytes, &[bureau().identity], &limits).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_a_package_opens(mutation in mutation()) {
        let bytes = mutated(&mutation);
        prop_assume!(bytes != package());
        prop_assert_eq!(opened(&bytes), None);
    }

    #[test]
    fn the_strict_parser_reads_what_the_writer_wrote(value in value()) {
        let text = serde_json::to_vec(&value).expect("a value");
        let read = json::parse("test", &text, 16).expect("canonical JSON");
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(serde_json::to_vec(&read).expect("a value"), text);
    }

    #[test]
    fn the_strict_parser_takes_nothing_that_others_refuse(text in "[\\[\\]{}:,\"0-9eE.+\\-a-c \\\\utrufalsn]{0,40}") {
        if let Ok(value) = json::parse("test", text.as_bytes(), 16) {
            let other: serde_json::Value = serde_json::from_str(&text).expect("JSON to others too");
            let ours = serde_json::to_value(&value).expect("a value");
            prop_assert_eq!(ours, other);
        }
    }
}
