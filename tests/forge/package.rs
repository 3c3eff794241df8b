//! One good package, layer by layer, with a place in every layer where a fault can be put in.

use crate::age;
use crate::json::{Object, array, text};
use crate::keys::{self, BUREAU, NOW, Office, SENDER, digest, key_id};
use crate::plain;
use crate::zip::{self, Container};

pub(crate) const MANIFEST_TYPE: &str = "application/vnd.posthorse.manifest.v1+json";
pub(crate) const LIST: &[u8] = b"source_row,name\r\n2,\xe5\xbc\xa0\xe4\xb8\x89\r\n";

type Edit<T> = Box<dyn Fn(T) -> T>;
type Compress = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// What is to be made, and what is to be wrong with it.
pub(crate) struct Package {
    pub(crate) number: u64,
    pub(crate) sender: Office,
    pub(crate) kind: &'static str,
    pub(crate) signing_key: u8,
    pub(crate) signers: Vec<u8>,
    pub(crate) recipients: Vec<Office>,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) descriptor: Edit<Object>,
    pub(crate) descriptor_text: Edit<Vec<u8>>,
    pub(crate) entries: Edit<Vec<(String, Vec<u8>)>>,
    pub(crate) tar: Edit<Vec<u8>>,
    pub(crate) frames: Compress,
    pub(crate) plain: Edit<Vec<u8>>,
    pub(crate) header: Edit<String>,
    pub(crate) chunks: Edit<Vec<Vec<u8>>>,
    pub(crate) payload: Edit<Vec<u8>>,
    pub(crate) manifest: Edit<Object>,
    pub(crate) manifest_text: Edit<Vec<u8>>,
    pub(crate) signatures: Edit<String>,
}

/// What was made, every layer by itself.
pub(crate) struct Made {
    pub(crate) descriptor: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) manifest: Vec<u8>,
    pub(crate) signatures: Vec<u8>,
    pub(crate) container: Container,
}

fn same<T: 'static>() -> Edit<T> {
    Box::new(|value| value)
}

impl Default for Package {
    fn default() -> Self {
        Self {
            number: 1,
            sender: SENDER,
            kind: "warning_list",
            signing_key: SENDER.signer,
            signers: vec![SENDER.signer],
            recipients: vec![BUREAU],
            files: vec![("data/list-1.csv".into(), LIST.to_vec())],
            descriptor: same(),
            descriptor_text: same(),
            entries: same(),
            tar: same(),
            frames: Box::new(plain::frame),
            plain: Box::new(|frames| plain::padded(&frames)),
            header: same(),
            chunks: same(),
            payload: same(),
            manifest: same(),
            manifest_text: same(),
            signatures: same(),
        }
    }
}

impl Package {
    /// A package with a payload of a few bytes, for faults that are found before a payload is looked
    /// at: sixteen thousand bytes of padding less. A reader that misses the fault ends with `padding`.
    pub(crate) fn short() -> Self {
        Self {
            plain: Box::new(|_| b"short".to_vec()),
            ..Self::default()
        }
    }

    pub(crate) fn id(&self) -> String {
        format!("019ab3c0-7400-7000-8000-{:012x}", self.number)
    }

    fn recipients(&self) -> String {
        let mut all: Vec<(&str, String)> = self
            .recipients
            .iter()
            .map(|office| (office.id, office.recipient()))
            .collect();
        all.sort();
        array(all.iter().map(|(party, recipient)| {
            Object::default()
                .with("party", text(party))
                .with("recipient", text(recipient))
                .text()
        }))
    }

    fn resource(name: &str, content: &[u8]) -> Object {
        let base = name.rsplit('/').next().unwrap_or(name);
        let stem = base.split('.').next().unwrap_or(base);
        let is_list = name.starts_with("data/");
        let kind = if is_list { "table" } else { "file" };
        let media = if is_list {
            "text/csv"
        } else {
            "application/pdf"
        };
        let mut resource = Object::default()
            .with("name", text(stem))
            .with("type", text(kind))
            .with("path", text(name))
            .with("title", text("名单.xlsx"))
            .with("mediatype", text(media));
        if is_list {
            resource = resource
                .with("format", text("csv"))
                .with("encoding", text("utf-8"));
        }
        resource = resource
            .with("bytes", content.len().to_string())
            .with("posthorse:blake3", text(&digest(content)));
        if is_list {
            let schema = r#"{"fields":[{"name":"source_row","type":"integer"},{"name":"name","type":"string"}]}"#;
            resource = resource
                .with("posthorse:list", text("medical-insurance-self-paid"))
                .with("schema", schema);
        }
        resource
    }

    /// The exchange that the descriptor names.
    pub(crate) fn exchange(&self) -> Object {
        Object::default()
            .with("package_id", text(&self.id()))
            .with("sender", text(self.sender.id))
            .with("signing_key", text(&key_id(self.signing_key)))
            .with("recipients", self.recipients())
            .with("sequence", self.number.to_string())
            .with("salt", text(&"5a".repeat(32)))
    }

    fn descriptor(&self) -> Object {
        let resources = self
            .files
            .iter()
            .map(|(name, content)| Self::resource(name, content).text());
        Object::default()
            .with("name", text(&format!("posthorse-{}", self.id())))
            .with("id", text(&self.id()))
            .with("created", text(NOW))
            .with("exchange", self.exchange().text())
            .with("resources", array(resources))
    }

    fn manifest(&self, payload: &[u8], descriptor: &[u8]) -> Object {
        let facts = Object::default()
            .with("blake3", text(&digest(payload)))
            .with("length", payload.len().to_string());
        let mut manifest = Object::default()
            .with("format", text("posthorse-package/1"))
            .with("suite", text("A"))
            .with("package_id", text(&self.id()))
            .with("kind", text(self.kind))
            .with("sender", text(self.sender.id))
            .with("signing_key", text(&key_id(self.signing_key)))
            .with("recipients", self.recipients())
            .with("period", text("2026-11"))
            .with("sealed_at", text(NOW))
            .with("not_after", text("2026-12-24T08:00:00Z"))
            .with("sequence", self.number.to_string());
        if self.number > 1 {
            manifest = manifest.with("previous", text(&digest(b"the package before")));
        }
        manifest
            .with("payload", facts.text())
            .with("contents", text(&digest(descriptor)))
            .with("critical", "[]")
            .with("extensions", "{}")
    }

    /// Makes it: every layer honest about what lies in it, except where the fault is.
    pub(crate) fn make(&self) -> Made {
        let descriptor = (self.descriptor)(self.descriptor()).text().into_bytes();
        let descriptor = (self.descriptor_text)(descriptor);
        let mut files = self.files.clone();
        files.push(("datapackage.json".into(), descriptor.clone()));
        let archive = (self.tar)(plain::tar(&(self.entries)(files)));
        let plain = (self.plain)((self.frames)(&archive));
        let stanzas: String = self
            .recipients
            .iter()
            .map(|office| age::stanza(office.point(), [office.secret ^ 0xff; 32]))
            .collect();
        let header = (self.header)(age::header(&stanzas));
        let chunks = (self.chunks)(age::chunks(&plain));
        let payload = (self.payload)(age::file(&header, &chunks));
        self.around(payload, descriptor)
    }

    /// Signs and frames a payload, wherever it is from.
    pub(crate) fn around(&self, payload: Vec<u8>, descriptor: Vec<u8>) -> Made {
        let manifest = (self.manifest)(self.manifest(&payload, &descriptor));
        let manifest = (self.manifest_text)(manifest.text().into_bytes());
        let list = keys::signatures(&self.signers, MANIFEST_TYPE, &manifest);
        let signatures = Object::default().with("signatures", list).text();
        let signatures = (self.signatures)(signatures).into_bytes();
        let container = zip::package(&payload, &manifest, &signatures);
        Made {
            descriptor,
            payload,
            manifest,
            signatures,
            container,
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.make().container.bytes
    }
}
