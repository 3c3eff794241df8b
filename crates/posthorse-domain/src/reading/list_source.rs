//! A clerk's list, whatever kind of file it is: its sheets, their headers, the rows below.

use std::cmp::Ordering;
use std::io::{Read, Seek};

use serde::Serialize;

use crate::checking::list_error::{Fault, Halt, ListError, halt_of_io};
use crate::checking::problem::{Level, Problem, ProblemCode};
use crate::reading::csv_source::CsvSource;
use crate::reading::header::{HEADER_ROWS, Header, HeaderSearch, no_header};
use crate::reading::limits::ListLimits;
use crate::reading::old_workbook_source::OldWorkbookSource;
use crate::reading::raw_row::{Flow, RawRow};
use crate::reading::sheet_findings::SheetFindings;
use crate::reading::sheet_notes::SheetNotes;
use crate::reading::text_encoding::TextEncoding;
use crate::reading::workbook_source::{SheetName, WorkbookSource};
use crate::schemas::list_schema::ListSchema;
use crate::values::field_type::FieldType;
use crate::values::text::fold_label;
use crate::workbooks::workbook_output::is_own_sheet;

/// What kind of file a list came in, told by its content and never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListFormat {
    /// An `.xlsx` workbook.
    Workbook,
    /// An `.xls` workbook of Excel 97 to 2003.
    OldWorkbook,
    /// Text in columns, in this encoding.
    Csv(TextEncoding),
    /// The CSV that packages carry.
    Transport,
}

enum Rows<R: Read + Seek> {
    Workbook(Box<WorkbookSource<R>>),
    OldWorkbook(Box<OldWorkbookSource<R>>),
    Csv(CsvSource<R>),
}

fn open_rows<R: Read + Seek>(mut reader: R, limits: &ListLimits) -> Result<Rows<R>, Halt> {
    let first = magic(&mut reader)?;
    if first.starts_with(ZIP_MAGIC) {
        let source = WorkbookSource::open(reader, limits)?;
        Ok(Rows::Workbook(Box::new(source)))
    } else if first.starts_with(CFB_MAGIC) {
        let source = OldWorkbookSource::open(reader, limits)?;
        Ok(Rows::OldWorkbook(Box::new(source)))
    } else if is_markup(&first) {
        Err(Fault::Unreadable("markup").into())
    } else if [&b"%PDF-"[..], b"{\\rtf"]
        .iter()
        .any(|start| first.starts_with(start))
    {
        Err(Fault::Unreadable("document").into())
    } else {
        Ok(Rows::Csv(CsvSource::open(reader, limits)?))
    }
}

impl<R: Read + Seek> Rows<R> {
    fn sheet_names(&self) -> Vec<SheetName> {
        match self {
            Self::Workbook(source) => source.sheets(),
            Self::OldWorkbook(source) => source.sheets(),
            Self::Csv(_) => vec![SheetName {
                name: String::new(),
                is_hidden: false,
            }],
        }
    }

    fn for_each(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        match self {
            Self::Workbook(source) => source.for_each_row(sheet, visit),
            Self::OldWorkbook(source) => source.for_each_row(sheet, visit),
            Self::Csv(source) => source.for_each_row(visit),
        }
    }

    fn take_findings(&mut self, sheet: &str) -> Result<SheetFindings, Halt> {
        match self {
            Self::Workbook(source) => Ok(source.take_findings(sheet)),
            Self::OldWorkbook(source) => source.findings(sheet),
            Self::Csv(_) => Ok(SheetFindings::default()),
        }
    }
}

/// An opened list, whose headers have been found.
pub(crate) struct ListSource<R: Read + Seek> {
    rows: Rows<R>,
    /// The sheets that have a header.
    pub(crate) sheets: Vec<HeadedSheet>,
    /// What was found while opening.
    pub(crate) problems: Vec<Problem>,
}

/// A sheet that holds people.
#[derive(Debug, Clone)]
pub(crate) struct HeadedSheet {
    pub(crate) name: String,
    pub(crate) header: Header,
}

/// What a row of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowSort {
    /// A title, or whatever else stands above the header.
    Above,
    Header,
    Person,
    Blank,
    /// A sum, or the header again.
    Passed,
}

const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
const CFB_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether the text begins as a web page or XML does: programs save those as `.xls` too.
fn is_markup(first: &[u8]) -> bool {
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let first = first.trim_ascii_start().to_ascii_lowercase();
    [&b"<html"[..], b"<?xml", b"<!doc", b"<tabl", b"<meta"]
        .iter()
        .any(|start| first.starts_with(start))
}

fn magic<R: Read + Seek>(reader: &mut R) -> Result<Vec<u8>, Halt> {
    reader.rewind().map_err(ListError::Read)?;
    let mut first = Vec::new();
    let read = reader.by_ref().take(16).read_to_end(&mut first);
    read.map_err(halt_of_io)?;
    reader.rewind().map_err(ListError::Read)?;
    Ok(first)
}

impl<R: Read + Seek> ListSource<R> {
    /// Tells what kind of file it is and finds the header of every visible sheet.
    pub(crate) fn open(reader: R, schema: &ListSchema, limits: &ListLimits) -> Result<Self, Halt> {
        let mut source = Self {
            rows: open_rows(reader, limits)?,
            sheets: Vec::new(),
            problems: Vec::new(),
        };
        for sheet in source.rows.sheet_names() {
            source.look_at(&sheet, schema)?;
        }
        if source.sheets.is_empty() {
            source.problems.push(no_header(schema));
        }
        Ok(source)
    }

    pub(crate) fn format(&self) -> ListFormat {
        match &self.rows {
            Rows::Workbook(_) => ListFormat::Workbook,
            Rows::OldWorkbook(_) => ListFormat::OldWorkbook,
            Rows::Csv(source) => ListFormat::Csv(source.encoding),
        }
    }

    pub(crate) fn sheet_names(&self) -> Vec<SheetName> {
        self.rows.sheet_names()
    }

    /// Hands every row of a sheet that is in the file to `visit`, as it is.
    pub(crate) fn raw_rows(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        self.rows.for_each(sheet, visit)
    }

    fn look_at(&mut self, sheet: &SheetName, schema: &ListSchema) -> Result<(), Halt> {
        if sheet.is_hidden {
            return self.report_hidden(&sheet.name, schema);
        }
        let (mut search, mut has_text) = (HeaderSearch::new(schema), false);
        self.rows.for_each(&sheet.name, &mut |row| {
            has_text |= row.number <= HEADER_ROWS && !row.is_blank();
            Ok(if search.see(row) {
                Flow::Stop
            } else {
                Flow::Continue
            })
        })?;
        if let Some(header) = search.finish() {
            self.problems.extend(header.problems(schema, &sheet.name));
            self.sheets.push(HeadedSheet {
                name: sheet.name.clone(),
                header,
            });
        } else if has_text && !sheet.name.is_empty() && !is_own_sheet(&sheet.name) {
            let problem = Problem::new(ProblemCode::SheetWithoutHeader);
            self.problems.push(problem.with("ignored", &sheet.name));
        }
        Ok(())
    }

    fn report_hidden(&mut self, sheet: &str, schema: &ListSchema) -> Result<(), Halt> {
        let (mut count, mut search, mut has_ended) = (0_u64, HeaderSearch::new(schema), false);
        self.rows.for_each(sheet, &mut |row| {
            count += u64::from(!row.is_blank());
            has_ended = has_ended || search.see(row);
            Ok(Flow::Continue)
        })?;
        let has_header = search.finish().is_some();
        let mut problem = Problem::new(ProblemCode::HiddenSheet)
            .with("hidden", sheet)
            .with("count", count.to_string());
        if !has_header {
            // It holds the choices of a drop-down, or notes: no list that somebody could miss.
            problem.level = Level::Warning;
        }
        self.problems.push(problem);
        Ok(())
    }

    /// Hands every row of the sheets that have a header to `visit`, with what it is; reports how
    /// many were passed over.
    pub(crate) fn for_each_row(
        &mut self,
        schema: &ListSchema,
        visit: &mut dyn FnMut(&HeadedSheet, RowSort, &RawRow) -> Result<(), Halt>,
    ) -> Result<Vec<Problem>, Halt> {
        let mut notes = Vec::new();
        for sheet in self.sheets.clone() {
            let (mut passed, mut blank) = (0_u64, 0_u64);
            let findings = self.rows.take_findings(&sheet.name)?;
            let mut seen = SheetNotes::new(findings, schema, &sheet.header);
            self.rows.for_each(&sheet.name, &mut |row| {
                let sort = sort_row(schema, &sheet.header, row);
                match sort {
                    RowSort::Above | RowSort::Header => {}
                    RowSort::Blank => blank += 1,
                    RowSort::Passed => {
                        passed += 1;
                        seen.see(row.number, false);
                    }
                    RowSort::Person => {
                        // Blank rows behind the last person are only formatting.
                        passed += std::mem::take(&mut blank);
                        seen.see(row.number, true);
                    }
                }
                visit(&sheet, sort, row)?;
                Ok(Flow::Continue)
            })?;
            notes.extend(seen.problems(&sheet.name));
            if passed > 0 {
                let note = Problem::new(ProblemCode::SkippedRows).with("count", passed.to_string());
                notes.push(note.on_sheet(&sheet.name));
            }
        }
        Ok(notes)
    }
}

/// The first rows of every visible sheet, among which a header would be.
pub(crate) fn read_first_rows<R: Read + Seek>(
    reader: R,
    limits: &ListLimits,
) -> Result<Vec<Vec<RawRow>>, Halt> {
    let mut source = open_rows(reader, limits)?;
    let mut sheets = Vec::new();
    for sheet in source.sheet_names() {
        if sheet.is_hidden {
            continue;
        }
        let mut rows = Vec::new();
        source.for_each(&sheet.name, &mut |row| {
            if row.number > HEADER_ROWS {
                return Ok(Flow::Stop);
            }
            rows.push(row.clone());
            Ok(Flow::Continue)
        })?;
        sheets.push(rows);
    }
    Ok(sheets)
}

fn sort_row(schema: &ListSchema, header: &Header, row: &RawRow) -> RowSort {
    let filled = |(field, column): (&crate::schemas::list_schema::Field, &Option<usize>)| {
        field.field_type != FieldType::RowNumber
            && column.is_some_and(|column| !row.cell(column).is_empty())
    };
    match row.number.cmp(&header.row) {
        Ordering::Less => return RowSort::Above,
        Ordering::Equal => return RowSort::Header,
        Ordering::Greater => {}
    }
    if is_beside_the_list(schema, header, row) {
        return RowSort::Passed;
    }
    if !schema.fields.iter().zip(&header.columns).any(filled) {
        return RowSort::Blank;
    }
    if header.is_repeated_by(schema, row) {
        return RowSort::Passed;
    }
    RowSort::Person
}

/// Words with which a row of sums begins or ends, such as 本页小计.
const SUMS: [&str; 4] = ["合计", "总计", "小计", "共计"];
/// How the line of signatures below a printed list begins.
const SIGNATURES: [&str; 6] = ["制表", "填表", "填报", "审核", "负责人", "单位负责人"];

/// A row of sums or signatures has no key, and says what it is.
fn is_beside_the_list(schema: &ListSchema, header: &Header, row: &RawRow) -> bool {
    let has_key = schema.primary_key.iter().any(|field| {
        let text = header.columns[*field].map_or("", |column| row.cell(column));
        text.chars().any(|c| c.is_ascii_digit())
    });
    if has_key {
        return false;
    }
    let mut filled = row.cells().iter().filter(|text| !text.is_empty());
    // In a person's row, a word such as 审核 may stand in a remark, but never in front.
    let first = filled.clone().next().map(|text| fold_label(text));
    if first.is_some_and(|first| SIGNATURES.iter().any(|word| first.starts_with(word))) {
        return true;
    }
    filled.any(|text| {
        let is_short = text.chars().count() <= 12;
        let label = || fold_label(text);
        is_short
            && SUMS
                .iter()
                .any(|word| label().starts_with(word) || label().ends_with(word))
    })
}
