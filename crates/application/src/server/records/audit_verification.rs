//! Verifying the audit: what is in the database and what is in record files, as one chain.

use core_monitor_domain::audit::{ChainPlace, ChainWalk, Verification};
use core_monitor_domain::ports::{AuditFilter, AuditLog, RecordStore, StoreError};
use core_monitor_domain::records::RecordFile;

/// Entries that are read at a time.
const PAGE: u32 = 1_000;

/// The result of a verification, and whether it came to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditVerification {
    /// What was found.
    pub found: Verification,
    /// Where another one goes on; `None` if this one came to the end, or found something broken.
    pub next: Option<ChainPlace>,
}

/// Verifies entries of `log` behind `from`, oldest first, and about `most` of them. `records` says which are gone by rule.
///
/// What cannot be read as an entry is broken, too. An error is for what says nothing about the audit, such as a database that is
/// away.
pub async fn walk_audit(
    log: &dyn AuditLog,
    records: &dyn RecordStore,
    from: ChainPlace,
    most: u64,
) -> Result<AuditVerification, StoreError> {
    // Before the entries: what is written from here on goes on behind it.
    let head = log.head().await?;
    let gone = records.files().await?.iter().filter_map(RecordFile::gone).collect();
    let mut walk = ChainWalk::new(head, gone, from);
    let mut filter =
        AuditFilter { after: Some(from.id), oldest_first: true, limit: PAGE, ..AuditFilter::default() };
    let mut seen = 0;
    loop {
        let page = match log.list(&filter).await {
            Ok(page) => page,
            Err(StoreError::Corrupt { what, .. }) => {
                tracing::warn!(%what, "an entry of the audit cannot be read");
                walk.stop_at_unreadable();
                break;
            }
            Err(error) => return Err(error),
        };
        page.items.iter().for_each(|record| walk.see(record));
        seen += page.items.len() as u64;
        let Some(last) = page.items.last().filter(|_| page.more && !walk.is_broken()) else { break };
        filter.after = Some(last.id);
        if seen >= most {
            let found = walk.so_far();
            return Ok(AuditVerification { found, next: Some(found.place) });
        }
    }
    Ok(AuditVerification { found: walk.end(), next: None })
}

#[cfg(test)]
mod tests;
