//! One test binary for the whole workspace: everything here goes through public doors.

mod cli;
mod cli_world;
mod demo;
#[cfg(unix)]
mod doctor;
mod layering;
mod offices;
mod package;
mod readme;
mod registry;
#[cfg(unix)]
mod send_to;
mod workbooks;
