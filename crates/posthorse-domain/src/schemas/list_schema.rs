//! A list's schema: a Table Schema with our extension keys, read once and trusted afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use posthorse_package::{KindName, ListName};

use crate::checking::problem::ProblemCode;
use crate::schemas::list_rule::Rule;
use crate::schemas::schema_document::{FieldDocument, RequiredIfDocument, SchemaDocument};
use crate::values::areas::Areas;
use crate::values::field_type::FieldType;
use crate::values::text::fold_label;
use crate::workbooks::workbook_output::own_columns;

/// The columns of one list: how they are called, what they hold, which must be there.
#[derive(Debug, Clone)]
pub struct ListSchema {
    pub(crate) kind: KindName,
    pub(crate) id: ListName,
    pub(crate) title: String,
    pub(crate) version: u32,
    pub(crate) fields: Vec<Field>,
    pub(crate) primary_key: Vec<usize>,
    pub(crate) header_fields: Vec<usize>,
    pub(crate) labels: HashMap<String, LabelTarget>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) areas: Arc<Areas>,
}

/// One column of a list.
#[derive(Debug, Clone)]
pub struct Field {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) field_type: FieldType,
    pub(crate) presence: Presence,
    pub(crate) required_if: Option<RequiredIf>,
    pub(crate) not_after_today: bool,
    pub(crate) sensitive: bool,
    pub(crate) in_dispatch: bool,
    pub(crate) values: Vec<String>,
    pub(crate) value_labels: HashMap<String, usize>,
    pub(crate) examples: Vec<String>,
}

/// How much of a column must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// The column may be missing.
    Optional,
    /// The column must be there; its cells may be empty.
    Column,
    /// The column must be there and every row must fill it.
    Cell,
}

/// A condition under which a cell must be filled.
#[derive(Debug, Clone)]
pub(crate) struct RequiredIf {
    pub(crate) field: usize,
    /// Any value will do if there is none here.
    pub(crate) equals: Vec<String>,
    pub(crate) code: ProblemCode,
    /// Fewer characters than this are as good as none.
    pub(crate) min_length: usize,
}

/// What a header's label leads to, the better match first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LabelTarget {
    /// The title or name of this field.
    Field(usize),
    /// An alias of this field.
    Alias(usize),
    /// A column that is known and not wanted.
    Ignored,
}

/// A schema file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The file is not JSON of the expected shape.
    #[error("list schema {file}: {source}")]
    Json {
        /// The file's name.
        file: String,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A value of the file breaks a rule.
    #[error("list schema {file}: {place}: {rule}")]
    Rule {
        /// The file's name.
        file: String,
        /// The key or field concerned.
        place: String,
        /// What it should have been.
        rule: &'static str,
    },
    /// Two files describe the same list.
    #[error("list schema {file}: the list is already described by another file")]
    Duplicate {
        /// The name of the later file.
        file: String,
    },
}

/// What breaks a rule, before anybody knows the file's name.
pub(crate) struct BrokenRule {
    place: String,
    rule: &'static str,
}

pub(crate) fn broken(place: &str, rule: &'static str) -> BrokenRule {
    BrokenRule {
        place: place.to_owned(),
        rule,
    }
}

const MOST_FIELDS: usize = 256;
const MOST_VALUES: usize = 256;
const LONGEST_LABEL: usize = 120;

impl ListSchema {
    /// Reads a schema file; `file` names it in errors.
    ///
    /// # Errors
    /// The key or field that breaks a rule of `spec/list-schema-v1.md`.
    pub fn from_json(file: &str, bytes: &[u8]) -> Result<Self, SchemaError> {
        let document: SchemaDocument =
            serde_json::from_slice(bytes).map_err(|source| SchemaError::Json {
                file: file.to_owned(),
                source,
            })?;
        Self::from_document(document).map_err(|broken| SchemaError::Rule {
            file: file.to_owned(),
            place: broken.place,
            rule: broken.rule,
        })
    }

    fn from_document(document: SchemaDocument) -> Result<Self, BrokenRule> {
        if let Some(key) = document.unknown_key() {
            return Err(broken(key, "not a key of this version"));
        }
        if document.list.is_empty() || document.list.len() > LONGEST_LABEL {
            return Err(broken("posthorse:list", "a name of 1 to 120 bytes"));
        }
        let fields = document.fields.iter().map(Field::from_document);
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        if fields.is_empty() || fields.len() > MOST_FIELDS {
            return Err(broken("fields", "1 to 256 fields"));
        }
        let mut schema = Self {
            kind: document.kind,
            id: document.id,
            title: document.list,
            version: document.version,
            fields,
            primary_key: Vec::new(),
            header_fields: Vec::new(),
            labels: HashMap::new(),
            rules: Vec::new(),
            areas: Areas::shared_built_in().clone(),
        };
        schema.primary_key = schema.positions("primaryKey", &document.primary_key)?;
        schema.header_fields = schema.positions("posthorse:header", &document.header)?;
        schema.add_labels(&document.fields, &document.ignored_columns)?;
        schema.add_conditions(&document.fields)?;
        let rules = document.rules.iter();
        let rules = rules.map(|rule| Rule::from_document(&schema, rule));
        schema.rules = rules.collect::<Result<_, _>>()?;
        Ok(schema)
    }

    fn positions(&self, key: &str, names: &[String]) -> Result<Vec<usize>, BrokenRule> {
        let positions = names.iter().map(|name| self.position(name));
        let positions: Option<Vec<usize>> = positions.collect();
        match positions {
            Some(positions) if !positions.is_empty() => Ok(positions),
            _ => Err(broken(key, "one or more names of fields")),
        }
    }

    fn add_labels(
        &mut self,
        documents: &[FieldDocument],
        ignored: &[String],
    ) -> Result<(), BrokenRule> {
        for (at, document) in documents.iter().enumerate() {
            for label in [&document.name, &document.title] {
                self.add_label(&document.name, label, LabelTarget::Field(at))?;
            }
            for label in &document.aliases {
                self.add_label(&document.name, label, LabelTarget::Alias(at))?;
            }
        }
        for label in ignored {
            self.add_label("posthorse:ignored_columns", label, LabelTarget::Ignored)?;
        }
        for label in own_columns() {
            let label = fold_label(label);
            self.labels.entry(label).or_insert(LabelTarget::Ignored);
        }
        Ok(())
    }

    fn add_label(
        &mut self,
        place: &str,
        label: &str,
        target: LabelTarget,
    ) -> Result<(), BrokenRule> {
        let label = fold_label(label);
        if label.is_empty() || label.len() > LONGEST_LABEL {
            return Err(broken(place, "labels of 1 to 120 bytes"));
        }
        let same_field = |other: LabelTarget| match (other, target) {
            (
                LabelTarget::Field(a) | LabelTarget::Alias(a),
                LabelTarget::Field(b) | LabelTarget::Alias(b),
            ) => a == b,
            (a, b) => a == b,
        };
        match self.labels.get(&label) {
            Some(other) if !same_field(*other) => {
                Err(broken(place, "a label that no other field has"))
            }
            Some(_) => Ok(()),
            None => {
                self.labels.insert(label, target);
                Ok(())
            }
        }
    }

    fn add_conditions(&mut self, documents: &[FieldDocument]) -> Result<(), BrokenRule> {
        for (at, document) in documents.iter().enumerate() {
            if let Some(condition) = &document.required_if {
                let condition = self.condition(&document.name, condition)?;
                self.fields[at].required_if = Some(condition);
            }
        }
        Ok(())
    }

    fn condition(
        &self,
        place: &str,
        document: &RequiredIfDocument,
    ) -> Result<RequiredIf, BrokenRule> {
        let field = self
            .position(&document.field)
            .ok_or_else(|| broken(place, "required_if names a field"))?;
        let other = &self.fields[field];
        let known = |value: &String| {
            other.field_type == FieldType::YesNo && (value == "是" || value == "否")
                || other.values.contains(value)
        };
        if !document.equals.iter().all(known) {
            return Err(broken(place, "required_if names values of that field"));
        }
        let code = ProblemCode::from_code(&document.code)
            .ok_or_else(|| broken(place, "required_if names a problem code"))?;
        Ok(RequiredIf {
            field,
            equals: document.equals.clone(),
            code,
            min_length: document.min_length.unwrap_or(1),
        })
    }

    /// The kind of package that carries this list.
    #[must_use]
    pub fn kind(&self) -> &KindName {
        &self.kind
    }

    /// The list's id, such as `medical-insurance-self-paid`.
    #[must_use]
    pub fn id(&self) -> &ListName {
        &self.id
    }

    /// The list's Chinese name, such as `医保-个人自付较大`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The version of the schema; it grows when columns change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The counties that its columns of counties may name.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The columns, in the order in which they are written.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of a field among [`ListSchema::fields`].
    #[must_use]
    pub fn position(&self, field_name: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| field.name == field_name)
    }

    /// The place of the field that people mean by this title, name or alias.
    #[must_use]
    pub fn position_called(&self, label: &str) -> Option<usize> {
        match self.labels.get(&fold_label(label))? {
            LabelTarget::Field(at) | LabelTarget::Alias(at) => Some(*at),
            LabelTarget::Ignored => None,
        }
    }

    /// The places of the fields that tell one row from another.
    #[must_use]
    pub fn primary_key(&self) -> &[usize] {
        &self.primary_key
    }

    /// The titles of the columns by which a header row is known.
    #[must_use]
    pub fn header_titles(&self) -> Vec<&str> {
        let title = |at: &usize| self.fields[*at].title.as_str();
        self.header_fields.iter().map(title).collect()
    }
}

impl Field {
    fn from_document(document: &FieldDocument) -> Result<Self, BrokenRule> {
        let place = document.name.as_str();
        let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if place.is_empty() || place.len() > 64 || !place.bytes().all(is_name) {
            return Err(broken(place, "a name of 1 to 64 of a-z, 0-9 and _"));
        }
        if let Some(key) = document.unknown_key() {
            return Err(broken(
                &format!("{place}: {key}"),
                "not a key of this version",
            ));
        }
        if document.standard_type != document.field_type.table_schema_type() {
            return Err(broken(
                place,
                "the Table Schema type that posthorse:type asks for",
            ));
        }
        let constraints = &document.constraints;
        let is_enum = document.field_type == FieldType::Enum;
        if is_enum == constraints.values.is_empty() || constraints.values.len() > MOST_VALUES {
            return Err(broken(
                place,
                "1 to 256 values for an enum, none for another type",
            ));
        }
        Ok(Self {
            name: document.name.clone(),
            title: document.title.clone(),
            field_type: document.field_type,
            presence: match (constraints.required, document.column_required) {
                (true, _) => Presence::Cell,
                (false, true) => Presence::Column,
                (false, false) => Presence::Optional,
            },
            required_if: None,
            not_after_today: document.not_after_today,
            sensitive: document.sensitive,
            in_dispatch: document.in_dispatch,
            values: constraints.values.clone(),
            value_labels: value_labels(document)?,
            examples: document.examples.clone(),
        })
    }

    /// The field's name, as transport CSV has it in its header.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The column's Chinese title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the column holds.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        self.field_type
    }

    /// How much of the column must be there.
    #[must_use]
    pub fn presence(&self) -> Presence {
        self.presence
    }

    /// Whether the law or good sense keeps the values off screens.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether the county sees this column as part of a lead's summary.
    #[must_use]
    pub fn is_in_dispatch(&self) -> bool {
        self.in_dispatch
    }

    /// The permitted values of an enum, in the order of its drop-down.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Values as they occur, for people who learn and for invented lists.
    #[must_use]
    pub fn examples(&self) -> &[String] {
        &self.examples
    }
}

fn value_labels(document: &FieldDocument) -> Result<HashMap<String, usize>, BrokenRule> {
    let mut labels = HashMap::new();
    let mut add = |label: &str, at: usize| {
        let label = fold_label(label);
        match labels.insert(label, at) {
            Some(other) if other != at => {
                Err(broken(&document.name, "values and aliases that differ"))
            }
            _ => Ok(()),
        }
    };
    for (at, value) in document.constraints.values.iter().enumerate() {
        add(value, at)?;
    }
    for (value, aliases) in &document.enum_aliases {
        let values = &document.constraints.values;
        let at = values
            .iter()
            .position(|known| known == value)
            .ok_or_else(|| broken(&document.name, "aliases of values that exist"))?;
        for alias in aliases {
            add(alias, at)?;
        }
    }
    Ok(labels)
}
