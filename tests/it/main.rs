//! One test binary for the whole workspace: everything here goes through public doors.

mod offices;
mod package;
