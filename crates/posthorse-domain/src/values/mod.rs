//! What a cell can hold: each type with its one normal form, and how it is masked.

pub(crate) mod areas;
pub(crate) mod bank_account;
pub(crate) mod calendar_date;
pub(crate) mod citizen_id;
pub(crate) mod date_range;
pub(crate) mod field_type;
pub(crate) mod iso_date;
pub(crate) mod mask;
pub(crate) mod money;
pub(crate) mod number;
pub(crate) mod phone;
pub(crate) mod text;
