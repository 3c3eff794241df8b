//! One test binary for the whole workspace: everything here goes through public doors.

mod access;
#[cfg(unix)]
mod attacks;
#[cfg(unix)]
mod audit;
#[cfg(unix)]
mod bureau_world;
#[cfg(unix)]
mod casework;
mod changing_disk;
mod cli;
mod cli_world;
#[cfg(target_os = "linux")]
mod confinement;
mod corpus;
mod countersign;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod daemon;
mod demo;
#[cfg(unix)]
mod doctor;
mod examples;
mod framing;
mod home_records;
mod interop;
mod layering;
mod limits;
mod long_packages;
#[cfg(unix)]
mod notice;
mod offices;
#[cfg(unix)]
mod operator;
#[cfg(unix)]
mod owing;
mod package;
mod properties;
mod readme;
mod registry;
mod requirements;
#[cfg(unix)]
mod retention;
#[cfg(unix)]
mod rules;
#[cfg(unix)]
mod send_to;
mod tools;
#[cfg(unix)]
mod unattended;
mod vectors;
mod workbook_parts;
mod workbooks;
