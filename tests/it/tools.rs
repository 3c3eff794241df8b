//! Other people's programs, run to prove that packages open without us.

use std::path::Path;
use std::process::{Command, Output};

/// Runs a program in a folder. A program that is not there fails the test with the package to install.
pub(crate) fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let package = match program {
        "bsdtar" => "libarchive-tools",
        "7z" => "p7zip-full",
        "python3" | "openssl" | "age" | "unzip" | "zstd" | "tar" | "bash" => program,
        other => panic!("{other}: no package is known for it"),
    };
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} does not run ({error}): install the package {package}")
        })
}

/// The same; the program must succeed. Gives what it printed.
pub(crate) fn succeed(folder: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = run(folder, program, arguments);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
