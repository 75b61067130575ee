//! Verifying the audit.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::ChainPlace;

use super::records::{AuditVerification, walk_audit};
use super::{QueryError, Server};

/// Entries that one request verifies, which takes about a second on a small machine.
const MOST: u64 = 20_000;

impl Server {
    /// Verifies the audit behind `from`, and at most about 20,000 entries.
    pub async fn verify_audit(
        &self,
        actor: &Actor,
        from: ChainPlace,
    ) -> Result<AuditVerification, QueryError> {
        let ports = self.permit(actor, Action::VerifyAudit, &Resource::Installation).await?;
        Ok(walk_audit(&*ports.audit, &*ports.records, from, MOST).await?)
    }
}
