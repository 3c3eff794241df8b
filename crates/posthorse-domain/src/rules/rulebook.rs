//! The rulebook: every data file in force, each sound, all in agreement.

use posthorse_package::{RuleEntry, RuleFile};

use super::rule_shelf::{AREAS, Shelf, Standing};
use super::rulebook_error::RulebookError;
use crate::casework::{
    Casework, CaseworkError, CaseworkParts, Disclosures, KindSet, Policies, ProcedureSet,
    ReasonCodes, Thresholds,
};
use crate::clocks::due_rules::DueRules;
use crate::clocks::work_calendar::WorkCalendar;
use crate::comparing::{ComparisonRules, GapRules, RecheckRules, RosterStates};
use crate::schemas::list_schema::ListSchema;
use crate::schemas::schema_set::SchemaSet;
use crate::values::areas::Areas;

/// Everything that a city may arrange otherwise, in agreement. [`Rulebook::from_files`] alone
/// makes it.
#[derive(Debug, Clone)]
pub struct Rulebook {
    entries: Vec<RuleEntry>,
    standing: Standing,
    areas: Areas,
    schemas: SchemaSet,
    casework: Casework,
    due_rules: DueRules,
    calendar: WorkCalendar,
    roster_states: RosterStates,
    gap_rules: GapRules,
    recheck_rules: RecheckRules,
    comparison_rules: ComparisonRules,
}

impl Rulebook {
    /// The rules of notice 〔2023〕7号, as they are compiled in.
    ///
    /// # Errors
    /// A file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, RulebookError> {
        Self::from_files(&[])
    }

    /// The rules of these files. What no file says is as it is compiled in.
    ///
    /// # Errors
    /// The first file that is not sound, or the first contradiction among them
    /// (spec/casework-v1.md, section 9).
    pub fn from_files(files: &[RuleFile]) -> Result<Self, RulebookError> {
        let shelf = Shelf::of(files)?;
        let standing = shelf.standing()?;
        let areas = read_areas(shelf.data(AREAS))?;
        let schemas = SchemaSet::from_files(shelf.schemas())?.with_areas(areas.clone());
        let due_rules = DueRules::from_json(shelf.data("due_rules.json"))
            .map_err(|fault| RulebookError::unsound("due_rules.json", fault))?;
        let calendar = WorkCalendar::from_json(shelf.data("holidays.json"))
            .map_err(|fault| RulebookError::unsound("holidays.json", fault))?;
        let casework = Casework::agreed(parts(&shelf)?, &schemas, &due_rules)
            .map_err(|error| in_file("casework", error))?;
        let roster = roster_of(&schemas)?;
        let (policies, thresholds) = (casework.policies(), casework.thresholds());
        let read = |name: &str| shelf.data(name);
        let unsound = |name: &'static str| move |fault| RulebookError::unsound(name, fault);
        let states = RosterStates::from_json(read("roster_states.json"), roster);
        let gaps = GapRules::from_json(read("gap_rules.json"), roster);
        let rechecks = RecheckRules::from_json(read("recheck_rules.json"), &schemas, thresholds);
        let comparison = read("comparison_rules.json");
        let comparison = ComparisonRules::from_json(comparison, policies, roster);
        let rulebook = Self {
            roster_states: states.map_err(unsound("roster_states.json"))?,
            gap_rules: gaps.map_err(unsound("gap_rules.json"))?,
            recheck_rules: rechecks.map_err(unsound("recheck_rules.json"))?,
            comparison_rules: comparison.map_err(unsound("comparison_rules.json"))?,
            entries: entries(files),
            standing,
            areas,
            schemas,
            casework,
            due_rules,
            calendar,
        };
        rulebook.gaps_agree()?;
        Ok(rulebook)
    }

    /// A gap is handed to a department of this city.
    fn gaps_agree(&self) -> Result<(), RulebookError> {
        for rule in self.gap_rules.rules() {
            let mut known = self.casework.policies().departments();
            if known.all(|(tag, _)| tag.as_str() != rule.department()) {
                let fault = format!(
                    "rule {}: a department of policies.json, not {}",
                    rule.id(),
                    rule.department()
                );
                return Err(RulebookError::unsound("gap_rules.json", fault));
            }
        }
        Ok(())
    }

    /// Whether these rules may take the place of others: no file goes back, and no year of the
    /// calendar is lost. A list that only the others know is withdrawn.
    ///
    /// # Errors
    /// The first file that goes back.
    pub fn follows(&self, held: &Self) -> Result<(), RulebookError> {
        for (file, (version, digest)) in &held.standing {
            let Some((offered, content)) = self.standing.get(file) else {
                continue;
            };
            if offered < version || (offered == version && content != digest) {
                return Err(RulebookError::WentBack {
                    file: file.clone(),
                    held: *version,
                    offered: *offered,
                });
            }
        }
        held.calendar.clone().succeeded_by(self.calendar.clone())?;
        Ok(())
    }

    /// How a registry names the files that are not compiled in, ascending by name.
    #[must_use]
    pub fn entries(&self) -> &[RuleEntry] {
        &self.entries
    }

    /// The name and version of every file, those compiled in too.
    pub fn versions(&self) -> impl Iterator<Item = (&posthorse_package::RuleFileName, u64)> {
        self.standing
            .iter()
            .map(|(file, (version, _))| (file, *version))
    }

    /// The counties.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The lists.
    #[must_use]
    pub fn schemas(&self) -> &SchemaSet {
        &self.schemas
    }

    /// Kinds, procedures, disclosures, reasons, lines and policies.
    #[must_use]
    pub fn casework(&self) -> &Casework {
        &self.casework
    }

    /// The clocks.
    #[must_use]
    pub fn due_rules(&self) -> &DueRules {
        &self.due_rules
    }

    /// The days that are worked.
    #[must_use]
    pub fn calendar(&self) -> &WorkCalendar {
        &self.calendar
    }

    /// How somebody on the roster stands.
    #[must_use]
    pub fn roster_states(&self) -> &RosterStates {
        &self.roster_states
    }

    /// The rules by which gaps are found.
    #[must_use]
    pub fn gap_rules(&self) -> &GapRules {
        &self.gap_rules
    }

    /// The rules by which answers are looked at again.
    #[must_use]
    pub fn recheck_rules(&self) -> &RecheckRules {
        &self.recheck_rules
    }

    /// The rules by which policies are compared.
    #[must_use]
    pub fn comparison_rules(&self) -> &ComparisonRules {
        &self.comparison_rules
    }
}

fn entries(files: &[RuleFile]) -> Vec<RuleEntry> {
    let mut entries: Vec<RuleEntry> = files.iter().map(|file| file.entry().clone()).collect();
    entries.sort_by(|a, b| a.file.cmp(&b.file));
    entries
}

fn read_areas(bytes: &[u8]) -> Result<Areas, RulebookError> {
    let text = std::str::from_utf8(bytes).map_err(|fault| RulebookError::unsound(AREAS, fault))?;
    Areas::from_csv(text).map_err(|fault| RulebookError::unsound(AREAS, fault))
}

fn parts(shelf: &Shelf<'_>) -> Result<CaseworkParts, RulebookError> {
    fn part<T>(
        shelf: &Shelf<'_>,
        file: &str,
        parse: impl Fn(&[u8]) -> Result<T, CaseworkError>,
    ) -> Result<T, RulebookError> {
        parse(shelf.data(file)).map_err(|error| in_file(file, error))
    }
    Ok(CaseworkParts {
        kinds: part(shelf, "kinds.json", |bytes| Ok(KindSet::from_json(bytes)?))?,
        procedures: part(shelf, "procedures.json", |bytes| {
            Ok(ProcedureSet::from_json(bytes)?)
        })?,
        disclosures: part(shelf, "disclosures.json", |bytes| {
            Ok(Disclosures::from_json(bytes)?)
        })?,
        reason_codes: part(shelf, "reason_codes.json", |bytes| {
            Ok(ReasonCodes::from_json(bytes)?)
        })?,
        thresholds: part(shelf, "thresholds.json", |bytes| {
            Ok(Thresholds::from_json(bytes)?)
        })?,
        policies: part(shelf, "policies.json", |bytes| {
            Ok(Policies::from_json(bytes)?)
        })?,
    })
}

fn in_file(file: &str, error: CaseworkError) -> RulebookError {
    match error {
        CaseworkError::Disagreement(disagreement) => disagreement.into(),
        fault => RulebookError::unsound(file, fault),
    }
}

/// The list of the roster, which rules ask about.
fn roster_of(schemas: &SchemaSet) -> Result<&ListSchema, RulebookError> {
    let found = schemas
        .iter()
        .find(|schema| schema.kind().as_str() == "roster" && schema.id().as_str() == "roster");
    found.ok_or_else(|| {
        RulebookError::unsound("schemas/roster.json", "rules need the list of the roster")
    })
}

#[cfg(test)]
#[path = "rulebook_tests.rs"]
mod tests;
