//! What the first part of an `.xls` workbook says about all its sheets: names, strings, formats.

use std::io::Read;

use crate::checking::list_error::{Fault, Halt};
use crate::reading::biff_records::{Bytes, Records, damaged, kind, plain_text, push_characters};
use crate::reading::limits::ListLimits;

/// A sheet, and where its records begin in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OldSheet {
    pub(crate) name: String,
    pub(crate) is_hidden: bool,
    pub(crate) start: u64,
}

/// Names, strings and formats of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Globals {
    pub(crate) sheets: Vec<OldSheet>,
    pub(crate) strings: Vec<String>,
    /// For each cell format whether it shows a date.
    pub(crate) is_date: Vec<bool>,
    /// Whether days are counted from 1904.
    pub(crate) counts_from_1904: bool,
}

/// Formats that a workbook may declare; Excel allows 65,490 for cells.
const MOST_FORMATS: usize = 65_536;

/// Reads the globals.
pub(crate) fn read_globals(
    records: &mut Records<impl Read>,
    limits: &ListLimits,
) -> Result<Globals, Halt> {
    let mut globals = Globals::default();
    let mut date_formats = DateFormats::default();
    begin(records)?;
    while records.advance()? {
        let mut bytes = Bytes(&records.record.bytes);
        match records.record.kind {
            kind::EOF => return Ok(globals),
            kind::FILE_PASS => return Err(Fault::Unreadable("encrypted").into()),
            kind::DATE_MODE => globals.counts_from_1904 = bytes.u16()? != 0,
            kind::BOUND_SHEET => globals.add_sheet(&mut bytes, limits)?,
            kind::FORMAT => date_formats.add(&mut bytes)?,
            kind::EXTENDED_FORMAT if globals.is_date.len() < MOST_FORMATS => {
                bytes.take(2)?;
                let is_date = date_formats.is_date(bytes.u16()?);
                globals.is_date.push(is_date);
            }
            kind::SHARED_STRINGS => globals.strings = read_strings(records, limits)?,
            _ => {}
        }
    }
    Err(damaged())
}

/// The record that begins a part of the stream; only that of Excel 97 and later is read.
fn begin(records: &mut Records<impl Read>) -> Result<(), Halt> {
    let first = records.advance()?;
    let mut bytes = Bytes(&records.record.bytes);
    if !first || !matches!(records.record.kind, kind::BEGIN | 0x0009 | 0x0209 | 0x0409) {
        return Err(damaged());
    }
    match (records.record.kind, bytes.u16()?) {
        (kind::BEGIN, 0x0600) => Ok(()),
        _ => Err(Fault::Unreadable("older-xls").into()),
    }
}

impl Globals {
    fn add_sheet(&mut self, bytes: &mut Bytes<'_>, limits: &ListLimits) -> Result<(), Halt> {
        let start = u64::from(bytes.u32()?);
        let is_hidden = bytes.u8()? & 3 != 0;
        let is_worksheet = bytes.u8()? == 0;
        let length = usize::from(bytes.u8()?);
        let name = plain_text(bytes, length)?;
        if self.sheets.len() >= limits.sheets {
            return Err(exceeded("sheets", limits.sheets as u64));
        }
        if is_worksheet {
            self.sheets.push(OldSheet {
                name,
                is_hidden,
                start,
            });
        }
        Ok(())
    }
}

fn exceeded(what: &'static str, limit: u64) -> Halt {
    Fault::TooLarge { what, limit }.into()
}

/// Number formats that show dates: those built in, and those whose text has a year, month or day.
#[derive(Debug, Default)]
struct DateFormats(Vec<(u16, bool)>);

impl DateFormats {
    fn add(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Halt> {
        let number = bytes.u16()?;
        let length = usize::from(bytes.u16()?);
        let text = plain_text(bytes, length)?;
        if self.0.len() < MOST_FORMATS {
            self.0.push((number, shows_date(&text)));
        }
        Ok(())
    }

    fn is_date(&self, number: u16) -> bool {
        let mut declared = self.0.iter().rev();
        match declared.find(|(known, _)| *known == number) {
            Some((_, is_date)) => *is_date,
            None => matches!(number, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58),
        }
    }
}

/// Whether a format's text has a year, a month or a day outside quotation marks and brackets.
fn shows_date(format: &str) -> bool {
    let (mut is_quoted, mut is_bracketed, mut is_escaped) = (false, false, false);
    for character in format.chars() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match character {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' => is_escaped = true,
            '[' if !is_quoted => is_bracketed = true,
            ']' if !is_quoted => is_bracketed = false,
            'y' | 'Y' | 'd' | 'D' if !is_quoted && !is_bracketed => return true,
            _ => {}
        }
    }
    false
}

/// Reads the table of shared strings, which runs over as many records as it needs.
fn read_strings(
    records: &mut Records<impl Read>,
    limits: &ListLimits,
) -> Result<Vec<String>, Halt> {
    let mut table = Continued::new(records)?;
    table.skip(4)?;
    let count = table.u32()?;
    let mut strings = Vec::new();
    let mut total = 0_u64;
    for _ in 0..count {
        let text = table.text()?;
        // A string costs its header even when it is empty.
        total += text.len() as u64 + 24;
        if total > limits.shared_strings_bytes {
            return Err(exceeded("shared-strings", limits.shared_strings_bytes));
        }
        strings.push(text);
    }
    Ok(strings)
}

/// The bytes of a record and of those that continue it.
struct Continued<'r, R> {
    records: &'r mut Records<R>,
    at: usize,
}

impl<'r, R: Read> Continued<'r, R> {
    fn new(records: &'r mut Records<R>) -> Result<Self, Halt> {
        Ok(Self { records, at: 0 })
    }

    fn left(&self) -> &[u8] {
        self.records.record.bytes.get(self.at..).unwrap_or_default()
    }

    /// Goes on to the record that continues this one.
    fn go_on(&mut self) -> Result<(), Halt> {
        let more = self.records.advance()?;
        if !more || self.records.record.kind != kind::CONTINUE {
            return Err(damaged());
        }
        self.at = 0;
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, Halt> {
        while self.left().is_empty() {
            self.go_on()?;
        }
        let byte = self.left()[0];
        self.at += 1;
        Ok(byte)
    }

    fn u16(&mut self) -> Result<u16, Halt> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Result<u32, Halt> {
        let (low, high) = (self.u16()?, self.u16()?);
        Ok(u32::from(high) << 16 | u32::from(low))
    }

    fn skip(&mut self, mut length: usize) -> Result<(), Halt> {
        while length > 0 {
            if self.left().is_empty() {
                self.go_on()?;
            }
            let step = self.left().len().min(length);
            self.at += step;
            length -= step;
        }
        Ok(())
    }

    /// A string with its rich and phonetic parts, of which only the text is kept.
    fn text(&mut self) -> Result<String, Halt> {
        let mut left = usize::from(self.u16()?);
        let flags = self.byte()?;
        let mut is_wide = flags & 1 != 0;
        let runs = if flags & 8 != 0 {
            usize::from(self.u16()?)
        } else {
            0
        };
        let phonetic = if flags & 4 != 0 {
            self.u32()? as usize
        } else {
            0
        };
        let mut text = String::new();
        while left > 0 {
            if self.left().is_empty() {
                // Within the characters a continuation says anew how wide they are.
                self.go_on()?;
                is_wide = self.byte()? & 1 != 0;
            }
            let width = if is_wide { 2 } else { 1 };
            let characters = (self.left().len() / width).min(left);
            if characters == 0 {
                return Err(damaged());
            }
            let end = self.at + characters * width;
            push_characters(&self.records.record.bytes[self.at..end], is_wide, &mut text);
            self.at = end;
            left -= characters;
        }
        self.skip(runs * 4)?;
        self.skip(phonetic)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats_are_told_by_their_text() {
        for (format, is_date) in [
            ("yyyy/m/d", true),
            ("yyyy\"年\"m\"月\"d\"日\"", true),
            ("0.00_ ", false),
            ("\"day\"0", false),
            ("[Red]0.00", false),
            ("[$-804]yyyy", true),
            ("General", false),
            ("@", false),
        ] {
            assert_eq!(shows_date(format), is_date, "{format}");
        }
    }

    fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
        let mut record = kind.to_le_bytes().to_vec();
        let length = u16::try_from(bytes.len()).expect("short");
        record.extend(length.to_le_bytes());
        record.extend(bytes);
        record
    }

    #[test]
    fn strings_run_over_records() {
        // 姓名 in two bytes a character, cut after the first; then "ab" in one byte each.
        let mut table = vec![2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1];
        table.extend(0x59d3_u16.to_le_bytes());
        let mut stream = record(kind::SHARED_STRINGS, &table);
        let mut rest = vec![1];
        rest.extend(0x540d_u16.to_le_bytes());
        rest.extend([2, 0, 0, b'a', b'b']);
        stream.extend(record(kind::CONTINUE, &rest));
        let mut records = Records::new(&stream[..]);
        assert!(records.advance().is_ok_and(|more| more));
        let strings = read_strings(&mut records, &ListLimits::default());
        assert_eq!(strings.ok(), Some(vec!["姓名".to_owned(), "ab".to_owned()]));
    }
}
