//! Faults of the container: flipped bytes, cuts, junk, members too many or too few.

use crate::good::noise;
use crate::package::{Made, Package};
use crate::vector::Vector;
use crate::zip::{self, MIMETYPE};

const FRAMING: (&str, &str) = ("read", "framing");
const INCOMPLETE: (&str, &str) = ("read", "incomplete");
const NOT_A_PACKAGE: (&str, &str) = ("read", "not-a-package");
const TOO_LARGE: (&str, &str) = ("read", "too-large");

pub(crate) fn vectors() -> Vec<Vector> {
    let good = Package::default().make();
    let mut all = flipped_fields(&Package::short().make());
    all.push(
        Vector::package(
            "short",
            ("verify", "padding"),
            "8.1, package-v1 §6.4",
            "The package that vectors with an early fault are made from: its payload is a few bytes long,
             which the padding rule does not allow. Nothing before that is wrong with it.",
        )
        .of(Package::short().bytes()),
    );
    all.extend(flipped_contents(&good));
    all.extend(cuts(&good));
    all.extend(beginnings(&good));
    all.extend(junk(&good));
    all.extend(members(&good));
    all.extend(sizes(&good));
    all
}

pub(crate) fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

fn flipped_fields(good: &Made) -> Vec<Vector> {
    let container = &good.container;
    let told_apart = [
        "signature",
        "made-by",
        "crc",
        "compressed-size",
        "offset",
        "external-attributes",
        "name",
    ];
    container
        .fields
        .iter()
        // The first and the last member differ from the third in nothing but their values.
        .filter(|field| {
            let is_outer = ["central-mimetype-", "central-signatures-json-"]
                .iter()
                .find_map(|prefix| field.name.strip_prefix(prefix));
            is_outer.is_none_or(|rest| told_apart.contains(&rest))
        })
        .map(|field| {
            let outcome = match field.name.as_str() {
                name if name.starts_with("local-mimetype") => NOT_A_PACKAGE,
                "end-signature" | "end-comment-length" => INCOMPLETE,
                _ => FRAMING,
            };
            Vector::package(
                &format!("flip-{}", field.name),
                outcome,
                "3",
                "One bit of this field of the framing is changed: the framing has one form.",
            )
            .of(flipped(&container.bytes, field.at))
        })
        .collect()
}

fn flipped_contents(good: &Made) -> Vec<Vector> {
    let bytes = &good.container.bytes;
    let [_, payload, manifest, signatures] = good.container.members[..] else {
        panic!("four members");
    };
    let header = good
        .payload
        .windows(5)
        .position(|window| window == b"\n--- ");
    let nonce = header.expect("a MAC") + 5 + 43 + 1;
    let text = |at| flipped(bytes, at);
    let verify = ("verify", "payload-digest");
    let payload_flip = |name: &str, at: usize| {
        Vector::package(
            name,
            verify,
            "3, package-v1 §8.1",
            "One bit of the payload is changed: neither its digest nor its CRC-32 is that of the signed one.",
        )
        .of(text(payload + at))
    };
    let mut both = flipped(&good.payload, nonce);
    both.truncate(good.payload.len());
    let crc_repaired = zip::package(&both, &good.manifest, &good.signatures);
    vec![
        Vector::package("flip-mimetype", NOT_A_PACKAGE, "3", "One bit of the first member is changed.")
            .of(text(good.container.members[0] + 5)),
        Vector::package("flip-manifest", FRAMING, "3", "One bit of the manifest is changed: its CRC-32 in the framing is another.")
            .of(text(manifest + 20)),
        Vector::package("flip-signatures", FRAMING, "3", "One bit of the signatures is changed: their CRC-32 in the framing is another.")
            .of(text(signatures + 100)),
        Vector::package(
            "flip-age-version-line",
            ("verify", "age-header"),
            "8.1",
            "One bit of the age header's first line is changed: the header is judged before the digest.",
        )
        .of(text(payload + 20)),
        payload_flip("flip-age-nonce", nonce),
        payload_flip("flip-age-chunk", nonce + 16),
        payload_flip("flip-age-tag", good.payload.len() - 1),
        Vector::package(
            "flip-payload-crc-repaired",
            verify,
            "8.1",
            "One bit of the payload is changed and the CRC-32 recomputed: the signed digest is what counts.",
        )
        .of(crc_repaired.bytes),
        Vector::package(
            "payload-crc-wrong-everywhere",
            verify,
            "3",
            "Payload and digest are right, and both CRC-32 fields of the framing say another value.",
        )
        .of(wrong_crc(good)),
    ]
}

fn wrong_crc(good: &Made) -> Vec<u8> {
    let mut bytes = good.container.bytes.clone();
    for field in &good.container.fields {
        if field.name == "local-payload-age-crc" || field.name == "central-payload-age-crc" {
            bytes[field.at] ^= 1;
        }
    }
    bytes
}

fn cuts(good: &Made) -> Vec<Vector> {
    let container = &good.container;
    let bytes = &container.bytes;
    let cut = |name: &str, bytes: &[u8]| {
        let comment = "The file ends early: the sender's closing record is not there, so it may still be arriving.";
        Vector::package(&format!("cut-{name}"), INCOMPLETE, "3", comment).of(bytes)
    };
    let end = bytes.len() - 22;
    let mut all = vec![
        cut("empty", &[]),
        cut("within-first-header", &bytes[..17]),
        cut("after-first-header", &bytes[..container.members[0]]),
        cut(
            "after-mimetype",
            &bytes[..container.members[0] + MIMETYPE.len()],
        ),
        cut("after-payload-header", &bytes[..container.members[1]]),
        cut("after-age-header", &bytes[..container.members[1] + 168]),
        cut("within-payload", &bytes[..9_000]),
        cut(
            "after-payload",
            &bytes[..container.members[1] + good.payload.len()],
        ),
        cut("after-manifest-header", &bytes[..container.members[2]]),
        cut(
            "after-manifest",
            &bytes[..container.members[2] + good.manifest.len()],
        ),
        cut("after-signatures-header", &bytes[..container.members[3]]),
        cut("after-signatures", &bytes[..container.directory]),
        cut("before-end-record", &bytes[..end]),
        cut("last-byte", &bytes[..bytes.len() - 1]),
    ];
    let mut long = Package::default();
    long.files.push(("attachments/1.pdf".into(), noise(64_000)));
    let long = long.make();
    let bytes = &long.container.bytes;
    let start = long.container.members[1] + 168 + 16;
    all.push(cut("after-first-chunk", &bytes[..start + 65_552]));
    all.push(cut(
        "after-last-chunk",
        &bytes[..long.container.members[1] + long.payload.len()],
    ));
    all
}

fn beginnings(good: &Made) -> Vec<Vector> {
    let bytes = &good.container.bytes;
    let end = &bytes[bytes.len() - 22..];
    let junk_before = [b"junk", bytes.as_slice()].concat();
    vec![
        Vector::package(
            "begins-with-junk",
            NOT_A_PACKAGE,
            "3",
            "Junk before the first member, which ZIP readers pass over.",
        )
        .of(junk_before),
        Vector::package(
            "begins-as-a-workbook",
            NOT_A_PACKAGE,
            "3",
            "Another ZIP file: it is no package however it ends.",
        )
        .of([b"PK\x03\x04\x14\x00\x06\x00\x08\x00", end].concat()),
        Vector::package(
            "begins-with-zeros-only",
            INCOMPLETE,
            "3",
            "Room that was preallocated and not yet filled.",
        )
        .of([0; 4096]),
        Vector::package(
            "begins-with-zeros-and-ends",
            FRAMING,
            "3",
            "Zeros with a closing record: somebody says that it is whole, and it is not.",
        )
        .of([&[0; 4096], end].concat()),
        Vector::package(
            "begins-and-ends",
            FRAMING,
            "3",
            "A beginning and a closing record with too little between.",
        )
        .of([&bytes[..75], end].concat()),
    ]
}

fn junk(good: &Made) -> Vec<Vector> {
    let container = &good.container;
    let bytes = &container.bytes;
    let end = bytes.len() - 22;
    let with = |at: usize, junk: &[u8]| [&bytes[..at], junk, &bytes[at..]].concat();
    let mut comment = bytes.clone();
    let length = comment.len();
    comment[length - 2..].copy_from_slice(&22_u16.to_le_bytes());
    comment.extend_from_slice(&bytes[end..]);
    let mut shifted = with(container.directory, b"junk");
    let offset = u32::try_from(container.directory + 4).expect("small");
    let at = shifted.len() - 6;
    shifted[at..at + 4].copy_from_slice(&offset.to_le_bytes());
    let zip64 = [
        b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0".as_slice(),
        &4_u64.to_le_bytes(),
        &4_u64.to_le_bytes(),
        &((end - container.directory) as u64).to_le_bytes(),
        &(container.directory as u64).to_le_bytes(),
        b"PK\x06\x07\0\0\0\0",
        &(end as u64).to_le_bytes(),
        &1_u32.to_le_bytes(),
    ]
    .concat();
    let framing = |name: &str, comment: &str, bytes: Vec<u8>| {
        Vector::package(name, FRAMING, "3", comment).of(bytes)
    };
    vec![
        Vector::package(
            "junk-after-mimetype",
            TOO_LARGE,
            "3, package-v1 §10",
            "Junk between the first and the second member: what stands at the payload's fixed place then claims too much.",
        )
        .of(with(75, b"junk")),
        framing(
            "junk-before-manifest",
            "Junk between payload and manifest.",
            with(container.members[1] + good.payload.len(), b"junk"),
        ),
        framing(
            "junk-before-signatures",
            "Junk between manifest and signatures.",
            with(container.members[2] + good.manifest.len(), b"junk"),
        ),
        framing(
            "junk-before-directory",
            "Junk before the directory, with the offset in the closing record put right: a good ZIP file.",
            shifted,
        ),
        framing(
            "junk-before-end-record",
            "Junk between the directory and the closing record.",
            with(end, b"junk"),
        ),
        framing(
            "junk-in-comment-that-ends-the-file",
            "A comment that is itself a closing record: two readers find two ends.",
            comment,
        ),
        framing(
            "zip64-end-record-without-need",
            "A ZIP64 end record, correct in itself, where the offset fits 32 bits.",
            with(end, &zip64),
        ),
        Vector::package(
            "junk-after-end",
            INCOMPLETE,
            "3",
            "Junk after the closing record: the file does not end with one.",
        )
        .of([bytes.as_slice(), b"junk"].concat()),
        framing(
            "twice-in-one-file",
            "The whole package again behind itself: both ends are good, the offsets fit the first.",
            [bytes.as_slice(), bytes].concat(),
        ),
    ]
}

fn members(good: &Made) -> Vec<Vector> {
    let (payload, manifest) = (good.payload.as_slice(), good.manifest.as_slice());
    let signatures = good.signatures.as_slice();
    let of = |name: &str, outcome, comment: &str, members: &[(&str, &[u8])]| {
        Vector::package(name, outcome, "3", comment).of(zip::of_members(members).bytes)
    };
    let four = [
        ("mimetype", MIMETYPE),
        ("payload.age", payload),
        ("manifest.json", manifest),
        ("signatures.json", signatures),
    ];
    let other: &[u8] = br#"{"sender":"education"}"#;
    vec![
        of(
            "member-twice",
            FRAMING,
            "A second manifest.json at the end: two readers take two manifests.",
            &[four[0], four[1], four[2], four[3], ("manifest.json", other)],
        ),
        of(
            "member-twice-in-the-middle",
            FRAMING,
            "A second manifest.json before the signatures.",
            &[four[0], four[1], four[2], ("manifest.json", other), four[3]],
        ),
        of(
            "member-more",
            FRAMING,
            "A fifth member.",
            &[four[0], four[1], four[2], four[3], ("note.txt", b"note")],
        ),
        of("member-missing", FRAMING, "No signatures.json.", &four[..3]),
        of(
            "member-order",
            FRAMING,
            "signatures.json before manifest.json.",
            &[four[0], four[1], four[3], four[2]],
        ),
        of(
            "member-name-upper-case",
            FRAMING,
            "A name in another case.",
            &[four[0], four[1], ("Manifest.json", manifest), four[3]],
        ),
        of(
            "member-payload-elsewhere",
            NOT_A_PACKAGE,
            "mimetype is not the first member.",
            &[four[1], four[0], four[2], four[3]],
        ),
        Vector::package(
            "length-in-manifest-differs",
            FRAMING,
            "4",
            "payload.length in the signed manifest is not the length of the member.",
        )
        .of(other_length()),
    ]
}

fn other_length() -> Vec<u8> {
    let package = Package {
        manifest: Box::new(|manifest| {
            let facts = manifest
                .get("payload")
                .replace("\"length\":16", "\"length\":17");
            manifest.set("payload", facts)
        }),
        ..Package::default()
    };
    package.bytes()
}

fn sizes(good: &Made) -> Vec<Vector> {
    let bytes = &good.container.bytes;
    let claim = |field: &str, value: &[u8]| {
        let found = good
            .container
            .fields
            .iter()
            .find(|other| other.name == field);
        let at = found.expect("a field of the framing").at;
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    let too_large = |name: &str, comment: &str, bytes: Vec<u8>| {
        Vector::package(name, TOO_LARGE, "3, package-v1 §10", comment).of(bytes)
    };
    vec![
        too_large(
            "too-large-payload",
            "A payload that claims 64 GiB and one byte: refused before anything is allocated.",
            claim(
                "local-payload-age-uncompressed-length",
                &((64_u64 << 30) + 1).to_le_bytes(),
            ),
        ),
        too_large(
            "too-large-manifest",
            "A manifest that claims 64 KiB and one byte.",
            claim(
                "local-manifest-json-compressed-size",
                &65_537_u32.to_le_bytes(),
            ),
        ),
        too_large(
            "too-large-signatures",
            "Signatures that claim 16 KiB and one byte.",
            claim(
                "local-signatures-json-compressed-size",
                &16_385_u32.to_le_bytes(),
            ),
        ),
        Vector::package(
            "payload-longer-than-the-file",
            FRAMING,
            "3",
            "A payload that claims 1 GiB in a small file.",
        )
        .of(claim(
            "local-payload-age-uncompressed-length",
            &(1_u64 << 30).to_le_bytes(),
        )),
    ]
}
