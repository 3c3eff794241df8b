//! Tags of a workbook's parts that a reader of values passes over, read while the parts are
//! measured: hidden rows and columns, merged cells, formulas, and which part is which sheet.

use std::collections::HashMap;

use crate::checking::list_error::Halt;
use crate::reading::sheet_findings::{Block, SheetFindings};

/// More of a tag than this holds nothing that is wanted.
const LONGEST_TAG: usize = 1024;

/// Parts by name, as far as something was found in them, and the sheets in their order.
#[derive(Debug, Default)]
pub(crate) struct WorkbookScan {
    parts: HashMap<String, SheetFindings>,
    /// The relationship of each sheet, in the order of the workbook.
    sheets: Vec<String>,
    targets: HashMap<String, String>,
}

impl WorkbookScan {
    /// The findings of the nth sheet of the workbook.
    pub(crate) fn take_sheet(&mut self, nth: usize) -> SheetFindings {
        let target = self.sheets.get(nth).and_then(|id| self.targets.get(id));
        let Some(target) = target else {
            return SheetFindings::default();
        };
        let target = target.to_ascii_lowercase();
        let path = match target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("xl/{target}"),
        };
        self.parts.remove(&path).unwrap_or_default()
    }

    /// Takes what was read from a part, whose name is in lower case.
    pub(crate) fn enter(&mut self, part: &str, scan: TagScan) {
        let TagScan {
            findings,
            sheets,
            targets,
            ..
        } = scan;
        if part.ends_with("workbook.xml") {
            self.sheets = sheets;
        } else if part.ends_with("workbook.xml.rels") {
            self.targets = targets.into_iter().collect();
        } else if let Some(findings) = findings {
            self.parts.insert(part.to_owned(), findings);
        }
    }
}

/// Reads the tags of one part.
#[derive(Debug, Default)]
pub(crate) struct TagScan {
    tag: Vec<u8>,
    cell: Vec<u8>,
    row: u32,
    column: u32,
    is_in_rows: bool,
    findings: Option<SheetFindings>,
    sheets: Vec<String>,
    targets: Vec<(String, String)>,
}

/// No workbook has more sheets or parts; those beyond are not looked up.
const MOST_NAMES: usize = 4096;

impl TagScan {
    /// Begins a tag.
    pub(crate) fn open(&mut self) {
        self.tag.clear();
    }

    /// Takes a byte of the tag.
    pub(crate) fn push(&mut self, byte: u8) {
        if self.tag.len() < LONGEST_TAG {
            self.tag.push(byte);
        }
    }

    /// Ends a tag and enters what it says.
    pub(crate) fn close(&mut self) -> Result<(), Halt> {
        let tag = std::mem::take(&mut self.tag);
        let entered = self.enter(&tag);
        if local_name(&tag) == b"c" {
            self.cell = tag;
            // The memory of the cell before serves the next tag.
            self.tag = Vec::with_capacity(64);
        } else {
            self.tag = tag;
        }
        entered
    }

    fn enter(&mut self, tag: &[u8]) -> Result<(), Halt> {
        match local_name(tag) {
            b"c" if self.is_in_rows => self.column = self.column.saturating_add(1),
            b"row" if self.is_in_rows => return self.enter_row(tag),
            b"f" if self.is_in_rows => return self.enter_formula(),
            b"sheetData" => self.is_in_rows = !tag.ends_with(b"/"),
            b"/sheetData" => self.is_in_rows = false,
            b"col" => return self.enter_columns(tag),
            b"mergeCell" => {
                if let Some(block) = attribute(tag, b"ref").and_then(block) {
                    return self.findings().merge(block);
                }
            }
            b"sheet" if self.sheets.len() < MOST_NAMES => {
                // A sheet has its own name and number too; the relationship's has a prefix.
                let id = attribute(tag, b"id").map(text).unwrap_or_default();
                self.sheets.push(id);
            }
            b"Relationship" if self.targets.len() < MOST_NAMES => {
                if let (Some(id), Some(target)) = (attribute(tag, b"Id"), attribute(tag, b"Target"))
                {
                    self.targets.push((text(id), text(target)));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn findings(&mut self) -> &mut SheetFindings {
        self.findings.get_or_insert_default()
    }

    fn enter_row(&mut self, tag: &[u8]) -> Result<(), Halt> {
        let number = attribute(tag, b"r").and_then(number);
        self.row = number.unwrap_or_else(|| self.row.saturating_add(1));
        self.column = 0;
        let is_flat = attribute(tag, b"ht").is_some_and(is_zero);
        if is_flat || attribute(tag, b"hidden").is_some_and(is_true) {
            let row = self.row;
            return self.findings().hide_row(row);
        }
        Ok(())
    }

    fn enter_formula(&mut self) -> Result<(), Halt> {
        let place = attribute(&self.cell, b"r").and_then(cell);
        let (row, column) = place.unwrap_or((self.row, self.column));
        self.findings().formula(row, column)
    }

    fn enter_columns(&mut self, tag: &[u8]) -> Result<(), Halt> {
        let is_narrow = attribute(tag, b"width").is_some_and(is_zero);
        if !is_narrow && !attribute(tag, b"hidden").is_some_and(is_true) {
            return Ok(());
        }
        let first = attribute(tag, b"min").and_then(number);
        let last = attribute(tag, b"max").and_then(number);
        match (first, last) {
            (Some(first), Some(last)) => self.findings().hide_columns(first, last),
            _ => Ok(()),
        }
    }
}

/// The name of a tag without its prefix; `/` stays in front of a closing one.
fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag
        .iter()
        .skip(1)
        .position(|byte| byte.is_ascii_whitespace() || *byte == b'/')
        .map_or(tag.len(), |at| at + 1);
    let name = &tag[..end];
    match (name.iter().position(|byte| *byte == b':'), name.first()) {
        (Some(colon), Some(b'/')) => closing(&name[colon + 1..]),
        (Some(colon), _) => &name[colon + 1..],
        (None, _) => name,
    }
}

/// The only closing tag that matters.
fn closing(name: &[u8]) -> &[u8] {
    if name == b"sheetData" {
        b"/sheetData"
    } else {
        b"/"
    }
}

/// The value of an attribute, whatever its prefix.
fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = tag;
    loop {
        let equals = rest.iter().position(|byte| *byte == b'=')?;
        let key = rest[..equals].trim_ascii();
        let start = key
            .iter()
            .rposition(|byte| byte.is_ascii_whitespace() || *byte == b':')
            .map_or(0, |at| at + 1);
        let value = rest[equals + 1..].trim_ascii_start();
        let mark = *value
            .first()
            .filter(|byte| matches!(**byte, b'"' | b'\''))?;
        let length = value[1..].iter().position(|byte| *byte == mark)?;
        if &key[start..] == name {
            return Some(&value[1..=length]);
        }
        rest = &value[length + 2..];
    }
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

fn number(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

fn is_true(value: &[u8]) -> bool {
    matches!(value, b"1" | b"true")
}

fn is_zero(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|byte| matches!(byte, b'0' | b'.'))
}

/// Row and column of a cell's name such as `AB12`, counted from 1.
fn cell(value: &[u8]) -> Option<(u32, u32)> {
    let digits = value.iter().position(u8::is_ascii_digit)?;
    let mut column = 0_u32;
    for letter in &value[..digits] {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column
            .checked_mul(26)?
            .checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((number(&value[digits..])?, column)).filter(|(row, column)| *row > 0 && *column > 0)
}

fn block(value: &[u8]) -> Option<Block> {
    let (first, last) = match value.iter().position(|byte| *byte == b':') {
        Some(colon) => (&value[..colon], &value[colon + 1..]),
        None => (value, value),
    };
    let ((first_row, first_column), (last_row, last_column)) = (cell(first)?, cell(last)?);
    Some(Block {
        first_row,
        last_row,
        first_column,
        last_column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &str) -> TagScan {
        let mut scan = TagScan::default();
        let mut is_tag = false;
        for byte in xml.bytes() {
            match byte {
                b'<' => {
                    scan.open();
                    is_tag = true;
                }
                b'>' => {
                    assert!(scan.close().is_ok());
                    is_tag = false;
                }
                byte if is_tag => scan.push(byte),
                _ => {}
            }
        }
        scan
    }

    #[test]
    fn what_a_sheet_hides_is_found() {
        let scan = scan(
            "<x:worksheet><x:cols><x:col min=\"3\" max='4' width='9' hidden = '1'/>\
             <x:col min=\"7\" max=\"7\" width=\"0\"/></x:cols><x:sheetData>\
             <x:row r=\"2\"><x:c r=\"B2\"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>\
             <x:row hidden=\"true\"><x:c/><x:c t=\"str\"><x:f/></x:c></x:row><x:row r=\"9\" ht=\"0\"/>\
             </x:sheetData><x:mergeCells><x:mergeCell ref=\"A5:A7\"/></x:mergeCells>\
             <xm:f>Sheet1!A1</xm:f></x:worksheet>",
        );
        let found = scan.findings.expect("findings");
        assert_eq!(found.hidden_columns, [(3, 4), (7, 7)]);
        assert_eq!(found.hidden_rows.spans(), [(3, 3), (9, 9)]);
        assert_eq!(found.formulas[1].spans(), [(2, 3)]);
        assert_eq!(found.merged.len(), 1);
        assert_eq!(found.merged[0].name(), "A5:A7");
    }

    #[test]
    fn sheets_are_known_by_their_relationship() {
        let mut workbook = WorkbookScan::default();
        let sheet = "<worksheet><sheetData><row r='1' hidden='1'/></sheetData></worksheet>";
        workbook.enter("xl/worksheets/sheet7.xml", scan(sheet));
        let sheets = "<sheets><sheet name='a' sheetId='1' r:id='rId9'/></sheets>";
        workbook.enter("xl/workbook.xml", scan(sheets));
        let targets = "<Relationship Id='rId9' Target='worksheets/Sheet7.xml'/>";
        workbook.enter("xl/_rels/workbook.xml.rels", scan(targets));
        assert_eq!(workbook.take_sheet(0).hidden_rows.spans(), [(1, 1)]);
        assert_eq!(workbook.take_sheet(1).hidden_rows.spans(), []);
    }
}
