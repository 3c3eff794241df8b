//! A small exchange in which nothing is wrong, and the means to break one thing of it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use posthorse_package::{Limits, Registry, RegistryDocument, SigningKey, Timestamp};
use tempfile::TempDir;

use crate::cli::posthorse;
use crate::cli_world::{json_text, must};

/// A folder with a bureau that has run its daemon once, two departments and their registry.
pub(super) struct World {
    pub(super) folder: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        static SOUND: OnceLock<TempDir> = OnceLock::new();
        let folder = TempDir::new().expect("a folder");
        copy_folder(SOUND.get_or_init(build).path(), folder.path());
        let world = Self { folder };
        world.write_settings("state", "bureau");
        world
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("a file");
    }

    pub(super) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("a file to remove");
    }

    pub(super) fn copy(&self, from: &str, to: &str) {
        fs::copy(self.path(from), self.path(to)).expect("a copy");
    }

    #[expect(clippy::disallowed_methods, reason = "the test moves what it breaks")]
    pub(super) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("moved");
    }

    pub(super) fn make_folder(&self, name: &str) {
        fs::create_dir_all(self.path(name)).expect("a folder");
    }

    pub(super) fn settings(&self, state: &str, home: &str) -> String {
        let line = |key: &str, name: &str| format!("{key} = '{}'\n", self.path(name).display());
        [
            line("drop", "drop"),
            line("state", state),
            line("home", home),
        ]
        .concat()
    }

    pub(super) fn write_settings(&self, state: &str, home: &str) {
        self.write("posthorse.toml", &self.settings(state, home));
    }

    pub(super) fn add_setting(&self, line: &str) {
        let settings = self.settings("state", "bureau");
        self.write("posthorse.toml", &format!("{settings}{line}\n"));
    }

    pub(super) fn set_mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    }

    /// Sets when a file was last written, in days from now.
    pub(super) fn set_age(&self, name: &str, days: i64) {
        let distance = Duration::from_secs(days.unsigned_abs() * 86_400);
        let at = if days < 0 {
            wall_clock() - distance
        } else {
            wall_clock() + distance
        };
        let file = File::options().write(true).open(self.path(name));
        file.expect("a file").set_modified(at).expect("a time");
    }

    pub(super) fn document(&self) -> RegistryDocument {
        let bytes = fs::read(self.path("drop/registry/registry.json")).expect("a registry");
        let registry = Registry::trust(&bytes, &Limits::default()).expect("a good registry");
        registry.document().clone()
    }

    pub(super) fn signed(&self, document: &RegistryDocument) -> Vec<u8> {
        let pem = fs::read_to_string(self.path("bureau/keys/signing-key.pem")).expect("a key");
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(body);
        let key = SigningKey::from_pkcs8(&bytes.expect("base64")).expect("a key");
        document.sign(&[&key], &Limits::default()).expect("signed")
    }

    /// Puts another registry in the place of the one that everybody trusts.
    pub(super) fn change_registry(&self, change: impl FnOnce(&mut RegistryDocument)) {
        let mut document = self.document();
        change(&mut document);
        let bytes = self.signed(&document);
        for home in ["bureau", "health", "locked"] {
            fs::write(self.path(home).join("registry.json"), &bytes).expect("a registry");
        }
        self.publish(&bytes);
    }

    pub(super) fn publish(&self, registry: &[u8]) {
        fs::write(self.path("drop/registry/registry.json"), registry).expect("a registry");
    }

    pub(super) fn next_version(&self, document: &RegistryDocument) -> RegistryDocument {
        document.next(document.issued_at, document.expires)
    }

    pub(super) fn doctor(&self, arguments: &str, locale: &str) -> Output {
        Command::new(posthorse())
            .args(["--json", "doctor"])
            .args(arguments.split(' '))
            .current_dir(self.folder.path())
            .env("LC_ALL", locale)
            .output()
            .expect("the doctor runs")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "files get times around the real clock, which the program reads"
)]
pub(super) fn wall_clock() -> SystemTime {
    SystemTime::now()
}

pub(super) fn now() -> Timestamp {
    let since = wall_clock().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = i64::try_from(since.expect("after 1970").as_secs()).expect("a time");
    Timestamp::from_second(seconds).expect("a time")
}

pub(super) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&target).expect("a new folder");
            copy_folder(&entry.path(), &target);
            let rights = entry.metadata().expect("its rights").permissions();
            fs::set_permissions(&target, rights).expect("the same rights");
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

pub(super) fn build() -> TempDir {
    let world = TempDir::new().expect("a folder");
    let path = world.path();
    fs::write(path.join("secret.txt"), "正确的口令\n").expect("a passphrase");
    fs::write(path.join("wrong.txt"), "错误的口令\n").expect("a passphrase");
    for name in ["secret.txt", "wrong.txt"] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path.join(name), fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    for folder in [
        "drop/registry",
        "drop/inbox",
        "drop/outbox/health",
        "drop/log",
    ] {
        fs::create_dir_all(path.join(folder)).expect("a folder");
    }
    let registry = "drop/registry/registry.json";
    must(
        path,
        "init --home bureau --party bureau --name 市局 --role bureau --unprotected",
    );
    must(
        path,
        &format!("registry create --home bureau --registry {registry}"),
    );
    for (home, protection) in [
        ("health", "--unprotected"),
        ("locked", "--passphrase-file secret.txt"),
    ] {
        let line = format!(
            "--json init --home {home} --party {home} --name 部门 --role department {protection}"
        );
        let fingerprint = json_text(&must(path, &line), "fingerprint");
        add(path, registry, home, &fingerprint);
    }
    must(
        path,
        "init --home water --party water --name 水利 --role department --unprotected",
    );
    must(
        path,
        &format!("registry sign --registry {registry} --home bureau"),
    );
    for home in ["bureau", "health", "locked"] {
        fs::copy(path.join(registry), path.join(home).join("registry.json")).expect("a copy");
    }
    fs::write(
        path.join("list.csv"),
        "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称\n\
         上蔡县,蔡都街道,东关村,张一,41282519700101000X,2026-11-20,流感聚集\n",
    )
    .expect("a list");
    must(
        path,
        "seal --home health --kind warning_list --list health-public-event --to bureau \
         --period 2026-11 list.csv -o drop/inbox/list.xpkg",
    );
    fs::write(
        path.join("first.toml"),
        "drop = 'drop'\nstate = 'state'\nhome = 'bureau'\n",
    )
    .expect("settings");
    must(path, "daemon run --config first.toml --once");
    world
}

pub(super) fn add(path: &Path, registry: &str, home: &str, fingerprint: &str) {
    let form = format!("{home}/contact-form.json");
    let line = [
        "registry",
        "add",
        "--registry",
        registry,
        &form,
        "--fingerprint",
        fingerprint,
    ];
    let output = crate::cli::run(path, &line.map(str::to_owned), "");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
