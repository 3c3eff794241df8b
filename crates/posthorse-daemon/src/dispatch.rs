//! x
use crate::bureau::Bureau;
use crate::error::Critical;
use crate::shutdown::Shutdown;
impl Bureau<'_> {
    pub(crate) fn dispatch_due(&mut self, _shutdown: &Shutdown) -> Result<(), Critical> { Ok(()) }
}
