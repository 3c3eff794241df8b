//! Doors to the inner parsers, for the fuzz targets alone: this module exists under `--cfg fuzzing` only.
//!
//! None of them may panic, and what one of them takes must be written as it was read.

use std::io::Read;

use crate::descriptor::Descriptor;
use crate::dsse::SignaturesFile;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::pipeline::Crew;
use crate::zstd_stream::ZstdReader;
use crate::{age_header, json, tar};

/// `manifest.json`: what passes is canonical.
pub fn manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::parse(bytes, &Limits::default()) {
        assert_eq!(manifest.to_bytes(), bytes);
    }
}

/// `signatures.json`: what passes is canonical.
pub fn signatures(bytes: &[u8]) {
    if let Ok(file) = SignaturesFile::parse(bytes, &Limits::default()) {
        assert_eq!(json::write(&file), bytes);
    }
}

/// `datapackage.json`: what passes can be written and read again.
pub fn descriptor(bytes: &[u8]) {
    let limits = Limits::default();
    if let Ok(descriptor) = Descriptor::parse(bytes, &limits) {
        let again = Descriptor::parse(&descriptor.to_bytes(), &limits);
        assert_eq!(again, Ok(descriptor));
    }
}

/// The archive: what passes has one byte string.
pub fn archive(bytes: &[u8]) {
    let mut reader = bytes;
    let mut written = Vec::new();
    loop {
        match tar::read_header(&mut reader) {
            Ok(Ok(Some((name, length)))) => {
                written.extend(tar::header(&name, length));
                let length_here = usize::try_from(length).unwrap_or(usize::MAX);
                if length_here > reader.len() {
                    return;
                }
                let (content, rest) = reader.split_at(length_here);
                written.extend_from_slice(content);
                reader = rest;
                if !matches!(tar::read_gap(&mut reader, length), Ok(Ok(()))) {
                    return;
                }
                written.resize(written.len() + tar::gap(length), 0);
            }
            Ok(Ok(None)) => {
                written.extend([0; 2 * tar::BLOCK]);
                assert_eq!(written, bytes);
                return;
            }
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

/// The age header: its length is within the bytes, and it ends with a line feed.
pub fn header(bytes: &[u8]) {
    for recipients in [1, 2] {
        let mut reader = bytes;
        if let Ok(Ok(header)) = age_header::read(&mut reader, recipients, &Limits::default()) {
            assert_eq!(header.last(), Some(&b'\n'));
            assert_eq!([&header, reader].concat(), bytes);
        }
    }
}

/// The compressed stream: it never gives more than its bounds.
pub fn compressed(bytes: &[u8]) {
    let nobody = Crew::of_nobody();
    let mut reader = ZstdReader::new(&nobody, bytes, bytes.len() as u64, 1_000);
    let mut buffer = vec![0_u8; 64 << 10];
    let mut plain = 0_u64;
    while let Ok(count) = reader.read(&mut buffer) {
        if count == 0 {
            break;
        }
        plain += count as u64;
    }
    assert!(plain <= (16 << 20) + 1_000 * bytes.len() as u64);
}

/// Edits of a payload, forged chunks among them: the age crate and we come to the same verdict.
pub fn payload(bytes: &[u8]) {
    crate::age_differential::same_verdict(bytes);
}
