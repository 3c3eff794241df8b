//! Packages that open.

use crate::age;
use crate::json::{Object, text};
use crate::keys::{
    BUREAU, COUNTY, EXPIRES_IN_DECEMBER, REVOKED_IN_DECEMBER, SECOND_PERSON, SENDER, digest,
};
use crate::package::{LIST, Package};
use crate::plain;
use crate::vector::Vector;

const OPENS: (&str, &str) = ("open", "opens");

/// Bytes that nothing compresses, the same each time.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new()
        .update(b"noise")
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

fn opens(name: &str, section: &str, comment: &str, package: &Package) -> Vector {
    Vector::package(name, OPENS, section, comment).of(package.bytes())
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = vec![opens(
        "opens-one-recipient",
        "2",
        "The smallest ordinary package: one list, one recipient, one signature. Delivered twice, it is
         a replay: the same bytes, and the identical receipt.",
        &Package::default(),
    )];
    all.extend(people());
    all.extend(payloads());
    all.extend(manifests());
    all
}

fn people() -> Vec<Vector> {
    let recipients = Package {
        recipients: vec![COUNTY, BUREAU, SENDER],
        ..Package::default()
    };
    let two = Package {
        kind: "case_file",
        signers: vec![SENDER.signer, SECOND_PERSON],
        ..Package::default()
    };
    let dispatch = Package {
        sender: BUREAU,
        kind: "warning_dispatch",
        signing_key: BUREAU.signer,
        signers: vec![BUREAU.signer],
        recipients: vec![COUNTY],
        ..Package::default()
    };
    let later = |seed| Package {
        signing_key: seed,
        signers: vec![seed],
        ..Package::default()
    };
    vec![
        opens(
            "opens-three-recipients",
            "6.1",
            "One stanza for each recipient, in an order other than the manifest's.",
            &recipients,
        ),
        opens(
            "opens-three-recipients-for-county",
            "6.1",
            "The same package, opened by another of its recipients.",
            &recipients,
        )
        .with("identity", "county.txt"),
        opens(
            "opens-two-signatures",
            "5",
            "Two different persons of the sender, as the registry demands for this kind.",
            &two,
        ),
        opens(
            "opens-from-bureau-to-county",
            "2",
            "A dispatch, opened by the county that it is addressed to.",
            &dispatch,
        )
        .with("identity", "county.txt"),
        opens(
            "opens-before-the-key-is-revoked",
            "8.1",
            "The key is revoked from December on, and neither sealing nor judging is later than that.",
            &later(REVOKED_IN_DECEMBER),
        ),
        opens(
            "opens-before-the-key-expires",
            "8.1",
            "The key expires in December, and neither sealing nor judging is later than that.",
            &later(EXPIRES_IN_DECEMBER),
        ),
        opens(
            "opens-at-the-last-moment",
            "8.1",
            "Judged at not_after itself: only a moment after it is too late.",
            &Package::default(),
        )
        .with("as-of", "2026-12-24T08:00:00Z"),
        opens(
            "opens-with-clock-ten-minutes-ahead",
            "8.1",
            "sealed_at is 600 seconds after the moment of judging, and not one more.",
            &Package::default(),
        )
        .with("as-of", "2026-11-24T07:50:00Z"),
    ]
}

fn payloads() -> Vec<Vector> {
    let mut attachments = Package::default();
    attachments.files.extend([
        ("attachments/1.pdf".into(), b"%PDF-1.7\n".to_vec()),
        ("attachments/2.pdf".into(), Vec::new()),
    ]);
    let mut nil = Package::default();
    nil.files[0].1 = b"source_row,name\r\n".to_vec();
    let frames = Package {
        frames: Box::new(|archive| archive.chunks(700).flat_map(plain::frame).collect()),
        ..Package::default()
    };
    let empty_frame = Package {
        frames: Box::new(|archive| [plain::frame(archive), plain::frame(&[])].concat()),
        ..Package::default()
    };
    let compressed = Package {
        frames: Box::new(|archive| zstd::encode_all(archive, 3).expect("compressing")),
        ..Package::default()
    };
    let mut chunks = Package::default();
    chunks
        .files
        .push(("attachments/1.pdf".into(), noise(64_000)));
    let full_line = "A".repeat(64);
    let grease = |stanza: String| Package {
        header: Box::new(move |_| {
            age::header(&format!("{stanza}{}", age::stanza(BUREAU.point(), [3; 32])))
        }),
        ..Package::default()
    };
    vec![
        opens(
            "opens-attachments",
            "7",
            "Two attachments, one of them empty.",
            &attachments,
        ),
        opens(
            "opens-nil-list",
            "7",
            "A list without rows is a report too.",
            &nil,
        ),
        opens(
            "opens-many-frames",
            "6.2",
            "Each 700 bytes of the archive in a frame of its own.",
            &frames,
        ),
        opens(
            "opens-empty-frame",
            "6.2",
            "A frame of no content is a frame.",
            &empty_frame,
        ),
        opens(
            "opens-compressed",
            "6.2",
            "Compressed blocks, as the zstd library writes them.",
            &compressed,
        ),
        opens(
            "opens-two-chunks",
            "6.2",
            "Plain text longer than one chunk of age.",
            &chunks,
        ),
        opens(
            "opens-grease",
            "6.1",
            "One stanza whose tag ends in -grease, with arguments and an empty body.",
            &grease("-> 3-grease Zx 9\n\n".into()),
        ),
        opens(
            "opens-grease-full-line",
            "6.1",
            "A grease stanza whose body fills a line, so that an empty one must follow.",
            &grease(format!("-> x-grease\n{full_line}\n\n")),
        ),
    ]
}

fn manifests() -> Vec<Vector> {
    let manifest = |edit: fn(Object) -> Object| Package {
        manifest: Box::new(edit),
        ..Package::default()
    };
    let second = Package {
        number: 2,
        ..Package::default()
    };
    let values = r#"{"a.note":{"deep":[1,-9223372036854775808,9223372036854775807,true,null,"\"\\\b\f\n\r\t\u0001/é𝄞"]},"b-2":"x"}"#;
    let extended = Package {
        manifest: Box::new(move |manifest| manifest.set("extensions", values)),
        ..Package::default()
    };
    let descriptor = Package {
        descriptor_text: Box::new(|bytes| {
            let text = String::from_utf8(bytes).expect("a descriptor");
            let spaced = text.replace("{\"name\"", "{ \"keywords\" : [ ] ,\n\t\"name\"");
            spaced.into_bytes()
        }),
        ..Package::default()
    };
    vec![
        opens(
            "opens-second-in-sequence",
            "4",
            "Sequence 2 with a previous digest.",
            &second,
        ),
        opens(
            "opens-extension",
            "4",
            "Extensions that are not critical are ignored, whatever canonical value they have.",
            &extended,
        ),
        opens(
            "opens-without-period",
            "4",
            "Optional members are left out.",
            &manifest(|manifest| manifest.without("period")),
        ),
        opens(
            "opens-reply",
            "4",
            "in_reply_to and supersedes in their places.",
            &manifest(|manifest| {
                let digest = digest(LIST);
                manifest
                    .after("sequence", "supersedes", text(&digest))
                    .after("sequence", "in_reply_to", text(&digest))
            }),
        ),
        opens(
            "opens-descriptor-with-white-space",
            "7",
            "The descriptor may hold white space and members that nobody knows.",
            &descriptor,
        ),
    ]
}
