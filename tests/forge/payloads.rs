//! Faults that decrypting finds, and faults of the chunks; each honestly signed.

use crate::age::{self, CHUNK, VERSION};
use crate::age_headers::{self, bureau_stanza, with_header};
use crate::framing::flipped;
use crate::good::noise;
use crate::keys::{BUREAU, COUNTY};
use crate::package::Package;
use crate::vector::Vector;

const DAMAGED: (&str, &str) = ("open", "payload-damaged");
const NOT_MINE: (&str, &str) = ("open", "not-a-recipient");
const PADDING: (&str, &str) = ("verify", "padding");

pub(crate) fn vectors() -> Vec<Vector> {
    [age_headers::vectors(), decrypting(), chunks()].concat()
}

fn decrypting() -> Vec<Vector> {
    let open = |name: &str, outcome, comment: &str, header: String| {
        Vector::package(&format!("age-{name}"), outcome, "8.2", comment).of(with_header(header))
    };
    let head = format!("{VERSION}{}---", bureau_stanza());
    let good = bureau_stanza();
    let body = good.lines().nth(1).expect("a body");
    let other = age::base64(&[9; 32]);
    let low = |share: [u8; 32]| age::header(&age::raw_stanza(share, BUREAU.point(), [0; 32]));
    let mut order_four = [0; 32];
    order_four[0] = 1;
    let forwarded = Vector::package(
        "forwarded-as-it-is",
        NOT_MINE,
        "8.2",
        "A package passed on to an office that it was not sealed to.",
    )
    .with("identity", "county.txt")
    .of(Package::default().bytes());
    vec![
        forwarded,
        open(
            "for-somebody-else",
            NOT_MINE,
            "The manifest says bureau, the stanza is for the county.",
            age::header(&age::stanza(COUNTY.point(), [7; 32])),
        ),
        open(
            "wrapped-key-wrong",
            NOT_MINE,
            "The wrapped key does not authenticate.",
            age::header(&good.replace(body, &other)),
        ),
        open(
            "mac-wrong",
            DAMAGED,
            "The header's MAC is not that of the header.",
            format!("{head} {other}\n"),
        ),
        open(
            "share-of-order-2",
            DAMAGED,
            "A share of low order: the shared secret is nothing, whoever made it.",
            low([0; 32]),
        ),
        open(
            "share-of-order-4",
            DAMAGED,
            "A share of low order.",
            low(order_four),
        ),
    ]
}

/// A package whose payload has two chunks.
fn long(edit: impl Fn(Vec<Vec<u8>>) -> Vec<Vec<u8>> + 'static) -> Package {
    let mut package = Package {
        chunks: Box::new(edit),
        ..Package::default()
    };
    package
        .files
        .push(("attachments/1.pdf".into(), noise(64_000)));
    package
}

fn chunks() -> Vec<Vector> {
    let of = |name: &str, outcome, section: &str, comment: &str, package: &Package| {
        Vector::package(&format!("chunk-{name}"), outcome, section, comment).of(package.bytes())
    };
    let short = |edit: fn(Vec<Vec<u8>>) -> Vec<Vec<u8>>| Package {
        chunks: Box::new(edit),
        ..Package::default()
    };
    let truncated = |length: usize| Package {
        payload: Box::new(move |payload| payload[..length].to_vec()),
        ..Package::default()
    };
    let again = |first_last: bool, second_at: u64, second_last: bool| {
        long(move |chunks| {
            // The stream's key and nonce are fixed, so a chunk decrypts to what went in.
            let plain = |bytes: &[u8], at, last| {
                let mask = age::chunk(&vec![0; bytes.len() - 16], at, last);
                let plain = bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
                plain.take(bytes.len() - 16).collect::<Vec<u8>>()
            };
            vec![
                age::chunk(&plain(&chunks[0], 0, false), 0, first_last),
                age::chunk(&plain(&chunks[1], 1, true), second_at, second_last),
            ]
        })
    };
    vec![
        of(
            "flipped",
            DAMAGED,
            "8.2",
            "One bit of the only chunk is changed by somebody who can sign.",
            &short(|chunks| vec![flipped(&chunks[0], 99)]),
        ),
        of(
            "tag-flipped",
            DAMAGED,
            "8.2",
            "One bit of a chunk's tag.",
            &short(|chunks| vec![flipped(&chunks[0], chunks[0].len() - 1)]),
        ),
        of(
            "first-of-two-flipped",
            DAMAGED,
            "8.2",
            "One bit of the first of two chunks.",
            &long(|chunks| vec![flipped(&chunks[0], 99), chunks[1].clone()]),
        ),
        of(
            "last-of-two-flipped",
            DAMAGED,
            "8.2",
            "One bit of the last of two chunks: the first one has already been decrypted, and nothing of it is released.",
            &long(|chunks| vec![chunks[0].clone(), flipped(&chunks[1], 99)]),
        ),
        of(
            "not-marked-last",
            DAMAGED,
            "8.2",
            "The last chunk is not marked as the last.",
            &again(false, 1, false),
        ),
        of(
            "first-marked-last",
            DAMAGED,
            "8.2",
            "The first of two chunks is marked as the last.",
            &again(true, 1, true),
        ),
        of(
            "counter-skipped",
            DAMAGED,
            "8.2",
            "A chunk is missing: the counter goes from 0 to 2.",
            &again(false, 2, true),
        ),
        of(
            "last-missing",
            DAMAGED,
            "8.2",
            "Cut between two chunks and signed so: the length is a padded one, and no chunk is marked as the last.",
            &long(|chunks| vec![chunks[0].clone()]),
        ),
        of(
            "first-missing",
            PADDING,
            "8.1, package-v1 §6.4",
            "The first chunk is missing.",
            &long(|chunks| vec![chunks[1].clone()]),
        ),
        of(
            "empty-last",
            PADDING,
            "8.1",
            "An empty last chunk behind a full one: age allows it for an empty file only.",
            &empty_last(),
        ),
        of(
            "none",
            PADDING,
            "8.1",
            "No chunk at all: the payload ends with its nonce.",
            &short(|_| Vec::new()),
        ),
        of(
            "empty",
            PADDING,
            "8.1",
            "One chunk of no content.",
            &short(|_| vec![age::chunk(&[], 0, true)]),
        ),
        of(
            "nonce-cut",
            PADDING,
            "8.1",
            "The payload ends within its nonce.",
            &truncated(175),
        ),
        of(
            "cut-by-a-byte",
            PADDING,
            "8.1",
            "One byte less than a padded length.",
            &short(|chunks| vec![chunks[0][..chunks[0].len() - 1].to_vec()]),
        ),
    ]
}

fn empty_last() -> Package {
    Package {
        plain: Box::new(|frames| {
            let mut plain = frames;
            let content = CHUNK - plain.len() - 8;
            plain.extend(crate::plain::skippable(0x50, &vec![0; content]));
            plain
        }),
        chunks: Box::new(|chunks| vec![chunks[0].clone(), age::chunk(&[], 1, true)]),
        ..Package::default()
    }
}
