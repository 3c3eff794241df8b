//! Seals and opens beside the tools that an office would pick instead, in one run, and prints ratios.
//!
//! `cargo run --release -p posthorse-bench` makes its data from a seed, finds the peers that are
//! installed, runs each pair in turn, and prints medians of wall time, the peak memory of each side
//! and ours ÷ theirs. `--quick` leaves out the two large cases. Every side is a whole process.
//! `city` plays three years of a city and then its worst month, and times the daemon and the
//! operator's questions.

mod city;
mod data;
mod ours;
mod peers;

use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::data::Case;
use crate::peers::Peer;

/// Three years of a city with 90,000 leads a year, and then its worst month.
const CITY: city::Size = city::Size {
    months: 36,
    leads_a_month: 7_500,
    leads_in_the_worst: 100_000,
};
/// The same, small enough to see whether it runs.
const TOWN: city::Size = city::Size {
    months: 2,
    leads_a_month: 1_000,
    leads_in_the_worst: 5_000,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["child-seal", list, package] => ours::seal(Path::new(list), Path::new(package)),
        ["child-open", package, folder] => ours::open(Path::new(package), Path::new(folder)),
        ["child-daemon", folder, second, wait] => city::daemon(Path::new(folder), second, wait),
        ["child-cli", ..] => return child_cli(&arguments[1..]),
        ["city"] => city::play(CITY),
        ["city", "--quick"] => city::play(TOWN),
        [] => compare(&Case::ALL),
        ["--quick"] => compare(&Case::ALL[..2]),
        _ => {
            print("usage: posthorse-bench [city] [--quick]");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&format!("posthorse-bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A command of `posthorse` as a process of its own.
fn child_cli(arguments: &[String]) -> ExitCode {
    let words = ["posthorse"].into_iter().map(Into::into);
    let words: Vec<_> = words.chain(arguments.iter().map(Into::into)).collect();
    posthorse_cli::run(&words).code().into()
}

#[expect(
    clippy::print_stdout,
    reason = "a benchmark's output is what it prints"
)]
fn print(line: &str) {
    println!("{line}");
}

fn compare(cases: &[Case]) -> io::Result<()> {
    let work = tempfile::tempdir()?;
    let peers = Peer::installed(work.path())?;
    print("case, work | ours ms | MiB | peer | peer ms | MiB | ours ÷ peer");
    print("---|---|---|---|---|---|---");
    for case in cases {
        let input = work.path().join("list.csv");
        case.write(&input)?;
        for peer in &peers {
            compare_one(*case, peer, work.path())?;
        }
        if peers.is_empty() {
            compare_one(*case, &Peer::nobody(), work.path())?;
        }
    }
    Ok(())
}

/// One warm-up of each side, then A B A B; the medians.
fn compare_one(case: Case, peer: &Peer, work: &Path) -> io::Result<()> {
    let exe = std::env::current_exe()?;
    let ours_seal = || {
        let mut command = Command::new(&exe);
        command
            .arg("child-seal")
            .arg(work.join("list.csv"))
            .arg(work.join("list.xpkg"));
        command
    };
    let ours_open = || {
        let mut command = Command::new(&exe);
        command
            .arg("child-open")
            .arg(work.join("list.xpkg"))
            .arg(work.join("opened"));
        command
    };
    let pairs: [(&str, &dyn Fn() -> Command, &str); 2] = [
        ("seal", &ours_seal, &peer.seal),
        ("open", &ours_open, &peer.open),
    ];
    for (label, ours, theirs) in pairs {
        let mut ours_runs = Vec::new();
        let mut their_runs = Vec::new();
        for round in 0..=case.rounds() {
            let run = measure(&mut ours())?;
            let peer_run = if theirs.is_empty() {
                Run::default()
            } else {
                measure(Command::new("sh").arg("-c").arg(theirs).current_dir(work))?
            };
            if round > 0 {
                ours_runs.push(run);
                their_runs.push(peer_run);
            }
        }
        let (ours, theirs) = (Run::median(&ours_runs), Run::median(&their_runs));
        let ratio = ours.wall.as_secs_f64() / theirs.wall.as_secs_f64();
        print(&format!(
            "{}, {label} | {:.1} | {} | {} | {:.1} | {} | {ratio:.2}",
            case.name(),
            ours.wall.as_secs_f64() * 1e3,
            ours.peak_kib / 1024,
            peer.name,
            theirs.wall.as_secs_f64() * 1e3,
            theirs.peak_kib / 1024,
        ));
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, Default)]
struct Run {
    wall: Duration,
    peak_kib: u64,
}

impl Run {
    fn median(runs: &[Run]) -> Run {
        let mut walls: Vec<Duration> = runs.iter().map(|run| run.wall).collect();
        walls.sort();
        let peak_kib = runs.iter().map(|run| run.peak_kib).max().unwrap_or(0);
        Run {
            wall: walls.get(walls.len() / 2).copied().unwrap_or_default(),
            peak_kib,
        }
    }
}

/// Runs a command to its end and reads the peak memory of its largest process from the kernel's
/// own account, by GNU time when it is there.
fn measure(command: &mut Command) -> io::Result<Run> {
    let report = tempfile::NamedTempFile::new()?;
    let timed = Path::new("/usr/bin/time").exists();
    let mut wrapped;
    let command = if timed {
        wrapped = Command::new("/usr/bin/time");
        wrapped.args(["-f", "%M", "-o"]).arg(report.path());
        wrapped.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            wrapped.current_dir(folder);
        }
        &mut wrapped
    } else {
        command
    };
    let begin = Instant::now();
    let output = command.output()?;
    let wall = begin.elapsed();
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("{command:?} failed: {text}")));
    }
    let peak = std::fs::read_to_string(report.path())?;
    Ok(Run {
        wall,
        peak_kib: peak.trim().parse().unwrap_or(0),
    })
}
