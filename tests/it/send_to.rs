//! The "send to" scripts: their encodings, the commands in them, and the Linux one run for real.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use posthorse_cli::{Language, Messages};
use tempfile::TempDir;

use crate::cli::{posthorse, run};
use crate::cli_world;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/send-to")
}

fn read(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(name: &str) -> String {
    let text = String::from_utf8(read(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.trim_start_matches('\u{feff}').to_owned()
}

fn files_ending(endings: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the scripts")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| endings.iter().any(|ending| name.ends_with(ending)))
        .collect();
    names.sort();
    names
}

fn lines_all_end_with_crlf(bytes: &[u8]) -> bool {
    let breaks = bytes.iter().filter(|byte| **byte == b'\n').count();
    let pairs = bytes.windows(2).filter(|pair| *pair == b"\r\n").count();
    breaks > 0 && breaks == pairs && bytes.ends_with(b"\r\n")
}

#[test]
fn windows_reads_the_scripts_right_under_every_code_page() {
    let batch = files_ending(&[".cmd"]);
    assert_eq!(batch, ["install.cmd"]);
    for name in batch {
        let bytes = read(&name);
        assert!(
            bytes.is_ascii(),
            "{name}: cmd.exe reads it in the console's code page"
        );
        assert!(lines_all_end_with_crlf(&bytes), "{name}");
    }
    let shell = files_ending(&[".ps1", ".psd1"]);
    assert_eq!(shell, ["install.ps1", "office.psd1", "send-to.ps1"]);
    for name in shell {
        let bytes = read(&name);
        let rest = bytes.strip_prefix(b"\xef\xbb\xbf");
        let rest =
            rest.unwrap_or_else(|| panic!("{name}: without it PowerShell 5 takes it for GBK"));
        assert!(std::str::from_utf8(rest).is_ok(), "{name}");
        assert!(lines_all_end_with_crlf(rest), "{name}");
    }
}

#[test]
fn linux_reads_the_scripts_right() {
    let names = files_ending(&[".sh", ".conf", ".desktop"]);
    assert_eq!(names.len(), 5, "{names:?}");
    for name in names {
        let bytes = read(&name);
        assert!(!bytes.starts_with(b"\xef\xbb\xbf"), "{name}");
        assert!(std::str::from_utf8(&bytes).is_ok(), "{name}");
        assert!(!bytes.contains(&b'\r'), "{name}");
    }
}

/// The words of every line that calls the program, with a value for each variable.
fn calls(script: &str, program: &str) -> Vec<Vec<String>> {
    let script = text(script);
    let lines = script
        .lines()
        .filter_map(|line| line.trim().strip_prefix(program));
    lines
        .map(|line| {
            let line = line.split(" || ").next().unwrap_or_default();
            line.split_whitespace().map(value).collect()
        })
        .collect()
}

fn value(word: &str) -> String {
    let word = word.trim_matches('"');
    let Some(variable) = word.strip_prefix('$') else {
        return word.to_owned();
    };
    match variable.to_ascii_lowercase().as_str() {
        "kind" => "warning_list",
        "list" => "医保-个人自付较大",
        "to" => "bureau",
        "period" => "2026-11",
        _ => "名单 一.xlsx",
    }
    .to_owned()
}

#[test]
fn every_command_in_the_scripts_is_one_that_the_program_knows() {
    let messages = Messages::load(Language::Chinese);
    let mut commands = Vec::new();
    for (script, program) in [
        ("send-to.ps1", "& $Posthorse "),
        ("send-to.sh", "\"$POSTHORSE\" "),
    ] {
        for words in calls(script, program) {
            let line = std::iter::once("posthorse".to_owned()).chain(words.clone());
            let parsed = posthorse_cli::command(&messages).try_get_matches_from(line);
            let parsed = parsed.unwrap_or_else(|error| panic!("{script}: {words:?}: {error}"));
            let command = parsed.subcommand_name().expect("a command").to_owned();
            commands.push((script, command));
        }
    }
    let commands: Vec<(&str, &str)> = commands
        .iter()
        .map(|(script, command)| (*script, command.as_str()))
        .collect();
    assert_eq!(
        commands,
        [
            ("send-to.ps1", "check"),
            ("send-to.ps1", "seal"),
            ("send-to.sh", "check"),
            ("send-to.sh", "seal"),
            ("send-to.sh", "seal"),
        ]
    );
}

#[test]
fn both_platforms_ask_for_the_same_settings() {
    let lower = |text: String| text.to_lowercase().replace('_', "");
    let windows = lower(text("office.psd1"));
    let linux = lower(text("office.conf"));
    for key in ["posthorse", "home", "kind", "list", "to", "drop"] {
        let has = |text: &str| {
            text.lines().any(|line| {
                let line = line.trim().trim_start_matches("office");
                line.split('=')
                    .next()
                    .is_some_and(|name| name.trim() == key)
            })
        };
        assert!(has(&windows) && has(&linux), "{key}");
    }
}

/// A clerk's machine: the scripts installed, an office, a share, and lists with awkward names.
struct Desk {
    folder: TempDir,
}

const SOUND: &str = "一月 名单（终稿）&.csv";
const FAULTY: &str = "-有错的 名单.csv";

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: TempDir::new().expect("a folder"),
        };
        let world = cli_world::folder();
        for folder in ["办公室/keys", "驿马 脚本", "共享 文件夹/inbox"] {
            fs::create_dir_all(desk.path(folder)).expect("a folder");
        }
        for name in [
            "keys/signing-key.pem",
            "keys/identity.txt",
            "contact-form.json",
            "registry.json",
        ] {
            let copied = fs::copy(
                world.join("health").join(name),
                desk.path("办公室").join(name),
            );
            copied.expect("a file of the office");
        }
        fs::copy(world.join("good.csv"), desk.path(SOUND)).expect("a list");
        fs::copy(world.join("faulty.csv"), desk.path(FAULTY)).expect("a list");
        for name in files_ending(&[".sh", ".desktop"]) {
            fs::copy(folder().join(&name), desk.path("驿马 脚本").join(&name)).expect("a script");
        }
        let settings = format!(
            "POSTHORSE='{}'\nOFFICE_HOME='{}'\nKIND='warning_list'\nLIST='health-public-event'\n\
             TO='bureau'\nDROP='{}'\nSHOW=''\nPASSPHRASE_FILE=''\n",
            posthorse().display(),
            desk.path("办公室").display(),
            desk.path("共享 文件夹").display(),
        );
        fs::write(desk.path("驿马 脚本/office.conf"), settings).expect("settings");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn script(&self, script: &str, arguments: &[&str]) -> Output {
        Command::new("sh")
            .arg(self.path("驿马 脚本").join(script))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .output()
            .expect("a shell")
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_clerk_sees_what_is_wrong_in_a_copy_beside_the_list() {
    let desk = Desk::new();
    let before = fs::read(desk.path(FAULTY)).expect("the list");
    let output = desk.script("send-to.sh", &["check", FAULTY]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("有 1 份没有通过"), "{said}");
    let copies = desk.names(".");
    let copy = copies
        .iter()
        .find(|name| name.starts_with("-有错的 名单 检查结果 "));
    let copy = copy.unwrap_or_else(|| panic!("{copies:?}\n{said}"));
    assert!(copy.ends_with(".xlsx"));
    let copy = fs::read(desk.path(copy)).expect("the copy");
    assert!(copy.starts_with(b"PK"), "a workbook");
    assert_eq!(fs::read(desk.path(FAULTY)).expect("the list"), before);
}

#[test]
fn a_clerk_sends_lists_with_awkward_names() {
    let desk = Desk::new();
    let output = desk.script("send-to.sh", &["seal", SOUND, FAULTY]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let sent = desk.names("办公室/sent");
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(
        desk.names("共享 文件夹/inbox"),
        sent,
        "under their names, nothing half-copied"
    );
    let registry = cli_world::folder().join("registry.json");
    let inbox = desk.path("共享 文件夹/inbox");
    let verify = [
        "verify".to_owned(),
        "--registry".to_owned(),
        registry.to_string_lossy().into_owned(),
        inbox.to_string_lossy().into_owned(),
    ];
    assert!(run(desk.folder.path(), &verify, "").status.success());
}

#[test]
fn what_cannot_be_sent_leaves_nothing_in_the_share() {
    let desk = Desk::new();
    fs::set_permissions(
        desk.path("办公室/keys/signing-key.pem"),
        fs::Permissions::from_mode(0o644),
    )
    .expect("a mode");
    let output = desk.script("send-to.sh", &["seal", SOUND]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(desk.names("共享 文件夹/inbox"), Vec::<String>::new());
    assert_eq!(desk.names("办公室/sent"), Vec::<String>::new());
    assert_eq!(desk.script("send-to.sh", &[]).status.code(), Some(2));
}

#[test]
fn the_desktop_entries_are_installed_for_this_user_and_name_this_place() {
    let desk = Desk::new();
    let output = desk.script("install.sh", &[]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        desk.names("data/applications"),
        ["posthorse-check.desktop", "posthorse-seal.desktop"]
    );
    for action in ["check", "seal"] {
        let entry = desk.path(&format!("data/applications/posthorse-{action}.desktop"));
        let entry = fs::read_to_string(entry).expect("an entry");
        let place = desk.path("驿马 脚本");
        let exec = format!("Exec=sh \"{}/send-to.sh\" {action} %F", place.display());
        assert!(entry.lines().any(|line| line == exec), "{entry}");
        assert!(!entry.contains("@HERE@"), "{entry}");
    }
}
