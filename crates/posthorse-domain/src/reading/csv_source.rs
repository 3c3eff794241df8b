//! Rows of a `.csv` file, whatever encoding and separator the office's program chose.

use std::io::{Read, Seek};
use std::rc::Rc;

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::{GB18030, UTF_8};

use crate::checking::list_error::{Fault, Halt, ListError, halt_of_io};
use crate::reading::limits::ListLimits;
use crate::reading::raw_row::{Flow, RawRow};
use crate::reading::text_encoding::{DecodingReader, Progress, TextEncoding, detect_encoding};
use crate::values::text::heal;

/// A separator is told by the first line that has one, among these bytes.
const SAMPLE: usize = 64 * 1024;

/// A text file whose encoding and separator are known.
pub(crate) struct CsvSource<R> {
    reader: R,
    pub(crate) encoding: TextEncoding,
    separator: u8,
    limits: ListLimits,
}

impl<R: Read + Seek> CsvSource<R> {
    pub(crate) fn open(mut reader: R, limits: &ListLimits) -> Result<Self, Halt> {
        let encoding = detect_encoding(&mut reader)?;
        let mut sample = String::new();
        let text = decode(&mut reader, encoding, Rc::default())?;
        read_lossless(text.take(SAMPLE as u64), &mut sample)?;
        Ok(Self {
            reader,
            encoding,
            separator: separator(&sample),
            limits: limits.clone(),
        })
    }

    /// Hands every row that is not empty to `visit`, in order, until it says stop.
    pub(crate) fn for_each_row(
        &mut self,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        let progress = Progress::default();
        let bounded = BoundedRows {
            reader: decode(&mut self.reader, self.encoding, Rc::clone(&progress))?,
            progress: Rc::clone(&progress),
            limit: self.limits.row_bytes,
        };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .buffer_capacity(BUFFER)
            .from_reader(bounded);
        read_rows(&mut reader, &progress, &self.limits, visit)
    }
}

fn decode<R: Read + Seek>(
    reader: &mut R,
    encoding: TextEncoding,
    progress: Progress,
) -> Result<DecodingReader<&mut R>, Halt> {
    reader.rewind().map_err(ListError::Read)?;
    let encoding = match encoding {
        TextEncoding::Utf8 | TextEncoding::Utf8WithMark => UTF_8,
        TextEncoding::Gb18030 => GB18030,
    };
    Ok(DecodingReader::new(reader, encoding, progress))
}

/// Reads a sample, which may end within a character.
fn read_lossless(mut reader: impl Read, sample: &mut String) -> Result<(), Halt> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(halt_of_io)?;
    sample.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}

/// The separator that the first line with any has most of. A comma wins a tie.
fn separator(sample: &str) -> u8 {
    let count = |line: &str, separator: u8| line.bytes().filter(|b| *b == separator).count();
    for line in sample.lines() {
        let found = [b';', b'\t', b','].map(|one| (count(line, one), one));
        if let Some((1.., separator)) = found.iter().max_by_key(|(count, _)| *count) {
            return *separator;
        }
    }
    b','
}

/// How much the CSV reader takes at once; rows may end anywhere within it.
const BUFFER: usize = 64 * 1024;

/// Fails when a row does not end: a quotation mark that never closes would take the whole file.
pub(crate) struct BoundedRows<R> {
    pub(crate) reader: R,
    pub(crate) progress: Progress,
    pub(crate) limit: usize,
}

/// How this reader says that a row is too long, told from any real error of the machine.
#[derive(Debug, thiserror::Error)]
#[error("a row without end")]
struct RowWithoutEnd;

impl<R: Read> Read for BoundedRows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.progress.get() > self.limit + BUFFER {
            return Err(std::io::Error::other(RowWithoutEnd));
        }
        self.reader.read(buffer)
    }
}

/// What an error of the CSV reader means.
pub(crate) fn halt_of_csv(error: csv::Error, limits: &ListLimits) -> Halt {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => {
            if error
                .get_ref()
                .is_some_and(|inner| inner.is::<RowWithoutEnd>())
            {
                return Fault::TooLarge {
                    what: "cell-text",
                    limit: limits.row_bytes as u64,
                }
                .into();
            }
            halt_of_io(error)
        }
        _ => Fault::Unreadable("damaged").into(),
    }
}

fn read_rows<R: Read>(
    reader: &mut Reader<R>,
    progress: &Progress,
    limits: &ListLimits,
    visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
) -> Result<(), Halt> {
    let mut record = StringRecord::new();
    let mut row = RawRow::default();
    let mut numbers = RowNumbers::default();
    let (mut row_count, mut cell_count) = (0_u64, 0_u64);
    let exceeded = |what, limit| Halt::Data(Fault::TooLarge { what, limit });
    loop {
        progress.set(0);
        let more = reader.read_record(&mut record);
        if !more.map_err(|error| halt_of_csv(error, limits))? {
            return Ok(());
        }
        row_count += 1;
        cell_count += record.len() as u64;
        if row_count > limits.rows {
            return Err(exceeded("rows", limits.rows));
        }
        if cell_count > limits.cells {
            return Err(exceeded("cells", limits.cells));
        }
        row.start(numbers.next(&record, reader.position().line()));
        write_cells(&mut row, &record, limits)?;
        if visit(&row)? == Flow::Stop {
            return Ok(());
        }
    }
}

fn write_cells(row: &mut RawRow, record: &StringRecord, limits: &ListLimits) -> Result<(), Halt> {
    for (column, text) in record.iter().enumerate() {
        if text.len() > limits.cell_bytes {
            return Err(Halt::Data(Fault::TooLarge {
                what: "cell-text",
                limit: limits.cell_bytes as u64,
            }));
        }
        let healed = heal(text);
        if healed.is_empty() {
            continue;
        }
        if column >= limits.columns {
            return Err(Halt::Data(Fault::TooLarge {
                what: "columns",
                limit: limits.columns as u64,
            }));
        }
        row.push_healed(column, text);
    }
    Ok(())
}

/// Row numbers as a spreadsheet shows them: blank lines count, line feeds within a cell do not.
#[derive(Debug, Default)]
struct RowNumbers {
    within_cells: u64,
}

impl RowNumbers {
    /// The number of the record that has just been read, `line` being where the reader stands.
    fn next(&mut self, record: &StringRecord, line: u64) -> u32 {
        let line_feeds = record.as_slice().bytes().filter(|byte| *byte == b'\n');
        self.within_cells += line_feeds.count() as u64;
        // A line feed ended the record, so the reader stands on the next line.
        let last_line = line.saturating_sub(1);
        u32::try_from(last_line.saturating_sub(self.within_cells)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut source = CsvSource::open(Cursor::new(text), &ListLimits::default())
            .unwrap_or_else(|halt| panic!("{halt:?}"));
        let mut rows = Vec::new();
        source
            .for_each_row(&mut |row| {
                rows.push((row.number, row.cells().to_vec()));
                Ok(Flow::Continue)
            })
            .unwrap_or_else(|halt| panic!("{halt:?}"));
        rows
    }

    fn numbers(text: &str) -> Vec<u32> {
        rows(text).into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn row_numbers_are_those_of_a_spreadsheet() {
        assert_eq!(numbers("a,b\n1,2\n3,4\n"), [1, 2, 3]);
        assert_eq!(numbers("a,b\r\n1,2\r\n3,4"), [1, 2, 3]);
        assert_eq!(numbers("a,b\r\n\r\n\r\n1,2\r\n"), [1, 4]);
        assert_eq!(numbers("a,b\n\"x\ny\",2\n3,4\n"), [1, 2, 3]);
        assert_eq!(numbers("a\n\n\"x\r\ny\r\nz\"\n\n3"), [1, 3, 5]);
    }

    #[test]
    fn separators_are_told() {
        assert_eq!(rows("标题\n姓名;号码\n"), rows("标题\n姓名,号码\n"));
        assert_eq!(rows("姓名\t号码\n"), rows("姓名,号码\n"));
    }

    #[test]
    fn a_quotation_mark_that_never_closes_is_bounded() {
        let text = format!("a,b\n\"{}", "1,2\n".repeat(1_000_000));
        let mut source =
            CsvSource::open(Cursor::new(text), &ListLimits::default()).expect("a text");
        let halted = source.for_each_row(&mut |_| Ok(Flow::Continue));
        assert!(matches!(
            halted,
            Err(Halt::Data(Fault::TooLarge {
                what: "cell-text",
                ..
            }))
        ));
    }
}
