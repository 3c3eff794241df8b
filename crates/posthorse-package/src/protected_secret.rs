//! Secrets at rest: an age file under a passphrase (scrypt), which any age tool can read.

use std::io::{Read, Write};

use age::secrecy::SecretString;
use zeroize::Zeroizing;

use crate::keys::KeyError;

/// 2^18 rounds: about a second on an office machine, and no guessing at leisure.
const WORK_FACTOR: u8 = 18;
/// Beyond this a hostile file would keep a machine busy for minutes.
const MAX_WORK_FACTOR: u8 = 20;
const MAX_SECRET_BYTES: u64 = 1 << 20;

/// Why a protected secret stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnprotectError {
    /// Another passphrase, or a file that was altered.
    #[error("wrong passphrase, or the file was altered")]
    WrongPassphrase,
    /// Not an age file under a passphrase, or one that asks for too much work.
    #[error("not an age file under a passphrase")]
    Malformed,
}

/// Encrypts a secret under a passphrase.
///
/// # Errors
/// [`KeyError::NoRandomness`] when encrypting fails.
pub fn protect(secret: &[u8], passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _))
        .map_err(|_| KeyError::NoRandomness)?;
    let mut bytes = Vec::new();
    let mut writer = encryptor
        .wrap_output(&mut bytes)
        .map_err(|_| KeyError::NoRandomness)?;
    writer
        .write_all(secret)
        .map_err(|_| KeyError::NoRandomness)?;
    writer.finish().map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

/// Decrypts what [`protect`], or another age tool, encrypted under a passphrase.
///
/// # Errors
/// See [`UnprotectError`].
pub fn unprotect(bytes: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, UnprotectError> {
    let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let decryptor = age::Decryptor::new(bytes).map_err(|_| UnprotectError::Malformed)?;
    if !decryptor.is_scrypt() {
        return Err(UnprotectError::Malformed);
    }
    let reader = decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|error| match error {
            age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed
            | age::DecryptError::NoMatchingKeys => UnprotectError::WrongPassphrase,
            _ => UnprotectError::Malformed,
        })?;
    let mut secret = Zeroizing::new(Vec::new());
    reader
        .take(MAX_SECRET_BYTES)
        .read_to_end(&mut secret)
        .map_err(|_| UnprotectError::WrongPassphrase)?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_passphrase_opens() {
        let bytes = protect(b"secret", "驻马店 2026").expect("protecting");
        assert_eq!(
            unprotect(&bytes, "驻马店 2026")
                .expect("its passphrase")
                .as_slice(),
            b"secret"
        );
        assert_eq!(
            unprotect(&bytes, "other"),
            Err(UnprotectError::WrongPassphrase)
        );
        assert_eq!(unprotect(b"junk", "other"), Err(UnprotectError::Malformed));
    }
}
