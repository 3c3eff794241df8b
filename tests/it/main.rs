//! One test binary for the whole workspace: everything here goes through public doors.

mod layering;
mod offices;
mod package;
mod registry;
