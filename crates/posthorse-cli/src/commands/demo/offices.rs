//! The offices make their keys, and the bureau its registry.

use std::path::Path;

use posthorse_package::Fingerprint;

use super::Demo;
use super::cast::{self, COUNTIES, DEPARTMENTS, PAYING};
use crate::failure::Failure;
use crate::files::{self, Privacy};
use crate::home::{self, Home};

/// Twenty years: what was sealed in the quarter is looked at long after it.
const VALID_DAYS: &str = "7300";

impl Demo<'_> {
    pub(super) fn make_offices(&mut self) -> Result<(), Failure> {
        for folder in [
            "offices",
            "drop/registry",
            "drop/inbox",
            "drop/outbox",
            "drop/log",
        ] {
            files::create_folder(&self.dir.join(folder))?;
        }
        self.make_office("bureau", "市乡村振兴局", "bureau")?;
        self.make_office("auditor", "市审计局", "auditor")?;
        for (party, name, _) in DEPARTMENTS {
            self.make_office(party, name, "department")?;
        }
        for (code, name) in COUNTIES {
            self.make_office(code, &format!("{name}乡村振兴局"), "county")?;
        }
        let (bureau, registry) = (self.office("bureau"), self.registry());
        self.players.must(&[
            "registry",
            "create",
            "--home",
            &bureau,
            "--registry",
            &registry,
            "--valid-days",
            VALID_DAYS,
        ])?;
        let others = DEPARTMENTS.iter().map(|(party, ..)| *party);
        let others: Vec<&str> = others
            .chain(COUNTIES.iter().map(|(code, _)| *code))
            .chain(["auditor"])
            .collect();
        for party in &others {
            let owed = DEPARTMENTS.iter().find(|(id, ..)| id == party);
            self.enrol(&registry, &self.office(party), owed.map(|(.., list)| *list))?;
        }
        for party in PAYING {
            let second = self.office(&cast::second_home(party));
            let name = cast::name_of(party).unwrap_or(party);
            self.init_for(&second, (party, name, "department"), "李复核")?;
            self.enrol_second_person(&registry, &second)?;
        }
        self.players.must(&[
            "registry",
            "sign",
            "--registry",
            &registry,
            "--home",
            &bureau,
        ])?;
        for party in others.iter().chain(&["bureau"]) {
            self.trust(&self.office(party), &registry)?;
        }
        for party in PAYING {
            self.trust(&self.office(&cast::second_home(party)), &registry)?;
        }
        // A county gets what three days brought at once.
        let settings = "drop = \"drop\"\nstate = \"state\"\nhome = \"offices/bureau\"\ndispatch_wait_minutes = 4320\n";
        let path = self.dir.join("posthorse.toml");
        files::write_new(&path, settings.as_bytes(), Privacy::Public)?;
        let (_, shown) = self.players.json(&["registry", "show", &registry])?;
        let parties = shown["document"]["parties"].as_array().map_or(0, Vec::len);
        self.expect("parties", others.len() + 1, parties);
        Ok(())
    }

    fn make_office(&self, party: &str, name: &str, role: &str) -> Result<(), Failure> {
        self.init(&self.office(party), party, name, role)
    }

    /// Makes an office in a folder, with places for what it will write and fetch.
    pub(super) fn init(
        &self,
        home: &str,
        party: &str,
        name: &str,
        role: &str,
    ) -> Result<(), Failure> {
        self.init_for(home, (party, name, role), "王经办")
    }

    /// The same for a named person of the office.
    fn init_for(
        &self,
        home: &str,
        (party, name, role): (&str, &str, &str),
        person: &str,
    ) -> Result<(), Failure> {
        let mut line = vec![
            "init", "--home", home, "--party", party, "--name", name, "--role", role, "--person",
            person,
        ];
        if role == "county" {
            line.extend(["--county", party]);
        }
        line.push("--unprotected");
        self.players.must(&line)?;
        for folder in [
            "lists",
            "opened",
            "packages/sent",
            "packages/received",
            "receipts",
        ] {
            files::create_folder(&Path::new(home).join(folder))?;
        }
        // The demonstration only: age's own tools find the identity without our folders.
        let identity = files::read(&Path::new(home).join("keys/identity.txt"))?;
        files::write_new(
            &Path::new(home).join("identity.txt"),
            &identity,
            Privacy::OwnerOnly,
        )
    }

    /// Enters an office, with the fingerprint that it reads out and the list that it owes.
    pub(super) fn enrol(
        &self,
        registry: &str,
        home: &str,
        owed: Option<&str>,
    ) -> Result<(), Failure> {
        let form = format!("{home}/contact-form.json");
        let heard = read_out(home)?.to_string();
        let mut line = vec![
            "registry",
            "add",
            "--registry",
            registry,
            &form,
            "--fingerprint",
            &heard,
            "--valid-days",
            VALID_DAYS,
        ];
        line.extend(owed.iter().flat_map(|list| ["--report", list]));
        self.players.must(&line)
    }

    /// Enters a second person's signing key for an office that is known.
    fn enrol_second_person(&self, registry: &str, home: &str) -> Result<(), Failure> {
        let form = format!("{home}/contact-form.json");
        let heard = read_out(home)?.to_string();
        self.players.must(&[
            "registry",
            "add",
            "--registry",
            registry,
            &form,
            "--fingerprint",
            &heard,
            "--signing-only",
            "--valid-days",
            VALID_DAYS,
        ])
    }

    /// Makes an office trust a registry, with the root fingerprint that the bureau reads out.
    pub(super) fn trust(&self, home: &str, registry: &str) -> Result<(), Failure> {
        let root = home::read_registry(Path::new(registry))?
            .root_fingerprint()
            .to_string();
        // Whoever signed this registry with its own key may trust it already.
        if Home::at(Path::new(home)).registry_path().exists() {
            return Ok(());
        }
        self.players.must(&[
            "registry",
            "trust",
            "--home",
            home,
            registry,
            "--fingerprint",
            &root,
        ])
    }
}

/// What an office says over the telephone.
fn read_out(home: &str) -> Result<Fingerprint, Failure> {
    Ok(Home::at(Path::new(home)).contact_form()?.fingerprint())
}
