//! Packages, keys and signatures in the hands of other people's programs.

use std::fs;
use std::path::{Path, PathBuf};

use posthorse_package::{Identity, Limits, MANIFEST_TYPE, Registry, SigningKey, pae};
use serde_json::Value;
use tempfile::TempDir;

use crate::offices::{bureau, department};
use crate::package::{LIST, sealed};
use crate::tools::{run, succeed};
use crate::vectors::{Vector, root};

const MEMBERS: [&str; 4] = [
    "mimetype",
    "payload.age",
    "manifest.json",
    "signatures.json",
];

/// A folder with a sealed package and the identity that opens it.
fn folder() -> (TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let package = sealed(LIST, &vec![7; 100_000]);
    fs::write(folder.path().join("list.xpkg"), &package).expect("writing");
    let identity = bureau().identity.secret_text();
    fs::write(folder.path().join("identity.txt"), identity.as_bytes()).expect("writing");
    (folder, package)
}

fn vector(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let document = Vector::read(name).document;
    fs::write(folder.path().join("list.xpkg"), document).expect("writing");
    fs::copy(
        root().join("bureau.txt"),
        folder.path().join("identity.txt"),
    )
    .expect("copying");
    folder
}

const RECOVERY: &str =
    "set -o pipefail; unzip -p list.xpkg payload.age | age -d -i identity.txt | tar --zstd -x";

fn recover(folder: &Path) {
    // tar calls zstd by itself; asking for it first names the package that is missing.
    for program in ["unzip", "age", "zstd", "tar"] {
        run(folder, program, &["--version"]);
    }
    succeed(folder, "bash", &["-c", RECOVERY]);
}

#[test]
fn the_recovery_line_of_the_specification_recovers_a_package() {
    let spec = fs::read_to_string(root().join("../../spec/package-v1.md")).expect("a page");
    let line = RECOVERY.trim_start_matches("set -o pipefail; ");
    assert!(spec.contains(line), "the page shows this very line");
    let (folder, _) = folder();
    recover(folder.path());
    let read = |name: &str| fs::read(folder.path().join(name)).expect("a recovered file");
    assert_eq!(read("data/list-1.csv"), LIST.as_bytes());
    assert_eq!(read("attachments/1.pdf"), vec![7; 100_000]);
    let descriptor: Value = serde_json::from_slice(&read("datapackage.json")).expect("JSON");
    assert_eq!(descriptor["exchange"]["sender"], department().id);
}

#[test]
fn the_recovery_line_recovers_hand_made_packages_too() {
    for name in [
        "package/opens-many-frames",
        "package/opens-grease",
        "package/opens-two-chunks",
    ] {
        let folder = vector(name);
        recover(folder.path());
        let list = fs::read(folder.path().join("data/list-1.csv")).expect("a recovered list");
        assert_eq!(list, "source_row,name\r\n2,张三\r\n".as_bytes(), "{name}");
    }
}

#[test]
fn every_zip_tool_sees_the_four_members() {
    let (folder, _) = folder();
    let folder = folder.path();
    succeed(folder, "unzip", &["-tq", "list.xpkg"]);
    let listed = |program: &str, arguments: &[&str]| -> Vec<String> {
        let text = String::from_utf8(succeed(folder, program, arguments)).expect("a list");
        text.lines().map(str::to_owned).collect()
    };
    assert_eq!(listed("unzip", &["-Z1", "list.xpkg"]), MEMBERS);
    assert_eq!(listed("bsdtar", &["-tf", "list.xpkg"]), MEMBERS);
    let python = "import zipfile; z = zipfile.ZipFile('list.xpkg'); assert z.testzip() is None; print('\\n'.join(z.namelist()))";
    assert_eq!(listed("python3", &["-c", python]), MEMBERS);
    succeed(folder, "7z", &["t", "list.xpkg"]);
    let seven: Vec<String> = listed("7z", &["l", "-slt", "-ba", "list.xpkg"])
        .iter()
        .filter_map(|line| line.strip_prefix("Path = "))
        .map(str::to_owned)
        .collect();
    assert_eq!(seven, MEMBERS);
    let mimetype = b"application/vnd.posthorse.package+zip";
    assert_eq!(
        succeed(folder, "unzip", &["-p", "list.xpkg", "mimetype"]),
        mimetype
    );
    assert_eq!(
        succeed(folder, "bsdtar", &["-xOf", "list.xpkg", "mimetype"]),
        mimetype
    );
    assert_eq!(
        succeed(folder, "7z", &["x", "-so", "list.xpkg", "mimetype"]),
        mimetype
    );
}

/// Writes the public half of a signing key of the vectors for OpenSSL, and its key id.
fn public_key(folder: &Path, name: &str) -> String {
    let key = root().join(name).display().to_string();
    succeed(
        folder,
        "openssl",
        &["pkey", "-in", &key, "-pubout", "-out", "public.pem"],
    );
    let der = succeed(folder, "openssl", &["pkey", "-in", &key, "-outform", "DER"]);
    let key = SigningKey::from_pkcs8(&der).expect("OpenSSL's PKCS#8 is ours");
    key.verifying_key().key_id().to_string()
}

fn openssl_verifies(folder: &Path, message: &[u8], signature: &str) -> bool {
    fs::write(folder.join("message"), message).expect("writing");
    fs::write(folder.join("signature.b64"), format!("{signature}\n")).expect("writing");
    let decode = [
        "base64",
        "-d",
        "-A",
        "-in",
        "signature.b64",
        "-out",
        "signature",
    ];
    succeed(folder, "openssl", &decode);
    let verify = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "public.pem",
        "-rawin",
        "-in",
        "message",
        "-sigfile",
        "signature",
    ];
    run(folder, "openssl", &verify).status.success()
}

#[test]
fn openssl_verifies_a_manifest_over_the_bytes_that_the_specification_gives() {
    let folder = vector("package/opens-two-signatures");
    let folder = folder.path();
    let manifest = succeed(folder, "unzip", &["-p", "list.xpkg", "manifest.json"]);
    let signatures = succeed(folder, "unzip", &["-p", "list.xpkg", "signatures.json"]);
    let signatures: Value = serde_json::from_slice(&signatures).expect("JSON");
    let head = "DSSEv1 42 application/vnd.posthorse.manifest.v1+json ";
    let message = [
        head.as_bytes(),
        manifest.len().to_string().as_bytes(),
        b" ",
        &manifest,
    ]
    .concat();
    assert_eq!(message, pae(MANIFEST_TYPE, &manifest));
    let entries = signatures["signatures"].as_array().expect("a list");
    assert_eq!(entries.len(), 2);
    for name in ["medical-insurance.pem", "medical-insurance-second.pem"] {
        let keyid = public_key(folder, name);
        let entry = entries.iter().find(|entry| entry["keyid"] == keyid);
        let signature = entry.expect("its signature")["sig"]
            .as_str()
            .expect("a text");
        assert!(openssl_verifies(folder, &message, signature), "{name}");
        let mut changed = message.clone();
        *changed.last_mut().expect("not empty") ^= 1;
        assert!(!openssl_verifies(folder, &changed, signature), "{name}");
        assert!(
            !openssl_verifies(folder, &manifest, signature),
            "without PAE"
        );
    }
}

#[test]
fn openssl_verifies_a_registry() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = fs::read(root().join("registry.json")).expect("a registry");
    let envelope: Value = serde_json::from_slice(&bytes).expect("JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    fs::write(
        folder.path().join("payload.b64"),
        text(&envelope["payload"]),
    )
    .expect("writing");
    let decode = ["base64", "-d", "-A", "-in", "payload.b64"];
    let payload = succeed(folder.path(), "openssl", &decode);
    let message = pae(&text(&envelope["payloadType"]), &payload);
    public_key(folder.path(), "root.pem");
    let signature = text(&envelope["signatures"][0]["sig"]);
    assert!(openssl_verifies(folder.path(), &message, &signature));
    let trusted = Registry::trust(&bytes, &Limits::default());
    assert!(trusted.is_ok());
}

#[test]
fn a_key_that_openssl_makes_is_a_signing_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = [
        "genpkey",
        "-algorithm",
        "ed25519",
        "-outform",
        "DER",
        "-out",
        "key.der",
    ];
    succeed(folder.path(), "openssl", &make);
    let document = fs::read(folder.path().join("key.der")).expect("a key");
    let key = SigningKey::from_pkcs8(&document).expect("a signing key");
    let public = [
        "pkey", "-inform", "DER", "-in", "key.der", "-pubout", "-outform", "DER",
    ];
    let public = succeed(folder.path(), "openssl", &public);
    assert!(public.ends_with(key.verifying_key().as_bytes()));
}

#[test]
fn age_and_we_decrypt_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    succeed(
        folder,
        "bash",
        &[
            "-c",
            "age-keygen -o identity.txt 2> /dev/null || (echo 'install the package age' >&2; exit 1)",
        ],
    );
    let text = fs::read_to_string(folder.join("identity.txt")).expect("an identity file");
    let identity = Identity::parse_file(&text)
        .expect("age's identity file")
        .remove(0);
    let recipient = identity.recipient().to_string();
    assert!(
        text.contains(&recipient),
        "age and we name the same recipient"
    );

    let office = crate::offices::county();
    let form = crate::registry::form();
    let open = form.sign(&office.key);
    fs::write(folder.join("form.json"), &open).expect("writing");
    succeed(
        folder,
        "age",
        &["-r", &recipient, "-o", "form.age", "form.json"],
    );
    let sealed = fs::read(folder.join("form.age")).expect("a file of age");
    let limits = Limits::default();
    let read = posthorse_package::ContactForm::parse_sealed(
        &sealed,
        std::slice::from_ref(&identity),
        &limits,
    );
    assert_eq!(read, Ok(form.clone()));

    let ours = form
        .sign_for(&office.key, &identity.recipient())
        .expect("encrypting");
    fs::write(folder.join("ours.age"), ours).expect("writing");
    assert_eq!(
        succeed(folder, "age", &["-d", "-i", "identity.txt", "ours.age"]),
        open
    );
}

/// Data Package 2.0 and Table Schema 2.0, as far as they say MUST, and Frictionless where it is stricter.
#[test]
fn the_descriptor_is_a_data_package() {
    let (folder, _) = folder();
    recover(folder.path());
    let bytes = fs::read(folder.path().join("datapackage.json")).expect("a descriptor");
    let package: Value = serde_json::from_slice(&bytes).expect("JSON");
    let resources = package["resources"].as_array().expect("resources");
    assert!(!resources.is_empty());
    let mut names = Vec::new();
    for resource in resources {
        let name = resource["name"].as_str().expect("a name");
        let is_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        assert!(!name.is_empty() && name.bytes().all(is_name), "{name}");
        names.push(name.to_owned());
        let path: PathBuf = resource["path"].as_str().expect("a path").into();
        assert!(path.is_relative());
        let file = fs::read(folder.path().join(&path)).expect("the file that it names");
        assert_eq!(resource["bytes"], file.len());
        if resource["type"] == "table" {
            assert_eq!(resource["encoding"], "utf-8");
            let header = String::from_utf8(file).expect("UTF-8");
            let header: Vec<&str> = header
                .lines()
                .next()
                .expect("a header")
                .split(',')
                .collect();
            let fields = resource["schema"]["fields"].as_array().expect("fields");
            let fields: Vec<&str> = fields
                .iter()
                .map(|field| field["name"].as_str().expect("a field's name"))
                .collect();
            assert_eq!(header, fields);
        }
    }
    assert_eq!(names, ["list-1", "1"]);
}
