//! Faults of the zstd frames and of the padding behind them.

use crate::inside::{open, with_frames, with_plain};
use crate::package::Package;
use crate::plain::{self, block_header, frame, framed, padded, skippable};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<Vector> {
    [frames(), paddings()].concat()
}

fn frames() -> Vec<Vector> {
    let of = |name: &str, comment: &str, package: &Package| {
        open(
            &format!("zstd-{name}"),
            "compression",
            "8.2, package-v1 §6.2",
            comment,
            package,
        )
    };
    vec![
        of(
            "not-compressed",
            "A bare tar.",
            &with_frames(<[u8]>::to_vec),
        ),
        of(
            "gzip",
            "Another compression.",
            &with_frames(|_| vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
        ),
        of("no-frame", "Padding only.", &with_frames(|_| Vec::new())),
        of(
            "window-too-large",
            "A frame that asks for a window of 16 MiB.",
            &with_frames(|archive| framed(&[0x00, 0x70], archive)),
        ),
        of(
            "dictionary",
            "A frame that names a dictionary.",
            &with_frames(|archive| framed(&[0x01, 0x38, 0x07], archive)),
        ),
        of(
            "reserved-bit",
            "A frame header with its reserved bit set.",
            &with_frames(|archive| framed(&[0x08, 0x38], archive)),
        ),
        of(
            "reserved-block",
            "A block of the reserved type.",
            &with_frames(|archive| {
                let mut bytes = frame(archive);
                bytes[6] |= 6;
                bytes
            }),
        ),
        of(
            "checksum-wrong",
            "A frame whose checksum does not fit.",
            &with_frames(|archive| [framed(&[0x04, 0x38], archive), vec![1, 2, 3, 4]].concat()),
        ),
        of(
            "content-size-wrong",
            "A frame that announces one byte more than it has.",
            &with_frames(|archive| {
                let size = u32::try_from(archive.len() + 1)
                    .expect("small")
                    .to_le_bytes();
                framed(&[&[0x80, 0x38], &size[..]].concat(), archive)
            }),
        ),
        of(
            "cut",
            "The last block is missing; blocks of no content follow to the end.",
            &with_plain(|frames| {
                let mut bytes = frames[..frames.len() - 4].to_vec();
                bytes.resize(16_384, 0);
                bytes
            }),
        ),
        of(
            "no-padding",
            "Nothing behind the frames, in a stream of a padded length.",
            &with_frames_of_length(16_384),
        ),
        of(
            "skippable-first",
            "A skippable frame before the first frame.",
            &with_frames(|archive| [skippable(0x50, b""), frame(archive)].concat()),
        ),
        of(
            "skippable-of-another-magic",
            "Padding under another of the sixteen magics.",
            &with_plain(|frames| {
                let content = 16_384 - frames.len() - 8;
                [frames, skippable(0x51, &vec![0; content])].concat()
            }),
        ),
        of(
            "after-padding",
            "A byte behind the padding.",
            &with_plain(|frames| {
                let mut bytes = padded(&frames);
                // One step longer than the padding needs, so that the length still is a padded one.
                bytes.resize(16_384 + 1_024, 0);
                bytes
            }),
        ),
        of(
            "junk-between-frames",
            "Bytes between two frames.",
            &with_frames(|archive| {
                [
                    frame(&archive[..512]),
                    b"junk".to_vec(),
                    frame(&archive[512..]),
                ]
                .concat()
            }),
        ),
        open(
            "zstd-bomb",
            "too-large",
            "10",
            "It unfolds to more than 16 MiB and a thousand times its length.",
            &with_frames(|_| plain::bomb(&plain::header("data/list-1.csv", 90 << 20), 800)),
        ),
    ]
}

/// Frames that fill a padded length by themselves, with blocks of no content.
fn with_frames_of_length(length: usize) -> Package {
    with_plain(move |mut bytes| {
        // A frame with a content size of four bytes has a length of 13, one more than four blocks.
        for _ in 0..(length - bytes.len()) % 3 {
            bytes.extend(framed(&[0x80, 0x38, 0, 0, 0, 0], &[]));
        }
        bytes.extend([&plain::FRAME[..], &[0x00, 0x38]].concat());
        while bytes.len() < length {
            bytes.extend(block_header(bytes.len() + 3 == length, 0, 0));
        }
        bytes
    })
}

fn paddings() -> Vec<Vector> {
    let of = |name: &str, step, comment: &str, package: &Package| {
        let section = if step == "verify" {
            "6.4, package-v1 §8.1"
        } else {
            "6.2, package-v1 §6.4"
        };
        Vector::package(
            &format!("padding-{name}"),
            (step, "padding"),
            section,
            comment,
        )
        .of(package.bytes())
    };
    let of_length = |length: usize| {
        with_plain(move |frames| {
            let content = length - frames.len() - 8;
            [frames.as_slice(), &skippable(0x50, &vec![0; content])].concat()
        })
    };
    vec![
        of(
            "none",
            "verify",
            "No padding: the length tells how many people the list has.",
            &with_plain(|frames| frames),
        ),
        of(
            "below-the-floor",
            "verify",
            "Padded to 8 KiB: less than the floor.",
            &of_length(8_192),
        ),
        of(
            "not-a-step",
            "verify",
            "A length between two steps.",
            &of_length(16_640),
        ),
        of(
            "a-step-too-long",
            "open",
            "One step more than the frames need: the length would say something else.",
            &of_length(17_408),
        ),
        of(
            "length-field",
            "open",
            "The padding frame announces one byte less than is there.",
            &with_plain(|frames| {
                let mut bytes = padded(&frames);
                bytes[frames.len() + 4] ^= 1;
                bytes
            }),
        ),
        of(
            "not-zero-at-the-end",
            "open",
            "The last byte of the padding is not zero: a channel that nobody sees.",
            &with_plain(|frames| {
                let mut bytes = padded(&frames);
                let last = bytes.len() - 1;
                bytes[last] = 1;
                bytes
            }),
        ),
        of(
            "not-zero-at-the-beginning",
            "open",
            "The first byte of the padding is not zero.",
            &with_plain(|frames| {
                let mut bytes = padded(&frames);
                bytes[frames.len() + 8] = 1;
                bytes
            }),
        ),
    ]
}
