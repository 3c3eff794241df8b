//! A workbook taken apart: what a spreadsheet program would read, as text.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The parts of a workbook, by name.
pub(crate) struct Parts(pub(crate) BTreeMap<String, String>);

impl Parts {
    pub(crate) fn of(workbook: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
        let parts = (0..archive.len()).map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let mut text = String::new();
            part.read_to_string(&mut text).expect("UTF-8");
            (part.name().expect("a name").into_owned(), text)
        });
        Self(parts.collect())
    }

    /// The nth sheet, counted from 1.
    pub(crate) fn sheet(&self, nth: usize) -> &str {
        &self.0[&format!("xl/worksheets/sheet{nth}.xml")]
    }

    /// Replaces a text that must be there.
    pub(crate) fn edit(&mut self, nth: usize, from: &str, to: &str) {
        let name = format!("xl/worksheets/sheet{nth}.xml");
        let text = self.0.get_mut(&name).expect("the sheet");
        assert!(text.contains(from), "no {from} in\n{text}");
        *text = text.replace(from, to);
    }

    /// The workbook again, as it now is.
    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, text) in &self.0 {
            archive.start_file(name, options).expect("a part");
            archive.write_all(text.as_bytes()).expect("a part");
        }
        archive.finish().expect("a workbook").into_inner()
    }

    /// The names of the sheets, in order.
    pub(crate) fn sheet_names(&self) -> Vec<&str> {
        attributes(&self.0["xl/workbook.xml"], "<sheet ", "name")
    }

    /// The fill colour and the number format of a style.
    pub(crate) fn style(&self, style: &str) -> (Option<&str>, &str) {
        let styles = &self.0["xl/styles.xml"];
        let (_, formats) = styles.split_once("<cellXfs").expect("formats");
        let nth: usize = style.parse().expect("a number");
        let format = formats.split("<xf ").nth(nth + 1).expect("the format");
        let fill: usize = attribute(format, "fillId").parse().expect("a number");
        let (_, fills) = styles.split_once("<fills").expect("fills");
        let fill = fills.split("<fill>").nth(fill + 1).expect("the fill");
        let (fill, _) = fill.split_once("</fill>").expect("the fill's end");
        let colour = fill
            .contains("<fgColor")
            .then(|| attribute(fill, "fgColor rgb"));
        (colour, attribute(format, "numFmtId"))
    }

    /// The fill colour of a cell.
    pub(crate) fn fill(&self, nth: usize, cell: &str) -> Option<&str> {
        let sheet = self.sheet(nth);
        let (_, found) = sheet
            .split_once(&format!(r#"<c r="{cell}""#))
            .unwrap_or_else(|| panic!("no {cell} in\n{sheet}"));
        self.style(attribute(found, "s")).0
    }
}

/// The value of the first attribute of this name.
pub(crate) fn attribute<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, value) = text
        .split_once(&format!("{name}=\""))
        .unwrap_or_else(|| panic!("no {name} in {text}"));
    value.split_once('"').expect("its end").0
}

pub(crate) fn attributes<'t>(text: &'t str, tag: &str, name: &str) -> Vec<&'t str> {
    text.split(tag)
        .skip(1)
        .map(|tag| attribute(tag, name))
        .collect()
}
