//! Every list that this office knows.

use std::io::{Read, Seek};
use std::sync::Arc;

use posthorse_package::KindName;

use crate::checking::list_error::{Halt, ListError};
use crate::reading::limits::ListLimits;
use crate::reading::list_source::read_first_rows;
use crate::schemas::list_schema::{ListSchema, SchemaError};
use crate::schemas::recognition::Recognition;
use crate::values::areas::Areas;
use crate::values::text::fold_label;

macro_rules! built_in {
    ($id:literal) => {
        (
            concat!($id, ".json"),
            include_str!(concat!("../../data/schemas/", $id, ".json")),
        )
    };
}
/// The schema files compiled in. An office's own, signed with the registry, take their place.
pub(crate) const BUILT_IN: [(&str, &str); 42] = [
    built_in!("education-dropout"),
    built_in!("education-school-costs"),
    built_in!("civil-affairs-low-income"),
    built_in!("housing-safety"),
    built_in!("water-safety"),
    built_in!("health-serious-illness"),
    built_in!("health-public-event"),
    built_in!("medical-insurance-self-paid"),
    built_in!("medical-insurance-uninsured"),
    built_in!("disabled-persons-certified"),
    built_in!("public-security-incidents"),
    built_in!("human-resources-unemployment"),
    built_in!("emergency-disasters"),
    built_in!("warning-dispatch"),
    built_in!("verification-result"),
    built_in!("payout-general"),
    built_in!("payout-yulu-plan"),
    built_in!("payout-public-post"),
    built_in!("payout-work-subsidy"),
    built_in!("payout-loan-interest"),
    built_in!("payout-premiums"),
    built_in!("unpaid"),
    built_in!("roster"),
    built_in!("contacts"),
    built_in!("nil"),
    built_in!("deferral"),
    built_in!("warning-feedback"),
    built_in!("urge"),
    built_in!("recheck-task"),
    built_in!("recheck-result"),
    built_in!("measure-gap-list"),
    built_in!("measure-gap-result"),
    built_in!("measure-gap-order"),
    built_in!("supervision-result"),
    built_in!("precheck-request"),
    built_in!("precheck-result"),
    built_in!("applicant-compare"),
    built_in!("applicant-result"),
    built_in!("anomaly-report"),
    built_in!("anomaly-result"),
    built_in!("correction"),
    built_in!("withdrawal"),
];

/// A set of list schemas, none describing the same list as another.
#[derive(Debug, Clone, Default)]
pub struct SchemaSet {
    schemas: Vec<ListSchema>,
}

impl SchemaSet {
    /// The lists of notice 〔2023〕7号: the warnings of Annex 1, the dispatch to counties and their
    /// answer, policy payments, rosters, contacts, the notes that stand for a list, and every task and
    /// answer of the closed loop.
    ///
    /// # Errors
    /// A schema file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, SchemaError> {
        Self::from_files(BUILT_IN.map(|(name, json)| (name, json.as_bytes())))
    }

    /// Reads schema files, given as names and contents.
    ///
    /// # Errors
    /// The first file that is not a schema, or that describes a list twice.
    pub fn from_files<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    ) -> Result<Self, SchemaError> {
        let mut set = Self::default();
        for (file, bytes) in files {
            let schema = ListSchema::from_json(file, bytes)?;
            let twin = set.schemas.iter().any(|other| {
                other.kind == schema.kind
                    && (other.id == schema.id
                        || fold_label(&other.title) == fold_label(&schema.title))
            });
            if twin {
                return Err(SchemaError::Duplicate {
                    file: file.to_owned(),
                });
            }
            set.schemas.push(schema);
        }
        Ok(set)
    }

    /// The same lists of another city: their columns of counties name these.
    #[must_use]
    pub fn with_areas(mut self, areas: Areas) -> Self {
        let areas = Arc::new(areas);
        for schema in &mut self.schemas {
            schema.areas = Arc::clone(&areas);
        }
        self
    }

    /// The list of a kind that has this id or this Chinese name.
    #[must_use]
    pub fn find(&self, kind: &KindName, id_or_title: &str) -> Option<&ListSchema> {
        let folded = fold_label(id_or_title);
        self.schemas.iter().find(|schema| {
            schema.kind == *kind
                && (schema.id.as_str() == id_or_title || fold_label(&schema.title) == folded)
        })
    }

    /// The only list of a kind, if it has exactly one.
    #[must_use]
    pub fn only_of(&self, kind: &KindName) -> Option<&ListSchema> {
        let mut of_kind = self.schemas.iter().filter(|schema| schema.kind == *kind);
        of_kind.next().filter(|_| of_kind.next().is_none())
    }

    /// Which list a clerk's file is, told by its headers alone.
    ///
    /// Only lists are candidates for which `wanted` says so.
    ///
    /// # Errors
    /// The machine's fault; a file that does not open has no candidates and says why.
    pub fn recognise<R: Read + Seek>(
        &self,
        source: R,
        limits: &ListLimits,
        wanted: impl Fn(&ListSchema) -> bool,
    ) -> Result<Recognition<'_>, ListError> {
        let schemas: Vec<&ListSchema> = self.iter().filter(|schema| wanted(schema)).collect();
        match read_first_rows(source, limits) {
            Ok(sheets) => Ok(Recognition::of(&schemas, &sheets)),
            Err(Halt::Data(fault)) => Ok(Recognition::unreadable(fault.to_problem())),
            Err(Halt::Error(error)) => Err(error),
        }
    }

    /// Every list, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &ListSchema> {
        self.schemas.iter()
    }
}
