//! Accepted rows to leads, leads to one row per person and county, rows to what travels.

pub(crate) mod lead;
pub(crate) mod split_by_county;
pub(crate) mod transport;
