//! What must be known about a workbook before a library reads it into memory.
//!
//! A workbook is a ZIP of XML files, so a few kilobytes can inflate to gigabytes, announce a
//! billion strings, or hold one tag without end. This pass inflates every part once, counts, and
//! refuses; all it keeps is what a reader of values would pass over: what is hidden or merged.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::checking::list_error::{Fault, Halt, ListError, halt_of_io};
use crate::reading::limits::ListLimits;
use crate::reading::sheet_scan::{TagScan, WorkbookScan};

/// One tag or one piece of text between tags; Excel's own longest cell has 32,767 characters,
/// each at most six bytes in XML, and a tag for a chart is shorter.
const LONGEST_XML_EVENT: usize = 4 * 1024 * 1024;

/// Elements within each other; those of a list reach about ten, of a chart about thirty.
const DEEPEST: u32 = 256;

/// Refuses a workbook that would take more than the limits allow; tells what its sheets hide.
pub(crate) fn guard_workbook<R: Read + Seek>(
    reader: &mut R,
    limits: &ListLimits,
) -> Result<WorkbookScan, Halt> {
    let mut found = WorkbookScan::default();
    let length = reader.seek(SeekFrom::End(0)).map_err(ListError::Read)?;
    reader.rewind().map_err(ListError::Read)?;
    let mut archive = ZipArchive::new(&mut *reader).map_err(halt_of_zip)?;
    if archive.len() > limits.parts {
        return Err(too_large("parts", limits.parts as u64));
    }
    let mut budget = Budget {
        left: limits.inflated_bytes,
        ratio_left: length.saturating_mul(limits.compression_ratio),
    };
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(halt_of_zip)?;
        let name = part.name().map_err(halt_of_zip)?.to_ascii_lowercase();
        let is_strings = name.ends_with("sharedstrings.xml");
        let (bound, refusal) = budget.bound(is_strings, limits);
        // The declared size only says what will certainly be refused; the real one is counted.
        if part.size() > bound {
            return Err(refusal.into());
        }
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut scan = XmlScan::new(is_xml, is_xml && !is_strings);
        let size = scan_part(part.take(bound.saturating_add(1)), &mut scan)?;
        if size > bound {
            return Err(refusal.into());
        }
        if is_strings && scan.announced_strings > size {
            return Err(Fault::Unreadable("damaged").into());
        }
        if let Some(tags) = scan.tags {
            found.enter(&name, tags);
        }
        budget.left -= size;
        budget.ratio_left -= size;
    }
    reader.rewind().map_err(ListError::Read)?;
    Ok(found)
}

/// What the parts not yet seen may still inflate to.
struct Budget {
    left: u64,
    ratio_left: u64,
}

impl Budget {
    /// The bound for the next part, and the refusal if it is exceeded.
    fn bound(&self, is_strings: bool, limits: &ListLimits) -> (u64, Fault) {
        let mut bound = self.left;
        let (mut what, mut limit) = ("inflated-size", limits.inflated_bytes);
        if self.ratio_left < bound {
            bound = self.ratio_left;
            (what, limit) = ("compression-ratio", limits.compression_ratio);
        }
        if is_strings && limits.shared_strings_bytes < bound {
            bound = limits.shared_strings_bytes;
            (what, limit) = ("shared-strings", limits.shared_strings_bytes);
        }
        (bound, Fault::TooLarge { what, limit })
    }
}

fn too_large(what: &'static str, limit: u64) -> Halt {
    Fault::TooLarge { what, limit }.into()
}

fn halt_of_zip(error: ZipError) -> Halt {
    match error {
        ZipError::Io(error) => halt_of_io(error),
        _ => Fault::Unreadable("damaged").into(),
    }
}

fn scan_part(part: impl Read, scan: &mut XmlScan) -> Result<u64, Halt> {
    let mut part = BufReader::with_capacity(64 * 1024, part);
    let mut size = 0_u64;
    loop {
        let chunk = part.fill_buf().map_err(halt_of_io)?;
        if chunk.is_empty() {
            return Ok(size);
        }
        if scan.is_xml {
            scan.feed(chunk)?;
        }
        size += chunk.len() as u64;
        let read = chunk.len();
        part.consume(read);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    /// Just after `<`.
    Opening,
    /// A tag, outside quotation marks.
    Tag,
    /// A tag, inside this quotation mark.
    Quoted(u8),
    /// `<?…`, which ends at `?>` alone; whether the last byte was `?`.
    Instruction(bool),
}

/// Follows tags and texts far enough to bound each, and reads what the string table announces.
struct XmlScan {
    is_xml: bool,
    within: Within,
    length: usize,
    /// Elements that have begun and not ended; a parser remembers each.
    depth: u32,
    is_closing: bool,
    last: u8,
    first_tags: Vec<u8>,
    announced_strings: u64,
    /// Reads the tags of parts that hold no strings.
    tags: Option<TagScan>,
}

/// The tag that announces the number of strings is among the first bytes of its part.
const FIRST_TAGS: usize = 4096;

impl XmlScan {
    fn new(is_xml: bool, reads_tags: bool) -> Self {
        Self {
            is_xml,
            within: Within::Text,
            length: 0,
            depth: 0,
            is_closing: false,
            last: 0,
            first_tags: Vec::new(),
            announced_strings: 0,
            tags: reads_tags.then(TagScan::default),
        }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Halt> {
        if self.first_tags.len() < FIRST_TAGS {
            let wanted = (FIRST_TAGS - self.first_tags.len()).min(chunk.len());
            self.first_tags.extend_from_slice(&chunk[..wanted]);
            self.announced_strings = announced_strings(&self.first_tags);
        }
        for byte in chunk {
            let next = match (self.within, byte) {
                (Within::Text, b'<') => Within::Opening,
                // Declarations, comments and CDATA have no place in a part that a spreadsheet
                // program wrote, and each is a way to hold tags that are none.
                (Within::Opening, b'!') => return Err(Fault::Unreadable("damaged").into()),
                (Within::Opening, b'?') => Within::Instruction(false),
                (Within::Instruction(true), b'>') => Within::Text,
                (Within::Instruction(_), byte) => Within::Instruction(*byte == b'?'),
                (Within::Opening | Within::Tag, b'>') => Within::Text,
                (Within::Opening | Within::Tag, b'"' | b'\'') => Within::Quoted(*byte),
                (Within::Opening | Within::Tag, _) => Within::Tag,
                (Within::Quoted(mark), byte) if mark == *byte => Within::Tag,
                (same, _) => same,
            };
            if let Some(tags) = &mut self.tags {
                match (self.within, next) {
                    (Within::Text, Within::Opening) => tags.open(),
                    (Within::Text, _) => {}
                    (Within::Opening | Within::Tag, Within::Text) => tags.close()?,
                    _ => tags.push(*byte),
                }
            }
            self.follow_depth(next, *byte)?;
            self.length += 1;
            if matches!(next, Within::Text) != matches!(self.within, Within::Text) {
                self.length = 0;
            }
            if self.length > LONGEST_XML_EVENT {
                return Err(too_large("cell-text", LONGEST_XML_EVENT as u64));
            }
            self.within = next;
        }
        Ok(())
    }
}

impl XmlScan {
    fn follow_depth(&mut self, next: Within, byte: u8) -> Result<(), Halt> {
        match (self.within, next) {
            (Within::Text, Within::Opening) => self.is_closing = false,
            (Within::Opening, _) if byte == b'/' => self.is_closing = true,
            (Within::Opening | Within::Tag, Within::Text) if self.is_closing => {
                self.depth = self.depth.saturating_sub(1);
            }
            (Within::Opening | Within::Tag, Within::Text) if self.last != b'/' => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(too_large("nesting", u64::from(DEEPEST)));
                }
            }
            _ => {}
        }
        self.last = byte;
        Ok(())
    }
}

/// The largest `uniqueCount` that the first tags announce: the library reserves memory for it.
fn announced_strings(first: &[u8]) -> u64 {
    let key = b"uniqueCount";
    let mut largest = 0;
    for at in 0..first.len().saturating_sub(key.len()) {
        if !first[at..].starts_with(key) {
            continue;
        }
        let rest = &first[at + key.len()..];
        let value = rest
            .iter()
            .skip_while(|byte| matches!(byte, b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n'))
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_u64, |sum, byte| {
                sum.saturating_mul(10)
                    .saturating_add(u64::from(byte - b'0'))
            });
        largest = largest.max(value);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &[u8]) -> Result<u64, Halt> {
        let mut scan = XmlScan::new(true, true);
        scan.feed(xml)?;
        Ok(scan.announced_strings)
    }

    #[test]
    fn announced_strings_are_read() {
        let table = br#"<?xml version="1.0"?><sst count="9" uniqueCount="99999999999">"#;
        assert_eq!(scan(table).ok(), Some(99_999_999_999));
    }

    #[test]
    fn an_endless_tag_or_text_is_refused() {
        let long = "x".repeat(LONGEST_XML_EVENT + 1);
        for xml in [
            format!("<a b=\"{long}\">"),
            format!("<t>{long}</t>"),
            format!("<?xml {long}?>"),
            format!("<a b=\"<><><>{long}\">"),
        ] {
            assert!(matches!(
                scan(xml.as_bytes()),
                Err(Halt::Data(Fault::TooLarge { .. }))
            ));
        }
        assert!(scan("<t>text</t>".repeat(500_000).as_bytes()).is_ok());
        assert!(scan(b"<!DOCTYPE x [<!ENTITY a 'b'>]>").is_err());
    }
}
