//! Why a document is refused: the closed list of codes that vectors, receipts and commands share.

use std::fmt;

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// A class of refusal. Its code is stable: spec §9 lists what each one means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Refusal {
            $($(#[$doc])* $variant,)*
        }

        impl Refusal {
            /// Every class, in the order of the checks that find it.
            pub const ALL: &[Refusal] = &[$(Refusal::$variant,)*];

            /// The stable code, such as `signature-invalid`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Refusal::$variant => $code,)*
                }
            }
        }
    };
}

refusals! {
    /// The closing record is not there: the file is still arriving, or was cut.
    Incomplete = "incomplete",
    /// The file does not begin as a package does.
    NotAPackage = "not-a-package",
    /// The closing record is there, but a byte differs from the one framing that the members can have.
    Framing = "framing",
    /// A bound of `Limits` is exceeded.
    TooLarge = "too-large",
    /// Not JSON, or JSON with something after it.
    JsonSyntax = "json-syntax",
    /// The same key twice in one object.
    JsonDuplicateKey = "json-duplicate-key",
    /// A number that is not a whole number of 64 bits.
    JsonNumber = "json-number",
    /// Nested deeper than the bound.
    JsonDepth = "json-depth",
    /// Well-formed, but not the one byte string that says this.
    JsonNotCanonical = "json-not-canonical",
    /// A major version of the format that this reader does not know.
    UnknownVersion = "unknown-version",
    /// A cipher suite that this reader does not know.
    UnknownSuite = "unknown-suite",
    /// A critical extension that this reader does not know.
    UnknownCriticalExtension = "unknown-critical-extension",
    /// A field that is unknown, missing, of the wrong type or against its rule.
    Field = "field",
    /// A document of another type where this one was expected.
    WrongDocumentType = "wrong-document-type",
    /// A key that is not a canonical, full-order point.
    WeakKey = "weak-key",
    /// No signature of the key that the manifest names.
    SignatureMissing = "signature-missing",
    /// A signature by a known key does not match the bytes.
    SignatureInvalid = "signature-invalid",
    /// A key that stands in no entry of the registry.
    SignerUnknown = "signer-unknown",
    /// A good signature, but of a party other than the one that the document names.
    SignerNotSender = "signer-not-sender",
    /// Fewer signatures of different persons than this kind, or these root keys, demand.
    TooFewSignatures = "too-few-signatures",
    /// The key was not valid yet when the document was made.
    KeyNotYetValid = "key-not-yet-valid",
    /// The key had expired.
    KeyExpired = "key-expired",
    /// The key had been revoked.
    KeyRevoked = "key-revoked",
    /// The sender may not send this kind, or its role may not issue this document.
    NotAllowed = "not-allowed",
    /// A recipient that is not a current key of the party named with it.
    RecipientUnknown = "recipient-unknown",
    /// Made after the moment as of which it is judged.
    FromTheFuture = "from-the-future",
    /// Judged after its `not_after`.
    Stale = "stale",
    /// The registry has expired as of the moment of judging.
    RegistryExpired = "registry-expired",
    /// The next registry does not follow the trusted one.
    RegistryRollback = "registry-rollback",
    /// The next registry names a rule file with a lower version, or another file under the same one.
    RulesVersionWentBack = "rules-version-went-back",
    /// A rule file is not the one whose digest the registry names.
    RulesDigest = "rules-digest",
    /// The cipher text is not the one whose digest or length is signed.
    PayloadDigest = "payload-digest",
    /// The payload's age header is not the strict one of suite A.
    AgeHeader = "age-header",
    /// The length of the payload is not one that the padding rule gives.
    Padding = "padding",
    /// None of the identities at hand opens the payload.
    NotARecipient = "not-a-recipient",
    /// The payload does not decrypt to its authenticated end.
    PayloadDamaged = "payload-damaged",
    /// The plain text is not the zstd stream that the format demands.
    Compression = "compression",
    /// The archive is not the one canonical tar.
    Tar = "tar",
    /// A file's name is not a portable entry name, or stands twice.
    EntryName = "entry-name",
    /// The files are not those that the descriptor lists.
    EntryMismatch = "entry-mismatch",
    /// The descriptor is not the one whose digest the manifest carries.
    ContentsDigest = "contents-digest",
    /// The descriptor names another exchange than the manifest.
    ExchangeMismatch = "exchange-mismatch",
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for Refusal {
    type Err = crate::NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = crate::NameError {
            what: "refusal",
            rule: "a code of the package spec, §9",
        };
        Self::ALL
            .iter()
            .copied()
            .find(|class| class.code() == text)
            .ok_or(wrong)
    }
}
