//! Every library error becomes a failure here: its stable code, its English, and whose fault it is.

use posthorse_package::{
    ContactFormError, CountersignError, DeletionError, KeyError, OpenError, ReadError,
    ReceiptError, Refusal, RegistryError, SealError, UntrustedText, VerifyError, json::JsonError,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::is_interruption;

/// A refusal, or the failed read that the library reports when there is none.
fn refused_or_io(refusal: Option<Refusal>, error: &(dyn std::error::Error + 'static)) -> Failure {
    match refusal {
        Some(refusal) => Failure::refused(refusal, error),
        None => stream_failure("cannot-read-package", error),
    }
}

fn stream_failure(code: &str, error: &(dyn std::error::Error + 'static)) -> Failure {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if current.downcast_ref().is_some_and(is_interruption) {
            return Failure::new(Exit::Environment, "interrupted");
        }
        let full = |io: &std::io::Error| io.kind() == std::io::ErrorKind::StorageFull;
        if current.downcast_ref().is_some_and(full) {
            return Failure::new(Exit::Environment, "disk-full").detail(current);
        }
        cause = current.source();
    }
    Failure::new(Exit::Environment, code).detail(error)
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        refused_or_io(error.refusal(), &error)
    }
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        refused_or_io(error.refusal(), &error)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match &error {
            OpenError::NotARecipient => {
                Failure::new(Exit::Keys, Refusal::NotARecipient.code()).detail(error)
            }
            OpenError::Store(_) => stream_failure("cannot-write-opened", &error),
            _ => refused_or_io(error.refusal(), &error),
        }
    }
}

impl From<CountersignError> for Failure {
    fn from(error: CountersignError) -> Self {
        match error {
            CountersignError::Verify(error) => Failure::from(error),
            CountersignError::KeyUnknown { .. } => {
                Failure::new(Exit::Keys, "countersign-key-unknown").detail(error)
            }
            CountersignError::NotSender { owner, sender } => {
                Failure::new(Exit::Keys, "countersign-not-sender")
                    .with("owner", owner)
                    .with("sender", sender)
            }
            CountersignError::KeyStanding(error) => {
                Failure::new(Exit::Keys, "countersign-key-not-in-force").detail(error)
            }
            CountersignError::SignedAlready { .. } => {
                Failure::new(Exit::Refused, "signed-already").detail(error)
            }
            CountersignError::SamePerson { person } => {
                Failure::new(Exit::Keys, "countersign-same-person")
                    .with("person", UntrustedText::new(person))
            }
            CountersignError::TooMany { .. } => Failure::refused(Refusal::TooLarge, error),
            CountersignError::Read(_) => stream_failure("cannot-read-package", &error),
            CountersignError::Write(_) => stream_failure("cannot-write-package", &error),
            CountersignError::PayloadDigest => {
                Failure::new(Exit::Environment, "source-changed").detail(error)
            }
            _ => Failure::new(Exit::Refused, "cannot-seal").detail(error),
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match &error {
            SealError::Write(_) => stream_failure("cannot-write-package", &error),
            SealError::Source { .. } => stream_failure("cannot-read-source", &error),
            SealError::SourceChanged { .. } => {
                Failure::new(Exit::Environment, "source-changed").detail(error)
            }
            SealError::Request(json) => Failure::refused(json.refusal, &error),
            SealError::Key(key) => Failure::from(*key),
            _ => Failure::new(Exit::Refused, "cannot-seal").detail(error),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let code = match error {
            KeyError::Weak(_) => Refusal::WeakKey.code(),
            KeyError::NoRandomness => "no-randomness",
            _ => "key-malformed",
        };
        Failure::new(Exit::Keys, code).detail(error)
    }
}

macro_rules! from_refusing {
    ($($error:ident),*) => {
        $(
            impl From<$error> for Failure {
                fn from(error: $error) -> Self {
                    Failure::refused(error.refusal(), &error)
                }
            }
        )*
    };
}
from_refusing!(ContactFormError, DeletionError, ReceiptError, RegistryError);

impl From<JsonError> for Failure {
    fn from(error: JsonError) -> Self {
        Failure::refused(error.refusal, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Messages};

    #[test]
    fn every_class_of_refusal_has_its_sentence_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let messages = Messages::load(language);
            for refusal in Refusal::ALL {
                let key = format!("refusal-{refusal}");
                assert!(messages.find(&key, &[]).is_some(), "{language:?}: {key}");
            }
        }
    }
}
