//! The door through which every list leaves: what its recipient may see, and no more
//! (spec/casework-v1.md, section 6).

use posthorse_domain::{ListSchema, TransportWriter, transport_table_schema};
use posthorse_package::{EntryName, KindName, Party, SourceContent};

use crate::bureau::Bureau;
use crate::error::Critical;
use crate::staging::OutgoingFile;

impl Bureau<'_> {
    /// A list for a recipient, in the columns that it may see. The rows have a cell for every
    /// field of the schema; cells of other columns stay here.
    ///
    /// # Errors
    /// Nothing says that the recipient may see anything of this list.
    pub(crate) fn disclosed_list(
        &self,
        kind: &KindName,
        schema: &ListSchema,
        to: &Party,
        name: EntryName,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<OutgoingFile, Critical> {
        self.disclosed_columns(kind, schema, to, (name, &|_| true), rows)
    }

    /// The same without the columns that are not there.
    ///
    /// # Errors
    /// As [`Bureau::disclosed_list`].
    pub(crate) fn disclosed_columns(
        &self,
        kind: &KindName,
        schema: &ListSchema,
        to: &Party,
        (name, has): (EntryName, &dyn Fn(usize) -> bool),
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<OutgoingFile, Critical> {
        let failed = |error: String| Critical::Schemas(error);
        let recipient = self.recipient_of(to);
        let disclosures = self.rules.casework().disclosures();
        let permitted = disclosures.columns(kind, schema.id(), &recipient);
        if permitted.is_empty() {
            return Err(failed(format!("{} may see nothing of {kind}", to.id)));
        }
        let mut columns = permitted.positions(schema);
        columns.retain(|at| has(*at));
        let mut writer = TransportWriter::with_columns(schema, columns.clone(), Vec::new())
            .map_err(|error| failed(error.to_string()))?;
        for (number, row) in (2_u32..).zip(rows) {
            writer
                .write_row("", number, &row)
                .map_err(|error| failed(error.to_string()))?;
        }
        let bytes = writer.finish().map_err(|error| failed(error.to_string()))?;
        let table_schema = serde_json::from_value(transport_table_schema(schema, &columns))
            .map_err(|error| failed(error.to_string()))?;
        Ok(OutgoingFile {
            name,
            title: schema.title().to_owned(),
            content: SourceContent::List {
                list: schema.id().clone(),
                table_schema,
            },
            bytes,
        })
    }

    /// The one list of a kind that this office sends.
    pub(crate) fn list_of(&self, kind: &KindName) -> Result<&ListSchema, Critical> {
        let found = self.rules.schemas().only_of(kind);
        found.ok_or_else(|| Critical::Schemas(format!("{kind} has not one list")))
    }
}

/// A row of a list with these cells, the others empty.
pub(crate) fn row_of(schema: &ListSchema, cells: &[(&str, String)]) -> Vec<String> {
    let cell = |name: &str| cells.iter().find(|(field, _)| *field == name);
    let fields = schema.fields().iter();
    fields
        .map(|field| cell(field.name()).map_or_else(String::new, |(_, text)| text.clone()))
        .collect()
}
