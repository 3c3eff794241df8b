//! Faults of the plain text: zstd frames, padding, tar, names, descriptor; each honestly encrypted and signed.

use crate::json::{Object, array, text};
use crate::keys::digest;
use crate::package::{LIST, Package};
use crate::plain::{self, block_header, frame, framed, header_of, padded, skippable};
use crate::vector::Vector;

type Entries = Vec<(String, Vec<u8>)>;

fn open(
    name: &str,
    expect: &'static str,
    section: &str,
    comment: &str,
    package: &Package,
) -> Vector {
    Vector::package(name, ("open", expect), section, comment).of(package.bytes())
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = frames();
    all.extend(paddings());
    all.extend(tars());
    all.extend(names());
    all.extend(entries());
    all.extend(descriptors());
    all.extend(descriptor_texts());
    all
}

fn with_frames(frames: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Package {
    Package {
        frames: Box::new(frames),
        ..Package::default()
    }
}

fn with_plain(plain: impl Fn(Vec<u8>) -> Vec<u8> + 'static) -> Package {
    Package {
        plain: Box::new(plain),
        ..Package::default()
    }
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
            "6.4"
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

fn with_tar(tar: impl Fn(Vec<u8>) -> Vec<u8> + 'static) -> Package {
    Package {
        tar: Box::new(tar),
        ..Package::default()
    }
}

/// Changes the first header and puts its checksum right.
fn with_header(edit: fn(&mut [u8])) -> Package {
    with_tar(move |mut tar| {
        edit(&mut tar);
        plain::checksum(&mut tar);
        tar
    })
}

fn tars() -> Vec<Vector> {
    let of = |name: &str, comment: &str, package: &Package| {
        open(
            &format!("tar-{name}"),
            "tar",
            "8.2, package-v1 §6.2",
            comment,
            package,
        )
    };
    let mut all = vec![
        of(
            "checksum",
            "A checksum that does not fit.",
            &with_tar(|mut tar| {
                tar[150] ^= 1;
                tar
            }),
        ),
        of(
            "checksum-spaces",
            "A right checksum, written with a space instead of NUL.",
            &with_tar(|mut tar| {
                tar[154] = b' ';
                tar
            }),
        ),
        of(
            "size-without-zeros",
            "A size with spaces for leading zeros.",
            &with_header(|header| header[124..128].fill(b' ')),
        ),
        of(
            "size-plus",
            "A size with a plus sign.",
            &with_header(|header| header[124] = b'+'),
        ),
        of(
            "size-base-256",
            "A size in base 256, as GNU tar writes large ones.",
            &with_header(|header| {
                header[124..136].fill(0);
                header[124] = 0x80;
                header[135] = 27;
            }),
        ),
        of(
            "pax",
            "A pax header.",
            &with_header(|header| header[156] = b'x'),
        ),
        of(
            "gnu-long-name",
            "A GNU long name.",
            &with_header(|header| header[156] = b'L'),
        ),
        of(
            "old-type",
            "The old type of a file, NUL.",
            &with_header(|header| header[156] = 0),
        ),
        of(
            "symbolic-link",
            "A symbolic link.",
            &with_header(|header| {
                header[156] = b'2';
                header[157..168].copy_from_slice(b"/etc/passwd");
            }),
        ),
        of(
            "hard-link",
            "A hard link.",
            &with_header(|header| header[156] = b'1'),
        ),
        of(
            "folder",
            "A folder.",
            &with_header(|header| header[156] = b'5'),
        ),
        of(
            "device",
            "A device.",
            &with_header(|header| header[156] = b'3'),
        ),
        of(
            "gnu-magic",
            "The magic of GNU tar.",
            &with_header(|header| header[257..265].copy_from_slice(b"ustar  \0")),
        ),
        of(
            "mode",
            "A mode that makes the file executable.",
            &with_header(|header| header[100..108].copy_from_slice(b"0000755\0")),
        ),
        of(
            "set-user-id",
            "A mode with the set-user-id bit.",
            &with_header(|header| header[100..108].copy_from_slice(b"0004644\0")),
        ),
        of(
            "owner",
            "A user id.",
            &with_header(|header| header[108..116].copy_from_slice(b"0001750\0")),
        ),
        of(
            "user-name",
            "A user's name.",
            &with_header(|header| header[265..269].copy_from_slice(b"root")),
        ),
        of(
            "time",
            "Another time.",
            &with_header(|header| header[146] = b'1'),
        ),
        of(
            "prefix",
            "A prefix to the name.",
            &with_header(|header| header[345..348].copy_from_slice(b"etc")),
        ),
        of(
            "name-continued",
            "Bytes behind the end of the name.",
            &with_header(|header| header[90] = b'x'),
        ),
        of(
            "reserved-bytes",
            "A byte behind the last field.",
            &with_header(|header| header[511] = 1),
        ),
    ];
    all.extend([
        of(
            "gap-not-zero",
            "A byte in the gap behind a file's content.",
            &with_tar(|mut tar| {
                tar[1023] = 1;
                tar
            }),
        ),
        of(
            "one-zero-block",
            "One zero block at the end.",
            &with_tar(|tar| tar[..tar.len() - 512].to_vec()),
        ),
        of(
            "no-end",
            "No zero block at the end.",
            &with_tar(|tar| tar[..tar.len() - 1024].to_vec()),
        ),
        of(
            "three-zero-blocks",
            "A third zero block, as tar programs write to fill a record.",
            &with_tar(|mut tar| {
                tar.extend([0; 512]);
                tar
            }),
        ),
        of(
            "after-end",
            "Bytes behind the end.",
            &with_tar(|mut tar| {
                tar.extend(b"junk");
                tar
            }),
        ),
        of(
            "zero-block-between",
            "A zero block between two files: some readers end there, others go on.",
            &with_tar(|tar| [&tar[..1024], &[0; 512], &tar[1024..]].concat()),
        ),
        of(
            "cut-in-content",
            "It ends within a file.",
            &with_tar(|tar| tar[..520].to_vec()),
        ),
        of(
            "cut-in-header",
            "It ends within a header.",
            &with_tar(|tar| tar[..1100].to_vec()),
        ),
        of("empty", "No byte at all.", &with_tar(|_| Vec::new())),
    ]);
    all
}

fn names() -> Vec<Vector> {
    let of = |name: &str, entry: &'static [u8], comment: &str| {
        let package = with_tar(move |tar| {
            let size = format!("{:011o}\0", LIST.len());
            [&header_of(entry, &size), &tar[512..]].concat()
        });
        open(
            &format!("name-{name}"),
            "entry-name",
            "6.2, package-v1 §8.2",
            comment,
            &package,
        )
    };
    vec![
        of("absolute", b"/etc/passwd", "An absolute path."),
        of("parent", b"../list.csv", "A path that leaves its folder."),
        of("parent-inside", b"data/..", "A part of two dots."),
        of("dots-inside", b"data/a..b", "Two dots within a part."),
        of(
            "hidden",
            b"data/.list.csv",
            "A part that begins with a dot.",
        ),
        of(
            "ends-with-dot",
            b"data/list.",
            "Windows drops a dot at the end, and two names become one.",
        ),
        of("three-parts", b"data/a/list.csv", "Three parts."),
        of(
            "backslash",
            b"data\\list.csv",
            "A backslash, which parts names on Windows.",
        ),
        of(
            "colon",
            b"data/list.csv:x",
            "A colon, which names a stream on Windows.",
        ),
        of(
            "upper-case",
            b"data/List.csv",
            "A capital: where case does not count, two names become one.",
        ),
        of("space", b"data/a b.csv", "A space."),
        of(
            "device",
            b"data/nul.csv",
            "A device of Windows, with an ending.",
        ),
        of("device-alone", b"data/com0", "Another device."),
        of("device-folder", b"aux/list.csv", "A device as a folder."),
        of(
            "chinese",
            "data/名单.csv".as_bytes(),
            "Letters outside ASCII: titles are for people, names for machines.",
        ),
        of("not-utf-8", b"data/\xff.csv", "A byte that is not UTF-8."),
        of(
            "control",
            b"data/a\x1b[2J.csv",
            "A control character for the terminal.",
        ),
        of("empty-part", b"data//list.csv", "An empty part."),
        of("folder-slash", b"data/", "A slash at the end."),
        of("empty", b"", "No name."),
    ]
}

/// Compressed by the library: its bare blocks would be too long.
fn compressed() -> Package {
    with_frames(|archive| zstd::encode_all(archive, 3).expect("compressing"))
}

fn with_entries(edit: fn(Entries) -> Entries) -> Package {
    Package {
        entries: Box::new(edit),
        ..Package::default()
    }
}

fn entries() -> Vec<Vector> {
    let of = |name: &str, comment: &str, package: &Package| {
        open(
            &format!("files-{name}"),
            "entry-mismatch",
            "7",
            comment,
            package,
        )
    };
    let three = |edit: fn(Entries) -> Entries| {
        let mut package = with_entries(edit);
        package
            .files
            .push(("attachments/1.pdf".into(), b"%PDF".to_vec()));
        package
    };
    let mut many = compressed();
    many.entries = Box::new(|_| {
        (0..257)
            .map(|number| (format!("data/{number}.csv"), Vec::new()))
            .collect()
    });
    vec![
        of(
            "more",
            "A file that the descriptor does not list.",
            &with_entries(|mut entries| {
                entries.insert(0, ("data/other.csv".into(), LIST.to_vec()));
                entries
            }),
        ),
        of(
            "missing",
            "A file that the descriptor lists is not there.",
            &three(|mut entries| {
                entries.remove(1);
                entries
            }),
        ),
        of(
            "order",
            "Files in another order than the descriptor's.",
            &three(|mut entries| {
                entries.swap(0, 1);
                entries
            }),
        ),
        of(
            "renamed",
            "A file under another name.",
            &with_entries(|mut entries| {
                entries[0].0 = "data/list-2.csv".into();
                entries
            }),
        ),
        of(
            "changed",
            "A file of the same length with another digest.",
            &with_entries(|mut entries| {
                entries[0].1[0] = b'S';
                entries
            }),
        ),
        of(
            "longer",
            "A file with one byte more.",
            &with_entries(|mut entries| {
                entries[0].1.push(b'\n');
                entries
            }),
        ),
        of(
            "descriptor-first",
            "The descriptor is not the last file.",
            &with_entries(|mut entries| {
                entries.rotate_right(1);
                entries
            }),
        ),
        of(
            "no-descriptor",
            "No descriptor.",
            &with_entries(|mut entries| {
                entries.pop();
                entries
            }),
        ),
        of(
            "none",
            "An archive of no file.",
            &with_entries(|_| Vec::new()),
        ),
        open(
            "files-name-twice",
            "entry-name",
            "6.2",
            "A name twice: the second would replace the first.",
            &with_entries(|mut entries| {
                entries.insert(0, entries[0].clone());
                entries
            }),
        ),
        open(
            "files-257",
            "too-large",
            "10",
            "One file more than 256.",
            &many,
        ),
    ]
}

fn descriptor(
    name: &str,
    expect: &'static str,
    comment: &str,
    edit: impl Fn(Object) -> Object + 'static,
) -> Vector {
    let package = Package {
        descriptor: Box::new(edit),
        ..Package::default()
    };
    open(
        &format!("descriptor-{name}"),
        expect,
        "7",
        comment,
        &package,
    )
}

fn exchange(
    name: &str,
    expect: &'static str,
    comment: &str,
    edit: impl Fn(Object) -> Object + 'static,
) -> Vector {
    descriptor(
        &format!("exchange-{name}"),
        expect,
        comment,
        move |descriptor| descriptor.set("exchange", edit(Package::default().exchange()).text()),
    )
}

fn descriptors() -> Vec<Vector> {
    let other_id = text("019ab3c0-7400-7000-8000-000000000099");
    let (id, name) = (other_id.clone(), other_id.replace("\"0", "\"posthorse-0"));
    let mismatch = "exchange-mismatch";
    let resource = |name: &str, expect, comment: &str, from: &'static str, to: &'static str| {
        descriptor(
            &format!("resource-{name}"),
            expect,
            comment,
            move |descriptor| {
                let resources = descriptor.get("resources").replace(from, to);
                assert_ne!(resources, descriptor.get("resources"), "{from}");
                descriptor.set("resources", resources)
            },
        )
    };
    vec![
        exchange(
            "package-id",
            mismatch,
            "An older plain text of the same sender.",
            move |exchange| exchange.set("package_id", other_id.clone()),
        ),
        exchange(
            "sender",
            mismatch,
            "Another sender's plain text.",
            |exchange| exchange.set("sender", text("education")),
        ),
        exchange(
            "signing-key",
            mismatch,
            "Signed by another key than the plain text says: re-signed.",
            |exchange| {
                exchange.set(
                    "signing_key",
                    text(&crate::keys::key_id(crate::keys::SECOND_PERSON)),
                )
            },
        ),
        exchange(
            "recipients",
            mismatch,
            "Other recipients than the plain text says: forwarded.",
            |exchange| {
                let more = Package {
                    recipients: vec![crate::keys::COUNTY],
                    ..Package::default()
                };
                exchange.set("recipients", more.exchange().get("recipients"))
            },
        ),
        exchange(
            "sequence",
            mismatch,
            "Another place in the sequence.",
            |exchange| exchange.set("sequence", "2"),
        ),
        exchange("salt-short", "field", "A salt of 63 digits.", |exchange| {
            exchange.set("salt", text(&"a".repeat(63)))
        }),
        exchange(
            "salt-upper-case",
            "field",
            "A salt in capitals.",
            |exchange| exchange.set("salt", text(&"A".repeat(64))),
        ),
        exchange(
            "salt-missing",
            "field",
            "No salt: a short list could be guessed from its digest.",
            |exchange| exchange.without("salt"),
        ),
        exchange(
            "unknown-member",
            "field",
            "A member of exchange that nobody knows.",
            |exchange| exchange.with("note", "1"),
        ),
        descriptor("exchange-missing", "field", "No exchange.", |descriptor| {
            descriptor.without("exchange")
        }),
        descriptor(
            "id",
            mismatch,
            "id is not the package's.",
            move |descriptor| descriptor.set("id", id.clone()),
        ),
        descriptor(
            "name",
            mismatch,
            "name is not the package's.",
            move |descriptor| descriptor.set("name", name.clone()),
        ),
        descriptor(
            "created",
            mismatch,
            "created is not the sealing time.",
            |descriptor| descriptor.set("created", text("2026-11-24T08:00:01Z")),
        ),
        descriptor(
            "resources-none",
            "entry-mismatch",
            "No resource for the file that is there.",
            |descriptor| descriptor.set("resources", "[]"),
        ),
        descriptor(
            "resources-twice",
            "entry-mismatch",
            "Two resources for one file.",
            |descriptor| {
                let one = descriptor.get("resources");
                let one = one[1..one.len() - 1].to_owned();
                descriptor.set("resources", array([&one, &one]))
            },
        ),
        resource(
            "bytes",
            "entry-mismatch",
            "Another length.",
            "\"bytes\":27",
            "\"bytes\":26",
        ),
        resource(
            "digest",
            "entry-mismatch",
            "Another digest.",
            "\"posthorse:blake3\":\"blake3:",
            "\"x\":0,\"posthorse:blake3\":\"blake3:0000000000000000000000000000000000000000000000000000000000000000\",\"y\":\"",
        ),
        resource(
            "path",
            "field",
            "A path that is no entry name.",
            "data/list-1.csv",
            "../list-1.csv",
        ),
        resource(
            "type",
            "field",
            "A type that is none.",
            "\"table\"",
            "\"folder\"",
        ),
        resource(
            "type-object",
            "field",
            "A type that is not a string.",
            "\"type\":\"table\"",
            "\"type\":{\"table\":null}",
        ),
        resource(
            "format-null",
            "field",
            "null for a member that may be absent.",
            "\"format\":\"csv\"",
            "\"format\":null",
        ),
        resource(
            "title-missing",
            "field",
            "No title.",
            "\"title\"",
            "\"other\"",
        ),
    ]
}

fn descriptor_texts() -> Vec<Vector> {
    let of = |name: &str,
              expect: &'static str,
              section: &str,
              comment: &str,
              edit: fn(Vec<u8>) -> Vec<u8>| {
        let package = Package {
            descriptor_text: Box::new(edit),
            ..compressed()
        };
        open(
            &format!("descriptor-{name}"),
            expect,
            section,
            comment,
            &package,
        )
    };
    let contents = Package {
        manifest: Box::new(|manifest| {
            manifest.set("contents", text(&digest(b"another descriptor")))
        }),
        ..Package::default()
    };
    vec![
        open(
            "descriptor-of-another-digest",
            "contents-digest",
            "8.2",
            "The descriptor is not the one whose digest is signed; judged before it is parsed.",
            &contents,
        ),
        of("not-json", "json-syntax", "7", "Not JSON.", |_| {
            b"name: posthorse\n".to_vec()
        }),
        of(
            "array",
            "field",
            "7",
            "The values of a descriptor in an array.",
            |text| {
                let text = String::from_utf8(text).expect("a descriptor");
                let (_, rest) = text.split_once("\"exchange\":").expect("an exchange");
                let rest = rest.replace(",\"resources\":", ",");
                let rest = rest.strip_suffix('}').expect("an object");
                let id = "019ab3c0-7400-7000-8000-000000000001";
                format!("[\"posthorse-{id}\",\"{id}\",\"2026-11-24T08:00:00Z\",{rest}]")
                    .into_bytes()
            },
        ),
        of(
            "duplicate-key",
            "json-duplicate-key",
            "7",
            "exchange twice: two parsers see two exchanges.",
            |text| [b"{\"exchange\":{},", &text[1..]].concat(),
        ),
        of(
            "number",
            "json-number",
            "7",
            "A fraction, in a member that nobody knows.",
            |text| [b"{\"version\":1.5,", &text[1..]].concat(),
        ),
        of(
            "depth",
            "json-depth",
            "7",
            "Nested deeper than 16, in a member that nobody knows.",
            |text| {
                let deep = format!("{{\"x\":{}{},", "[".repeat(16), "]".repeat(16));
                [deep.as_bytes(), &text[1..]].concat()
            },
        ),
        of(
            "too-large",
            "too-large",
            "10",
            "A descriptor of more than 4 MiB, most of it white space.",
            |text| {
                let mut text = text;
                text.resize((4 << 20) + 1, b' ');
                text
            },
        ),
    ]
}
