//! Listing the audit.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ports::{AuditFilter, Page};

use super::{QueryError, Server};

impl Server {
    /// A page of the audit, newest first.
    pub async fn list_audit(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
    ) -> Result<Page<AuditRecord>, QueryError> {
        let ports = self.permit(actor, Action::ListAudit, &Resource::Installation).await?;
        Ok(ports.audit.list(filter).await?)
    }
}
