//! Reading the audit to keep it somewhere else.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ports::{AuditFilter, Page};

use super::{QueryError, Server};

impl Server {
    /// The next part of the audit behind `filter.after`, oldest first.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
    ) -> Result<Page<AuditRecord>, QueryError> {
        let ports = self.permit(actor, Action::ExportAudit, &Resource::Installation).await?;
        Ok(ports.audit.list(&AuditFilter { oldest_first: true, ..filter.clone() }).await?)
    }
}
