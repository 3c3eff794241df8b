//! What is inside the payload: tar, zstd frames, padding, each written by hand.

/// A ustar header for a name and a size (POSIX.1-2017 `pax`).
pub(crate) fn header(name: &str, size: usize) -> Vec<u8> {
    header_of(name.as_bytes(), &format!("{size:011o}\0"))
}

/// The same with any name and any size field.
pub(crate) fn header_of(name: &[u8], size: &str) -> Vec<u8> {
    let mut block = vec![0_u8; 512];
    block[..name.len()].copy_from_slice(name);
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    block[124..136].copy_from_slice(size.as_bytes());
    block[136..148].copy_from_slice(b"02263523000\0");
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    checksum(&mut block);
    block
}

/// Puts the checksum that belongs to a block.
pub(crate) fn checksum(block: &mut [u8]) {
    block[148..156].fill(b' ');
    let sum: u32 = block[..512].iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A file of the archive with its gap.
pub(crate) fn entry(name: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes = header(name, content.len());
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A whole archive.
pub(crate) fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes: Vec<u8> = files
        .iter()
        .flat_map(|(name, content)| entry(name, content))
        .collect();
    bytes.extend([0; 1024]);
    bytes
}

pub(crate) const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A zstd frame (RFC 8878) of raw and run-length blocks, with a window of 128 KiB.
pub(crate) fn frame(plain: &[u8]) -> Vec<u8> {
    // No content size, no checksum, no dictionary; exponent 7, mantissa 0.
    framed(&[0x00, 0x38], plain)
}

/// The same behind any frame header.
pub(crate) fn framed(header: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut bytes = [&FRAME[..], header].concat();
    let blocks: Vec<&[u8]> = plain.chunks(512).collect();
    if blocks.is_empty() {
        bytes.extend(block_header(true, 0, 0));
    }
    for (at, block) in blocks.iter().enumerate() {
        let last = at + 1 == blocks.len();
        if block.iter().all(|byte| *byte == block[0]) {
            bytes.extend(block_header(last, 1, block.len()));
            bytes.push(block[0]);
        } else {
            bytes.extend(block_header(last, 0, block.len()));
            bytes.extend_from_slice(block);
        }
    }
    bytes
}

/// A frame of so many blocks of 128 KiB of zeros, behind some plain text.
pub(crate) fn bomb(plain: &[u8], blocks: usize) -> Vec<u8> {
    let mut bytes = [&FRAME[..], &[0x00, 0x38]].concat();
    bytes.extend(block_header(false, 0, plain.len()));
    bytes.extend_from_slice(plain);
    for at in 0..blocks {
        bytes.extend(block_header(at + 1 == blocks, 1, 128 << 10));
        bytes.push(0);
    }
    bytes
}

/// A block's three bytes: whether it is the last, its type, its size.
pub(crate) fn block_header(last: bool, kind: usize, size: usize) -> Vec<u8> {
    (usize::from(last) | kind << 1 | size << 3).to_le_bytes()[..3].to_vec()
}

/// A skippable frame with one of the sixteen magics.
pub(crate) fn skippable(magic: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short frame");
    [
        &[magic, 0x2a, 0x4d, 0x18],
        &length.to_le_bytes()[..],
        content,
    ]
    .concat()
}

/// PADMÉ with the floor of one format (package-v1 §6.4).
pub(crate) fn padme(length: usize) -> usize {
    let length = length.max(16_384);
    let exponent = length.ilog2();
    let step = 1_usize << (exponent - exponent.ilog2() - 1);
    length.next_multiple_of(step)
}

/// Frames, then the padding that belongs to them.
pub(crate) fn padded(frames: &[u8]) -> Vec<u8> {
    let content = padme(frames.len() + 8) - frames.len() - 8;
    [frames, &skippable(0x50, &vec![0; content])].concat()
}
