//! Every `sh` block of both READMEs, run in order in an empty folder as their reader would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use posthorse_package::{ContactForm, Limits, Registry};

/// The workspace's executable, built when it is missing.
fn posthorse_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test executable");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>")
        .to_owned();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "posthorse-cli"])
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .status()
        .expect("cargo");
    assert!(built.success(), "the executable does not build");
    folder
}

fn blocks(readme: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = readme;
    while let Some((_, after)) = rest.split_once("```sh\n") {
        let (block, following) = after.split_once("```").expect("a closed block");
        blocks.push(block.to_owned());
        rest = following;
    }
    blocks
}

/// What people would read to each other over the telephone, as far as it is known by now.
fn heard(folder: &Path) -> Vec<(&'static str, String)> {
    let limits = Limits::default();
    let mut heard = Vec::new();
    for (name, home) in [("YIBAO", "yibao"), ("SHANGCAI", "shangcai")] {
        if let Ok(bytes) = fs::read(folder.join(home).join("contact-form.json")) {
            let form = ContactForm::parse(&bytes, &limits).expect("a contact form");
            heard.push((name, form.fingerprint().to_string()));
        }
    }
    // The root key is the bureau's, and its fingerprint can be told before the registry is signed.
    if let Ok(bytes) = fs::read(folder.join("bureau/contact-form.json")) {
        let form = ContactForm::parse(&bytes, &limits).expect("a contact form");
        let root = posthorse_package::Fingerprint::of_root(&[form.key]);
        heard.push(("ROOT", root.to_string()));
    }
    heard
}

fn run_session(readme: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let work = tempfile::tempdir().expect("a folder");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(root.join("examples"))
        .arg(work.path())
        .status();
    assert!(copied.expect("cp").success());
    let path = format!(
        "{}:{}",
        posthorse_folder().display(),
        std::env::var("PATH").expect("a search path")
    );
    let blocks = blocks(&fs::read_to_string(root.join(readme)).expect("the README"));
    assert!(blocks.len() >= 6, "{readme} has lost its session");
    for block in blocks {
        let output = Command::new("sh")
            .args(["-eu", "-c", &block])
            .current_dir(work.path())
            .env("PATH", &path)
            .envs(heard(work.path()))
            .output()
            .expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{readme}:\n{block}\n{said}");
    }
    let list = fs::read_dir(work.path().join("recovered/data")).expect("the recovered list");
    assert_eq!(list.count(), 1);
    let bytes = fs::read(work.path().join("drop/registry/registry.json")).expect("the registry");
    assert!(Registry::trust(&bytes, &Limits::default()).is_ok());
}

#[test]
fn the_english_session_works() {
    run_session("README.md");
}

#[test]
fn the_chinese_session_works() {
    run_session("README.zh-CN.md");
}
