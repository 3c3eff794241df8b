//! The tests stand in `it/`; this library is empty.
