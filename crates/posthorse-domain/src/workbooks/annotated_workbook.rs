//! A copy of a clerk's own list: faulty cells red, the reason beside them, a sheet that sums up.

use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};

use crate::checking::check_report::CheckReport;
use crate::checking::check_summary::{reasons, write_check_summary};
use crate::checking::list_check::ListCheck;
use crate::checking::list_error::{Halt, ListError};
use crate::checking::problem::{Level, Problem, ProblemCode};
use crate::reading::list_source::{HeadedSheet, ListSource, RowSort};
use crate::reading::raw_row::{Flow, RawRow};
use crate::schemas::list_schema::ListSchema;
use crate::workbooks::annotated_layout::{Layout, survey};
use crate::workbooks::row_reasons::{GroupWarnings, with_whole_proposal};
use crate::workbooks::workbook_output::{
    Formats, LAST_ROW, REASON_COLUMN, RESULT_SHEET, WorkbookError, allow_numbers_as_text, fitting,
    lines, save, set_height, set_up_printing, set_width, workbook_of, write_text,
};

/// Places of the column that holds the reasons.
const REASON_WIDTH: usize = 60;
/// Notes, and rows with a height of their own, are held in memory until the end.
const MOST_NOTES: usize = 1_000;
const MOST_HEIGHTS: usize = 10_000;

/// What came of a check with an annotated copy.
#[derive(Debug)]
#[non_exhaustive]
pub enum Annotated {
    /// The copy was written.
    Written(CheckReport),
    /// The file cannot be read to its end, so there is nothing to copy: nothing was written.
    Unreadable(CheckReport),
    /// A sheet has more rows than a worksheet holds: nothing was written.
    TooLong(CheckReport),
}

/// An annotated copy that could not be made: the machine's fault, or the writer's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnotateError {
    /// The list could not be read.
    #[error(transparent)]
    List(#[from] ListError),
    /// The copy could not be written.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
}

impl From<XlsxError> for AnnotateError {
    fn from(error: XlsxError) -> Self {
        Self::Workbook(error.into())
    }
}

impl ListCheck<'_> {
    /// Reads a clerk's list and checks it as [`ListCheck::check`] does, and writes a copy of it: the
    /// same sheets, rows and columns, all cells text, faulty cells red, and what is wrong in a column
    /// 问题说明 to the right. The sheet 检查结果 in front sums up. A mended copy can be checked and
    /// sealed like the list itself: what we added is passed over.
    ///
    /// The list is read twice, first for its measures, and once more if it has households to count. Rows wait in unnamed temporary files, not in
    /// memory. What was written to `out` is worth keeping only if the answer is
    /// [`Annotated::Written`].
    ///
    /// # Errors
    /// The machine's fault; what is wrong with the list is in the report.
    pub fn annotate<R: Read + Seek, W: Write + Send>(
        &self,
        mut source: R,
        out: W,
    ) -> Result<Annotated, AnnotateError> {
        let formats = Formats::new();
        let of_groups = GroupWarnings::of(self, &mut source)?;
        let mut copy = match Copy::begin(self, &mut source, &formats) {
            Ok(Some(copy)) => Copy { of_groups, ..copy },
            Ok(None) => {
                let report = self.check(source, &mut |_| Ok(()))?;
                return Ok(Annotated::TooLong(report));
            }
            Err(Halt::Data(_)) => {
                let report = self.check(source, &mut |_| Ok(()))?;
                return Ok(Annotated::Unreadable(report));
            }
            Err(Halt::Error(error)) => return Err(error.into()),
        };
        let report = self.check_seen(&mut source, &mut |sheet, sort, row, found| {
            let written = copy.write_row(sheet, sort, row, found);
            written.map_err(halt_of_writing)
        })?;
        if !ends_in_order(&report) {
            return Ok(Annotated::Unreadable(report));
        }
        copy.finish(&report, self.today, out)?;
        Ok(Annotated::Written(report))
    }
}

/// Whether the file was read to its end.
fn ends_in_order(report: &CheckReport) -> bool {
    let faults = [
        ProblemCode::Unreadable,
        ProblemCode::TooLarge,
        ProblemCode::Undecodable,
    ];
    faults.iter().all(|code| !report.counts.contains_key(code))
}

fn halt_of_writing(error: XlsxError) -> Halt {
    Halt::Error(ListError::Write(match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }))
}

/// The copy while it is made: its first sheet is kept free for the summary.
struct Copy<'c> {
    schema: &'c ListSchema,
    formats: &'c Formats,
    workbook: Workbook,
    layouts: Vec<Layout>,
    /// For each sheet of the source its layout.
    by_name: HashMap<String, usize>,
    notes: usize,
    heights: usize,
    of_groups: GroupWarnings,
    today: Date,
}

impl<'c> Copy<'c> {
    /// Measures the list, makes its sheets, and copies those that have no header; none if a sheet
    /// has more rows than a worksheet holds.
    fn begin<R: Read + Seek>(
        check: &ListCheck<'c>,
        source: R,
        formats: &'c Formats,
    ) -> Result<Option<Self>, Halt> {
        let limits = check.limits.clone().unwrap_or_default();
        let mut list = ListSource::open(source, check.schema, &limits)?;
        let layouts = survey(&mut list)?;
        if layouts.iter().any(|layout| layout.rows > LAST_ROW + 1) {
            return Ok(None);
        }
        let by_name = layouts.iter().enumerate();
        let by_name = by_name.map(|(at, layout)| (layout.source_name.clone(), at));
        let mut copy = Self {
            schema: check.schema,
            formats,
            workbook: workbook_of(check.today).map_err(halt_of_writing)?,
            by_name: by_name.collect(),
            layouts,
            notes: 0,
            heights: 0,
            of_groups: GroupWarnings::default(),
            today: check.today,
        };
        copy.add_sheets().map_err(halt_of_writing)?;
        for at in 0..copy.layouts.len() {
            if copy.layouts[at].header_row.is_none() {
                let name = copy.layouts[at].source_name.clone();
                list.raw_rows(&name, &mut |row| {
                    copy.write_plain(at, row).map_err(halt_of_writing)?;
                    Ok(Flow::Continue)
                })?;
            }
        }
        Ok(Some(copy))
    }

    fn add_sheets(&mut self) -> Result<(), XlsxError> {
        let mut taken: Vec<String> = Vec::new();
        let summary = free_name(RESULT_SHEET, &self.layouts, &mut taken);
        self.workbook.add_worksheet().set_name(summary)?;
        for layout in &self.layouts {
            let name = free_name(layout.name(), &[], &mut taken);
            let sheet = self.workbook.add_worksheet_with_constant_memory()?;
            // A file not made by a spreadsheet program may hold names that none permits.
            if sheet.set_name(&name).is_err() {
                taken.push(format!("表{}", taken.len()));
                sheet.set_name(&taken[taken.len() - 1])?;
            }
            sheet.set_hidden(layout.is_hidden);
            let mut total = REASON_WIDTH;
            for (column, width) in (0..).zip(&layout.widths) {
                sheet.set_column_format(column, &self.formats.text)?;
                total += set_width(sheet, column, "", *width)?;
            }
            let Some(header_row) = layout.header_row else {
                continue;
            };
            let reason = layout.reason as u16;
            set_width(sheet, reason, REASON_COLUMN, REASON_WIDTH)?;
            sheet.set_freeze_panes(header_row, 0)?;
            sheet.autofilter(header_row - 1, 0, layout.rows - 1, reason)?;
            allow_numbers_as_text(sheet, 0, layout.rows - 1, reason)?;
            set_up_printing(sheet, Some(header_row - 1), total, 0)?;
        }
        Ok(())
    }

    fn sheet(&mut self, layout: usize) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(layout + 1)
    }

    /// Copies a row of a sheet that is no list.
    fn write_plain(&mut self, layout: usize, row: &RawRow) -> Result<(), XlsxError> {
        let formats = self.formats;
        let sheet = self.sheet(layout)?;
        for (column, text) in (0..).zip(row.cells()) {
            if !text.is_empty() {
                write_text(sheet, row.number - 1, column, text, &formats.text)?;
            }
        }
        Ok(())
    }

    fn write_row(
        &mut self,
        sheet: &HeadedSheet,
        sort: RowSort,
        row: &RawRow,
        found: &[Problem],
    ) -> Result<(), XlsxError> {
        let Some(layout) = self.by_name.get(&sheet.name).copied() else {
            return Ok(());
        };
        match sort {
            RowSort::Above => self.write_title(layout, row),
            RowSort::Header => self.write_header(layout, sheet, row),
            RowSort::Blank | RowSort::Passed => self.write_plain(layout, row),
            RowSort::Person => self.write_person(layout, sheet, row, found),
        }
    }

    /// A row above the header; a text that stands there alone lies across the list.
    fn write_title(&mut self, layout: usize, row: &RawRow) -> Result<(), XlsxError> {
        let mut filled = (0..).zip(row.cells()).filter(|(_, text)| !text.is_empty());
        let last = self.layouts[layout].widths.len().saturating_sub(1) as u16;
        match (filled.next(), filled.next()) {
            (Some((column, text)), None) if column < last => {
                let formats = self.formats;
                let (at, text) = (row.number - 1, fitting(text));
                let sheet = self.sheet(layout)?;
                sheet.merge_range(at, column, at, last, text, &formats.title)?;
                sheet.set_row_height(at, 26)?;
                Ok(())
            }
            _ => self.write_plain(layout, row),
        }
    }

    fn write_header(
        &mut self,
        layout: usize,
        headed: &HeadedSheet,
        row: &RawRow,
    ) -> Result<(), XlsxError> {
        let (schema, formats) = (self.schema, self.formats);
        let (width, reason) = (
            self.layouts[layout].widths.len(),
            self.layouts[layout].reason,
        );
        let sheet = self.sheet(layout)?;
        let at = row.number - 1;
        for column in (0..width).filter(|column| *column != reason) {
            let mut columns = headed.header.columns.iter();
            let field = columns.position(|known| *known == Some(column));
            let field = field.map(|field| &schema.fields[field]);
            let format = field.map_or(&formats.header, |field| formats.header_of(field));
            // The title may stand in the line above; so the copy's header is complete in one line.
            let title = match row.cell(column) {
                "" => field.map_or("", |field| &field.title),
                title => title,
            };
            write_text(sheet, at, column as u16, title, format)?;
        }
        write_text(
            sheet,
            at,
            reason as u16,
            REASON_COLUMN,
            &formats.required_header,
        )?;
        sheet.set_row_height(at, 30)?;
        Ok(())
    }

    fn write_person(
        &mut self,
        layout: usize,
        headed: &HeadedSheet,
        row: &RawRow,
        found: &[Problem],
    ) -> Result<(), XlsxError> {
        let found = self.all_found(headed, row, found);
        let formats = self.formats;
        let (width, reason) = (
            self.layouts[layout].widths.len(),
            self.layouts[layout].reason,
        );
        let has_note = self.notes < MOST_NOTES;
        let has_height = self.heights < MOST_HEIGHTS;
        let sheet = self.sheet(layout)?;
        let at = row.number - 1;
        let mut notes = 0;
        for column in (0..width).filter(|column| *column != reason) {
            let here: Vec<Problem> = found
                .iter()
                .filter(|problem| column_of(problem, headed) == Some(column))
                .cloned()
                .collect();
            let format = format_of(&here, formats);
            write_text(sheet, at, column as u16, row.cell(column), format)?;
            if has_note && !here.is_empty() {
                let note = Note::new(reasons(&here)).add_author_prefix(false);
                sheet.insert_note(at, column as u16, &note)?;
                notes += 1;
            }
        }
        if !found.is_empty() {
            let reasons = reasons(&found);
            write_text(sheet, at, reason as u16, &reasons, &formats.reason)?;
            if has_height {
                set_height(sheet, at, lines(&reasons, REASON_WIDTH - 2))?;
            }
            self.heights += 1;
        }
        self.notes += notes;
        Ok(())
    }

    /// What was found in a row, with what only the whole list shows and only its clerk may see.
    fn all_found(&mut self, headed: &HeadedSheet, row: &RawRow, found: &[Problem]) -> Vec<Problem> {
        let mut all = found.to_vec();
        for problem in &mut all {
            let cell = column_of(problem, headed).map_or("", |column| row.cell(column));
            with_whole_proposal(problem, cell, self.today);
        }
        all.extend(self.of_groups.take(&headed.name, row.number));
        all
    }

    fn finish<W: Write + Send>(
        mut self,
        report: &CheckReport,
        today: Date,
        out: W,
    ) -> Result<(), AnnotateError> {
        let summary = self.workbook.worksheet_from_index(0)?;
        summary.set_active(true);
        let (schema, formats) = (self.schema, self.formats);
        write_check_summary(summary, schema, report, today, &advice(report), formats)?;
        save(self.workbook, out)?;
        Ok(())
    }
}

/// A sheet's name that no other has yet; spreadsheet programs do not tell capitals.
fn free_name(wanted: &str, others: &[Layout], taken: &mut Vec<String>) -> String {
    let is_free = |name: &str, taken: &[String]| {
        let name = name.to_lowercase();
        let is_taken = |other: &str| other.to_lowercase() == name;
        !taken.iter().any(|other| is_taken(other))
            && !others.iter().any(|layout| is_taken(layout.name()))
    };
    let mut name = wanted.to_owned();
    let mut nth = 2;
    while !is_free(&name, taken) {
        let stem: String = wanted.chars().take(24).collect();
        name = format!("{stem}（{nth}）");
        nth += 1;
    }
    taken.push(name.clone());
    name
}

fn column_of(problem: &Problem, sheet: &HeadedSheet) -> Option<usize> {
    let field = problem.field?;
    sheet.header.columns.get(field).copied().flatten()
}

fn format_of<'f>(here: &[Problem], formats: &'f Formats) -> &'f Format {
    match here.iter().map(|problem| problem.level).min() {
        None => &formats.framed,
        Some(Level::File | Level::Row) => &formats.faulty,
        Some(Level::Warning | Level::Info) => &formats.doubtful,
    }
}

fn advice(report: &CheckReport) -> Vec<String> {
    if report.is_clean() {
        return vec!["没有需要改正的内容。".to_owned()];
    }
    vec![
        "1. 红色单元格须改正；原因和改法写在同一行最右边的“问题说明”列。".to_owned(),
        "2. 各列已设为“文本”。粘贴号码时请选“只粘贴数值”，不要改成“常规”或“数字”。".to_owned(),
        "3. 改好后可直接检查、封装本工作簿；“问题说明”列和本表不会报送。".to_owned(),
    ]
}
