//! One test binary for the whole workspace: everything here goes through public doors.

mod changing_disk;
mod cli;
mod cli_world;
mod framing;
mod interop;
mod layering;
mod limits;
mod offices;
mod package;
mod properties;
mod readme;
mod registry;
mod tools;
mod vectors;
mod workbook_parts;
mod workbooks;
