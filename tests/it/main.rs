//! One test binary for the whole workspace: everything here goes through public doors.

#[cfg(unix)]
mod bureau_world;
mod cli;
mod cli_world;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod daemon;
mod layering;
mod offices;
mod package;
mod readme;
mod registry;
mod workbook_parts;
mod workbooks;
