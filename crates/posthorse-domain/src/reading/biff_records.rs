//! The records of which an `.xls` workbook of Excel 97 to 2003 consists (MS-XLS 2.1.4).

use std::io::Read;

use crate::checking::list_error::{Fault, Halt, halt_of_io};

/// Kinds of records, by the numbers of MS-XLS 2.3.
pub(crate) mod kind {
    pub(crate) const FORMULA: u16 = 0x0006;
    pub(crate) const EOF: u16 = 0x000a;
    pub(crate) const DATE_MODE: u16 = 0x0022;
    pub(crate) const FILE_PASS: u16 = 0x002f;
    pub(crate) const CONTINUE: u16 = 0x003c;
    pub(crate) const COLUMN_INFO: u16 = 0x007d;
    pub(crate) const BOUND_SHEET: u16 = 0x0085;
    pub(crate) const MULTIPLE_RK: u16 = 0x00bd;
    pub(crate) const EXTENDED_FORMAT: u16 = 0x00e0;
    pub(crate) const MERGED_CELLS: u16 = 0x00e5;
    pub(crate) const SHARED_STRINGS: u16 = 0x00fc;
    pub(crate) const SHARED_STRING_CELL: u16 = 0x00fd;
    pub(crate) const NUMBER: u16 = 0x0203;
    pub(crate) const LABEL: u16 = 0x0204;
    pub(crate) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(crate) const STRING: u16 = 0x0207;
    pub(crate) const ROW: u16 = 0x0208;
    pub(crate) const RK: u16 = 0x027e;
    pub(crate) const FORMAT: u16 = 0x041e;
    pub(crate) const BEGIN: u16 = 0x0809;
}

/// A record of at most 8,224 bytes, used again for every one.
#[derive(Debug, Default)]
pub(crate) struct RecordData {
    pub(crate) kind: u16,
    pub(crate) bytes: Vec<u8>,
}

/// Reads records in their order.
pub(crate) struct Records<R> {
    input: R,
    pub(crate) record: RecordData,
}

/// The fault of a record that is shorter than what it should hold.
pub(crate) fn damaged() -> Halt {
    Fault::Unreadable("damaged").into()
}

impl<R: Read> Records<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            record: RecordData::default(),
        }
    }

    /// Reads the next record; says whether there was one.
    pub(crate) fn advance(&mut self) -> Result<bool, Halt> {
        let mut head = [0_u8; 4];
        let mut filled = 0;
        while filled < head.len() {
            match self.input.read(&mut head[filled..]).map_err(halt_of_io)? {
                // Streams are padded; what is too short for a record is none.
                0 => return Ok(false),
                read => filled += read,
            }
        }
        self.record.kind = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        self.record.bytes.resize(length, 0);
        let read = self.input.read_exact(&mut self.record.bytes);
        read.map_err(halt_of_io)?;
        Ok(true)
    }
}

/// Reads numbers from a record's bytes; what is not there is a fault of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(crate) fn take(&mut self, length: usize) -> Result<&'b [u8], Halt> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Halt> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Halt> {
        let taken = self.take(2)?;
        Ok(u16::from_le_bytes([taken[0], taken[1]]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Halt> {
        let taken = self.take(4)?;
        Ok(u32::from_le_bytes([taken[0], taken[1], taken[2], taken[3]]))
    }

    pub(crate) fn f64(&mut self) -> Result<f64, Halt> {
        let (low, high) = (self.u32()?, self.u32()?);
        Ok(f64::from_bits(u64::from(high) << 32 | u64::from(low)))
    }
}

/// A number in the four bytes that most cells have (MS-XLS 2.5.217).
pub(crate) fn rk_number(rk: u32) -> f64 {
    let number = if rk & 2 == 0 {
        f64::from_bits(u64::from(rk & 0xffff_fffc) << 32)
    } else {
        // The two lowest bits are flags; the others are a signed number.
        f64::from(rk.cast_signed() >> 2)
    };
    if rk & 1 == 0 { number } else { number / 100.0 }
}

/// Text that is neither continued nor rich: one flag, then one or two bytes a character.
pub(crate) fn plain_text(bytes: &mut Bytes<'_>, characters: usize) -> Result<String, Halt> {
    let is_wide = bytes.u8()? & 1 != 0;
    let mut text = String::new();
    push_characters(
        bytes.take(if is_wide { characters * 2 } else { characters })?,
        is_wide,
        &mut text,
    );
    Ok(text)
}

/// Adds characters of one byte (Latin-1) or two (UTF-16); half a surrogate pair becomes U+FFFD.
pub(crate) fn push_characters(bytes: &[u8], is_wide: bool, text: &mut String) {
    if is_wide {
        let units = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let characters = char::decode_utf16(units);
        text.extend(characters.map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        text.extend(bytes.iter().copied().map(char::from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_read() {
        for (rk, number) in [
            (0x3ff0_0000, 1.0),
            (0x3ff0_0001, 0.01),
            (0x0000_04d2 << 2 | 2, 1234.0),
            (0x0000_04d2 << 2 | 3, 12.34),
            ((-5_i32 << 2).cast_unsigned() | 2, -5.0),
        ] {
            assert!((rk_number(rk) - number).abs() < 1e-12, "{rk:x}");
        }
    }

    #[test]
    fn records_end_where_their_bytes_do() {
        let bytes = [0x0a, 0, 2, 0, 7, 8, 0xff];
        let mut records = Records::new(&bytes[..]);
        assert!(records.advance().is_ok_and(|more| more));
        assert_eq!(
            (records.record.kind, &records.record.bytes[..]),
            (kind::EOF, &[7, 8][..])
        );
        assert!(records.advance().is_ok_and(|more| !more));
        let mut cut = Records::new(&bytes[..5]);
        assert!(cut.advance().is_err());
    }
}
