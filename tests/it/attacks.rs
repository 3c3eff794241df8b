//! Somebody with write access to the share, and somebody with a registered key who means harm
//! (spec/threat-model.md): one test for each thing that they must not achieve.

mod claims;
mod commands;
mod outboxes;
mod senders;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use posthorse_daemon::{Clock, Critical, Mode, RunSummary, Shutdown, run};
use posthorse_package::Timestamp;

use crate::bureau_world::{World, names_in};

/// A clock that strikes once, between the claim of a thing and its end: what somebody does on the
/// share between two steps of the daemon.
struct Stranger {
    now: Timestamp,
    claimed: PathBuf,
    has_struck: AtomicBool,
    strike: Box<dyn Fn(&Path) + Send + Sync>,
}

impl Stranger {
    /// `strike` is given the folder of the claim.
    fn striking(world: &World, strike: impl Fn(&Path) + Send + Sync + 'static) -> Self {
        Self {
            now: world.now(),
            claimed: world.path("drop/inbox/.claimed"),
            has_struck: AtomicBool::new(false),
            strike: Box::new(strike),
        }
    }

    fn lets_work(&self, world: &World) -> Result<RunSummary, Critical> {
        let (config, keys) = (world.config(), world.keys());
        run(&config, &keys, self, &Shutdown::new(), Mode::Once)
    }
}

impl Clock for Stranger {
    fn now(&self) -> Timestamp {
        if let Some(claim) = names_in(&self.claimed).first()
            && !self.has_struck.swap(true, Ordering::SeqCst)
        {
            (self.strike)(&self.claimed.join(claim));
        }
        self.now
    }
}
