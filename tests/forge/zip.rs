//! The container's bytes, written from APPNOTE 6.3.10 and package-v1 §3.

pub(crate) const MIMETYPE: &[u8] = b"application/vnd.posthorse.package+zip";
const NAMES: [&str; 4] = [
    "mimetype",
    "payload.age",
    "manifest.json",
    "signatures.json",
];

/// A field of the framing: what it is and where it begins.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) at: usize,
}

/// A container, and where each field of its framing stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Container {
    pub(crate) bytes: Vec<u8>,
    pub(crate) fields: Vec<Field>,
    /// Where each member's content begins.
    pub(crate) members: Vec<usize>,
    /// Where the central directory begins.
    pub(crate) directory: usize,
}

impl Container {
    fn field(&mut self, name: &str, value: &[u8]) {
        self.fields.push(Field {
            name: name.replace(' ', "-"),
            at: self.bytes.len(),
        });
        self.bytes.extend_from_slice(value);
    }

    fn common(&mut self, of: &str, large: bool, content: &[u8], name: &str, extra: usize) {
        let version: u16 = if large { 45 } else { 10 };
        let size = if large { u32::MAX } else { low(content.len()) };
        self.field(&format!("{of} version needed"), &version.to_le_bytes());
        self.field(&format!("{of} flags"), &[0, 0]);
        self.field(&format!("{of} method"), &[0, 0]);
        self.field(&format!("{of} time"), &[0, 0]);
        self.field(&format!("{of} date"), &[0x21, 0]);
        let crc = crc32fast::hash(content).to_le_bytes();
        self.field(&format!("{of} crc"), &crc);
        self.field(&format!("{of} compressed size"), &size.to_le_bytes());
        self.field(&format!("{of} uncompressed size"), &size.to_le_bytes());
        let length = u16::try_from(name.len()).expect("a short name");
        self.field(&format!("{of} name length"), &length.to_le_bytes());
        let extra = u16::try_from(extra).expect("a short extra");
        self.field(&format!("{of} extra length"), &extra.to_le_bytes());
    }

    fn extra(&mut self, of: &str, content: &[u8]) {
        let length = (content.len() as u64).to_le_bytes();
        self.field(&format!("{of} extra id"), &[1, 0]);
        self.field(&format!("{of} extra size"), &[16, 0]);
        self.field(&format!("{of} uncompressed length"), &length);
        self.field(&format!("{of} compressed length"), &length);
    }

    fn member(&mut self, name: &str, content: &[u8]) {
        let large = name == NAMES[1];
        let of = format!("local {}", name.replace('.', "-"));
        self.field(&format!("{of} signature"), b"PK\x03\x04");
        let extra = if large { 20 } else { 0 };
        self.common(&of, large, content, name, extra);
        self.field(&format!("{of} name"), name.as_bytes());
        if large {
            self.extra(&of, content);
        }
        self.members.push(self.bytes.len());
        self.bytes.extend_from_slice(content);
    }

    fn central(&mut self, name: &str, content: &[u8], offset: usize) {
        let large = name == NAMES[1];
        let of = format!("central {}", name.replace('.', "-"));
        self.field(&format!("{of} signature"), b"PK\x01\x02");
        let version = if large { 45 } else { 10 };
        self.field(&format!("{of} made by"), &[version, 3]);
        let extra = if large { 20 } else { 0 };
        self.common(&of, large, content, name, extra);
        self.field(&format!("{of} comment length"), &[0, 0]);
        self.field(&format!("{of} disk"), &[0, 0]);
        self.field(&format!("{of} internal attributes"), &[0, 0]);
        let mode = (0o100_644_u32 << 16).to_le_bytes();
        self.field(&format!("{of} external attributes"), &mode);
        self.field(&format!("{of} offset"), &low(offset).to_le_bytes());
        self.field(&format!("{of} name"), name.as_bytes());
        if large {
            self.extra(&of, content);
        }
    }

    fn end(&mut self, count: u16) {
        let size = low(self.bytes.len() - self.directory);
        let offset = low(self.directory);
        self.field("end signature", b"PK\x05\x06");
        self.field("end disk", &[0, 0]);
        self.field("end directory disk", &[0, 0]);
        self.field("end count here", &count.to_le_bytes());
        self.field("end count", &count.to_le_bytes());
        self.field("end directory size", &size.to_le_bytes());
        self.field("end directory offset", &offset.to_le_bytes());
        self.field("end comment length", &[0, 0]);
    }
}

/// The four members in their framing.
pub(crate) fn package(payload: &[u8], manifest: &[u8], signatures: &[u8]) -> Container {
    of_members(&[
        (NAMES[0], MIMETYPE),
        (NAMES[1], payload),
        (NAMES[2], manifest),
        (NAMES[3], signatures),
    ])
}

/// Any members in the same framing.
pub(crate) fn of_members(members: &[(&str, &[u8])]) -> Container {
    let mut container = Container::default();
    let mut offsets = Vec::new();
    for (name, content) in members {
        offsets.push(container.bytes.len());
        container.member(name, content);
    }
    container.directory = container.bytes.len();
    for ((name, content), offset) in members.iter().zip(offsets) {
        container.central(name, content, offset);
    }
    container.end(u16::try_from(members.len()).expect("few members"));
    container
}

fn low(value: usize) -> u32 {
    u32::try_from(value).expect("vectors are small")
}
