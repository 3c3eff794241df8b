//! The age crate and we, side by side: whatever is done to a payload, both come to the same verdict.

use std::io::{Read as _, Write as _};
use std::sync::LazyLock;

use crate::age_header;
use crate::age_payload::{CHUNK, NONCE, PayloadKey, SEALED_CHUNK, TAG};
use crate::age_stream::{PayloadReader, PayloadWriter};
use crate::digest::Measure;
use crate::limits::Limits;
use crate::pipeline::with_crew;

static IDENTITY: LazyLock<age::x25519::Identity> = LazyLock::new(age::x25519::Identity::generate);

/// Around every boundary of a chunk, and of the batches that one task takes.
const LENGTHS: [usize; 20] = [
    0,
    1,
    15,
    16,
    17,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    2 * CHUNK - 1,
    2 * CHUNK,
    2 * CHUNK + 1,
    4 * CHUNK - 1,
    4 * CHUNK,
    4 * CHUNK + 1,
    5 * CHUNK,
    8 * CHUNK - 1,
    8 * CHUNK,
    8 * CHUNK + 1,
    9 * CHUNK + 17,
    12 * CHUNK,
];

fn plain_text(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

fn sealed_by_age(plain: &[u8]) -> Vec<u8> {
    let recipient = IDENTITY.to_public();
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let encryptor = age::Encryptor::with_recipients(recipients).expect("a recipient");
    let mut writer = encryptor.wrap_output(&mut sealed).expect("a header");
    writer.write_all(plain).expect("memory writes");
    writer.finish().expect("memory writes");
    sealed
}

fn sealed_by_us(plain: &[u8], workers: usize, piece: usize) -> Vec<u8> {
    let (key, head) = PayloadKey::begin(&[IDENTITY.to_public()]).expect("a recipient");
    let mut sealed = Vec::new();
    let measured = with_crew(workers, |crew| {
        let writer = PayloadWriter::begin(crew, key, &head, &mut sealed, plain.len() as u64);
        let mut writer = writer.expect("a header");
        for piece in plain.chunks(piece) {
            writer.write_all(piece).expect("memory writes");
        }
        writer.finish().expect("memory writes")
    });
    let mut expected = Measure::default();
    expected.update(&sealed);
    assert_eq!(measured, expected.finish());
    sealed
}

/// What was read before the end, and whether that was the good end.
type Verdict = (Vec<u8>, bool);

fn opened_by_age(sealed: &[u8]) -> Verdict {
    let mut plain = Vec::new();
    let decryptor = age::Decryptor::new_buffered(sealed);
    let identities = std::iter::once(&*IDENTITY as &dyn age::Identity);
    let reader = decryptor.and_then(|decryptor| decryptor.decrypt(identities));
    let is_good = reader.is_ok_and(|mut reader| reader.read_to_end(&mut plain).is_ok());
    (plain, is_good)
}

fn opened_by_us(sealed: &[u8], workers: usize) -> Verdict {
    let mut plain = Vec::new();
    let Some((head, stream)) = sealed.split_at_checked(head_length(sealed)) else {
        return (plain, false);
    };
    let Ok(key) = PayloadKey::unwrap(head, std::iter::once(&*IDENTITY)) else {
        return (plain, false);
    };
    let mut measure = Measure::default();
    measure.update(head);
    let is_good = with_crew(workers, |crew| {
        let mut reader = PayloadReader::new(crew, key, measure, stream, stream.len() as u64);
        let is_good = reader.read_to_end(&mut plain).is_ok();
        let again = reader.read(&mut [0]);
        assert_eq!(again.ok(), is_good.then_some(0), "an end stays what it was");
        if is_good {
            let mut expected = Measure::default();
            expected.update(sealed);
            assert_eq!(reader.finish(), expected.finish());
        }
        is_good
    });
    (plain, is_good)
}

/// Header and nonce.
fn head_length(sealed: &[u8]) -> usize {
    let header = age_header::read(&mut &sealed[..], 1, &Limits::default());
    header.expect("memory reads").expect("a header").len() + NONCE
}

/// Reads the first byte as a length, the second as a maker, and each five that follow as an edit.
pub(crate) fn same_verdict(script: &[u8]) {
    let [length, maker, edits @ ..] = script else {
        return;
    };
    let plain = plain_text(LENGTHS[usize::from(*length) % LENGTHS.len()]);
    let mut sealed = match maker % 3 {
        0 => sealed_by_age(&plain),
        1 => sealed_by_us(&plain, 0, 10_007),
        _ => sealed_by_us(&plain, 2, 300_000),
    };
    for edit in edits.chunks_exact(5).take(6) {
        let number = u32::from_le_bytes([edit[1], edit[2], edit[3], edit[4]]);
        apply(edit[0], number as usize, &mut sealed);
    }
    let theirs = opened_by_age(&sealed);
    let ours = opened_by_us(&sealed, 0);
    assert!(ours == opened_by_us(&sealed, 3), "a crew changes nothing");
    assert_eq!(ours.1, theirs.1, "both take it or neither");
    // What precedes a fault may be a chunk less: whether one is the last tells its place, to us.
    assert!(
        theirs.0.starts_with(&ours.0),
        "nothing that age does not give"
    );
    assert!(theirs.0.len() - ours.0.len() <= CHUNK);
    if ours.1 {
        assert!(ours.0 == theirs.0, "the same plain text");
    }
    if edits.len() < 5 {
        assert!(ours.1 && ours.0 == plain, "nothing was done to it");
    }
}

/// Damages what anybody can damage, or forges what only a holder of the key can.
fn apply(kind: u8, number: usize, sealed: &mut Vec<u8>) {
    let head = head_length(sealed);
    let Some(stream) = sealed.len().checked_sub(head) else {
        return;
    };
    let chunks = stream.div_ceil(SEALED_CHUNK);
    let range = |index: usize| {
        let start = head + index * SEALED_CHUNK;
        start..(start + SEALED_CHUNK).min(head + stream)
    };
    match kind % 9 {
        0 => sealed.truncate(head + number % (stream + 1)),
        1 => sealed.truncate(head + number % (chunks + 1) * SEALED_CHUNK),
        2 => sealed.resize(head + stream + 1 + number % (CHUNK + 100), 0),
        _ if chunks == 0 => {}
        3 => sealed[head - NONCE + number % (NONCE + stream)] ^= 1 << (number % 8),
        4 => {
            let (one, other) = (number % chunks, number / chunks % chunks);
            let (a, b) = (sealed[range(one)].to_vec(), sealed[range(other)].to_vec());
            if a.len() == b.len() {
                sealed[range(one)].copy_from_slice(&b);
                sealed[range(other)].copy_from_slice(&a);
            }
        }
        5 => {
            let again = sealed[range(number % chunks)].to_vec();
            sealed.extend(again);
        }
        6 => drop(sealed.drain(range(number % chunks))),
        7 => forge(sealed, head, range(number % chunks), number),
        _ => {
            // A stream that ends with an empty chunk: only one that is empty altogether may.
            let last = range(chunks - 1);
            if last.len() == SEALED_CHUNK {
                forge(sealed, head, last, 0);
                sealed.extend([0; TAG]);
                let end = sealed.len();
                forge(sealed, head, end - (TAG)..end, 1);
            }
        }
    }
}

/// Seals a chunk again under the number of its place, or the next one, marked as the last or not.
fn forge(sealed: &mut [u8], head: usize, range: std::ops::Range<usize>, choice: usize) {
    let Ok(key) = PayloadKey::unwrap(&sealed[..head], std::iter::once(&*IDENTITY)) else {
        return;
    };
    if range.len() < TAG {
        return;
    }
    let number = (range.start - head) / SEALED_CHUNK + choice / 2 % 2;
    key.forge(&mut sealed[range], number as u64, choice % 2 == 1);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index_of(length: usize) -> u8 {
        let index = LENGTHS.iter().position(|known| *known == length);
        u8::try_from(index.expect("a known length")).expect("few")
    }

    fn edit(kind: u8, number: usize) -> Vec<u8> {
        let number = u32::try_from(number).expect("small").to_le_bytes();
        [&[kind][..], &number].concat()
    }

    #[test]
    fn what_one_seals_the_other_opens_at_every_boundary() {
        for length in 0..u8::try_from(LENGTHS.len()).expect("few") {
            for maker in 0..3 {
                same_verdict(&[length, maker]);
            }
        }
    }

    #[test]
    fn every_cut_near_a_boundary_has_one_verdict() {
        for length in [CHUNK, 4 * CHUNK, 4 * CHUNK + 1] {
            let stream = length + length.div_ceil(CHUNK) * (TAG);
            for boundary in (0..=stream).step_by(SEALED_CHUNK).chain([stream]) {
                for near in [-17_isize, -16, -15, -1, 0, 1, 15, 16, 17] {
                    let Some(at) = boundary.checked_add_signed(near) else {
                        continue;
                    };
                    if at < stream {
                        same_verdict(&[vec![index_of(length), 0], edit(0, at)].concat());
                    }
                }
            }
        }
    }

    #[test]
    fn each_kind_of_damage_and_forgery_has_one_verdict() {
        for length in [0, 1, CHUNK, 4 * CHUNK, 5 * CHUNK] {
            for kind in 0..9 {
                for number in 0..10 {
                    same_verdict(&[vec![index_of(length), 1], edit(kind, number)].concat());
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_edits_have_one_verdict(script in proptest::collection::vec(any::<u8>(), 2..24)) {
            same_verdict(&script);
        }
    }
}
