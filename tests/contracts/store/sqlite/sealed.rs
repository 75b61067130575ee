//! No column with something sealed is forgotten when the key changes.

use core_monitor_store_seaorm::sealed_columns;
use sea_orm::{ConnectionTrait, Statement};

use super::{check_refused, run, shell};
use crate::fixture::Fixture;

/// Columns with bytes that no key is needed for. One with something sealed does not belong here, but into
/// `SealedKind` of the domain, which makes `rotate-key` seal it anew.
const NOT_SEALED: &[&str] = &[
    "blob.bytes",
    "plan.packed",
    "session.hash",
    "statistics_block.points",
    "token.hash",
    "user.invitation",
];

/// The first column of each row that a query finds.
async fn texts(f: &Fixture, query: &str) -> Vec<String> {
    let db = shell(f).await;
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test]
async fn every_column_with_bytes_is_sealed_anew_or_known_not_to_be_sealed() {
    let f = Fixture::sqlite().await;
    let found = texts(
        &f,
        "SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND upper(c.type) = 'BLOB' ORDER BY 1",
    )
    .await;
    let columns = sealed_columns();
    let sealed = columns.iter().map(|column| format!("{}.{}", column.table, column.bytes));
    let mut known: Vec<String> = sealed.chain(NOT_SEALED.iter().map(|&column| column.to_owned())).collect();
    known.sort();
    assert_eq!(found, known, "a new column with bytes: does a key open it? see `NOT_SEALED`");
}

#[tokio::test]
async fn every_id_of_a_key_is_beside_something_that_is_sealed_anew() {
    let f = Fixture::sqlite().await;
    let found = texts(
        &f,
        "SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND (c.name LIKE '%key_id%' OR c.name = 'totp_key') ORDER BY 1",
    )
    .await;
    let mut known: Vec<String> =
        sealed_columns().iter().map(|column| format!("{}.{}", column.table, column.key)).collect();
    known.sort();
    assert_eq!(found, known);
}

#[tokio::test]
async fn a_secret_changes_its_key_and_nothing_else() {
    let f = Fixture::sqlite().await;
    f.stack("web").await;
    let db = shell(&f).await;
    let insert = "INSERT INTO stack_secret SELECT stack_id, 'A', '01', 'old', zeroblob(48), 1 FROM stack \
         WHERE deleted_at IS NULL";
    run(&db, insert).await.unwrap();
    let refused = [
        "UPDATE stack_secret SET sealed = randomblob(48)",
        "UPDATE stack_secret SET key_id = 'new', sealed = randomblob(48), name = 'B'",
        "UPDATE stack_secret SET key_id = 'new', sealed = randomblob(48), fingerprint = '02'",
        "UPDATE stack_secret SET key_id = 'new', sealed = randomblob(48), created_at = 2",
    ];
    check_refused(&f, &refused.map(|sql| (sql, "a secret is immutable"))).await;
    let anew = "UPDATE stack_secret SET key_id = 'new', sealed = randomblob(48)";
    assert_eq!(run(&db, anew).await, Ok(1));
}
