//! Every bound, in one place.

/// Bounds that are checked before the work they bound. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The manifest. Default 65,536 (64 KiB).
    pub manifest_bytes: u64,
    /// The signatures. Default 16,384 (16 KiB).
    pub signatures_bytes: u64,
    /// Signatures on one document. Default 16.
    pub signatures: usize,
    /// Recipients of one package. Default 64.
    pub recipients: usize,
    /// The age header. Default 32,768 (32 KiB), enough for 64 recipients; more than 262,144 has no effect.
    pub age_header_bytes: usize,
    /// The encrypted payload. Default 68,719,476,736 (64 GiB).
    pub payload_bytes: u64,
    /// All files inside together, unpacked. Default 68,719,476,736 (64 GiB).
    pub plain_bytes: u64,
    /// How many bytes one compressed byte may unfold to, beyond the first 16 MiB. Default 1,000.
    pub expansion: u64,
    /// Files inside. Default 256.
    pub entries: usize,
    /// The inner descriptor. Default 4,194,304 (4 MiB).
    pub descriptor_bytes: u64,
    /// A registry, receipt or contact form. Default 16,777,216 (16 MiB).
    pub document_bytes: u64,
    /// Nesting of JSON. Default 16.
    pub json_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            manifest_bytes: 64 << 10,
            signatures_bytes: 16 << 10,
            signatures: 16,
            recipients: 64,
            age_header_bytes: 32 << 10,
            payload_bytes: 64 << 30,
            plain_bytes: 64 << 30,
            expansion: 1_000,
            entries: 256,
            descriptor_bytes: 4 << 20,
            document_bytes: 16 << 20,
            json_depth: 16,
        }
    }
}
