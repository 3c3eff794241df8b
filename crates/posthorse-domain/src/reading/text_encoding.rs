//! Which encoding a text file is in, decided by all of its bytes, and reading it as UTF-8.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::rc::Rc;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8};
use serde::Serialize;

use crate::checking::list_error::{Fault, Halt, ListError};

/// How a text file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark, as Excel's "CSV UTF-8".
    Utf8WithMark,
    /// GB18030, as Excel's "CSV" on a Chinese system (GBK is part of it).
    Gb18030,
}

impl TextEncoding {
    /// The encoding's usual name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithMark => "UTF-8 (BOM)",
            Self::Gb18030 => "GB18030",
        }
    }
}

/// Text is read and decoded in pieces of this many bytes.
const CHUNK: usize = 64 * 1024;
/// More than this is not needed to tell Chinese from Japanese or Korean.
const DETECTION_BYTES: usize = 1024 * 1024;

/// Reads a whole file once to tell its encoding, and puts the reader back at its start.
pub(crate) fn detect_encoding<R: Read + Seek>(reader: &mut R) -> Result<TextEncoding, Halt> {
    let first = survey(reader)?;
    if first.has_nul {
        return Err(Fault::Unreadable("not-a-list").into());
    }
    match (first.not_utf8, first.has_mark) {
        (None, true) => return Ok(TextEncoding::Utf8WithMark),
        (None, false) => return Ok(TextEncoding::Utf8),
        (Some(bad), has_mark) if has_mark || bad.is_lost_character => {
            return Err(Fault::Undecodable { line: bad.line }.into());
        }
        (Some(_), _) => {}
    }
    if first.guess != GBK && first.guess != GB18030 {
        return Err(Fault::Unreadable("other-encoding").into());
    }
    match first_bad_text(reader, GB18030)? {
        None => Ok(TextEncoding::Gb18030),
        Some(bad) => Err(Fault::Undecodable { line: bad.line }.into()),
    }
}

struct Survey {
    has_mark: bool,
    has_nul: bool,
    not_utf8: Option<BadText>,
    guess: &'static Encoding,
}

fn survey<R: Read + Seek>(reader: &mut R) -> Result<Survey, Halt> {
    let not_utf8 = first_bad_text(reader, UTF_8)?;
    reader.rewind().map_err(ListError::Read)?;
    let mut input = BufReader::with_capacity(CHUNK, &mut *reader);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut seen, mut has_nul, mut has_mark) = (0_usize, false, false);
    loop {
        let chunk = input.fill_buf().map_err(ListError::Read)?;
        if chunk.is_empty() {
            break;
        }
        if seen == 0 {
            has_mark = chunk.starts_with(b"\xef\xbb\xbf");
        }
        has_nul |= chunk.contains(&0);
        if not_utf8.is_some() && seen < DETECTION_BYTES {
            detector.feed(chunk, false);
        }
        let read = chunk.len();
        seen += read;
        input.consume(read);
    }
    drop(input);
    reader.rewind().map_err(ListError::Read)?;
    detector.feed(b"", true);
    Ok(Survey {
        has_mark,
        has_nul,
        not_utf8,
        guess: detector.guess(Some(b"cn"), Utf8Detection::Deny),
    })
}

/// Text that an encoding does not have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BadText {
    /// The line it is on, counted from 1.
    line: u64,
    /// Whether it decodes, but to U+FFFD: a program before us has already lost a character.
    is_lost_character: bool,
}

fn first_bad_text<R: Read + Seek>(
    reader: &mut R,
    encoding: &'static Encoding,
) -> Result<Option<BadText>, Halt> {
    reader.rewind().map_err(ListError::Read)?;
    let mut text = DecodingReader::new(&mut *reader, encoding, Rc::default());
    let mut buffer = vec![0; CHUNK];
    let mut lines = 0_u64;
    let found = loop {
        match (text.read(&mut buffer), text.bad_text) {
            (Ok(0), _) => break None,
            (Ok(read), _) => lines += line_feeds(&buffer[..read]),
            (Err(_), Some(bad)) => {
                break Some(BadText {
                    line: lines + bad.line,
                    ..bad
                });
            }
            (Err(error), None) => return Err(ListError::Read(error).into()),
        }
    };
    reader.rewind().map_err(ListError::Read)?;
    Ok(found)
}

fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How many decoded bytes have been handed out since somebody last reset it.
pub(crate) type Progress = Rc<Cell<usize>>;

/// Reads a file of any encoding as UTF-8 with every line ending as one LF, the last line too, and
/// fails at the first character that cannot be decoded.
pub(crate) struct DecodingReader<R> {
    input: BufReader<R>,
    decoder: Decoder,
    /// Decoded text; its capacity never changes, for the decoder writes into what there is.
    decoded: String,
    /// The same with unified line endings, of which some have been handed out.
    ready: Vec<u8>,
    handed_out: usize,
    after_return: bool,
    finished: bool,
    within_line: bool,
    progress: Progress,
    /// Where the text ends, if the last error was about the text and not about the machine; the
    /// line counts from what was last handed out.
    pub(crate) bad_text: Option<BadText>,
}

impl<R: Read> DecodingReader<R> {
    pub(crate) fn new(reader: R, encoding: &'static Encoding, progress: Progress) -> Self {
        Self {
            input: BufReader::with_capacity(CHUNK, reader),
            decoder: encoding.new_decoder_with_bom_removal(),
            decoded: String::with_capacity(CHUNK * 3),
            ready: Vec::with_capacity(CHUNK * 3),
            handed_out: 0,
            after_return: false,
            finished: false,
            within_line: false,
            progress,
            bad_text: None,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.handed_out = 0;
        self.decoded.clear();
        while self.decoded.is_empty() && !self.finished {
            let chunk = self.input.fill_buf()?;
            let last = chunk.is_empty();
            let (result, read) =
                self.decoder
                    .decode_to_string_without_replacement(chunk, &mut self.decoded, last);
            self.input.consume(read);
            match result {
                DecoderResult::InputEmpty => self.finished = last,
                DecoderResult::OutputFull => break,
                DecoderResult::Malformed(..) => return Err(self.not_text(None)),
            }
        }
        if let Some(at) = self.decoded.find('\u{fffd}') {
            return Err(self.not_text(Some(at)));
        }
        self.unify_line_endings();
        if let Some(last) = self.ready.last() {
            self.within_line = *last != b'\n';
        }
        if self.finished && std::mem::take(&mut self.within_line) {
            self.ready.push(b'\n');
        }
        Ok(())
    }

    fn not_text(&mut self, lost_character: Option<usize>) -> io::Error {
        let good = &self.decoded[..lost_character.unwrap_or(self.decoded.len())];
        self.bad_text = Some(BadText {
            line: line_feeds(good.as_bytes()) + 1,
            is_lost_character: lost_character.is_some(),
        });
        io::ErrorKind::InvalidData.into()
    }

    fn unify_line_endings(&mut self) {
        let mut rest = self.decoded.as_bytes();
        if rest.is_empty() {
            return;
        }
        if self.after_return && rest[0] == b'\n' {
            rest = &rest[1..];
        }
        self.after_return = rest.last() == Some(&b'\r');
        let mut lines = rest.split(|byte| *byte == b'\r');
        self.ready
            .extend_from_slice(lines.next().unwrap_or_default());
        for line in lines {
            self.ready.push(b'\n');
            let line = line.strip_prefix(b"\n").unwrap_or(line);
            self.ready.extend_from_slice(line);
        }
    }
}

impl<R: Read> Read for DecodingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.handed_out == self.ready.len() && !self.finished {
            self.decode_more()?;
        }
        let waiting = &self.ready[self.handed_out..];
        let length = waiting.len().min(buffer.len());
        buffer[..length].copy_from_slice(&waiting[..length]);
        self.handed_out += length;
        self.progress.set(self.progress.get() + length);
        Ok(length)
    }
}

/// Encodes text as GB18030, which has every character; GBK would turn rare names into `&#…;`.
pub fn encode_gb18030(text: &str, out: &mut Vec<u8>) {
    let mut encoder = GB18030.new_encoder();
    let mut rest = text;
    loop {
        out.reserve(rest.len() * 2 + 16);
        let (result, read, _) = encoder.encode_from_utf8_to_vec(rest, out, true);
        rest = &rest[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn gb18030(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode_gb18030(text, &mut bytes);
        bytes
    }

    fn detect(bytes: &[u8]) -> Result<TextEncoding, Fault> {
        match detect_encoding(&mut Cursor::new(bytes)) {
            Ok(encoding) => Ok(encoding),
            Err(Halt::Data(fault)) => Err(fault),
            Err(Halt::Error(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "序号,姓名,证件号码\n1,张三,11010519491231002X\n";
        assert_eq!(detect(text.as_bytes()), Ok(TextEncoding::Utf8));
        assert_eq!(
            detect(format!("\u{feff}{text}").as_bytes()),
            Ok(TextEncoding::Utf8WithMark)
        );
        assert_eq!(detect(&gb18030(text)), Ok(TextEncoding::Gb18030));
        assert_eq!(
            detect(&gb18030("姓名,县\n㛃𬱖,上蔡县\n")),
            Ok(TextEncoding::Gb18030)
        );
    }

    #[test]
    fn what_is_lost_is_refused_with_its_line() {
        assert_eq!(
            detect("姓名\n张\u{fffd}\n".as_bytes()),
            Err(Fault::Undecodable { line: 2 })
        );
        let mut bytes = gb18030("序号,姓名,证件号码\n一,张三,证件号码\n");
        bytes.extend_from_slice(b"\xff\xff\n");
        assert_eq!(detect(&bytes), Err(Fault::Undecodable { line: 3 }));
        assert_eq!(
            detect(b"\x89PNG\0\0\0"),
            Err(Fault::Unreadable("not-a-list"))
        );
    }

    #[test]
    fn every_line_ending_becomes_one() {
        for text in ["a\r\nb\r\n", "a\nb\n", "a\rb\r"] {
            let mut out = String::new();
            DecodingReader::new(text.as_bytes(), UTF_8, Rc::default())
                .read_to_string(&mut out)
                .expect("text");
            assert_eq!(out, "a\nb\n");
        }
        let long = "一二三\r\n".repeat(100_000);
        let mut out = String::new();
        DecodingReader::new(long.as_bytes(), UTF_8, Rc::default())
            .read_to_string(&mut out)
            .expect("text");
        assert_eq!(out, long.replace("\r\n", "\n"));
    }
}
