//! The bureau's daemon: it watches the drop folder, and every package in it gets one answer.

mod answers;
mod attribution;
mod bureau;
mod clock;
mod config;
mod contents;
mod dispatch;
mod durable;
mod engine;
mod error;
mod folders;
mod inbox_scan;
mod intake;
mod opened_files;
mod plaintext;
mod private_copy;
mod publish;
mod recovery;
mod reports;
mod rulebook;
mod run;
mod settle;
mod shutdown;
mod staging;
mod telemetry;
mod trusted_registry;
mod verdict;
mod wake;

pub use bureau::BureauKeys;
pub use clock::{Clock, FixedClock, SystemClock};
pub use config::{Config, ConfigError, IntakeLimits, LogFormat};
pub use error::Critical;
pub use inbox_scan::Lingering;
pub use run::{Mode, RunSummary, run};
pub use shutdown::Shutdown;
pub use telemetry::install as install_log;
