//! The chain of the audit in a database that somebody has a shell of.

use core_monitor_application::server::walk_audit;
use core_monitor_domain::audit::{AuditEntry, AuditFault, ChainPlace, Verification};
use core_monitor_store_seaorm::{ExistingDatabase, default_url};

use super::{check_refused, run, shell};
use crate::fixture::{Fixture, ann, at};

/// A store with six entries.
async fn audited() -> Fixture {
    let f = Fixture::sqlite().await;
    for second in 1..=6 {
        let entry = AuditEntry::token_revoked(&"ci".parse().unwrap(), &ann(), at(second));
        f.audit.record(&entry).await.unwrap();
    }
    f
}

async fn verified(f: &Fixture) -> Verification {
    walk_audit(&*f.audit, &*f.records, ChainPlace::BEGINNING, u64::MAX).await.unwrap().found
}

#[tokio::test]
async fn the_end_of_the_chain_only_goes_on() {
    let f = audited().await;
    let words = "the chain of the audit only goes on";
    check_refused(
        &f,
        &[
            ("UPDATE audit_chain SET last_id = 3", words),
            ("UPDATE audit_chain SET last_id = 7", words),
            ("UPDATE audit_chain SET value = hex(zeroblob(32))", words),
            ("UPDATE audit_chain SET first_id = 2, last_id = 7", words),
            ("DELETE FROM audit_chain", words),
            ("INSERT OR REPLACE INTO audit_chain SELECT * FROM audit_chain", words),
            ("INSERT INTO audit_chain VALUES (2, 1, 1, hex(zeroblob(32)))", words),
        ],
    )
    .await;
    assert_eq!((verified(&f).await.checked, verified(&f).await.broken), (6, None));
}

#[tokio::test]
async fn whoever_gets_around_the_triggers_is_found() {
    for (sql, expected) in [
        ("UPDATE audit SET actor = 'system:worker' WHERE audit_id = 3", (3, AuditFault::Changed)),
        ("UPDATE audit SET at = at + 1 WHERE audit_id = 4", (4, AuditFault::Changed)),
        ("UPDATE audit SET detail = '{}' WHERE audit_id = 6", (6, AuditFault::Changed)),
        ("UPDATE audit SET chain = NULL WHERE audit_id = 2", (2, AuditFault::Unchained)),
        ("UPDATE audit SET action = 'explode' WHERE audit_id = 2", (1, AuditFault::Unreadable)),
        ("DELETE FROM audit WHERE audit_id = 3", (3, AuditFault::Missing)),
        ("DELETE FROM audit WHERE audit_id >= 5", (5, AuditFault::Missing)),
        ("DELETE FROM audit", (1, AuditFault::Missing)),
        ("UPDATE audit_chain SET value = hex(zeroblob(32))", (6, AuditFault::Head)),
    ] {
        let f = audited().await;
        let db = shell(&f).await;
        for trigger in ["audit_is_immutable", "audit_is_kept", "audit_chain_never_goes_back"] {
            run(&db, &format!("DROP TRIGGER {trigger}")).await.unwrap();
        }
        run(&db, sql).await.unwrap();
        assert_eq!(verified(&f).await.broken, Some(expected), "{sql}");
    }
}

#[tokio::test]
async fn an_entry_that_was_written_by_somebody_else_is_found() {
    let f = audited().await;
    let forged = "INSERT INTO audit (at, actor, action, resource, change)
                  SELECT at, actor, action, resource, change FROM audit WHERE audit_id = 1";
    run(&shell(&f).await, forged).await.unwrap();
    // What comes behind it follows the last one with a value.
    f.audit.record(&AuditEntry::token_revoked(&"ci".parse().unwrap(), &ann(), at(9))).await.unwrap();
    assert_eq!(verified(&f).await.broken, Some((7, AuditFault::Unchained)));
}

#[tokio::test]
async fn a_database_is_verified_from_outside() {
    let f = audited().await;
    let url = default_url(f.folder.as_ref().unwrap().path());
    let database = ExistingDatabase::open(&url).await.unwrap();
    let (log, records) = (database.audit_log(), database.record_store());
    let found = walk_audit(&*log, &*records, ChainPlace::BEGINNING, u64::MAX).await.unwrap().found;
    assert_eq!(found, verified(&f).await);
    assert_eq!(found.checked, 6);
    database.close().await;
}
