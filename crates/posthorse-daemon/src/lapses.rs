//! What several offices were asked goes on without those that are silent when the last day is over.

use posthorse_domain::Gathers;
use posthorse_ledger::LapseRecord;

use crate::bureau::Bureau;
use crate::error::Critical;
use crate::telemetry;

impl Bureau<'_> {
    /// Closes every case whose last day is over and that waits for some of several offices.
    pub(crate) fn lapse_due(&mut self) -> Result<(), Critical> {
        let at = self.now();
        for procedure in self.rules.casework().procedures().iter() {
            let stages = procedure.stages();
            for stage in stages.filter(|stage| stage.gathers() == Gathers::All) {
                let lapsed = self.ledger.record_lapses(&LapseRecord {
                    at,
                    procedure: procedure.id().clone(),
                    stage: stage.id().clone(),
                })?;
                telemetry::lapsed(procedure.id(), lapsed);
                self.summary.lapsed += lapsed;
            }
        }
        Ok(())
    }
}
