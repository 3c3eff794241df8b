//! Signed notes: a text and the lines of those who signed it (C2SP signed-note).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest note that is read: sixteen post-quantum signatures fit, and a proof beside them.
pub const LONGEST_NOTE: usize = 256 << 10;
/// How many signatures a note may have.
pub const MOST_SIGNATURES: usize = 64;

const DASH: &str = "\u{2014} ";
const SEPARATOR: &str = "\n\n";
const KEY_ID: usize = 4;

/// The name of a key in a note, such as `zhumadian.example/posthorse-log`: not empty, without
/// white space, control characters or `+`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Box<str>);

/// A text that is not the name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key name: not empty, without white space, control characters or `+`")]
pub struct KeyNameError;

impl KeyName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.contains(is_bad) {
            Err(KeyNameError)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Four bytes by which a key recognises its own signatures. A hint; it never decides trust.
///
/// Written as eight lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKeyId(pub(crate) [u8; KEY_ID]);

impl fmt::Display for NoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for NoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One line below a note. Parsed is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who is said to have signed.
    pub name: KeyName,
    /// Which of its keys.
    pub key: NoteKeyId,
    /// The signature, in the form of the key's type; never empty.
    pub signature: Vec<u8>,
}

/// A text with signatures that nobody has verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// Bytes that are not a signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than [`LONGEST_NOTE`].
    #[error("longer than {LONGEST_NOTE} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("not UTF-8")]
    NotText,
    /// A control character other than the line feed.
    #[error("a control character in it")]
    ControlCharacter,
    /// No blank line with signatures after it.
    #[error("no blank line with signature lines after it")]
    NoSignatures,
    /// A line below the blank line that is no signature.
    #[error("line {line} below the text is not a signature")]
    SignatureLine {
        /// Which, beginning with 1.
        line: usize,
    },
    /// More than [`MOST_SIGNATURES`].
    #[error("more than {MOST_SIGNATURES} signatures")]
    TooManySignatures,
}

impl SignatureLine {
    /// Reads one line, without its line feed.
    ///
    /// # Errors
    /// [`NoteError::SignatureLine`] where it is none.
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        Self::read(line).ok_or(NoteError::SignatureLine { line: 1 })
    }

    fn read(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (key, signature) = bytes.split_first_chunk::<KEY_ID>()?;
        if signature.is_empty() {
            return None;
        }
        Some(Self {
            name: name.parse().ok()?,
            key: NoteKeyId(*key),
            signature: signature.to_vec(),
        })
    }
}

impl fmt::Display for SignatureLine {
    /// The line without its line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key.0[..], &self.signature].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl Note {
    /// Reads a note. What is read is written again byte for byte by [`Note::to_bytes`].
    ///
    /// # Errors
    /// [`NoteError`]: the first rule that the bytes break.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > LONGEST_NOTE {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::NotText)?;
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::ControlCharacter);
        }
        // The text may have blank lines itself; the last one divides.
        let divide = note.rfind(SEPARATOR).ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&note[..=divide], &note[divide + SEPARATOR.len()..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (number, line) in lines.split('\n').enumerate() {
            if number == MOST_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let read = SignatureLine::read(line);
            signatures.push(read.ok_or(NoteError::SignatureLine { line: number + 1 })?);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// A note of these parts. The text ends in a line feed.
    pub(crate) fn new(text: String, signatures: Vec<SignatureLine>) -> Self {
        Self { text, signatures }
    }

    /// The note as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut note = format!("{}\n", self.text);
        for line in &self.signatures {
            note.push_str(&format!("{line}\n"));
        }
        note.into_bytes()
    }

    /// The text that is signed, with its last line feed.
    #[must_use]
    pub fn untrusted_text(&self) -> &str {
        &self.text
    }

    /// The lines of those who are said to have signed, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Puts a line in the place of one of the same key, or below the others.
    pub(crate) fn put(&mut self, line: SignatureLine) {
        let of_same_key =
            |other: &&mut SignatureLine| (&other.name, other.key) == (&line.name, line.key);
        match self.signatures.iter_mut().find(of_same_key) {
            Some(other) => *other = line,
            None => self.signatures.push(line),
        }
    }
}
