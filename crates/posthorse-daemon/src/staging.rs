//! What this office is about to send: sealed or signed, flushed, and named by its digest in the
//! staging folder before the ledger says that it exists.

use std::fs::{File, OpenOptions};
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use posthorse_ledger::{Outgoing, OwnChain, SealedFacts};
use posthorse_package::{
    Digest, EntryName, KindName, Party, PartyRecipient, Period, SealRequest, SourceContent,
    SourceFile, Timestamp, seal,
};

use crate::bureau::{Bureau, random};
use crate::durable;
use crate::error::{Critical, state};
use crate::private_copy::measure;

const SECONDS_PER_DAY: i64 = 86_400;

/// A file to be sealed, in memory: return sheets and dispatches are as large as one county's month.
pub(crate) struct OutgoingFile {
    pub(crate) name: EntryName,
    pub(crate) title: String,
    pub(crate) content: SourceContent,
    pub(crate) bytes: Vec<u8>,
}

/// What a package of this office says of itself beside its files.
pub(crate) struct Letter<'a> {
    pub(crate) kind: KindName,
    pub(crate) to: &'a Party,
    pub(crate) period: Option<Period>,
    pub(crate) in_reply_to: Option<Digest>,
    pub(crate) sealed_at: Timestamp,
}

impl OutgoingFile {
    /// An Excel workbook for people.
    pub(crate) fn workbook(name: EntryName, title: String, bytes: Vec<u8>) -> Self {
        let media_type =
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
        Self {
            name,
            title,
            content: SourceContent::Attachment { media_type },
            bytes,
        }
    }

    /// A note for people, in UTF-8.
    pub(crate) fn text(name: EntryName, title: String, text: String) -> Self {
        let media_type = "text/plain; charset=utf-8".to_owned();
        Self {
            name,
            title,
            content: SourceContent::Attachment { media_type },
            bytes: text.into_bytes(),
        }
    }
}

impl Bureau<'_> {
    /// Seals files to an office as the next package of our own sequence, and moves `chain` on.
    ///
    /// The ledger learns of it in the transaction of whoever asked. Until then a crash leaves an
    /// orphan, which is removed, and the number is used again for something that never was.
    pub(crate) fn seal_and_stage(
        &self,
        chain: &mut OwnChain,
        letter: Letter<'_>,
        files: Vec<OutgoingFile>,
    ) -> Result<SealedFacts, Critical> {
        let request = self.request(chain, &letter)?;
        let mut readers: Vec<Cursor<&[u8]>> = files
            .iter()
            .map(|file| Cursor::new(file.bytes.as_slice()))
            .collect();
        let mut sources: Vec<SourceFile<'_>> = files
            .iter()
            .zip(&mut readers)
            .map(|(file, reader)| SourceFile {
                name: file.name.clone(),
                title: file.title.clone(),
                content: file.content.clone(),
                length: file.bytes.len() as u64,
                reader,
            })
            .collect();
        let (path, mut file) = self.unnamed()?;
        let signers = [&self.keys.signing];
        let sealed = seal(&request, &mut sources, &signers, &mut file, &self.limits)?;
        let (digest, length) = self.finish(&path, file)?;
        let facts = SealedFacts {
            manifest: sealed.manifest_digest,
            package_id: request.package_id,
            kind: letter.kind,
            signing_key: sealed.manifest.signing_key,
            sequence: request.sequence,
            party: letter.to.id.clone(),
            in_reply_to: letter.in_reply_to,
            sealed_at: letter.sealed_at,
            outgoing: Outgoing {
                party: letter.to.id.clone(),
                file_name: format!("{}.xpkg", request.package_id),
                digest,
                length,
            },
        };
        *chain = OwnChain {
            next_sequence: request.sequence + 1,
            previous: Some(sealed.manifest_digest),
        };
        Ok(facts)
    }

    fn request(&self, chain: &OwnChain, letter: &Letter<'_>) -> Result<SealRequest, Critical> {
        let recipients = letter
            .to
            .recipients_at(letter.sealed_at)
            .map(|recipient| PartyRecipient {
                party: letter.to.id.clone(),
                recipient: recipient.clone(),
            })
            .collect();
        let lasts = i64::from(self.config.not_after_days) * SECONDS_PER_DAY;
        Ok(SealRequest {
            package_id: self.new_package_id()?,
            kind: letter.kind.clone(),
            sender: self.id.clone(),
            recipients,
            period: letter.period.clone(),
            sealed_at: letter.sealed_at,
            not_after: letter.sealed_at.plus_seconds(lasts),
            sequence: chain.next_sequence,
            previous: chain.previous,
            in_reply_to: letter.in_reply_to,
            supersedes: None,
        })
    }

    /// Stages bytes that are complete as they are, such as a receipt.
    pub(crate) fn stage_bytes(&self, bytes: &[u8]) -> Result<(Digest, u64), Critical> {
        let (path, mut file) = self.unnamed()?;
        file.write_all(bytes)
            .map_err(state("write a staged file"))?;
        self.finish(&path, file)
    }

    /// Stages a copy of a file of the bureau's own disk.
    pub(crate) fn stage_copy(&self, from: &Path) -> Result<(Digest, u64), Critical> {
        let (path, mut file) = self.unnamed()?;
        let mut source = File::open(from).map_err(state("read a private copy"))?;
        io::copy(&mut source, &mut file).map_err(state("write a staged file"))?;
        self.finish(&path, file)
    }

    fn unnamed(&self) -> Result<(PathBuf, File), Critical> {
        let number = u64::from_le_bytes(random()?);
        let path = self.folders.staged().join(format!(".{number:016x}"));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(state("make a staged file"))?;
        Ok((path, file))
    }

    fn finish(&self, path: &Path, mut file: File) -> Result<(Digest, u64), Critical> {
        durable::sync(&file)?;
        file.seek(SeekFrom::Start(0))
            .map_err(state("rewind a staged file"))?;
        let (digest, length) = measure(file).map_err(state("read a staged file"))?;
        self.folders.stage(path, &digest)?;
        Ok((digest, length))
    }
}
