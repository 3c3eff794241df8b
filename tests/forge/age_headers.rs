//! Faults of the age header, each in a payload that is otherwise honestly signed.

use crate::age::{self, VERSION};
use crate::keys::{BUREAU, COUNTY};
use crate::package::Package;
use crate::vector::Vector;

const AGE_HEADER: (&str, &str) = ("verify", "age-header");

pub(crate) fn vectors() -> Vec<Vector> {
    [
        versions_and_macs(),
        shares(),
        bodies(),
        other_stanzas(),
        grease(),
    ]
    .concat()
}

pub(crate) fn bureau_stanza() -> String {
    age::stanza(BUREAU.point(), [7; 32])
}

pub(crate) fn with_header(header: String) -> Vec<u8> {
    let package = Package {
        header: Box::new(move |_| header.clone()),
        ..Package::default()
    };
    package.bytes()
}

/// A header that is refused for its form, with a MAC that is right for what it says.
fn header(name: &str, comment: &str, header: String) -> Vector {
    let comment = format!("{comment} Refused before anything is decrypted.");
    Vector::package(
        &format!("age-{name}"),
        AGE_HEADER,
        "6.1, package-v1 §8.1",
        &comment,
    )
    .of(with_header(header))
}

/// The same with these stanzas.
fn stanzas(name: &str, comment: &str, stanzas: &str) -> Vector {
    header(name, comment, age::header(stanzas))
}

fn versions_and_macs() -> Vec<Vector> {
    let good = age::header(&bureau_stanza());
    let head = format!("{VERSION}{}---", bureau_stanza());
    let mac = age::mac(&head);
    let stray = stray_bits(&mac);
    let long: String = (0..340_u16)
        .map(|number| age::stanza(BUREAU.point(), [number.to_le_bytes()[0]; 32]))
        .collect();
    vec![
        header(
            "version-2",
            "A later version of age.",
            age::with_mac(&head.replace("/v1", "/v2")),
        ),
        header(
            "version-space",
            "A space behind the version.",
            age::with_mac(&head.replace("/v1\n", "/v1 \n")),
        ),
        header(
            "carriage-returns",
            "Lines that end with CR LF.",
            age::with_mac(&head.replace('\n', "\r\n")),
        ),
        header(
            "carriage-return-at-the-end",
            "The last line ends with CR LF.",
            good.replace(&format!("{mac}\n"), &format!("{mac}\r\n")),
        ),
        header(
            "armor",
            "ASCII armor around the file.",
            format!("-----BEGIN AGE ENCRYPTED FILE-----\n{good}"),
        ),
        header(
            "mac-padded",
            "Base64 padding behind the MAC.",
            format!("{head} {mac}=\n"),
        ),
        header(
            "mac-stray-bits",
            "Bits in the last letter of the MAC that say nothing.",
            format!("{head} {stray}\n"),
        ),
        header(
            "mac-short",
            "A MAC of 42 letters.",
            format!("{head} {}\n", &mac[..42]),
        ),
        header(
            "mac-two-spaces",
            "Two spaces before the MAC.",
            format!("{head}  {mac}\n"),
        ),
        header(
            "mac-missing",
            "A closing line without a MAC.",
            format!("{head}\n"),
        ),
        header(
            "mac-extra",
            "A word behind the MAC.",
            format!("{head} {mac} x\n"),
        ),
        header(
            "never-ends",
            "No closing line at all.",
            format!("{VERSION}{}", bureau_stanza()),
        ),
        header(
            "empty-line",
            "An empty line between the stanzas.",
            age::with_mac(&format!("{VERSION}\n{}---", bureau_stanza())),
        ),
        Vector::package(
            "age-too-long",
            AGE_HEADER,
            "10",
            "A header of more than 32 KiB: its own bound, with its own code.",
        )
        .of(with_header(age::header(&long))),
    ]
}

fn stray_bits(base64: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (start, last) = base64.split_at(base64.len() - 1);
    let at = LETTERS.find(last).expect("a letter of base64");
    format!("{start}{}", &LETTERS[at + 1..=at + 1])
}

fn shares() -> Vec<Vector> {
    let good = bureau_stanza();
    let share = good["-> X25519 ".len()..][..43].to_owned();
    let edit = |name: &str, comment: &str, new: String| {
        stanzas(name, comment, &good.replacen(&share, &new, 1))
    };
    vec![
        edit(
            "share-padded",
            "Base64 padding behind the share.",
            format!("{share}="),
        ),
        edit(
            "share-stray-bits",
            "Bits in the last letter of the share that say nothing; a lenient decoder opens it.",
            stray_bits(&share),
        ),
        edit("share-short", "A share of 31 bytes.", age::base64(&[9; 31])),
        edit("share-long", "A share of 33 bytes.", age::base64(&[9; 33])),
        edit(
            "share-url-safe",
            "A share in the other alphabet.",
            format!("-{}", &share[1..]),
        ),
        edit(
            "argument-more",
            "One argument too many; a lenient reader ignores it.",
            format!("{share} x"),
        ),
        edit("argument-missing", "No share.", String::new()),
        edit(
            "trailing-space",
            "A space at the end of the stanza's line.",
            format!("{share} "),
        ),
        edit(
            "two-spaces",
            "Two spaces before the share.",
            format!(" {share}"),
        ),
        stanzas(
            "tag-lower-case",
            "x25519 is another tag.",
            &good.replace("X25519", "x25519"),
        ),
        stanzas(
            "tag-arrow",
            "A stanza begins with an arrow and one space.",
            &good.replace("-> ", "->"),
        ),
    ]
}

fn bodies() -> Vec<Vector> {
    let good = bureau_stanza();
    let body = good.lines().nth(1).expect("a body").to_owned();
    let edit =
        |name: &str, comment: &str, new: String| stanzas(name, comment, &good.replace(&body, &new));
    vec![
        edit(
            "body-padded",
            "Base64 padding behind the wrapped key.",
            format!("{body}="),
        ),
        edit(
            "body-stray-bits",
            "Bits in the last letter of the wrapped key that say nothing.",
            stray_bits(&body),
        ),
        edit(
            "body-short",
            "A wrapped key of 31 bytes.",
            age::base64(&[9; 31]),
        ),
        edit(
            "body-long",
            "A wrapped key of 33 bytes.",
            age::base64(&[9; 33]),
        ),
        edit(
            "body-two-lines",
            "A wrapped key broken into two lines.",
            format!("{}\n{}", &body[..20], &body[20..]),
        ),
        edit("body-empty", "No wrapped key.", String::new()),
        edit(
            "body-empty-line-behind",
            "An empty line behind the wrapped key.",
            format!("{body}\n"),
        ),
        edit(
            "body-space",
            "A space behind the wrapped key.",
            format!("{body} "),
        ),
    ]
}

fn other_stanzas() -> Vec<Vector> {
    let good = bureau_stanza();
    let key = age::base64(&[9; 32]);
    let salt = age::base64(&[9; 16]);
    let rsa = format!(
        "-> ssh-rsa mhir0Q\n{}\n{}\n",
        "A".repeat(64),
        "A".repeat(22)
    );
    let with =
        |name: &str, comment: &str, other: &str| stanzas(name, comment, &format!("{good}{other}"));
    vec![
        stanzas("recipients-fewer", "No stanza for the one recipient.", ""),
        with(
            "recipients-more",
            "A second X25519 stanza, for a recipient that the manifest does not name.",
            &age::stanza(COUNTY.point(), [8; 32]),
        ),
        with(
            "recipient-twice",
            "Two stanzas for one recipient of the manifest.",
            &age::stanza(BUREAU.point(), [8; 32]),
        ),
        with(
            "scrypt",
            "A passphrase.",
            &format!("-> scrypt {salt} 10\n{key}\n"),
        ),
        with(
            "ssh-ed25519",
            "An SSH key.",
            &format!("-> ssh-ed25519 mhir0Q {key}\n{key}\n"),
        ),
        with("ssh-rsa", "An SSH key of RSA.", &rsa),
        with(
            "piv-p256",
            "A hardware key's stanza.",
            &format!("-> piv-p256 mhir0Q {}\n{key}\n", age::base64(&[2; 33])),
        ),
        with(
            "post-quantum",
            "A stanza of a later suite.",
            &format!("-> mlkem768x25519 {}\n{key}\n", age::base64(&[2; 32])),
        ),
        with(
            "unknown-tag",
            "A stanza that nobody knows.",
            "-> joint x\n\n",
        ),
        with("no-tag", "A stanza without a tag.", "-> \n\n"),
    ]
}

fn grease() -> Vec<Vector> {
    let good = bureau_stanza();
    let full = "A".repeat(64);
    let with = |name: &str, comment: &str, other: &str| {
        stanzas(
            &format!("grease-{name}"),
            comment,
            &format!("{other}{good}"),
        )
    };
    vec![
        with(
            "twice",
            "Two grease stanzas.",
            "-> a-grease\n\n-> b-grease\n\n",
        ),
        with(
            "no-last-line",
            "A full line of 64 letters must be followed by a shorter one; age libraries pass this for old files.",
            &format!("-> a-grease\n{full}\n"),
        ),
        with(
            "long-line",
            "A body line of 68 letters.",
            &format!("-> a-grease\n{}\n", "A".repeat(68)),
        ),
        with("padded", "Base64 padding in a body.", "-> a-grease\nAA==\n"),
        with(
            "stray-bits",
            "Bits in the last letter of a body that say nothing.",
            "-> a-grease\nAB\n",
        ),
        with(
            "not-ascii",
            "An argument that is not visible ASCII.",
            "-> a-grease \u{e9}\n\n",
        ),
        with(
            "not-at-the-end-of-the-tag",
            "A tag with -grease inside.",
            "-> a-greased\n\n",
        ),
        with("word", "A tag that only says grease.", "-> grease\n\n"),
    ]
}
