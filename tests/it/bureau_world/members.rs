//! Offices with fixed signing keys, and the packages that they seal.

use std::cell::Cell;
use std::io::Cursor;

use posthorse_domain::{SchemaSet, transport_table_schema};
use posthorse_package::{
    Digest, Identity, Limits, PartyId, PartyRecipient, SealRequest, SealedFacts, SigningKey,
    SourceContent, SourceFile, seal,
};

use crate::offices::signing_key;

/// An office with its keys and its place in its own sequence.
pub(crate) struct Member {
    pub(crate) id: PartyId,
    pub(crate) key: SigningKey,
    /// The second person's key, for kinds that two must sign.
    pub(crate) second: SigningKey,
    pub(crate) identity: Identity,
    pub(super) sequence: Cell<u64>,
    pub(super) previous: Cell<Option<Digest>>,
}

impl Member {
    pub(super) fn new(id: &str, seed: u8) -> Self {
        Self {
            id: id.parse().expect("a party id"),
            key: signing_key(seed),
            second: signing_key(seed + 100),
            identity: Identity::generate(),
            sequence: Cell::new(0),
            previous: Cell::new(None),
        }
    }

    /// The last number that it has used, and that package's digest.
    pub(crate) fn place(&self) -> (u64, Option<Digest>) {
        (self.sequence.get(), self.previous.get())
    }

    /// Puts it back at a place in its sequence.
    pub(crate) fn set_place(&self, sequence: u64, previous: Option<Digest>) {
        self.sequence.set(sequence);
        self.previous.set(previous);
    }

    pub(crate) fn recipient(&self) -> PartyRecipient {
        PartyRecipient {
            party: self.id.clone(),
            recipient: self.identity.recipient(),
        }
    }
}

/// A package that is about to be sealed; change what a test is about, then seal it.
pub(crate) struct Draft<'w> {
    pub(super) sender: &'w Member,
    pub(crate) request: SealRequest,
    pub(crate) lists: Vec<(String, Vec<u8>)>,
}

impl Draft<'_> {
    /// Seals with the sender's first key, as the next package of its sequence.
    pub(crate) fn seal(&self) -> Vec<u8> {
        self.seal_with(&[&self.sender.key])
    }

    pub(crate) fn seal_with(&self, signers: &[&SigningKey]) -> Vec<u8> {
        let (facts, bytes) = self.sealed(signers);
        self.sender.sequence.set(self.request.sequence);
        self.sender.previous.set(Some(facts.manifest_digest));
        bytes
    }

    /// Seals, and the sender forgets it.
    pub(crate) fn seal_aside(&self) -> Vec<u8> {
        self.sealed(&[&self.sender.key]).1
    }

    fn sealed(&self, signers: &[&SigningKey]) -> (SealedFacts, Vec<u8>) {
        let schemas = SchemaSet::built_in().expect("the built-in schemas");
        let mut readers: Vec<&[u8]> = self.lists.iter().map(|(_, csv)| csv.as_slice()).collect();
        let mut files: Vec<SourceFile<'_>> = (1..)
            .zip(self.lists.iter().zip(&mut readers))
            .map(|(number, ((list, csv), reader))| {
                let schema = schemas.iter().find(|schema| schema.id().as_str() == list);
                let columns: Vec<usize> =
                    (0..schema.map_or(0, |schema| schema.fields().len())).collect();
                let table_schema = schema.map_or_else(
                    || serde_json::json!({"fields": [{"name": "a", "type": "string"}]}),
                    |schema| transport_table_schema(schema, &columns),
                );
                SourceFile {
                    name: format!("data/list-{number}.csv").parse().expect("a name"),
                    title: "名单.xlsx".into(),
                    content: SourceContent::List {
                        list: list.parse().expect("a list name"),
                        table_schema: serde_json::from_value(table_schema).expect("a schema"),
                    },
                    length: csv.len() as u64,
                    reader,
                }
            })
            .collect();
        let mut out = Cursor::new(Vec::new());
        let facts = seal(
            &self.request,
            &mut files,
            signers,
            &mut out,
            &Limits::default(),
        )
        .expect("sealing");
        (facts, out.into_inner())
    }
}
