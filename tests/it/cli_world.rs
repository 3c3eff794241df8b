//! The folder in which the cases of `tests/cmd/` begin, made once by the program itself: a bureau, a
//! department, a registry that both trust, lists, a sealed package, and broken copies of it.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{copy_folder, run};

/// A folder whose content is copied for every case.
pub(crate) fn folder() -> &'static Path {
    static WORLD: OnceLock<TempDir> = OnceLock::new();
    WORLD.get_or_init(build).path()
}

/// Lets every key be valid since 2020-02-01, so that a board of that year has somebody who owes.
fn registered_long_ago(draft: &Path) {
    let text = fs::read_to_string(draft).expect("a draft");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    for party in document["parties"].as_array_mut().expect("parties") {
        for entry in party["signing_keys"].as_array_mut().expect("keys") {
            entry["valid_from"] = "2020-02-01T00:00:00Z".into();
        }
    }
    fs::write(draft, document.to_string()).expect("a draft");
}

/// Runs posthorse where it must succeed, and returns what it printed.
pub(crate) fn must(folder: &Path, line: &str) -> String {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(folder, &arguments, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "posthorse {line}\n{stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A text member of the one JSON document that a command printed.
pub(crate) fn json_text(document: &str, member: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(document).expect("one JSON document");
    value[member]
        .as_str()
        .unwrap_or_else(|| panic!("{member} in {document}"))
        .to_owned()
}

fn build() -> TempDir {
    let world = TempDir::new().expect("a folder");
    let path = world.path();
    must(
        path,
        "init --home bureau --party bureau --name 市乡村振兴局 --role bureau --unprotected",
    );
    let made = must(
        path,
        "--json init --home health --party health --name 市卫生健康委 --role department --unprotected",
    );
    must(
        path,
        "init --home stranger --party health --name 陌生人 --role department --unprotected",
    );
    must(
        path,
        "init --home water --party water --name 市水利局 --role department --unprotected",
    );
    let housing = [("housing", "张经办"), ("housing-second", "李复核")].map(|(home, person)| {
        let init = format!("--json init --home {home} --party housing --name 市住建局");
        let made = must(
            path,
            &format!("{init} --person {person} --role department --unprotected"),
        );
        json_text(&made, "fingerprint")
    });
    must(
        path,
        "registry create --home bureau --registry registry.json",
    );
    let enrol = |form: &str, fingerprint: &str| {
        let arguments = [
            "registry",
            "add",
            "--registry",
            "registry.json",
            form,
            "--fingerprint",
        ];
        let mut arguments = arguments.map(str::to_owned).to_vec();
        arguments.push(fingerprint.to_owned());
        let output = run(path, &arguments, "");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    enrol("health/contact-form.json", &json_text(&made, "fingerprint"));
    enrol("housing/contact-form.json", &housing[0]);
    enrol("housing-second/contact-form.json", &housing[1]);
    must(
        path,
        "registry rights --registry registry.json --party housing --two-signatures warning_list",
    );
    for line in [
        "registry reports --registry registry.json --party health --list health-serious-illness",
        "registry reports --registry registry.json --party housing --list housing-safety --list unpaid=quarterly",
    ] {
        must(path, line);
    }
    registered_long_ago(&path.join("registry.draft.json"));
    must(path, "registry sign --registry registry.json --home bureau");
    // Pinned by hand: the telephone call is a case of its own.
    for home in ["bureau", "health", "housing", "housing-second"] {
        fs::copy(
            path.join("registry.json"),
            path.join(home).join("registry.json"),
        )
        .expect("a copy");
    }
    lists(path);
    let seal = "seal --home health --kind warning_list --list health-public-event --to bureau";
    must(
        path,
        &format!("{seal} --period 2026-11 good.csv -o good.xpkg"),
    );
    broken_packages(path);
    strangers_package(path, seal);
    mixed(path);
    exchange(path);
    world
}

/// A folder of packages as an auditor finds them, good and bad, with a list among them.
fn mixed(path: &Path) {
    fs::create_dir(path.join("mixed")).expect("a folder");
    for name in [
        "cut.xpkg",
        "flipped.xpkg",
        "good.csv",
        "good.xpkg",
        "junk.xpkg",
        "stranger.xpkg",
    ] {
        fs::copy(path.join(name), path.join("mixed").join(name)).expect("a copy");
    }
}

/// What went over a shared folder: of the housing office's four packages, which two persons must
/// sign, one was accepted, one in part, one rejected for want of the second signature, and one is
/// sealed but not sent yet.
fn exchange(path: &Path) {
    let registry = path.join("exchange/drop/registry");
    for folder in ["inbox", "outbox", "log", "registry"] {
        fs::create_dir_all(path.join("exchange/drop").join(folder)).expect("a folder");
    }
    fs::copy(path.join("registry.json"), registry.join("registry.json")).expect("a copy");
    fs::write(path.join("exchange/posthorse.toml"), SETTINGS).expect("the settings");
    let seal = "seal --home housing --kind warning_list --list health-public-event --to bureau";
    for (list, name) in [("good", "1"), ("faulty", "2"), ("good", "3")] {
        let package = format!("exchange/drop/inbox/{name}.xpkg");
        must(
            path,
            &format!("{seal} --period 2026-11 {list}.csv -o {package}"),
        );
        if name != "3" {
            must(
                path,
                &format!("countersign --home housing-second {package}"),
            );
        }
        if name == "1" {
            fs::copy(path.join(&package), path.join("first.xpkg")).expect("a copy");
        }
        must(path, "daemon run --config exchange/posthorse.toml --once");
    }
    sent_again(path);
    must(
        path,
        &format!("{seal} --period 2026-11 good.csv -o two.xpkg"),
    );
}

/// The same share, where somebody has dropped the first package once more.
fn sent_again(path: &Path) {
    let drop = path.join("exchange-again/drop");
    fs::create_dir_all(drop.join("inbox")).expect("a folder");
    fs::create_dir_all(drop.join("outbox")).expect("a folder");
    copy_folder(&path.join("exchange/drop/outbox"), &drop.join("outbox"));
    fs::copy(path.join("first.xpkg"), drop.join("inbox/first.xpkg")).expect("a drop");
}

/// No county has an answer to wait for: only what comes in is judged.
const SETTINGS: &str = r#"home = "../bureau"
drop = "drop"
state = "state"
"#;

const HEADER: &str = "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称";

/// Invented people with valid check digits; the second list has one wrong digit and one lost county.
fn lists(path: &Path) {
    let row = |county: &str, name: &str, id: &str| {
        format!("{county},蔡都街道,东关村,{name},{id},2026-11-20,流感聚集")
    };
    let good = [
        HEADER.to_owned(),
        row("上蔡县", "张一", "41282519700101000X"),
    ];
    let second = row("上蔡县", "张二", "412825197001010018");
    fs::write(
        path.join("good.csv"),
        format!("{}\n{second}\n", good.join("\n")),
    )
    .expect("a list");
    let faulty = [
        HEADER.to_owned(),
        row("上蔡县", "张一", "41282519700101000X"),
        row("上蔡县", "张二", "412825197001010019"),
        row("天边县", "张三", "412825197001010026"),
    ];
    fs::write(path.join("faulty.csv"), faulty.join("\n")).expect("a list");
    fs::write(
        path.join("hopeless.csv"),
        [&faulty[0], &faulty[2]].map(String::as_str).join("\n"),
    )
    .expect("a list");
    fs::write(path.join("no-header.csv"), "一,二\n三,四\n").expect("a list");
}

fn broken_packages(path: &Path) {
    let good = fs::read(path.join("good.xpkg")).expect("the package");
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(path.join("flipped.xpkg"), flipped).expect("a file");
    fs::write(path.join("cut.xpkg"), &good[..good.len() - 100]).expect("a file");
    fs::write(path.join("junk.xpkg"), "junk").expect("a file");
}

/// A package by somebody who calls himself `health` and has a registry of his own.
fn strangers_package(path: &Path, seal: &str) {
    let own = path.join("strangers-registry.json");
    must(
        path,
        "registry create --home stranger --registry strangers-registry.json",
    );
    // The stranger enrols the real bureau, whose contact form is public.
    let form = fs::read(path.join("bureau/contact-form.json")).expect("a form");
    fs::write(path.join("stranger/bureau-form.json"), form).expect("a form");
    let refused = run(
        path,
        &[
            "--json",
            "registry",
            "add",
            "--registry",
            "strangers-registry.json",
            "stranger/bureau-form.json",
        ]
        .map(str::to_owned),
        "",
    );
    let text = String::from_utf8(refused.stdout).expect("UTF-8");
    let value: serde_json::Value = serde_json::from_str(&text).expect("one JSON document");
    let message = value["error"]["message"].as_str().expect("a message");
    let fingerprint = message.rsplit("one is ").next().expect("the fingerprint");
    let arguments = [
        "registry",
        "add",
        "--registry",
        "strangers-registry.json",
        "stranger/bureau-form.json",
        "--fingerprint",
        fingerprint,
    ];
    assert!(
        run(path, &arguments.map(str::to_owned), "")
            .status
            .success()
    );
    must(
        path,
        "registry sign --registry strangers-registry.json --home stranger",
    );
    fs::copy(&own, path.join("stranger/registry.json")).expect("a copy");
    let seal = seal.replace("--home health", "--home stranger");
    must(path, &format!("{seal} good.csv -o stranger.xpkg"));
}
