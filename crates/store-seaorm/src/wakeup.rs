//! [`QueueWakeup`]: noticing commits of this and of other processes.
//!
//! `PRAGMA data_version` on one connection that is kept changes with every commit of any other connection, and asking
//! costs microseconds: one task per process asks when the [`Bell`] rings, and every 10 ms in case it did not.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::{QueueWakeup, StoreError};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::database::Bell;
use crate::store_error::store_error;

/// The longest delay between a commit and the wake-up, should its ring be lost.
const POLL: Duration = Duration::from_millis(10);

/// Between two looks: while one process commits hundreds of times a second, the others must not take its processor to look
/// as often. A ring meanwhile is heard afterwards, and the first one after a pause at once.
const PAUSE: Duration = Duration::from_millis(2);

/// The task that asks, for all who wait in this process.
pub(crate) struct ChangeWatch {
    version: watch::Receiver<i64>,
    task: JoinHandle<()>,
}

impl fmt::Debug for ChangeWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeWatch").finish_non_exhaustive()
    }
}

impl ChangeWatch {
    /// Starts the task. `bell` rings after commits, which then need not wait for the next poll.
    pub(crate) async fn start(options: SqliteConnectOptions, bell: Arc<Bell>) -> Result<Self, StoreError> {
        let mut connection = options.connect().await.map_err(opening)?;
        let first = data_version(&mut connection).await.map_err(opening)?;
        let (sender, version) = watch::channel(first);
        let task = tokio::spawn(poll(connection, options, bell, sender));
        Ok(Self { version, task })
    }
}

impl Drop for ChangeWatch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn poll(
    mut connection: SqliteConnection,
    options: SqliteConnectOptions,
    bell: Arc<Bell>,
    version: watch::Sender<i64>,
) {
    loop {
        sleep(PAUSE).await;
        tokio::select! {
            () = sleep(POLL) => {}
            () = bell.heard() => {}
        }
        match data_version(&mut connection).await {
            Ok(found) => {
                version.send_if_modified(|seen| std::mem::replace(seen, found) != found);
            }
            Err(error) => {
                // Whoever waits looks again by itself; the watch only has to come back.
                tracing::debug!(%error, "cannot ask whether the database changed");
                sleep(Duration::from_secs(1)).await;
                if let Ok(fresh) = options.connect().await {
                    connection = fresh;
                    version.send_modify(|_| {});
                }
            }
        }
    }
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await
}

fn opening(error: sqlx::Error) -> StoreError {
    store_error(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

/// Wakes one loop.
#[derive(Debug)]
pub struct SeaOrmQueueWakeup {
    version: Mutex<watch::Receiver<i64>>,
    /// Keeps the task alive.
    _watch: Arc<ChangeWatch>,
}

impl SeaOrmQueueWakeup {
    pub(crate) fn new(watch: Arc<ChangeWatch>) -> Self {
        Self { version: Mutex::new(watch.version.clone()), _watch: watch }
    }
}

#[async_trait]
impl QueueWakeup for SeaOrmQueueWakeup {
    async fn wait(&self, at_most: Duration) {
        let changed = async {
            let mut version = self.version.lock().await;
            if version.changed().await.is_err() {
                // The task is gone, nothing will ever change again: only the time is left to wait for.
                std::future::pending::<()>().await;
            }
        };
        // Running out of time is as good a reason to look again as a change.
        let _ = timeout(at_most, changed).await;
    }
}
