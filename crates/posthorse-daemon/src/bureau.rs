//! Everything that the daemon's steps share: folders, ledger, keys, registry, and who we are.

use std::fmt;
use std::path::Path;

use posthorse_domain::{Date, Recipient};
use posthorse_ledger::{ClaimId, Ledger, LedgerKey};
use posthorse_package::{
    Digest, Identity, Limits, PackageId, Party, PartyId, Registry, Role, SigningKey, Timestamp,
};

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Critical;
use crate::folders::Folders;
use crate::rosters::RosterShelf;
use crate::rulebook::{RuleFolders, Rulebook};
use crate::run::RunSummary;
use crate::telemetry;
use crate::trusted_registry;

/// The secrets of a bureau, in memory.
pub struct BureauKeys {
    /// Signs receipts and packages.
    pub signing: SigningKey,
    /// Open what is sealed to the bureau: the one in force, and those before it.
    pub identities: Vec<Identity>,
    /// Opens the personal fields of the ledger.
    pub ledger: LedgerKey,
}

impl fmt::Debug for BureauKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BureauKeys(…)")
    }
}

/// A bureau at work.
pub(crate) struct Bureau<'a> {
    pub(crate) config: &'a Config,
    pub(crate) keys: &'a BureauKeys,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) folders: Folders,
    pub(crate) ledger: Box<dyn Ledger>,
    pub(crate) registry: Registry,
    /// Our own id in the registry.
    pub(crate) id: PartyId,
    pub(crate) limits: Limits,
    pub(crate) rules: Rulebook,
    /// The registry whose rules were refused, so that it is said once.
    refused_rules: Option<Digest>,
    /// Whether the running clocks have been worked out by these rules. Not at the start: the
    /// program may be another one, with another calendar.
    pub(crate) clocks_are_current: bool,
    pub(crate) summary: RunSummary,
    /// The day on which this run has looked for what is due for deletion.
    pub(crate) looked_for_due: Option<Date>,
    /// The rosters that this run has looked at, and the one in use.
    pub(crate) rosters: RosterShelf,
}

impl<'a> Bureau<'a> {
    pub(crate) fn new(
        config: &'a Config,
        keys: &'a BureauKeys,
        clock: &'a dyn Clock,
        folders: Folders,
        ledger: Box<dyn Ledger>,
    ) -> Result<Self, Critical> {
        let mut limits = Limits::default();
        limits.payload_bytes = config.limits.package_bytes;
        limits.plain_bytes = config.limits.plain_bytes;
        let registry = trusted_registry::load(&config.trusted_registry(), &limits)?;
        let id = own_id(&registry, keys)?;
        let rules = RuleFolders::new(config, &folders, ledger.open_stages()?);
        let rules = rules.at_start(&registry)?;
        Ok(Self {
            config,
            keys,
            clock,
            folders,
            ledger,
            registry,
            id,
            limits,
            rules,
            refused_rules: None,
            clocks_are_current: false,
            summary: RunSummary::default(),
            looked_for_due: None,
            rosters: RosterShelf::default(),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Takes over a newer version of the registry, and refuses to judge by one that has expired.
    pub(crate) fn refresh_registry(&mut self) -> Result<(), Critical> {
        let newer = trusted_registry::newer(
            &self.registry,
            &self.config.trusted_registry(),
            &self.config.registry,
            &self.folders,
            &self.limits,
        )?;
        if let Some(newer) = newer {
            self.id = own_id(&newer, self.keys)?;
            self.registry = newer;
        }
        let expires = self.registry.document().expires;
        if self.now() >= expires {
            return Err(Critical::RegistryExpired { expires });
        }
        self.refresh_rules()
    }

    /// Takes over the rules of the registry. While they cannot be used, those before them stay in
    /// force, and each round looks again: a file may still be on its way to the share.
    fn refresh_rules(&mut self) -> Result<(), Critical> {
        if self.rules.entries() == self.registry.rules() {
            return Ok(());
        }
        let open = self.ledger.open_stages()?;
        let places = RuleFolders::new(self.config, &self.folders, open);
        match places.after(&self.rules, &self.registry)? {
            Ok(rules) => {
                self.rules = rules;
                self.clocks_are_current = false;
                // The columns of a roster in memory are those of the list as it was.
                self.rosters.clear();
            }
            Err(fault) if self.refused_rules != Some(self.registry.digest()) => {
                telemetry::rules_refused(&fault);
                self.refused_rules = Some(self.registry.digest());
            }
            Err(_) => {}
        }
        Ok(())
    }

    pub(crate) fn new_package_id(&self) -> Result<PackageId, Critical> {
        Ok(PackageId::from_parts(self.now(), random()?))
    }

    /// The longest file that can be a package within the limits.
    pub(crate) fn longest_file(&self) -> u64 {
        const FRAMING: u64 = 4096;
        let members = self.limits.manifest_bytes + self.limits.signatures_bytes;
        self.limits.payload_bytes.saturating_add(members + FRAMING)
    }

    /// The department that answers for a matter, if it has a recipient in force: the one that the
    /// settings name for the tag, else the party whose id is the tag.
    pub(crate) fn department(&self, tag: &str, now: Timestamp) -> Option<&Party> {
        let named = self.config.departments.get(tag).map(PartyId::as_str);
        let id = named.unwrap_or(tag);
        self.registry.parties().iter().find(|party| {
            party.id.as_str() == id
                && party.is(Role::Department)
                && party.recipients_at(now).next().is_some()
        })
    }

    /// Which columns a party may see: those of a county, or of the department that it is.
    pub(crate) fn recipient_of(&self, party: &Party) -> Recipient {
        if party.is(Role::County) {
            return Recipient::County;
        }
        let mut named = self.config.departments.iter();
        let tag = named
            .find(|(_, id)| **id == party.id)
            .map_or(party.id.as_str(), |(tag, _)| tag);
        tag.parse()
            .map_or(Recipient::Department, Recipient::DepartmentOf)
    }

    /// The office that answers for a county and has a recipient in force.
    pub(crate) fn county_office(&self, county: &str, now: Timestamp) -> Option<&Party> {
        self.registry.parties().iter().find(|party| {
            party.is(Role::County)
                && party.counties.iter().any(|code| code == county)
                && party.recipients_at(now).next().is_some()
        })
    }
}

fn own_id(registry: &Registry, keys: &BureauKeys) -> Result<PartyId, Critical> {
    registry
        .owner(&keys.signing.verifying_key().key_id())
        .filter(|party| party.is(Role::Bureau))
        .map(|party| party.id.clone())
        .ok_or(Critical::NotABureau)
}

/// Random bytes from the system.
pub(crate) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], Critical> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|_| Critical::NoRandomness)?;
    Ok(bytes)
}

pub(crate) fn new_claim() -> Result<ClaimId, Critical> {
    random().map(ClaimId::from_random)
}

/// Makes a folder for this process alone and everything above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), Critical> {
    std::fs::create_dir_all(path).map_err(crate::error::state("make a work folder"))
}
