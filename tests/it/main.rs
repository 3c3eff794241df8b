//! One test binary for the whole workspace: everything here goes through public doors.

#[cfg(unix)]
mod bureau_world;
mod cli;
mod cli_world;
mod countersign;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod daemon;
mod demo;
#[cfg(unix)]
mod doctor;
mod examples;
mod layering;
mod offices;
mod package;
mod readme;
mod registry;
#[cfg(unix)]
mod send_to;
mod workbook_parts;
mod workbooks;
