//! Every example that help shows, run in order in one folder, as a reader would.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::cli::{posthorse, run};

const LIST: &str = "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称
上蔡县,蔡都街道,东关村,张一,41282519700101000X,2026-11-20,流感聚集
";

const ROSTER: &str = "县（区）,乡（镇）,行政村,户编号,人编号,姓名,证件号码,人数,与户主关系,在校生状况,户类型,监测对象类别,风险是否消除,风险识别时间,帮扶措施
上蔡县,蔡都街道,东关村,411722000001,41172200000101,张一,41282519700101000X,1,户主,中职一年级,一般农户,边缘易致贫户,否,202304.0,雨露计划
";
const PAYOUT: &str = "县（区）,乡（镇）,行政村,姓名,证件号码,学校,专业,学制,入学年份,学期,发放批次,应发金额,实发金额,开户行,账号,账户户名
上蔡县,蔡都街道,东关村,张一,41282519700101000X,市职业学校,护理,三年,2025,2026年秋季,第1批,1500,1500,农商行,6217980000000000008,张一
";

/// The words of a line as a shell parts them: quotes go, variables and the one pattern are filled in.
fn words(line: &str, folder: &Path, variables: &BTreeMap<&str, String>) -> Vec<String> {
    let mut words = Vec::new();
    for word in line.split(' ').skip(1) {
        let word = word.trim_matches('"');
        if let Some(name) = word.strip_prefix('$') {
            words.push(variables[name].clone());
        } else if let Some((before, ending)) = word.split_once('*') {
            let entries = fs::read_dir(folder.join(before)).expect("a folder");
            let names = entries.map(|entry| entry.expect("an entry").file_name());
            let names = names.map(|name| name.to_string_lossy().into_owned());
            words.extend(
                names
                    .filter(|name| name.ends_with(ending))
                    .map(|name| format!("{before}{name}")),
            );
        } else {
            words.push(word.to_owned());
        }
    }
    words
}

fn form_text(folder: &Path, home: &str) -> posthorse_package::ContactForm {
    let bytes = fs::read(folder.join(home).join("contact-form.json")).expect("a form");
    posthorse_package::ContactForm::parse(&bytes, &posthorse_package::Limits::default())
        .expect("a good form")
}

fn root_fingerprint(folder: &Path) -> String {
    let output = run(
        folder,
        &["--json", "registry", "show", "registry.json"].map(str::to_owned),
        "",
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    crate::cli_world::json_text(&text, "root_fingerprint")
}

/// What the examples need and no example makes.
fn prepare(folder: &Path, command: &str) {
    if command == "daemon-run" {
        for name in ["inbox", "outbox", "registry", "log"] {
            fs::create_dir_all(folder.join("drop").join(name)).expect("a folder");
        }
        for copy in ["drop/registry/registry.json", "bureau/registry.json"] {
            fs::copy(folder.join("registry.json"), folder.join(copy)).expect("a copy");
        }
        fs::copy(
            folder.join("list.xpkg"),
            folder.join("drop/inbox/list.xpkg"),
        )
        .expect("a copy");
    }
    if command == "registry-rules-add" {
        let name = "thresholds.json".parse().expect("a name");
        let text = posthorse_domain::built_in_rule_file(&name).expect("a file");
        let text = String::from_utf8(text.to_vec()).expect("UTF-8");
        let next = text.replacen("\"version\": 1", "\"version\": 2", 1);
        fs::write(folder.join("thresholds.json"), next).expect("the file");
    }
    if command == "countersign" {
        fs::copy(
            folder.join("registry.json"),
            folder.join("colleague/registry.json"),
        )
        .expect("a copy");
    }
}

#[test]
fn every_example_does_what_it_says() {
    let world = TempDir::new().expect("a folder");
    let folder = world.path();
    assert!(posthorse().exists());
    fs::write(folder.join("secret.txt"), "correct horse\n").expect("a passphrase");
    #[cfg(unix)]
    fs::set_permissions(
        folder.join("secret.txt"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .expect("rights");
    fs::write(folder.join("list.csv"), LIST).expect("a list");
    fs::write(folder.join("roster.csv"), ROSTER).expect("a roster");
    fs::write(folder.join("payout.csv"), PAYOUT).expect("a list");
    fs::write(
        folder.join("daemon.toml"),
        "home = \"bureau\"\ndrop = \"drop\"\nstate = \"state\"\n",
    )
    .expect("the settings");
    for example in posthorse_cli::EXAMPLES {
        prepare(folder, example.command);
        let mut variables = BTreeMap::new();
        for (name, home) in [("FINGERPRINT", "health"), ("COLLEAGUE", "colleague")] {
            if folder.join(home).exists() {
                let form = form_text(folder, home);
                variables.insert(name, form.fingerprint().to_string());
                if home == "health" {
                    variables.insert("KEY", form.key.to_string());
                }
            }
        }
        if folder.join("registry.json").exists() {
            variables.insert("ROOT_FINGERPRINT", root_fingerprint(folder));
        }
        // The list that the examples name has other columns; any list will do.
        let line = example
            .line
            .replace("卫健-大病重病慢病", "health-public-event");
        let line = line.replace("list.xlsx", "list.csv");
        let output = run(folder, &words(&line, folder, &variables), "");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}\n{stderr}");
    }
}
