//! PADMÉ: a length that tells at most the order of magnitude (spec §6.4).
//!
//! Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
//! PURBs" (PETS 2019), algorithm 1.

use std::io::{self, Write};

/// The magic of the zstd skippable frame that holds the padding (RFC 8878 §3.1.2).
pub(crate) const SKIPPABLE_MAGIC: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();
/// Magic and length of a skippable frame.
pub(crate) const FRAME_HEADER: u64 = 8;
/// Lists of up to a few hundred rows all have this length, so that ten people and a nil list look alike.
const FLOOR: u64 = 16 << 10;

/// The smallest length of at least `length` that PADMÉ allows, and at least the floor.
pub(crate) fn padded_length(length: u64) -> u64 {
    let length = length.max(FLOOR);
    let exponent = u64::from(length.ilog2());
    let mantissa = u64::from(exponent.ilog2()) + 1;
    let mask = (1_u64 << (exponent - mantissa)) - 1;
    length.saturating_add(mask) & !mask
}

/// The content length of the padding frame that follows so much compressed text.
pub(crate) fn content_length(compressed: u64) -> u64 {
    padded_length(compressed + FRAME_HEADER) - compressed - FRAME_HEADER
}

/// Writes the padding frame that follows so much compressed text.
pub(crate) fn write<W: Write>(out: &mut W, compressed: u64) -> io::Result<()> {
    let content = content_length(compressed);
    let too_long = || io::Error::new(io::ErrorKind::InvalidInput, "too long to pad");
    let length = u32::try_from(content).map_err(|_| too_long())?;
    out.write_all(&SKIPPABLE_MAGIC)?;
    out.write_all(&length.to_le_bytes())?;
    io::copy(&mut io::Read::take(io::repeat(0), content), out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padme_gives_the_lengths_of_the_paper() {
        assert_eq!(padded_length(0), 16_384);
        assert_eq!(padded_length(16_384), 16_384);
        assert_eq!(padded_length(300_000), 303_104);
        for length in (0..2_000_000).step_by(1_777) {
            let padded = padded_length(length);
            assert_eq!(padded_length(padded), padded);
            assert!(padded >= length && (length < 16_384 || padded <= length + length / 16));
            assert_eq!(
                length + FRAME_HEADER + content_length(length),
                padded_length(length + 8)
            );
        }
    }
}
