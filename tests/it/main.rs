//! One test binary for the whole workspace: everything here goes through public doors.

mod cli;
mod cli_world;
mod layering;
mod offices;
mod package;
mod readme;
mod registry;
mod workbooks;
