use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, AuditFault, ChainHead};
use core_monitor_domain::ports::{MockAuditLog, MockRecordStore, Page};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::store::SimDatabase;

use super::*;

fn entry(second: i64) -> AuditEntry {
    let at = Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap();
    AuditEntry::token_revoked(&"ci".parse().unwrap(), &Actor::server(), at)
}

/// An audit with so many entries.
async fn audit(count: i64) -> SimDatabase {
    let database = SimDatabase::new();
    for second in 0..count {
        database.audit_log().record(&entry(second)).await.unwrap();
    }
    database
}

#[tokio::test]
async fn an_audit_is_walked_page_by_page_to_its_end() {
    for count in [0, 1, 999, 1_000, 1_001, 2_500] {
        let database = audit(count).await;
        let (log, records) = (database.audit_log(), database.record_store());
        let verified = walk_audit(&*log, &*records, ChainPlace::BEGINNING, u64::MAX).await.unwrap();
        let (found, head) = (verified.found, log.head().await.unwrap());
        assert_eq!((found.checked, found.broken, verified.next), (count.unsigned_abs(), None, None));
        assert_eq!((found.place.id, found.place.value), (head.last, head.value));
    }
}

#[tokio::test]
async fn a_large_audit_takes_several_requests() {
    let database = audit(2_500).await;
    let (log, records) = (database.audit_log(), database.record_store());
    let (mut place, mut parts, mut checked) = (ChainPlace::BEGINNING, 0, 0);
    loop {
        let verified = walk_audit(&*log, &*records, place, 1_000).await.unwrap();
        parts += 1;
        checked += verified.found.checked;
        assert_eq!(verified.found.broken, None);
        match verified.next {
            Some(next) => place = next,
            None => break,
        }
    }
    assert_eq!((parts, checked), (3, 2_500));
}

#[tokio::test]
async fn what_is_no_entry_is_broken_and_a_store_that_is_away_says_nothing() {
    let walked = async |error: fn() -> StoreError| {
        let mut log = MockAuditLog::new();
        let record = ChainHead::EMPTY.next(entry(1));
        let head = ChainHead::EMPTY.after(&record);
        log.expect_head().returning(move || Ok(head));
        log.expect_list().times(2).returning(move |filter| match filter.after {
            Some(0) => Ok(Page { items: vec![record.clone()], more: true }),
            _ => Err(error()),
        });
        let mut records = MockRecordStore::new();
        records.expect_files().returning(|| Ok(Vec::new()));
        walk_audit(&log, &records, ChainPlace::BEGINNING, u64::MAX).await
    };
    let corrupt = || StoreError::Corrupt { what: "table `audit`, row `2`".to_owned(), source: None };
    let verified = walked(corrupt).await.unwrap();
    assert_eq!(verified.found.broken, Some((2, AuditFault::Unreadable)));
    assert_eq!((verified.found.checked, verified.next), (1, None));
    let away = || StoreError::Unavailable { reason: "locked".to_owned(), source: None };
    assert!(walked(away).await.is_err());
}
