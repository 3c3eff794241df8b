//! Faults of the files inside and of the descriptor that lists them.

use crate::inside::{compressed, open};
use crate::json::{Object, array, text};
use crate::keys::digest;
use crate::package::{LIST, Package};
use crate::vector::Vector;

type Entries = Vec<(String, Vec<u8>)>;

pub(crate) fn vectors() -> Vec<Vector> {
    [entries(), descriptors(), descriptor_texts()].concat()
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
            match name {
                "descriptor-first" | "no-descriptor" | "none" => "6.3",
                _ => "7, package-v1 §8.2",
            },
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
                let other = one.replace("\"name\":\"list-1\"", "\"name\":\"list-2\"");
                descriptor.set("resources", array([&one, &other]))
            },
        ),
        resource(
            "schema-missing",
            "field",
            "A list without its schema.",
            ",\"schema\":",
            ",\"other\":",
        ),
        resource(
            "list-missing",
            "field",
            "A list that does not say which.",
            "\"posthorse:list\"",
            "\"other\"",
        ),
        resource(
            "format-other",
            "field",
            "A list that says it is no CSV.",
            "\"format\":\"csv\"",
            "\"format\":\"xlsx\"",
        ),
        resource(
            "encoding-missing",
            "field",
            "A list that does not say its encoding.",
            "\"encoding\":\"utf-8\",",
            "",
        ),
        Vector::package(
            "descriptor-resource-names-alike",
            ("open", "field"),
            "7",
            "Two resources of one name.",
        )
        .of(names_alike().bytes()),
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

fn names_alike() -> Package {
    let mut package = Package {
        descriptor: Box::new(|descriptor| {
            let resources = descriptor
                .get("resources")
                .replace("\"list-2\"", "\"list-1\"");
            descriptor.set("resources", resources)
        }),
        ..Package::default()
    };
    package
        .files
        .push(("data/list-2.csv".into(), LIST.to_vec()));
    package
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
