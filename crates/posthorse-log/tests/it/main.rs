//! The log through its public doors: vectors, oracles, folders, witnesses, tampering.

mod folders;
mod leaves;
mod logs;
mod notes;
mod oracles;
mod support;
mod tampering;
mod vectors;
mod witnesses;
