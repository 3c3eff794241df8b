//! `posthorse demo`: the main job from end to end, with the very code of the other commands.

mod lists;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::FromArgMatches;
use posthorse_daemon::{Mode, RunSummary, Shutdown};
use posthorse_package::Fingerprint;
use serde_json::json;

use crate::args::{self, Cli};
use crate::commands;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home::Home;
use crate::language::arg;
use crate::output::{Context, Mark};
use crate::passphrase::Source;
use crate::{help, language::Messages};

/// Party, name, role, and the list that a department sends.
const DEPARTMENTS: [(&str, &str, &str); 9] = [
    ("education", "市教育局", "education-dropout"),
    ("civil-affairs", "市民政局", "civil-affairs-low-income"),
    ("housing", "市住房和城乡建设局", "housing-safety"),
    ("water", "市水利局", "water-safety"),
    ("health", "市卫生健康委", "health-serious-illness"),
    (
        "medical-insurance",
        "市医疗保障局",
        "medical-insurance-self-paid",
    ),
    (
        "disabled-persons",
        "市残疾人联合会",
        "disabled-persons-certified",
    ),
    ("police", "市公安局", "public-security-incidents"),
    ("emergency", "市应急管理局", "emergency-disasters"),
];
const COUNTIES: [(&str, &str); 10] = [
    ("411702", "驿城区"),
    ("411721", "西平县"),
    ("411722", "上蔡县"),
    ("411723", "平舆县"),
    ("411724", "正阳县"),
    ("411725", "确山县"),
    ("411726", "泌阳县"),
    ("411727", "汝南县"),
    ("411728", "遂平县"),
    ("411729", "新蔡县"),
];
const ANSWERING_COUNTY: &str = "411722";

/// The folders of a demonstration, and what it has found so far.
struct Demo<'a> {
    dir: PathBuf,
    context: &'a mut Context,
    results: Vec<(String, String)>,
}

pub(crate) fn run(arguments: &args::Demo, context: &mut Context) -> Result<Exit, Failure> {
    let temporary;
    let dir = match &arguments.dir {
        Some(dir) => {
            if dir.exists() && fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
                return Err(
                    Failure::new(Exit::Environment, "folder-not-empty").with("path", shown(dir))
                );
            }
            dir.clone()
        }
        None => {
            temporary = tempfile::tempdir()
                .map_err(|error| Failure::new(Exit::Environment, "demo").detail(error))?;
            temporary.path().to_owned()
        }
    };
    let mut demo = Demo {
        dir,
        context,
        results: Vec::new(),
    };
    demo.play()?;
    let results = std::mem::take(&mut demo.results);
    let dir = demo.dir.clone();
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|(what, result)| vec![what.clone(), result.clone()])
        .collect();
    let header = ["demo-what", "demo-result"].map(|key| context.messages.text(key, &[]));
    context.table(&header, &rows)?;
    context.json(&json!({ "results": results, "folder": shown(&dir) }))?;
    context.say("demo-done", &[arg("path", shown(&dir))])?;
    Ok(Exit::Good)
}

impl Demo<'_> {
    fn play(&mut self) -> Result<(), Failure> {
        self.step("demo-offices")?;
        self.make_offices()?;
        self.step("demo-lists")?;
        self.seal_lists()?;
        self.step("demo-routed")?;
        let routed = self.daemon()?;
        let answered = routed.accepted + routed.accepted_in_part;
        self.expect(
            "packages",
            answered == 9 && routed.accepted_in_part >= 3,
            &routed,
        )?;
        self.expect("dispatches", routed.dispatches == 10, &routed)?;
        self.step("demo-answered")?;
        self.answer()?;
        let answered = self.daemon()?;
        self.expect("answer", answered.accepted == 1, &answered)?;
        self.step("demo-attacks")?;
        self.attack()?;
        self.step("demo-verified")?;
        self.verify()
    }

    fn step(&mut self, key: &str) -> Result<(), Failure> {
        let what = self.context.messages.text(key, &[]);
        self.context.say("demo-step", &[arg("what", what)])
    }

    fn expect(&mut self, what: &str, holds: bool, summary: &RunSummary) -> Result<(), Failure> {
        let result = format!(
            "accepted {}, in part {}, rejected {}, replayed {}, quarantined {}, dispatched {} ({})",
            summary.accepted,
            summary.accepted_in_part,
            summary.rejected,
            summary.replayed,
            summary.quarantined,
            summary.dispatches,
            summary.dispatched_people,
        );
        if !holds {
            return Err(Failure::new(Exit::Internal, "demo").detail(format!("{what}: {result}")));
        }
        let mark = Mark::Good;
        self.context.marked(mark, &format!("{what}: {result}"))?;
        self.results.push((what.to_owned(), result));
        Ok(())
    }

    /// Runs one command line as its user would, and gives its exit code.
    fn posthorse<S: AsRef<str>>(&self, line: &[S]) -> Result<Exit, Failure> {
        let language = self.context.messages.language();
        let messages = Messages::load(language);
        let words = std::iter::once("posthorse").chain(line.iter().map(AsRef::as_ref));
        let words: Vec<OsString> = words.map(OsString::from).collect();
        let wrong = |error: clap::Error| Failure::new(Exit::Internal, "internal").detail(error);
        let matches = help::command(&messages)
            .try_get_matches_from(words)
            .map_err(wrong)?;
        let cli = Cli::from_arg_matches(&matches).map_err(wrong)?;
        let interrupt = self.context.interrupt.clone();
        // Every command reads the clock anew, as a new process would.
        let now = crate::clock::now()?;
        commands::run(cli.command, &mut Context::silent(messages, now, interrupt))
    }

    fn must<S: AsRef<str>>(&self, line: &[S]) -> Result<(), Failure> {
        match self.posthorse(line)? {
            Exit::Good => Ok(()),
            _ => Err(Failure::new(Exit::Internal, "demo")
                .detail(line.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "))),
        }
    }

    fn path(&self, relative: &str) -> String {
        self.dir.join(relative).to_string_lossy().into_owned()
    }

    fn office(&self, party: &str) -> String {
        self.path(&format!("offices/{party}"))
    }

    fn init(&self, party: &str, name: &str, role: &str) -> Result<(), Failure> {
        let home = self.office(party);
        let mut line = vec![
            "init", "--home", &home, "--party", party, "--name", name, "--role", role,
        ];
        if role == "county" {
            line.extend(["--county", party]);
        }
        line.push("--unprotected");
        self.must(&line)?;
        // The demonstration only: age's own tools find the identity without our folders.
        let identity = files::read(Path::new(&home).join("keys/identity.txt").as_path())?;
        files::write_new(
            &Path::new(&home).join("identity.txt"),
            &identity,
            files::Privacy::OwnerOnly,
        )
    }

    fn make_offices(&self) -> Result<(), Failure> {
        for folder in [
            "offices",
            "drop/registry",
            "drop/inbox",
            "drop/outbox",
            "drop/log",
        ] {
            files::create_folder(&self.dir.join(folder))?;
        }
        self.init("bureau", "市乡村振兴局", "bureau")?;
        self.init("auditor", "市审计局", "auditor")?;
        for (party, name, _) in DEPARTMENTS {
            self.init(party, name, "department")?;
        }
        for (code, name) in COUNTIES {
            self.init(code, &format!("{name}乡村振兴局"), "county")?;
        }
        let (bureau, registry) = (self.office("bureau"), self.registry());
        self.must(&[
            "registry",
            "create",
            "--home",
            &bureau,
            "--registry",
            &registry,
        ])?;
        let others = DEPARTMENTS.iter().map(|(party, ..)| *party);
        let others: Vec<&str> = others
            .chain(COUNTIES.iter().map(|(code, _)| *code))
            .chain(["auditor"])
            .collect();
        for party in &others {
            let form = format!("{}/contact-form.json", self.office(party));
            let heard = self.fingerprint(party)?.to_string();
            self.must(&[
                "registry",
                "add",
                "--registry",
                &registry,
                &form,
                "--fingerprint",
                &heard,
            ])?;
        }
        self.must(&[
            "registry",
            "sign",
            "--registry",
            &registry,
            "--home",
            &bureau,
        ])?;
        for party in others.iter().chain(&["bureau"]) {
            self.trust(party, &registry)?;
        }
        let settings = "drop = \"drop\"\nstate = \"state\"\nhome = \"offices/bureau\"\n";
        files::write_new(&self.config(), settings.as_bytes(), files::Privacy::Public)
    }

    fn trust(&self, party: &str, registry: &str) -> Result<(), Failure> {
        let home = self.office(party);
        let root = crate::home::read_registry(Path::new(registry))?
            .root_fingerprint()
            .to_string();
        // The bureau signed this registry with its own key and may trust it already.
        if Home::at(Path::new(&home)).registry_path().exists() {
            return Ok(());
        }
        self.must(&[
            "registry",
            "trust",
            "--home",
            &home,
            registry,
            "--fingerprint",
            &root,
        ])
    }

    fn fingerprint(&self, party: &str) -> Result<Fingerprint, Failure> {
        Ok(Home::at(Path::new(&self.office(party)))
            .contact_form()?
            .fingerprint())
    }

    fn registry(&self) -> String {
        self.path("drop/registry/registry.json")
    }

    fn config(&self) -> PathBuf {
        self.dir.join("posthorse.toml")
    }

    fn seal_lists(&mut self) -> Result<(), Failure> {
        for (at, (party, _, list)) in DEPARTMENTS.into_iter().enumerate() {
            let written = lists::write(Path::new(&self.office(party)), at, list, self.context.now)?;
            let written = written.to_string_lossy().into_owned();
            let home = self.office(party);
            // Faults in rows do not stop a clerk: the bureau sends those rows back.
            self.posthorse(&["check", "--kind", "warning_list", "--list", list, &written])?;
            let package = format!("{home}/{list}.xpkg");
            self.must(&[
                "seal",
                "--home",
                &home,
                "--kind",
                "warning_list",
                "--list",
                list,
                "--to",
                "bureau",
                "--period",
                "2026-11",
                &written,
                "-o",
                &package,
            ])?;
            self.drop_in(&package, &format!("{party}.xpkg"))?;
        }
        Ok(())
    }

    /// Puts a package into the inbox as a sender does: hidden name, flush, rename.
    fn drop_in(&self, package: &str, name: &str) -> Result<(), Failure> {
        let bytes = files::read(Path::new(package))?;
        let target = self.dir.join("drop/inbox").join(name);
        files::write_new(&target, &bytes, files::Privacy::Public)
    }

    fn daemon(&self) -> Result<RunSummary, Failure> {
        let config = commands::daemon::read_config(&self.config())?;
        let messages = Messages::load(self.context.messages.language());
        let interrupt = self.context.interrupt.clone();
        let quiet = Context::silent(messages, self.context.now, interrupt);
        commands::daemon::work(
            &config,
            &Source::Prompt,
            &Shutdown::new(),
            Mode::Once,
            &quiet,
        )
    }

    fn answer(&self) -> Result<(), Failure> {
        let (home, registry) = (self.office(ANSWERING_COUNTY), self.registry());
        let package = self.only_package(ANSWERING_COUNTY)?;
        let identity = format!("{home}/identity.txt");
        let opened = format!("{home}/opened");
        self.must(&[
            "open",
            "--registry",
            &registry,
            "--identity",
            &identity,
            &package,
            "-o",
            &opened,
        ])?;
        let filled = lists::fill_in(Path::new(&opened), Path::new(&home), self.context.now)?;
        let filled = filled.to_string_lossy().into_owned();
        let answer = format!("{home}/answer.xpkg");
        self.must(&[
            "seal",
            "--home",
            &home,
            "--kind",
            "verification_result",
            "--list",
            "核实结果",
            "--to",
            "bureau",
            "--in-reply-to",
            &package,
            &filled,
            "-o",
            &answer,
        ])?;
        self.drop_in(&answer, "answer.xpkg")
    }

    fn only_package(&self, party: &str) -> Result<String, Failure> {
        let folder = self.dir.join("drop/outbox").join(party);
        let entries =
            fs::read_dir(&folder).map_err(|error| Failure::io("cannot-read", &folder, &error))?;
        let mut paths = entries.flatten().map(|entry| entry.path());
        paths
            .find(|path| path.extension().is_some_and(|ending| ending == "xpkg"))
            .map(|path| path.to_string_lossy().into_owned())
            .ok_or_else(|| Failure::new(Exit::Internal, "demo").detail("no package for the county"))
    }

    fn attack(&mut self) -> Result<(), Failure> {
        let sent = format!("{}/water-safety.xpkg", self.office("water"));
        let mut bytes = files::read(Path::new(&sent))?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let inbox = self.dir.join("drop/inbox");
        files::write_new(&inbox.join("flipped.xpkg"), &bytes, files::Privacy::Public)?;
        let flipped = self.daemon()?;
        self.expect(
            "flipped byte",
            flipped.quarantined == 1 && flipped.accepted == 0,
            &flipped,
        )?;

        self.drop_in(&sent, "replay.xpkg")?;
        let replayed = self.daemon()?;
        self.expect(
            "replay",
            replayed.replayed == 1 && replayed.accepted == 0,
            &replayed,
        )?;

        self.drop_in(&self.stranger_package()?, "stranger.xpkg")?;
        let stranger = self.daemon()?;
        self.expect(
            "stranger",
            stranger.quarantined == 1 && stranger.accepted == 0,
            &stranger,
        )
    }

    /// A stranger makes keys and a registry of their own, and seals to the bureau's real recipient.
    fn stranger_package(&self) -> Result<String, Failure> {
        self.init("stranger", "陌生人", "department")?;
        let home = self.office("stranger");
        let registry = format!("{home}/own-registry.json");
        self.must(&[
            "registry",
            "create",
            "--home",
            &home,
            "--registry",
            &registry,
        ])?;
        let form = format!("{}/contact-form.json", self.office("bureau"));
        let heard = self.fingerprint("bureau")?.to_string();
        self.must(&[
            "registry",
            "add",
            "--registry",
            &registry,
            &form,
            "--fingerprint",
            &heard,
        ])?;
        self.must(&["registry", "sign", "--registry", &registry, "--home", &home])?;
        self.trust("stranger", &registry)?;
        let list = lists::write(Path::new(&home), 3, "water-safety", self.context.now)?;
        let list = list.to_string_lossy().into_owned();
        let package = format!("{home}/stranger.xpkg");
        self.must(&[
            "seal",
            "--home",
            &home,
            "--kind",
            "warning_list",
            "--list",
            "water-safety",
            "--to",
            "bureau",
            "--period",
            "2026-11",
            &list,
            "-o",
            &package,
        ])?;
        Ok(package)
    }

    fn verify(&mut self) -> Result<(), Failure> {
        let (registry, outbox) = (self.registry(), self.path("drop/outbox"));
        let archive = self.path("state/archive");
        self.must(&["verify", "--registry", &registry, &outbox, &archive])?;
        self.results
            .push(("keyless verification".into(), "good".into()));
        Ok(())
    }
}
