//! The files of a rulebook by name: those compiled in, and those that take their place.

use std::collections::BTreeMap;

use posthorse_package::{Digest, ListName, RuleFile, RuleFileName};
use serde::Deserialize;

use super::rulebook_error::RulebookError;
use crate::schemas::schema_set::BUILT_IN as SCHEMAS;

/// The folder of the lists' schemas.
pub(super) const SCHEMAS_FOLDER: &str = "schemas/";
/// The one file that has no head to say its version.
pub(super) const AREAS: &str = "areas.csv";
/// The first line of that file.
const AREAS_HEADER: &str = "code,name,level,now,aliases";

macro_rules! data {
    ($name:literal, $format:literal) => {
        (
            $name,
            $format,
            include_bytes!(concat!("../../data/", $name)).as_slice(),
        )
    };
}

/// Each file but the schemas: its name, what stands in `format`, and what is compiled in.
const DATA: [(&str, &str, &[u8]); 13] = [
    data!("areas.csv", ""),
    data!("comparison_rules.json", "posthorse-comparison-rules/1"),
    data!("disclosures.json", "posthorse-disclosures/1"),
    data!("due_rules.json", "posthorse-due-rules/1"),
    data!("gap_rules.json", "posthorse-gap-rules/1"),
    data!("holidays.json", "posthorse-work-calendar/1"),
    data!("kinds.json", "posthorse-kinds/1"),
    data!("policies.json", "posthorse-policies/1"),
    data!("procedures.json", "posthorse-procedures/1"),
    data!("reason_codes.json", "posthorse-reason-codes/1"),
    data!("recheck_rules.json", "posthorse-recheck-rules/1"),
    data!("roster_states.json", "posthorse-roster-states/1"),
    data!("thresholds.json", "posthorse-thresholds/1"),
];

/// What a file of the rules says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFileFacts {
    /// Under which name a registry names it.
    pub file: RuleFileName,
    /// Its version; none of the table of areas, whose version the registry alone says.
    pub version: Option<u64>,
}

#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
    #[serde(rename = "posthorse:id")]
    list: Option<ListName>,
    #[serde(rename = "posthorse:version")]
    list_version: Option<u64>,
}

/// Tells which file of the rules these bytes are, by what they say of themselves; `shown` names
/// them in errors. Whether the file is sound is another question.
///
/// # Errors
/// They are none.
pub fn identify_rule_file(shown: &str, bytes: &[u8]) -> Result<RuleFileFacts, RulebookError> {
    let unknown = || RulebookError::Unknown {
        file: shown.to_owned(),
    };
    let facts = |name: &str, version| {
        let file = name.parse().map_err(|_| unknown())?;
        Ok(RuleFileFacts { file, version })
    };
    if bytes.starts_with(AREAS_HEADER.as_bytes()) {
        return facts(AREAS, None);
    }
    let head: Head =
        serde_json::from_slice(bytes).map_err(|fault| RulebookError::unsound(shown, fault))?;
    match (head.list, head.format) {
        (Some(list), _) => facts(&format!("{SCHEMAS_FOLDER}{list}.json"), head.list_version),
        (None, Some(format)) if !format.is_empty() => {
            let found = DATA.iter().find(|(_, known, _)| *known == format);
            let (name, ..) = found.ok_or_else(unknown)?;
            facts(name, head.version)
        }
        (None, _) => Err(unknown()),
    }
}

/// The file of this name that is compiled in, for whoever wants to write the next version.
#[must_use]
pub fn built_in_rule_file(file: &RuleFileName) -> Option<&'static [u8]> {
    let name = file.as_str();
    let data = DATA.iter().find(|(known, ..)| *known == name);
    let schema = || {
        let name = name.strip_prefix(SCHEMAS_FOLDER)?;
        let found = SCHEMAS.iter().find(|(known, _)| *known == name);
        found.map(|(_, json)| json.as_bytes())
    };
    data.map(|(_, _, bytes)| *bytes).or_else(schema)
}

/// Which version of a file is in force, and which content.
pub(super) type Standing = BTreeMap<RuleFileName, (u64, Digest)>;

/// Every file by name, the given ones in the place of those compiled in.
pub(super) struct Shelf<'f> {
    given: BTreeMap<&'f str, &'f RuleFile>,
}

impl<'f> Shelf<'f> {
    pub(super) fn of(files: &'f [RuleFile]) -> Result<Self, RulebookError> {
        let mut given = BTreeMap::new();
        for file in files {
            let name = file.entry().file.as_str();
            let is_schema = name.starts_with(SCHEMAS_FOLDER) && name.ends_with(".json");
            if !is_schema && DATA.iter().all(|(known, ..)| *known != name) {
                let file = name.to_owned();
                return Err(RulebookError::Unknown { file });
            }
            if given.insert(name, file).is_some() {
                let file = file.entry().file.clone();
                return Err(RulebookError::Twice { file });
            }
        }
        Ok(Self { given })
    }

    /// A file that is no schema.
    pub(super) fn data(&self, name: &str) -> &'f [u8] {
        let built_in = || DATA.iter().find(|(known, ..)| *known == name);
        match self.given.get(name) {
            Some(file) => file.bytes(),
            None => built_in().map_or(&[], |(_, _, bytes)| *bytes),
        }
    }

    /// Every schema: those compiled in, in their order, each perhaps replaced; then the others.
    pub(super) fn schemas(&self) -> Vec<(&'f str, &'f [u8])> {
        let mut schemas: Vec<(&str, &[u8])> = SCHEMAS
            .iter()
            .map(|(name, json)| {
                let given = self.given.get(format!("{SCHEMAS_FOLDER}{name}").as_str());
                (*name, given.map_or(json.as_bytes(), |file| file.bytes()))
            })
            .collect();
        let own = self.given.iter().filter_map(|(name, file)| {
            let name = name.strip_prefix(SCHEMAS_FOLDER)?;
            let is_known = SCHEMAS.iter().any(|(known, _)| *known == name);
            (!is_known).then(|| (name, file.bytes()))
        });
        schemas.extend(own);
        schemas
    }

    /// The version of each file, as it says itself, and the digest of its bytes.
    pub(super) fn standing(&self) -> Result<Standing, RulebookError> {
        let mut standing = Standing::new();
        let data = DATA
            .iter()
            .map(|(name, _, bytes)| ((*name).to_owned(), *bytes));
        let schemas = SCHEMAS
            .iter()
            .map(|(name, json)| (format!("{SCHEMAS_FOLDER}{name}"), json.as_bytes()));
        for (name, bytes) in data.chain(schemas) {
            if !self.given.contains_key(name.as_str()) {
                let facts = identify_rule_file(&name, bytes)?;
                let version = facts.version.unwrap_or(1);
                standing.insert(facts.file, (version, Digest::of(bytes)));
            }
        }
        for (name, file) in &self.given {
            let entry = file.entry();
            let facts = identify_rule_file(name, file.bytes())?;
            if facts.file != entry.file {
                let file = (*name).to_owned();
                return Err(RulebookError::Unknown { file });
            }
            let (says, named) = (facts.version.unwrap_or(entry.version), entry.version);
            if says != named {
                let file = entry.file.clone();
                return Err(RulebookError::Version { file, says, named });
            }
            standing.insert(facts.file, (named, entry.digest));
        }
        Ok(standing)
    }
}
