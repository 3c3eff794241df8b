//! The CSV in which a list travels inside a package, and its Table Schema.

use std::io::{Read, Write};
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord, Terminator, Writer, WriterBuilder};
use serde_json::{Value, json};

use crate::checking::list_error::{Fault, Halt, ListError};
use crate::checking::row_check::{SourceRow, fill_cell};
use crate::reading::csv_source::{BoundedRows, halt_of_csv};
use crate::reading::limits::ListLimits;
use crate::reading::raw_row::RawRow;
use crate::reading::text_encoding::Progress;
use crate::schemas::list_schema::ListSchema;

/// The column that names the sheet of the clerk's workbook; empty if the list was no workbook.
pub const SOURCE_SHEET: &str = "source_sheet";
/// The column that holds the row's number in the clerk's list, counted from 1.
pub const SOURCE_ROW: &str = "source_row";

/// Writes rows as transport CSV: UTF-8, RFC 4180, lines ended by LF, the header made of field
/// names. The caller MUST call [`TransportWriter::finish`].
pub struct TransportWriter<'s, W: Write> {
    schema: &'s ListSchema,
    columns: Vec<usize>,
    writer: Writer<W>,
}

impl<'s, W: Write> TransportWriter<'s, W> {
    /// Starts a list that has every column of its schema.
    ///
    /// # Errors
    /// The header cannot be written.
    pub fn new(schema: &'s ListSchema, out: W) -> Result<Self, ListError> {
        Self::with_columns(schema, (0..schema.fields.len()).collect(), out)
    }

    /// Starts a list that has these columns, given by their place in the schema.
    pub fn with_columns(
        schema: &'s ListSchema,
        columns: Vec<usize>,
        out: W,
    ) -> Result<Self, ListError> {
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .from_writer(out);
        let names = columns.iter().map(|at| schema.fields[*at].name.as_str());
        writer
            .write_record([SOURCE_SHEET, SOURCE_ROW].into_iter().chain(names))
            .map_err(write_error)?;
        Ok(Self {
            schema,
            columns,
            writer,
        })
    }

    /// Writes a row, its cells by field of the schema; missing cells are empty.
    ///
    /// # Errors
    /// The row cannot be written.
    pub fn write_row(
        &mut self,
        sheet: &str,
        row: u32,
        cells: &[impl AsRef<str>],
    ) -> Result<(), ListError> {
        self.start_row(sheet, row)?;
        for at in 0..self.columns.len() {
            let cell = cells.get(self.columns[at]).map_or("", AsRef::as_ref);
            self.writer.write_field(cell).map_err(write_error)?;
        }
        self.end_row()
    }

    /// Writes a row as it was read.
    pub(crate) fn write_source(&mut self, row: &SourceRow<'_>) -> Result<(), ListError> {
        self.start_row(row.sheet, row.number)?;
        for at in 0..self.columns.len() {
            let cell = row.text(self.columns[at]);
            self.writer.write_field(cell).map_err(write_error)?;
        }
        self.end_row()
    }

    fn start_row(&mut self, sheet: &str, row: u32) -> Result<(), ListError> {
        self.writer.write_field(sheet).map_err(write_error)?;
        let row = row.to_string();
        self.writer.write_field(row).map_err(write_error)
    }

    fn end_row(&mut self) -> Result<(), ListError> {
        self.writer
            .write_record(std::iter::empty::<&[u8]>())
            .map_err(write_error)
    }

    /// Flushes what is left and gives the writer back.
    ///
    /// # Errors
    /// The rest cannot be written.
    pub fn finish(self) -> Result<W, ListError> {
        self.writer
            .into_inner()
            .map_err(|error| ListError::Write(error.into_error()))
    }

    /// The Table Schema of what is written.
    #[must_use]
    pub fn table_schema(&self) -> Value {
        transport_table_schema(self.schema, &self.columns)
    }
}

fn write_error(error: csv::Error) -> ListError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ListError::Write(error),
        other => ListError::Write(std::io::Error::other(format!("{other:?}"))),
    }
}

/// The Table Schema of a list in transport, for the columns given by their place in the schema.
///
/// Every field is a string without constraints: the list travels with its faulty rows, and the
/// judgement is the receiver's, so a validator must accept what the office wrote.
#[must_use]
pub fn transport_table_schema(schema: &ListSchema, columns: &[usize]) -> Value {
    let mut fields = vec![
        json!({"name": SOURCE_SHEET, "title": "原表工作表", "type": "string"}),
        json!({"name": SOURCE_ROW, "title": "原表行号", "type": "integer"}),
    ];
    for field in columns.iter().filter_map(|at| schema.fields.get(*at)) {
        fields.push(json!({"name": field.name, "title": field.title, "type": "string"}));
    }
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": schema.title,
        "posthorse:kind": schema.kind,
        "posthorse:id": schema.id,
        "posthorse:version": schema.version,
        "fields": fields,
        "missingValues": [""],
    })
}

/// Reads transport CSV. The header says which fields there are.
pub(crate) struct TransportReader<R: Read> {
    reader: csv::Reader<BoundedRows<CountedReader<R>>>,
    progress: Progress,
    limits: ListLimits,
    /// For each field of the schema its column.
    pub(crate) columns: Vec<Option<usize>>,
}

/// Counts what is handed out, as the decoder of clerks' files does.
pub(crate) struct CountedReader<R> {
    reader: R,
    progress: Progress,
}

impl<R: Read> Read for CountedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.set(self.progress.get() + read);
        Ok(read)
    }
}

impl<R: Read> TransportReader<R> {
    pub(crate) fn open(reader: R, schema: &ListSchema, limits: &ListLimits) -> Result<Self, Halt> {
        let progress = Progress::default();
        let bounded = BoundedRows {
            reader: CountedReader {
                reader,
                progress: Rc::clone(&progress),
            },
            progress: Rc::clone(&progress),
            limit: limits.row_bytes,
        };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(false)
            .buffer_capacity(64 * 1024)
            .from_reader(bounded);
        let mut header = StringRecord::new();
        let more = reader.read_record(&mut header);
        let more = more.map_err(|error| transport_halt(error, 1, limits))?;
        let columns = if more {
            columns_of(schema, &header)
        } else {
            None
        };
        Ok(Self {
            reader,
            progress,
            limits: limits.clone(),
            columns: columns.ok_or(Halt::Data(Fault::Unreadable("header-differs")))?,
        })
    }

    /// Hands every row to `visit`, in order.
    pub(crate) fn for_each_row(
        &mut self,
        visit: &mut dyn FnMut(&SourceRow<'_>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let mut record = StringRecord::new();
        let mut cells = RawRow::default();
        let mut count = 0_u64;
        loop {
            self.progress.set(0);
            let more = self.reader.read_record(&mut record);
            if !more.map_err(|error| transport_halt(error, count + 2, &self.limits))? {
                return Ok(());
            }
            count += 1;
            if count > self.limits.rows {
                let (what, limit) = ("rows", self.limits.rows);
                return Err(Fault::TooLarge { what, limit }.into());
            }
            let number = record.get(1).and_then(row_number);
            let number = number.ok_or(Halt::Data(Fault::Unreadable("damaged")))?;
            cells.start(number);
            for (column, text) in record.iter().enumerate().skip(2) {
                if text.len() > self.limits.cell_bytes {
                    let (what, limit) = ("cell-text", self.limits.cell_bytes as u64);
                    return Err(Fault::TooLarge { what, limit }.into());
                }
                fill_cell(&mut cells, column, text);
            }
            visit(&SourceRow {
                sheet: record.get(0).unwrap_or_default(),
                number,
                cells: &cells,
                columns: &self.columns,
                has_letters: false,
            })?;
        }
    }
}

fn row_number(text: &str) -> Option<u32> {
    let canonical = !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| canonical)
}

/// Field names, each known and in the order of the schema.
fn columns_of(schema: &ListSchema, header: &StringRecord) -> Option<Vec<Option<usize>>> {
    let starts = header.get(0) == Some(SOURCE_SHEET) && header.get(1) == Some(SOURCE_ROW);
    if !starts {
        return None;
    }
    let mut columns = vec![None; schema.fields.len()];
    let mut next = 0;
    for (column, name) in header.iter().enumerate().skip(2) {
        let at = schema.position(name).filter(|at| *at >= next)?;
        columns[at] = Some(column);
        next = at + 1;
    }
    Some(columns)
}

fn transport_halt(error: csv::Error, line: u64, limits: &ListLimits) -> Halt {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => Fault::Undecodable { line }.into(),
        _ => halt_of_csv(error, limits),
    }
}
