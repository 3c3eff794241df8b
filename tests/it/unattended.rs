//! A daemon that nobody sits beside: its passphrase comes from a credential, and stands nowhere else.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use posthorse_daemon::{Config, PassphraseFrom, Required};
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{posthorse, run};
use crate::cli_world::must;

const PASSPHRASE: &str = "zhumadian-canary-71828";

fn private(path: &Path, content: &str, mode: u32) {
    fs::write(path, content).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

/// A bureau whose keys are under a passphrase, with its registry on the share.
fn world() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path();
    private(&path.join("secret.txt"), &format!("{PASSPHRASE}\n"), 0o600);
    must(
        path,
        "init --home bureau --party bureau --name 市乡村振兴局 --role bureau --passphrase-file secret.txt",
    );
    must(
        path,
        "registry create --home bureau --registry registry.json",
    );
    must(
        path,
        "registry sign --registry registry.json --home bureau --passphrase-file secret.txt",
    );
    fs::create_dir_all(path.join("drop/registry")).expect("a folder");
    for copy in ["bureau/registry.json", "drop/registry/registry.json"] {
        fs::copy(path.join("registry.json"), path.join(copy)).expect("a copy");
    }
    folder
}

/// The code of the error and the exit.
fn refusal(path: &Path) -> (Option<i32>, String) {
    let line = "--json daemon run --config posthorse.toml --once".split(' ');
    let arguments: Vec<String> = line.map(str::to_owned).collect();
    let output = run(path, &arguments, "");
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    let code = document["error"]["code"].as_str().unwrap_or_default();
    (output.status.code(), code.to_owned())
}

fn settings(path: &Path, line: &str) {
    let text = format!("home = 'bureau'\ndrop = 'drop'\nstate = 'state'\n{line}\n");
    fs::write(path.join("posthorse.toml"), text).expect("settings");
}

#[test]
fn the_passphrase_of_a_running_daemon_stands_neither_in_its_environment_nor_in_its_log() {
    let folder = world();
    let path = folder.path();
    settings(path, "passphrase_credential = 'posthorse'");
    let credentials = path.join("credentials");
    fs::create_dir(&credentials).expect("a folder");
    private(
        &credentials.join("posthorse"),
        &format!("{PASSPHRASE}\n"),
        0o440,
    );
    let mut daemon = Command::new(posthorse())
        .args([
            "--lang",
            "en",
            "daemon",
            "run",
            "--config",
            "posthorse.toml",
        ])
        .current_dir(path)
        .env("CREDENTIALS_DIRECTORY", &credentials)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("posthorse starts");
    let mut log = BufReader::new(daemon.stderr.take().expect("its log"));
    let mut said = String::new();
    while !said.contains("\"started\"") {
        let read = log.read_line(&mut said).expect("a line");
        assert_ne!(read, 0, "the daemon ended: {said}");
    }
    if cfg!(target_os = "linux") {
        let process = Path::new("/proc").join(daemon.id().to_string());
        let command = fs::read(process.join("cmdline")).expect("its command line");
        let shown = String::from_utf8_lossy(&command).into_owned();
        assert!(shown.contains("posthorse.toml") && !shown.contains(PASSPHRASE));
        // Nobody but the administrator may look at all; who may, finds nothing.
        match fs::read(process.join("environ")) {
            Ok(environment) => {
                let shown = String::from_utf8_lossy(&environment).into_owned();
                assert!(shown.contains("CREDENTIALS_DIRECTORY") && !shown.contains(PASSPHRASE));
            }
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
        }
    }
    let stopped = Command::new("kill")
        .arg(daemon.id().to_string())
        .status()
        .expect("kill");
    assert!(stopped.success());
    log.read_to_string(&mut said).expect("the rest of the log");
    assert!(daemon.wait().expect("its end").success(), "{said}");
    assert!(!said.contains(PASSPHRASE));
}

#[test]
fn a_credential_or_a_file_that_is_missing_or_open_to_others_stops_the_start() {
    let folder = world();
    let path = folder.path();
    let refused = |line: &str| {
        settings(path, line);
        refusal(path)
    };
    let missing = refused("passphrase_credential = 'posthorse'");
    assert_eq!(missing, (Some(4), "no-credential".to_owned()));
    private(&path.join("open.txt"), PASSPHRASE, 0o644);
    let open = refused("passphrase_file = 'open.txt'");
    assert_eq!(open, (Some(4), "readable-by-others".to_owned()));
    private(&path.join("other.txt"), "another", 0o600);
    let wrong = refused("passphrase_file = 'other.txt'");
    assert_eq!(wrong, (Some(4), "wrong-passphrase".to_owned()));
    let right = refused("passphrase_file = 'secret.txt'");
    assert_eq!(right, (Some(0), String::new()));
}

/// What the page about the service tells an administrator to write.
#[test]
fn the_settings_that_the_packaging_tells_are_settings() {
    let page = include_str!("../../packaging/README.md");
    let (_, rest) = page.split_once("```toml\n").expect("settings");
    let (settings, _) = rest.split_once("```").expect("their end");
    let config = Config::from_toml(settings, Path::new("/")).expect("settings");
    let unit = include_str!("../../packaging/systemd/posthorse.service");
    let Some(PassphraseFrom::Credential(name)) = config.passphrase else {
        panic!("a credential");
    };
    assert!(unit.contains(&format!("LoadCredential={name}:/")), "{name}");
    assert_eq!(config.confinement, Required::Full);
}
