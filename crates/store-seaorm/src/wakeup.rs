//! [`QueueWakeup`]: noticing commits of this and of other processes.
//!
//! On a connection that stays open, `PRAGMA data_version` changes with every commit of any other connection, and
//! reading it takes microseconds: one task per process reads it when the [`Bell`] rings, and every 10 ms in case a ring
//! was lost.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::{Clock, QueueWakeup, StoreError, within};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::database::Bell;
use crate::store_error::store_error;

/// The longest delay between a commit and the wake-up if its ring is lost.
const POLL: Duration = Duration::from_millis(10);

/// Pause between two reads: while one process commits hundreds of times a second, the others must not use up the
/// processor by reading as often. A ring during the pause is handled after it.
const PAUSE: Duration = Duration::from_millis(2);

/// The task that watches the database for all waiters in this process.
pub(crate) struct ChangeWatch {
    version: watch::Receiver<i64>,
    clock: Arc<dyn Clock>,
    task: JoinHandle<()>,
}

impl fmt::Debug for ChangeWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeWatch").finish_non_exhaustive()
    }
}

impl ChangeWatch {
    /// Starts the task. `bell` rings after commits, which then need not wait for the next poll.
    pub(crate) async fn start(
        options: SqliteConnectOptions,
        bell: Arc<Bell>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let mut connection = options.connect().await.map_err(opening)?;
        let first = data_version(&mut connection).await.map_err(opening)?;
        let (sender, version) = watch::channel(first);
        let task = tokio::spawn(poll(connection, options, bell, Arc::clone(&clock), sender));
        Ok(Self { version, clock, task })
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
    clock: Arc<dyn Clock>,
    version: watch::Sender<i64>,
) {
    loop {
        clock.sleep(PAUSE).await;
        // Read in either case, whether the bell rang or not.
        let _ = within(&*clock, POLL, bell.heard()).await;
        match data_version(&mut connection).await {
            Ok(found) => {
                version.send_if_modified(|seen| std::mem::replace(seen, found) != found);
            }
            Err(error) => {
                // Waiters poll anyway; the watch only has to recover.
                tracing::debug!(%error, "cannot check whether the database has changed");
                clock.sleep(Duration::from_secs(1)).await;
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
    /// Keeps the task alive, and has the clock.
    watch: Arc<ChangeWatch>,
}

impl SeaOrmQueueWakeup {
    pub(crate) fn new(watch: Arc<ChangeWatch>) -> Self {
        Self { version: Mutex::new(watch.version.clone()), watch }
    }
}

#[async_trait]
impl QueueWakeup for SeaOrmQueueWakeup {
    async fn wait(&self, at_most: Duration) {
        let changed = async {
            let mut version = self.version.lock().await;
            if version.changed().await.is_err() {
                // The task is gone and nothing will change any more, so only wait for the time limit.
                std::future::pending::<()>().await;
            }
        };
        // A timeout is as good a reason to look again as a change.
        let _ = within(&*self.watch.clock, at_most, changed).await;
    }
}
