//! The chain of the audit goes on wherever its entries are.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use core_monitor_application::server::{ArchivedAudit, walk_audit};
use core_monitor_domain::audit::{AuditEntry, AuditFault, ChainPlace};
use core_monitor_domain::ports::{AuditFilter, AuditLog as _};
use core_monitor_domain::records::RecordSubject;

use super::{DAY, Kept, audit};
use crate::fixture::{Fixture, ann, at};

contract!(the_chain_of_the_audit_goes_on_in_record_files);

async fn the_chain_of_the_audit_goes_on_in_record_files(f: &Fixture) {
    let kept = Kept::new(f);
    let log = || ArchivedAudit::new(Arc::clone(&kept.f.audit), kept.reader());
    let verified = async || walk_audit(&log(), &*kept.f.records, ChainPlace::BEGINNING, u64::MAX).await;
    let counts = async || {
        let found = verified().await.unwrap().found;
        (found.checked, found.gone, found.broken)
    };
    kept.whole_history().await;
    let whole = audit(&log()).await;
    kept.round(600).await;
    assert_eq!((kept.sizes().await.audit, counts().await), (0, (5, 0, None)));
    // The next one follows the last one that has left.
    let later = AuditEntry::token_revoked(&"ci-0".parse().unwrap(), &ann(), at(602 * DAY));
    kept.f.audit.record(&later).await.unwrap();
    assert_eq!(counts().await, (6, 0, None));
    let filter = AuditFilter { oldest_first: true, limit: 4, ..AuditFilter::default() };
    let first = log().list(&filter).await.unwrap();
    let rest = log().list(&AuditFilter { after: Some(4), ..filter }).await.unwrap();
    assert_eq!((first.more, rest.more), (true, false));
    let mut forward: Vec<_> = first.items.into_iter().chain(rest.items).collect();
    assert_eq!(forward.pop().map(|record| record.entry), Some(later));
    forward.reverse();
    assert_eq!(forward, whole);
    // Somebody takes the file away, and brings it back changed.
    let files = kept.f.records.files().await.unwrap();
    let file = files.iter().find(|file| file.head.subject == RecordSubject::Audit).unwrap();
    let path = kept.folder().join("archive").join(file.head.name());
    let good = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(counts().await, (0, 0, Some((1, AuditFault::Missing))));
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    for (bytes, expected) in [(bad, (0, 0, Some((1, AuditFault::Unreadable)))), (good, (6, 0, None))] {
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(counts().await, expected);
    }
    // A file that is too old is gone by rule, and what follows it is still known to follow.
    kept.round(600 + 3_651).await;
    assert_eq!(counts().await, (1, 5, None));
}
