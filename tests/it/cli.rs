//! The command line as callers see it. Each file under `tests/cmd/` is one behaviour: what is typed
//! in which folder, and the exit code, output and files that must follow.
//!
//! The whole of standard error stands in the case, so that its wording is reviewed. `[..]` stands
//! for anything within a line: times, digests and fingerprints differ from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;
use tempfile::TempDir;

use crate::cli_world;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is typed after `posthorse`, parted by spaces.
    command: String,
    #[serde(default)]
    stdin: String,
    exit: i32,
    /// Left out where standard output is not text.
    stdout: Option<String>,
    stderr: String,
    #[serde(default)]
    exists: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    /// Files to put into the folder first.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Modes to set first.
    #[serde(default)]
    modes: BTreeMap<String, String>,
}

/// The binary under test, built once and always from the sources at hand.
pub(crate) fn posthorse() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("posthorse-cli", &[], "posthorse"))
}

/// A program of this workspace, built from the sources at hand beside this very test.
pub(crate) fn built(package: &str, what: &[&str], program: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test's path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps");
    let target = profile.parent().expect("target");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--package", package])
        .args(what)
        .arg("--target-dir")
        .arg(target);
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(
        build.status().expect("cargo").success(),
        "{program} does not build"
    );
    profile
        .join(program)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// Runs posthorse in a folder, in English unless the arguments say otherwise.
pub(crate) fn run(folder: &Path, arguments: &[String], stdin: &str) -> Output {
    let mut child = Command::new(posthorse())
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "en_US.UTF-8")
        .env_remove("LANG")
        .env_remove("LANGUAGE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("posthorse starts");
    let mut input = child.stdin.take().expect("its standard input");
    // A command that reads nothing may have ended already.
    let _ = input.write_all(stdin.as_bytes());
    drop(input);
    child.wait_with_output().expect("posthorse ends")
}

/// Whether a text is the pattern, in which `[..]` stands for anything within a line.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<&str>, Vec<&str>) = (
        pattern.trim_end().lines().collect(),
        text.trim_end().lines().collect(),
    );
    pattern.len() == text.len()
        && pattern
            .iter()
            .zip(&text)
            .all(|(pattern, text)| line_matches(pattern.trim_end(), text.trim_end()))
}

fn line_matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split("[..]");
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&target).expect("a new folder");
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

fn set_modes(case: &Case, folder: &Path) {
    #[cfg(unix)]
    for (name, mode) in &case.modes {
        use std::os::unix::fs::PermissionsExt;
        let mode = u32::from_str_radix(mode, 8).expect("an octal mode");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }
}

fn judge(path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).expect("a case");
    let case: Case =
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    if cfg!(not(unix)) && !case.modes.is_empty() {
        return Ok(());
    }
    let folder = TempDir::new().expect("a folder");
    copy_folder(cli_world::folder(), folder.path());
    for (name, content) in &case.files {
        fs::write(folder.path().join(name), content).expect("a file of the case");
    }
    set_modes(&case, folder.path());
    let arguments: Vec<String> = case.command.split_whitespace().map(str::to_owned).collect();
    let output = run(folder.path(), &arguments, &case.stdin);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut faults = Vec::new();
    if output.status.code() != Some(case.exit) {
        faults.push(format!(
            "exit {:?} instead of {}",
            output.status.code(),
            case.exit
        ));
    }
    if !matches(&case.stderr, &stderr) {
        faults.push(format!(
            "standard error is\n{stderr}\ninstead of\n{}",
            case.stderr
        ));
    }
    if let Some(expected) = &case.stdout
        && !matches(expected, &stdout)
    {
        faults.push(format!(
            "standard output is\n{stdout}\ninstead of\n{expected}"
        ));
    }
    let missing = case
        .exists
        .iter()
        .filter(|name| !folder.path().join(name).exists());
    faults.extend(missing.map(|name| format!("{name} is missing")));
    let left = case
        .absent
        .iter()
        .filter(|name| folder.path().join(name).exists());
    faults.extend(left.map(|name| format!("{name} is there")));
    let hidden = hidden_leftovers(folder.path());
    faults.extend(
        hidden
            .iter()
            .map(|path| format!("{} was left behind", path.display())),
    );
    match faults.is_empty() {
        true => Ok(()),
        false => Err(format!("{}:\n{}", path.display(), faults.join("\n"))),
    }
}

fn hidden_leftovers(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(".posthorse-") {
            found.push(path);
        } else if path.is_dir() {
            found.extend(hidden_leftovers(&path));
        }
    }
    found
}

fn check_command(command: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("cmd")
        .join(command);
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the command's cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{command} has no case");
    let faults: Vec<String> = cases.iter().filter_map(|case| judge(case).err()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

macro_rules! commands {
    ($($command:ident),*) => {
        $(
            #[test]
            fn $command() {
                check_command(stringify!($command));
            }
        )*

        #[test]
        fn every_folder_of_cases_is_run() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cmd");
            for entry in fs::read_dir(folder).expect("the cases") {
                let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
                assert!([$(stringify!($command)),*].contains(&name.as_str()), "{name}");
            }
        }
    };
}
commands!(
    usage,
    init,
    registry,
    template,
    check,
    compare,
    seal,
    countersign,
    inspect,
    verify,
    open,
    receipt,
    daemon,
    doctor,
    access_log,
    completions,
    audit,
    status,
    man,
    board,
    trace,
    report,
    urge
);

#[test]
fn patterns_match_lines_and_nothing_else() {
    assert!(matches("a [..] c\n", "a b c"));
    assert!(matches("[..]b[..]", "abc"));
    assert!(!matches("a [..] c", "a b d"));
    assert!(!matches("a", "a\nb"));
    assert!(!matches("a", "ab"));
}

/// Whoever pipes into `head` has seen enough, and wants no error of ours.
#[test]
fn a_reader_that_has_gone_is_told_nothing() {
    for arguments in [&["template"][..], &["--json", "template"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ended = Command::new(posthorse())
            .args(["--lang", "en"])
            .args(arguments)
            .stdout(writer)
            .output()
            .expect("posthorse starts");
        assert_eq!(ended.status.code(), Some(3), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{arguments:?}");
    }
}
