//! Who looked: every opening and every file taken out is written down first, and no screen of the
//! operator names anybody.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{copy_folder, run};
use crate::cli_world::{self, must};

/// Whom the lists of the prepared folder are about.
const CANARIES: [&str; 4] = ["张一", "张二", "41282519700101000X", "412825197001010018"];

fn world() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy_folder(cli_world::folder(), folder.path());
    folder
}

fn ask(folder: &Path, line: &str) -> (Value, Option<i32>) {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(folder, &arguments, "");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let document = serde_json::from_slice(&output.stdout);
    let document = document.unwrap_or_else(|_| panic!("posthorse {line}\n{stderr}"));
    (document, output.status.code())
}

fn lines(folder: &Path, home: &str) -> Vec<Value> {
    let (log, exit) = ask(folder, &format!("--json access-log --home {home}"));
    assert_eq!(exit, Some(0));
    log["lines"].as_array().expect("lines").clone()
}

#[test]
fn req_27_an_opening_is_written_down_with_its_purpose_and_its_rows() {
    let folder = world();
    let path = folder.path();
    must(path, "open --home bureau good.xpkg -o opened");
    // A key of the home is the home's, however it is named.
    let by_key = "open --registry registry.json --identity bureau/keys/identity.txt";
    must(path, &format!("{by_key} good.xpkg -o again --purpose 核对"));
    let lines = lines(path, "bureau");
    assert_eq!(lines.len(), 2);
    let first = &lines[0];
    assert_eq!(first["action"], "open");
    assert_eq!(first["kind"], "warning_list");
    assert_eq!(first["rows"], 2);
    assert_eq!(first["person"], "市乡村振兴局");
    assert_eq!(first["party"], "bureau");
    assert_eq!(first["purpose"], "仅用于汇总、交办和核实致贫返贫风险。");
    assert_eq!(lines[1]["purpose"], "核对");
    let at = first["at"].as_str().expect("a time");
    let year: i32 = at[..4].parse().expect("a year");
    let until = first["keep_until"].as_str().expect("a day");
    assert!(until.starts_with(&(year + 3).to_string()), "{at} {until}");
    let text = fs::read_to_string(path.join("bureau/access-log.jsonl")).expect("the log");
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary}");
    }
    // Whoever changes a line is found out.
    let changed = text.replacen("\"rows\":2", "\"rows\":1", 1);
    fs::write(path.join("bureau/access-log.jsonl"), changed).expect("changed");
    let (log, exit) = ask(path, "--json access-log --home bureau");
    assert_eq!((&log["broken"], exit), (&serde_json::json!([2]), Some(1)));
}

#[test]
fn what_is_not_opened_is_not_written_down() {
    let folder = world();
    let path = folder.path();
    for package in ["flipped.xpkg", "cut.xpkg", "stranger.xpkg"] {
        let line = format!("open --home bureau {package} -o opened");
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_ne!(run(path, &arguments, "").status.code(), Some(0));
    }
    assert_eq!(lines(path, "bureau"), Vec::<Value>::new());
}

#[test]
fn req_27_what_is_taken_out_is_written_down() {
    let folder = world();
    let path = folder.path();
    let config = "--config exchange/posthorse.toml";
    must(path, &format!("board {config}"));
    must(path, &format!("report {config} --month 2026-11"));
    let ledger = || {
        let (log, exit) = ask(path, &format!("--json access-log {config}"));
        assert_eq!(exit, Some(0));
        log["ledger"].as_array().expect("accesses").clone()
    };
    assert_eq!(
        ledger(),
        Vec::<Value>::new(),
        "figures on a screen are no file"
    );
    must(
        path,
        &format!("board {config} --month 2026-11 -o board.xlsx"),
    );
    must(
        path,
        &format!("report {config} --month 2026-11 -o a.xlsx -o a.html --purpose 季度通报"),
    );
    must(path, &format!("urge {config} --month 2026-11 -o urge.xlsx"));
    must(path, &format!("daemon unrouted {config}"));
    let ledger = ledger();
    let said: Vec<(&str, &str, &str)> = ledger
        .iter()
        .map(|line| {
            let text = |member: &str| line[member].as_str().expect("a text");
            (text("action"), text("what"), text("purpose"))
        })
        .collect();
    assert_eq!(
        said,
        [
            ("export", "board 2026-11", "掌握报送和办理进度"),
            ("export", "report 2026-11", "季度通报"),
            ("export", "urge 2026-11", "催促承办单位按期反馈"),
            ("list", "unrouted", "核实无归属人员的去向"),
        ]
    );
    assert_eq!(ledger[3]["person"], "市乡村振兴局");
}

#[test]
fn req_27_no_screen_of_the_operator_names_anybody() {
    let folder = world();
    let path = folder.path();
    must(path, "open --home bureau good.xpkg -o opened");
    let config = "--config exchange/posthorse.toml";
    let opened = first_list(&path.join("opened/data")).expect("the list");
    assert!(CANARIES.iter().all(|canary| opened.contains(canary)));
    for line in [
        format!("board {config} --month 2026-11"),
        format!("report {config} --month 2026-11"),
        format!("urge {config} --month 2026-11"),
        format!("trace {config} 41282519700101000X"),
        format!("daemon unrouted {config}"),
        format!("access-log {config}"),
        format!("daemon delete {config} --dry-run --as-of 2040-01-01T00:00:00Z"),
        "status --home bureau --drop exchange/drop".to_owned(),
        "audit exchange".to_owned(),
    ] {
        for way in ["--lang zh", "--lang en", "--json"] {
            let arguments = format!("{way} {line}");
            let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
            let output = run(path, &arguments, "");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(!said.is_empty(), "{line}");
            for canary in CANARIES {
                assert!(!said.contains(canary), "{way} {line} names {canary}");
            }
        }
    }
}

fn first_list(folder: &Path) -> std::io::Result<String> {
    let mut entries = fs::read_dir(folder)?;
    let entry = entries.next().expect("a list")?;
    fs::read_to_string(entry.path())
}
