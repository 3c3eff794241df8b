//! The strict age v1 header of suite A (spec §6.1): what the age crate would leniently pass is refused.

use std::io::{self, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::age_payload;
use crate::limits::Limits;

const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
const NONCE: u64 = age_payload::NONCE as u64;
const CHUNK: u64 = age_payload::CHUNK as u64;
const TAG: u64 = age_payload::TAG as u64;

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgeHeaderError {
    /// The first line is not `age-encryption.org/v1`.
    #[error("not an age v1 file")]
    Version,
    /// The header does not end within its bound.
    #[error("the age header does not end within {limit} bytes")]
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// A stanza that suite A does not have, or one written otherwise than canonically.
    #[error("stanza {number} of the age header is not one of suite A in canonical form")]
    Stanza {
        /// Counted from 1.
        number: usize,
    },
    /// Not one X25519 stanza for each recipient of the manifest.
    #[error("{found} X25519 stanzas for {expected} recipients")]
    Recipients {
        /// Stanzas in the header.
        found: usize,
        /// Recipients in the manifest.
        expected: usize,
    },
    /// The line that closes the header is not a canonical MAC.
    #[error("the age header's last line is not a canonical MAC")]
    Mac,
    /// The payload ends before the header does.
    #[error("the payload ends within the age header")]
    Truncated,
}

/// Reads the header off the front of a payload, checks it and returns its bytes.
pub(crate) fn read<R: Read>(
    payload: &mut R,
    recipients: usize,
    limits: &Limits,
) -> io::Result<Result<Vec<u8>, AgeHeaderError>> {
    let mut lines = Lines {
        payload,
        limit: limits.age_header_bytes,
        taken: Vec::new(),
    };
    let checked = check_lines(&mut lines, recipients)?;
    Ok(checked.map(|()| lines.taken))
}

fn check_lines<R: Read>(
    lines: &mut Lines<'_, R>,
    recipients: usize,
) -> io::Result<Result<(), AgeHeaderError>> {
    // Every early return is a refusal, so the nested result keeps I/O errors apart from them.
    macro_rules! attempt {
        ($result:expr) => {
            match $result? {
                Ok(value) => value,
                Err(error) => return Ok(Err(error)),
            }
        };
    }
    if attempt!(lines.next()) != VERSION_LINE {
        return Ok(Err(AgeHeaderError::Version));
    }
    let mut sealed_to = 0;
    let mut greased = false;
    for number in 1.. {
        let line = attempt!(lines.next());
        if let Some(mac) = line.strip_prefix(b"--- ") {
            if !is_base64_of_32(mac.strip_suffix(b"\n").unwrap_or(mac)) {
                return Ok(Err(AgeHeaderError::Mac));
            }
            break;
        }
        let wrong = AgeHeaderError::Stanza { number };
        let Some(arguments) = stanza_arguments(&line) else {
            return Ok(Err(wrong));
        };
        match arguments.as_slice() {
            [b"X25519", share] if is_base64_of_32(share) => {
                let body = attempt!(lines.next());
                if !is_base64_of_32(body.strip_suffix(b"\n").unwrap_or(&body)) {
                    return Ok(Err(wrong));
                }
                sealed_to += 1;
            }
            [tag, ..] if tag.ends_with(b"-grease") && !greased => {
                greased = true;
                if !attempt!(skip_body(lines)) {
                    return Ok(Err(wrong));
                }
            }
            _ => return Ok(Err(wrong)),
        }
    }
    if sealed_to != recipients {
        let counts = AgeHeaderError::Recipients {
            found: sealed_to,
            expected: recipients,
        };
        return Ok(Err(counts));
    }
    Ok(Ok(()))
}

/// The arguments of `-> tag …`: one or more words of visible ASCII, single spaces between.
fn stanza_arguments(line: &[u8]) -> Option<Vec<&[u8]>> {
    let words = line.strip_prefix(b"-> ")?.strip_suffix(b"\n")?;
    let arguments: Vec<&[u8]> = words.split(|byte| *byte == b' ').collect();
    let is_word =
        |word: &&[u8]| !word.is_empty() && word.iter().all(|byte| (33..=126).contains(byte));
    arguments.iter().all(is_word).then_some(arguments)
}

/// Passes over a canonical body: full lines of 64 characters, then one shorter line, maybe empty.
fn skip_body<R: Read>(lines: &mut Lines<'_, R>) -> io::Result<Result<bool, AgeHeaderError>> {
    loop {
        let line = match lines.next()? {
            Ok(line) => line,
            Err(error) => return Ok(Err(error)),
        };
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if text.len() > 64 || STANDARD_NO_PAD.decode(text).is_err() {
            return Ok(Ok(false));
        }
        if text.len() < 64 {
            return Ok(Ok(true));
        }
    }
}

fn is_base64_of_32(text: &[u8]) -> bool {
    text.len() == 43
        && STANDARD_NO_PAD
            .decode(text)
            .is_ok_and(|bytes| bytes.len() == 32)
}

struct Lines<'a, R> {
    payload: &'a mut R,
    limit: usize,
    taken: Vec<u8>,
}

impl<R: Read> Lines<'_, R> {
    /// The next line with its line feed.
    fn next(&mut self) -> io::Result<Result<Vec<u8>, AgeHeaderError>> {
        let start = self.taken.len();
        loop {
            if self.taken.len() == self.limit {
                return Ok(Err(AgeHeaderError::TooLong { limit: self.limit }));
            }
            let mut byte = [0_u8; 1];
            if self.payload.read(&mut byte)? == 0 {
                return Ok(Err(AgeHeaderError::Truncated));
            }
            self.taken.push(byte[0]);
            if byte[0] == b'\n' {
                return Ok(Ok(self.taken[start..].to_vec()));
            }
        }
    }
}

/// How much plain text a payload of this length holds, or none if no age stream is that long.
pub(crate) fn plain_length(payload_length: u64, header_length: u64) -> Option<u64> {
    let stream = payload_length
        .checked_sub(header_length)?
        .checked_sub(NONCE)?;
    let chunks = stream.div_ceil(CHUNK + TAG);
    let plain = stream.checked_sub(chunks * TAG)?;
    // The last chunk is not empty, and only it may be short.
    (plain > 0 && plain.div_ceil(CHUNK) == chunks).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, recipients: usize) -> Result<u64, AgeHeaderError> {
        let header = read(&mut text.as_bytes(), recipients, &Limits::default());
        header
            .expect("memory reads")
            .map(|header| header.len() as u64)
    }

    #[test]
    fn only_the_canonical_header_of_suite_a_passes() {
        let key = "A".repeat(43);
        let stanza = format!("-> X25519 {key}\n{key}\n");
        let end = format!("--- {key}\n");
        let good = format!("age-encryption.org/v1\n{stanza}{end}");
        assert_eq!(check_text(&good, 1), Ok(good.len() as u64));
        let grease = "-> q-grease x\n\n";
        let greased = format!("age-encryption.org/v1\n{stanza}{grease}{end}");
        assert_eq!(check_text(&greased, 1), Ok(greased.len() as u64));

        let stray_bits = format!("{}B", "A".repeat(42));
        for (text, error) in [
            (good.replace("v1", "v2"), AgeHeaderError::Version),
            (good.replace('\n', "\r\n"), AgeHeaderError::Version),
            (
                good.replace("X25519", "scrypt"),
                AgeHeaderError::Stanza { number: 1 },
            ),
            (
                good.replace("-> X25519 ", "-> X25519  "),
                AgeHeaderError::Stanza { number: 1 },
            ),
            (
                good.replacen(&key, &stray_bits, 1),
                AgeHeaderError::Stanza { number: 1 },
            ),
            (
                good.replacen(&key, &format!("{key}="), 1),
                AgeHeaderError::Stanza { number: 1 },
            ),
            (
                greased.replace(grease, &grease.repeat(2)),
                AgeHeaderError::Stanza { number: 3 },
            ),
            (good.replace("--- A", "---  A"), AgeHeaderError::Mac),
            (
                good.replace(&end, &format!("--- {stray_bits}\n")),
                AgeHeaderError::Mac,
            ),
            (good.replace(&end, ""), AgeHeaderError::Truncated),
        ] {
            assert_eq!(check_text(&text, 1), Err(error), "{text}");
        }
        let counts = AgeHeaderError::Recipients {
            found: 1,
            expected: 2,
        };
        assert_eq!(check_text(&good, 2), Err(counts));
        let endless = format!("age-encryption.org/v1\n{}", stanza.repeat(1000));
        let limit = Limits::default().age_header_bytes;
        assert_eq!(
            check_text(&endless, 1000),
            Err(AgeHeaderError::TooLong { limit })
        );
    }

    #[test]
    fn plain_length_inverts_the_stream() {
        for plain in [1, 65_535, 65_536, 65_537, 131_072, 1 << 33] {
            let stream = plain + 16 * u64::div_ceil(plain, CHUNK);
            assert_eq!(plain_length(200 + 16 + stream, 200), Some(plain));
        }
        assert_eq!(plain_length(216, 200), None);
        assert_eq!(plain_length(232, 200), None);
        assert_eq!(plain_length(216 + 65_552 + 16, 200), None);
    }
}
