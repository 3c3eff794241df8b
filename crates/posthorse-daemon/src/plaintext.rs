//! Recognises what should never lie open in a shared folder: a list of people.

use std::io::{self, Read, Seek, SeekFrom};

use posthorse_ledger::Secret;

use crate::engine::PLAINTEXT_LIST;

/// The compound file of old Excel and of encrypted workbooks.
const CFB: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04";
/// The member that every Office document has, and its first in most.
const OFFICE_MEMBER: &[u8] = b"[Content_Types].xml";
/// How much of either end is looked at.
const GLANCE: u64 = 64 << 10;

/// The code for something that is no package.
pub(crate) fn classify(mut reader: impl Read + Seek, name: &Secret) -> io::Result<&'static str> {
    let length = reader.seek(SeekFrom::End(0))?;
    let first = glance(&mut reader, 0)?;
    let last = glance(&mut reader, length.saturating_sub(GLANCE))?;
    let is_office = first.starts_with(ZIP)
        && [&first, &last].iter().any(|bytes| {
            bytes
                .windows(OFFICE_MEMBER.len())
                .any(|window| window == OFFICE_MEMBER)
        });
    let is_list = is_office || first.starts_with(CFB) || has_list_ending(name);
    Ok(if is_list {
        PLAINTEXT_LIST
    } else {
        "not-a-package"
    })
}

fn glance(reader: &mut (impl Read + Seek), from: u64) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    reader.by_ref().take(GLANCE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Text has no mark of its own; its name is all there is to go by.
fn has_list_ending(name: &Secret) -> bool {
    const ENDINGS: [&str; 7] = [".csv", ".txt", ".tsv", ".xls", ".xlsx", ".et", ".ods"];
    let name = String::from_utf8_lossy(name.expose()).to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn code(name: &str, bytes: &[u8]) -> &'static str {
        let name = Secret::new(name.as_bytes().to_vec());
        classify(Cursor::new(bytes), &name).expect("read")
    }

    #[test]
    fn open_lists_are_recognised_by_content_and_by_name() {
        let mut workbook = ZIP.to_vec();
        workbook.extend_from_slice(&[0; 26]);
        workbook.extend_from_slice(OFFICE_MEMBER);
        assert_eq!(code("a.xpkg", &workbook), PLAINTEXT_LIST);
        assert_eq!(code("a", CFB), PLAINTEXT_LIST);
        assert_eq!(code("名单.CSV", "姓名".as_bytes()), PLAINTEXT_LIST);
        assert_eq!(code("a.pdf", b"%PDF"), "not-a-package");
        assert_eq!(code("a.zip", ZIP), "not-a-package");
        assert_eq!(code("", b""), "not-a-package");
    }
}
