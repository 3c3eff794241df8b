//! Rows of an `.xls` workbook of Excel 97 to 2003, record by record.
//!
//! Nothing is held but the strings that cells share, so memory depends on the limits and not on
//! what a sheet of a few bytes claims to be.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cfb::{CompoundFile, Stream};

use crate::checking::list_error::{Fault, Halt, ListError, halt_of_io};
use crate::reading::biff_globals::{Globals, OldSheet, read_globals};
use crate::reading::biff_records::{Bytes, Records, kind, push_characters, rk_number};
use crate::reading::limits::ListLimits;
use crate::reading::raw_row::{Flow, RawRow};
use crate::reading::sheet_findings::{Block, SheetFindings};
use crate::reading::workbook_source::{SheetName, number_text};
use crate::values::calendar_date::serial_date;

/// The streams of an `.xls`, of its forerunner, and of an encrypted `.xlsx`.
const WORKBOOK: &str = "/Workbook";
const OLDER: &str = "/Book";
const ENCRYPTED: &str = "/EncryptedPackage";
/// Days between the two epochs that workbooks count from.
const DAYS_TO_1904: f64 = 1462.0;

/// An opened workbook.
pub(crate) struct OldWorkbookSource<R> {
    file: CompoundFile<R>,
    globals: Globals,
    limits: ListLimits,
}

impl<R: Read + Seek> OldWorkbookSource<R> {
    pub(crate) fn open(mut reader: R, limits: &ListLimits) -> Result<Self, Halt> {
        let length = reader.seek(SeekFrom::End(0)).map_err(ListError::Read)?;
        reader.rewind().map_err(ListError::Read)?;
        if length > limits.old_workbook_bytes {
            let (what, limit) = ("file-size", limits.old_workbook_bytes);
            return Err(Fault::TooLarge { what, limit }.into());
        }
        let mut file = caught(|| CompoundFile::open(reader))?;
        let reason = match [ENCRYPTED, WORKBOOK, OLDER].map(|path| file.is_stream(path)) {
            [true, ..] => Some("encrypted"),
            [_, true, _] => None,
            [_, _, true] => Some("older-xls"),
            _ => Some("not-a-workbook"),
        };
        if let Some(reason) = reason {
            return Err(Fault::Unreadable(reason).into());
        }
        let globals = read_globals(&mut records(&mut file, 0)?, limits)?;
        Ok(Self {
            file,
            globals,
            limits: limits.clone(),
        })
    }

    pub(crate) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.globals.sheets.iter();
        sheets
            .map(|sheet| SheetName {
                name: sheet.name.clone(),
                is_hidden: sheet.is_hidden,
            })
            .collect()
    }

    /// What stands on a sheet beside its values.
    pub(crate) fn findings(&mut self, sheet: &str) -> Result<SheetFindings, Halt> {
        let mut findings = SheetFindings::default();
        self.for_each_record(sheet, &mut |_, kind, mut bytes| {
            enter_finding(&mut findings, kind, &mut bytes)?;
            Ok(Flow::Continue)
        })?;
        Ok(findings)
    }

    /// Hands every row that has a cell to `visit`, in order, until it says stop.
    pub(crate) fn for_each_row(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        let mut rows = RowBuilder::new(self.limits.clone());
        let mut flow = Flow::Continue;
        self.for_each_record(sheet, &mut |globals, kind, bytes| {
            flow = rows.enter(globals, kind, bytes, visit)?;
            Ok(flow)
        })?;
        if flow == Flow::Continue {
            rows.end(visit)?;
        }
        Ok(())
    }

    fn for_each_record(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&Globals, u16, Bytes<'_>) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        let mut sheets = self.globals.sheets.iter();
        let Some(OldSheet { start, .. }) = sheets.find(|one| one.name == sheet) else {
            return Ok(());
        };
        let mut records = records(&mut self.file, *start)?;
        // Charts stand within a sheet, each with a beginning and an end of its own.
        let mut depth = 0_u32;
        while records.advance()? {
            match records.record.kind {
                kind::BEGIN => depth += 1,
                kind::EOF if depth <= 1 => return Ok(()),
                kind::EOF => depth -= 1,
                kind if depth == 1 => {
                    let bytes = Bytes(&records.record.bytes);
                    if visit(&self.globals, kind, bytes)? == Flow::Stop {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn records<R: Read + Seek>(
    file: &mut CompoundFile<R>,
    start: u64,
) -> Result<Records<CaughtReader<Stream<R>>>, Halt> {
    let mut stream = caught(|| file.open_stream(WORKBOOK))?;
    caught(|| stream.seek(SeekFrom::Start(start)))?;
    Ok(Records::new(CaughtReader(BufReader::with_capacity(
        64 * 1024,
        stream,
    ))))
}

/// A panic of the library on somebody's file is that file's fault, not the end of the daemon.
fn caught<T>(read: impl FnOnce() -> std::io::Result<T>) -> Result<T, Halt> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(halt_of_io),
        Err(_) => Err(Fault::Unreadable("damaged").into()),
    }
}

struct CaughtReader<R>(BufReader<R>);

impl<R: Read> Read for CaughtReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = catch_unwind(AssertUnwindSafe(|| self.0.read(buffer)));
        read.unwrap_or_else(|_| Err(std::io::ErrorKind::InvalidData.into()))
    }
}

fn enter_finding(
    findings: &mut SheetFindings,
    kind: u16,
    bytes: &mut Bytes<'_>,
) -> Result<(), Halt> {
    match kind {
        kind::ROW => {
            let row = u32::from(bytes.u16()?) + 1;
            bytes.take(10)?;
            if bytes.u16()? & 0x20 != 0 {
                findings.hide_row(row)?;
            }
        }
        kind::COLUMN_INFO => {
            let (first, last) = (u32::from(bytes.u16()?) + 1, u32::from(bytes.u16()?) + 1);
            let width = bytes.u16()?;
            bytes.take(2)?;
            if width == 0 || bytes.u16()? & 1 != 0 {
                findings.hide_columns(first, last)?;
            }
        }
        kind::MERGED_CELLS => {
            for _ in 0..bytes.u16()? {
                findings.merge(Block {
                    first_row: u32::from(bytes.u16()?) + 1,
                    last_row: u32::from(bytes.u16()?) + 1,
                    first_column: u32::from(bytes.u16()?) + 1,
                    last_column: u32::from(bytes.u16()?) + 1,
                })?;
            }
        }
        kind::FORMULA => {
            let (row, column) = (u32::from(bytes.u16()?) + 1, u32::from(bytes.u16()?) + 1);
            findings.formula(row, column)?;
        }
        _ => {}
    }
    Ok(())
}

/// Puts cells together to rows.
struct RowBuilder {
    limits: ListLimits,
    row: RawRow,
    current: Option<u16>,
    /// The column of a formula whose text follows in a record of its own.
    awaited: Option<usize>,
    row_count: u64,
    cell_count: u64,
}

impl RowBuilder {
    fn new(limits: ListLimits) -> Self {
        Self {
            limits,
            row: RawRow::default(),
            current: None,
            awaited: None,
            row_count: 0,
            cell_count: 0,
        }
    }

    fn enter(
        &mut self,
        globals: &Globals,
        kind: u16,
        mut bytes: Bytes<'_>,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<Flow, Halt> {
        if kind == kind::STRING {
            if let Some(column) = self.awaited.take() {
                let text = counted_text(&mut bytes)?;
                self.row.push_healed(column, &text);
            }
            return Ok(Flow::Continue);
        }
        let holds_cells = matches!(
            kind,
            kind::FORMULA
                | kind::MULTIPLE_RK
                | kind::SHARED_STRING_CELL
                | kind::NUMBER
                | kind::LABEL
                | kind::BOOLEAN_OR_ERROR
                | kind::RK
        );
        if !holds_cells {
            return Ok(Flow::Continue);
        }
        let (row, column) = (bytes.u16()?, usize::from(bytes.u16()?));
        if self.go_to(row, visit)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        if kind == kind::MULTIPLE_RK {
            let mut column = column;
            // Six bytes a cell; the last two bytes repeat the last column.
            while bytes.0.len() >= 8 {
                let format = bytes.u16()?;
                let number = rk_number(bytes.u32()?);
                self.number(globals, column, format, number)?;
                column += 1;
            }
            return Ok(Flow::Continue);
        }
        let format = bytes.u16()?;
        self.cell(globals, kind, column, format, &mut bytes)?;
        Ok(Flow::Continue)
    }

    fn cell(
        &mut self,
        globals: &Globals,
        kind: u16,
        column: usize,
        format: u16,
        bytes: &mut Bytes<'_>,
    ) -> Result<(), Halt> {
        match kind {
            kind::SHARED_STRING_CELL => {
                let text = globals.strings.get(bytes.u32()? as usize);
                self.text(column, text.map_or("", String::as_str))
            }
            kind::NUMBER => self.number(globals, column, format, bytes.f64()?),
            kind::RK => self.number(globals, column, format, rk_number(bytes.u32()?)),
            kind::LABEL => {
                let text = counted_text(bytes)?;
                self.text(column, &text)
            }
            kind::BOOLEAN_OR_ERROR => {
                let (value, is_error) = (bytes.u8()?, bytes.u8()? != 0);
                self.text(column, boolean_or_error(value, is_error))
            }
            _ => self.formula(globals, column, format, bytes),
        }
    }

    fn formula(
        &mut self,
        globals: &Globals,
        column: usize,
        format: u16,
        bytes: &mut Bytes<'_>,
    ) -> Result<(), Halt> {
        let value = bytes.take(8)?;
        if value[6..] != [0xff, 0xff] {
            return self.number(globals, column, format, Bytes(value).f64()?);
        }
        match value[0] {
            0 => {
                self.count(column)?;
                self.awaited = Some(column);
                Ok(())
            }
            1 => self.text(column, boolean_or_error(value[2], false)),
            2 => self.text(column, boolean_or_error(value[2], true)),
            _ => Ok(()),
        }
    }

    fn go_to(
        &mut self,
        row: u16,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<Flow, Halt> {
        if self.current == Some(row) {
            return Ok(Flow::Continue);
        }
        if self.current.is_some() && visit(&self.row)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        // Excel writes rows in order; a file that does not cannot be read as a stream.
        if self.current.is_some_and(|before| row < before) {
            return Err(Fault::Unreadable("damaged").into());
        }
        self.row_count += 1;
        if self.row_count > self.limits.rows {
            return Err(exceeded("rows", self.limits.rows));
        }
        self.awaited = None;
        self.row.start(u32::from(row) + 1);
        self.current = Some(row);
        Ok(Flow::Continue)
    }

    fn end(&mut self, visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>) -> Result<(), Halt> {
        if self.current.is_some() {
            visit(&self.row)?;
        }
        Ok(())
    }

    fn count(&mut self, column: usize) -> Result<(), Halt> {
        self.cell_count += 1;
        if self.cell_count > self.limits.cells {
            return Err(exceeded("cells", self.limits.cells));
        }
        if column >= self.limits.columns {
            return Err(exceeded("columns", self.limits.columns as u64));
        }
        Ok(())
    }

    fn text(&mut self, column: usize, text: &str) -> Result<(), Halt> {
        self.count(column)?;
        if text.len() > self.limits.cell_bytes {
            return Err(exceeded("cell-text", self.limits.cell_bytes as u64));
        }
        self.row.cell_mut(column).clear();
        self.row.push_healed(column, text);
        Ok(())
    }

    fn number(
        &mut self,
        globals: &Globals,
        column: usize,
        format: u16,
        number: f64,
    ) -> Result<(), Halt> {
        let is_date = globals.is_date.get(usize::from(format)) == Some(&true);
        let days = if globals.counts_from_1904 {
            number + DAYS_TO_1904
        } else {
            number
        };
        // The last day that Excel can show is 2,958,465; the cast keeps the whole days.
        let date = (is_date && (1.0..2_958_466.0).contains(&days))
            .then(|| serial_date(days as i32))
            .flatten();
        let text = date.map_or_else(|| number_text(number), |date| date.to_string());
        self.text(column, &text)
    }
}

fn exceeded(what: &'static str, limit: u64) -> Halt {
    Fault::TooLarge { what, limit }.into()
}

/// Text behind its length; what a further record continues is cut, for no list needs it.
fn counted_text(bytes: &mut Bytes<'_>) -> Result<String, Halt> {
    let characters = usize::from(bytes.u16()?);
    let is_wide = bytes.u8()? & 1 != 0;
    let length = if is_wide { characters * 2 } else { characters };
    let mut text = String::new();
    push_characters(bytes.take(length.min(bytes.0.len()))?, is_wide, &mut text);
    Ok(text)
}

fn boolean_or_error(value: u8, is_error: bool) -> &'static str {
    match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0f) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1d) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
}
