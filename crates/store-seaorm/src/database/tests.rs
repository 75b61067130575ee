//! What only the database itself can go through: restarts, locks, full disks, damaged rows.

use std::time::Duration;

use core_monitor_domain::ports::StoreError;
use sea_orm::ConnectionTrait;

use super::*;

async fn open(folder: &Path) -> Database {
    let options =
        Options { busy_timeout: Duration::from_millis(200), ..Options::new(default_url(folder), folder) };
    Database::open(options).await.unwrap()
}

#[tokio::test]
async fn opens_twice() {
    let folder = tempfile::tempdir().unwrap();
    let one = open(folder.path()).await;
    let two = open(folder.path()).await;
    assert_eq!(one.command_queue().last_event().await.unwrap(), 0);
    assert_eq!(two.command_queue().overview().await.unwrap().pending, 0);
}
