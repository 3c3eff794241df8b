//! Three attacks by somebody who can write in the shared folder, and what became of each.

use std::path::Path;

use super::Demo;
use super::cast::ATTACKED;
use super::lists;
use super::outcome::{self, Books};
use super::story::Attack;
use crate::failure::Failure;
use crate::files::{self, Privacy};

impl Demo<'_> {
    pub(super) fn attack(&mut self) -> Result<(), Failure> {
        files::create_folder(&self.dir.join("attacks"))?;
        let party = ATTACKED.0;
        let sent = self.first_sent(party)?;
        self.flip_a_byte(&sent)?;
        self.replay(party, &sent)?;
        self.be_a_stranger()
    }

    /// One bit of the encrypted content is turned over; everything else is the real package.
    fn flip_a_byte(&mut self, sent: &str) -> Result<(), Failure> {
        let mut bytes = files::read(Path::new(sent))?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let flipped = self.path("attacks/flipped-byte.xpkg");
        files::write_new(Path::new(&flipped), &bytes, Privacy::Public)?;
        self.strike("flipped-byte", &flipped, "quarantined payload-digest")?;
        self.expect_refused_by_all(&flipped, "payload-digest")
    }

    /// A package that was answered before comes again, byte for byte.
    fn replay(&mut self, party: &str, sent: &str) -> Result<(), Failure> {
        let outbox = self.dir.join("drop/outbox").join(party);
        let before = receipts(&outbox)?;
        let copy = self.path("attacks/replay.xpkg");
        let bytes = files::read(Path::new(sent))?;
        files::write_new(Path::new(&copy), &bytes, Privacy::Public)?;
        self.strike("replay", &copy, "replayed")?;
        let after = receipts(&outbox)?;
        self.expect("the same receipt, byte for byte", true, before == after);
        Ok(())
    }

    /// A stranger with keys and a registry of their own seals to the bureau's real recipient and
    /// calls itself by the name of a real department.
    fn be_a_stranger(&mut self) -> Result<(), Failure> {
        let (party, list) = ATTACKED;
        let home = self.path("attacks/stranger");
        let registry = format!("{home}/own-registry.json");
        self.init(&home, party, "陌生人", "department")?;
        self.players.must(&[
            "registry",
            "create",
            "--home",
            &home,
            "--registry",
            &registry,
        ])?;
        self.enrol(&registry, &self.office("bureau"), None)?;
        self.players
            .must(&["registry", "sign", "--registry", &registry, "--home", &home])?;
        self.trust(&home, &registry)?;
        let month = "2026-04";
        let (written, _) = lists::warn(&Path::new(&home).join("lists"), party, month)?;
        let file = written.path.to_string_lossy().into_owned();
        let package = self.path("attacks/stranger.xpkg");
        self.players.must(&[
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
            month,
            &file,
            "-o",
            &package,
        ])?;
        self.strike("stranger", &package, "quarantined signer-unknown")?;
        self.expect_refused_by_all(&package, "signer-unknown")
    }

    /// Drops a package, lets the daemon look, and reads what it wrote down about it.
    fn strike(&mut self, name: &'static str, package: &str, expected: &str) -> Result<(), Failure> {
        let before = Books::open(&self.dir)?;
        self.drop_in(package, &format!("{name}.xpkg"))?;
        self.daemon()?;
        let after = Books::open(&self.dir)?;
        let found = after.ends_since(&before)?.join(", ");
        self.expect(format!("attack {name}"), expected, &found);
        self.expect(
            format!("verdicts after {name}"),
            before.packages.len(),
            after.packages.len(),
        );
        let (ending, code) = found.split_once(' ').unwrap_or((&found, &found));
        self.story.attacks.push(Attack {
            name,
            ending: ending.to_owned(),
            code: code.to_owned(),
        });
        Ok(())
    }

    /// Anybody who holds the registry refuses it as the daemon does.
    fn expect_refused_by_all(&mut self, package: &str, code: &str) -> Result<(), Failure> {
        let line = ["verify", "--registry", &self.registry(), package];
        let (_, said) = self.players.json(&line)?;
        let found = said["results"][0]["error"]["code"]
            .as_str()
            .unwrap_or("good");
        self.expect("posthorse verify", code, found);
        Ok(())
    }
}

/// Every receipt in an outbox, with its bytes.
fn receipts(outbox: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    outcome::entries(outbox)?
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(".receipt.json"))
        .map(|path| files::read(path))
        .collect()
}
