//! Faults of the plain text: zstd frames, padding, tar, names, descriptor; each honestly encrypted and signed.

use crate::package::Package;
use crate::vector::Vector;
use crate::{archives, descriptors, frames};

pub(crate) fn open(
    name: &str,
    expect: &'static str,
    section: &str,
    comment: &str,
    package: &Package,
) -> Vector {
    Vector::package(name, ("open", expect), section, comment).of(package.bytes())
}

pub(crate) fn vectors() -> Vec<Vector> {
    [
        frames::vectors(),
        archives::vectors(),
        descriptors::vectors(),
    ]
    .concat()
}

pub(crate) fn with_frames(frames: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Package {
    Package {
        frames: Box::new(frames),
        ..Package::default()
    }
}

pub(crate) fn with_plain(plain: impl Fn(Vec<u8>) -> Vec<u8> + 'static) -> Package {
    Package {
        plain: Box::new(plain),
        ..Package::default()
    }
}

/// Compressed by the library: its bare blocks would be too long.
pub(crate) fn compressed() -> Package {
    with_frames(|archive| zstd::encode_all(archive, 3).expect("compressing"))
}
