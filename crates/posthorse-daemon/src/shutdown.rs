//! Signals become one token, which the loop looks at between two packages.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The wish to stop. Whoever holds a copy can express it; nobody can take it back.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(Arc<AtomicBool>);

impl Shutdown {
    /// A token that nothing sets yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets SIGTERM and SIGINT set the token.
    ///
    /// # Errors
    /// The system refuses the handlers.
    pub fn on_signals(&self) -> io::Result<()> {
        for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&self.0))?;
        }
        Ok(())
    }

    /// Asks the daemon to finish the package in hand and to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
