//! "Look again": from an event of the file system, or from the timer. Nothing else is read from either.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::shutdown::Shutdown;
use crate::telemetry;

/// How long to wait for more events after the first, so that a burst is one scan.
const SETTLE: Duration = Duration::from_millis(300);
/// How long a wish to stop may go unseen.
const GLANCE: Duration = Duration::from_millis(200);

/// Waits for a reason to scan.
pub(crate) struct Wake {
    events: Receiver<()>,
    // Dropping it ends the events. None where the system has no events: the timer is enough.
    _watcher: Option<RecommendedWatcher>,
}

impl Wake {
    /// Watches a folder as far as the system can.
    pub(crate) fn new(inbox: &Path) -> Self {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // An error or a lost event is as good a reason to look as an event. Reading the
            // folder is itself an access: that one must not wake us.
            let is_reason = event.map_or(true, |event| {
                event.need_rescan() || !matches!(event.kind, EventKind::Access(_))
            });
            if is_reason {
                // The loop may have ended already.
                let _sent = sender.send(());
            }
        })
        .and_then(|mut watcher| {
            watcher.watch(inbox, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        let watcher = match watcher {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                telemetry::no_watch(&error.to_string());
                None
            }
        };
        Self {
            events,
            _watcher: watcher,
        }
    }

    /// Returns when something may have changed, when the time is up, or when a stop is requested.
    pub(crate) fn wait(&self, longest: Duration, shutdown: &Shutdown) {
        let started = Instant::now();
        while !shutdown.is_requested() {
            let left = longest.saturating_sub(started.elapsed());
            if left.is_zero() {
                return;
            }
            match self.events.recv_timeout(left.min(GLANCE)) {
                Ok(()) => {
                    std::thread::sleep(SETTLE);
                    while self.events.try_recv().is_ok() {}
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
                // Without a watcher nothing is ever sent: the timer alone decides.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(left.min(GLANCE)),
            }
        }
    }
}
