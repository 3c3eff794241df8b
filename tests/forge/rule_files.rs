//! Registries that name data files: their form, their succession, and the files beside them.

use crate::json::{Object, array, text};
use crate::keys::{ROOT, digest};
use crate::registries::{Document, FROM, UNTIL, first};
use crate::registry_trust::trust;
use crate::vector::Vector;

/// The file that stands beside the registry. What it says is nothing to a reader of registries.
const FILE: &[u8] = b"{\"format\":\"posthorse-kinds/1\",\"version\":3}\n";

fn entry(file: &str, version: &str, bytes: &[u8]) -> Object {
    Object::default()
        .with("file", text(file))
        .with("version", version)
        .with("digest", text(&digest(bytes)))
}

fn naming(document: Document, entries: &[Object]) -> Document {
    let entries = array(entries.iter().map(Object::text));
    document.edit(|document| document.with("rules", entries))
}

fn named() -> [Object; 2] {
    [
        entry("holidays.json", "2", b"a calendar"),
        entry("kinds.json", "3", FILE),
    ]
}

/// The registry that is trusted before.
pub(crate) fn with_rules() -> Document {
    naming(first(), &named())
}

pub(crate) fn vectors() -> Vec<Vector> {
    [forms(), successions(), files()].concat()
}

fn forms() -> Vec<Vector> {
    let [holidays, kinds] = named();
    let of = |name: &str, expect, comment: &str, entries: &[Object]| {
        let bytes = naming(first(), entries).signed(&[ROOT]);
        trust(
            &format!("rules-{name}"),
            expect,
            "registry-v1 §2",
            comment,
            bytes,
        )
    };
    let named = |file: &str| [entry(file, "1", FILE)];
    vec![
        of("good", "good", "Two files.", &named_in(&holidays, &kinds)),
        of(
            "good-list",
            "good",
            "The schema of a list.",
            &named("schemas/transport.json"),
        ),
        of("none", "json-not-canonical", "No file is no member.", &[]),
        of(
            "order",
            "field",
            "Files do not ascend.",
            &named_in(&kinds, &holidays),
        ),
        of(
            "twice",
            "field",
            "A file twice: which of them is in force?",
            &named_in(&kinds, &kinds),
        ),
        of(
            "version-zero",
            "field",
            "Versions begin with 1.",
            &[entry("kinds.json", "0", FILE)],
        ),
        of(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            &[kinds.clone().with("note", "1")],
        ),
        of(
            "name-of-another-folder",
            "field",
            "A name that leads elsewhere.",
            &named("../kinds.json"),
        ),
        of(
            "name-of-a-program",
            "field",
            "Data files only.",
            &named("kinds.exe"),
        ),
    ]
}

fn named_in(one: &Object, other: &Object) -> [Object; 2] {
    [one.clone(), other.clone()]
}

fn successions() -> Vec<Vector> {
    let trusted = with_rules();
    let of = |name: &str, expect, comment: &str, entries: &[Object]| {
        let next = first().edit(|document| {
            document
                .set("version", "2")
                .after(
                    "version",
                    "previous",
                    text(&digest(trusted.text().as_bytes())),
                )
                .set("issued_at", text(FROM))
                .set("expires", text(UNTIL))
        });
        let next = match entries {
            [] => next,
            entries => naming(next, entries),
        };
        Vector::document(
            "registry",
            &format!("next-rules-{name}"),
            ("succeed", expect),
            "registry-v1 §3",
            comment,
        )
        .with("trusted", "registry-rules.json")
        .of(next.signed(&[ROOT]))
    };
    let [holidays, kinds] = named();
    let back = "rules-version-went-back";
    vec![
        of("same", "good", "The same files.", &named()),
        of(
            "higher",
            "good",
            "One of them anew, and another.",
            &[
                entry("due_rules.json", "2", b"clocks"),
                holidays.clone(),
                entry("kinds.json", "4", b"kinds"),
            ],
        ),
        of(
            "left-out",
            "good",
            "A file less: what that puts into force, the rules' reader judges.",
            &[holidays],
        ),
        of("all-left-out", "good", "No file at all.", &[]),
        of(
            "lower",
            back,
            "A calendar of last year: a holiday would be missing again.",
            &[
                entry("holidays.json", "1", b"an older calendar"),
                kinds.clone(),
            ],
        ),
        of(
            "another-under-the-same-version",
            back,
            "Two calendars under one version.",
            &[entry("holidays.json", "2", b"another calendar"), kinds],
        ),
    ]
}

fn files() -> Vec<Vector> {
    let of = |name: &str, expect, comment: &str, bytes: &[u8]| {
        Vector::document(
            "registry",
            &format!("rule-file-{name}"),
            ("rules", expect),
            "registry-v1 §6",
            comment,
        )
        .with("trusted", "registry-rules.json")
        .with("file", "kinds.json")
        .of(bytes)
    };
    let flipped: Vec<u8> = FILE
        .iter()
        .map(|byte| if *byte == b'3' { b'4' } else { *byte })
        .collect();
    vec![
        of("good", "good", "The bytes whose digest is signed.", FILE),
        of(
            "digit-changed",
            "rules-digest",
            "One digit changed on the share.",
            &flipped,
        ),
        of(
            "cut",
            "rules-digest",
            "The last line feed is missing: a copy under way.",
            &FILE[..FILE.len() - 1],
        ),
    ]
}
