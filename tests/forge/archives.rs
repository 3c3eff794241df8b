//! Faults of the tar archive and of the names in it.

use crate::inside::open;
use crate::package::{LIST, Package};
use crate::plain::{self, header_of};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<Vector> {
    [tars(), names()].concat()
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
