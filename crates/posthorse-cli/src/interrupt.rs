//! Ctrl-C and SIGTERM: long work stops at the next block and cleans up behind itself.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::ProgressBar;

#[derive(Debug)]
struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Whether this error only says that somebody asked the program to stop.
pub(crate) fn is_interruption(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|cause| cause.is::<Interrupted>())
}

/// A flag that a signal raises.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// A flag raised by Ctrl-C and SIGTERM from now on. A second signal ends the program at once.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let flag = Self::default();
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&flag.0))?;
            signal_hook::flag::register(signal, Arc::clone(&flag.0))?;
        }
        Ok(flag)
    }

    /// Fails once the flag is up. Not `ErrorKind::Interrupted`, which readers would try again.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(io::Error::other(Interrupted));
        }
        Ok(())
    }
}

/// A stream that counts what passes and stops when asked to.
pub(crate) struct Watched<S> {
    stream: S,
    bar: ProgressBar,
    interrupt: Interrupt,
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S, bar: ProgressBar, interrupt: Interrupt) -> Self {
        Self {
            stream,
            bar,
            interrupt,
        }
    }

    /// The stream behind.
    pub(crate) fn inner(&self) -> &S {
        &self.stream
    }
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt.check()?;
        let count = self.stream.read(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }
}

impl<S: Write> Write for Watched<S> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.interrupt.check()?;
        let count = self.stream.write(buffer)?;
        self.bar.inc(count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<S: Seek> Seek for Watched<S> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.stream.seek(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_flag_stops_a_copy() {
        let interrupt = Interrupt::default();
        let mut stream = Watched::new(
            io::repeat(1).take(10),
            ProgressBar::hidden(),
            interrupt.clone(),
        );
        interrupt.0.store(true, Ordering::Relaxed);
        let error = io::copy(&mut stream, &mut io::sink()).expect_err("stopped");
        assert!(is_interruption(&error));
    }
}
