//! Opening the database, and handing out the ports over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{
    AdoptionStore, CommandQueue, ObservationStore, PlanStore, QueueWakeup, RegistryStore, StackStore,
    TokenStore, WorkerLock, WorkerQueue,
};
use core_monitor_migrations::Migrator;
use sea_orm_migration::MigratorTrait;

use crate::wakeup::ChangeWatch;
use crate::{
    FileWorkerLock, SeaOrmAdoptionStore, SeaOrmCommandQueue, SeaOrmObservationStore, SeaOrmPlanStore,
    SeaOrmQueueWakeup, SeaOrmRegistryStore, SeaOrmStackStore, SeaOrmTokenStore, SeaOrmWorkerQueue,
};

mod bell;
mod connect_error;
mod connections;
mod file;
mod settings;

pub(crate) use bell::Bell;
pub use connect_error::ConnectError;
pub(crate) use connections::Connections;

/// How to open the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `sqlite:` and the path of the file.
    pub url: String,
    /// Folder of this installation; holds `worker.lock`.
    pub data_dir: PathBuf,
    /// How long a write waits for another process that writes.
    pub busy_timeout: Duration,
    /// How many reads run side by side.
    pub readers: u32,
}

impl Options {
    /// The settings for `url`.
    ///
    /// Ten seconds of waiting: a write takes milliseconds, so whoever holds the lock for longer is in trouble, and a
    /// caller rather hears that than waits on. Four readers: SQLite reads are bound by the processor.
    pub fn new(url: impl Into<String>, data_dir: impl Into<PathBuf>) -> Self {
        Self { url: url.into(), data_dir: data_dir.into(), busy_timeout: Duration::from_secs(10), readers: 4 }
    }
}

/// The database of an installation that chose no other: `core-monitor.db` in its folder.
pub fn default_url(data_dir: &Path) -> String {
    format!("sqlite://{}", data_dir.join("core-monitor.db").display())
}

/// Opens the database at `url` with the usual settings.
pub async fn connect(url: &str, data_dir: &Path) -> Result<Database, ConnectError> {
    Database::open(Options::new(url, data_dir)).await
}

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    connections: Arc<Connections>,
    watch: Arc<ChangeWatch>,
    data_dir: PathBuf,
}

impl Database {
    /// Opens or creates the file, checks what the queue's promises rest on, and brings the schema up to date.
    pub async fn open(options: Options) -> Result<Self, ConnectError> {
        let path = file::path_of(&options.url)?;
        let file_path = path.clone();
        // One process at a time opens and migrates: the change to the write-ahead log cannot be waited for with a
        // busy timeout.
        let setup = tokio::task::spawn_blocking(move || file::prepare(&file_path));
        let setup = setup.await.map_err(|error| ConnectError::Interrupted { source: Box::new(error) })??;

        let sqlite = settings::connect_options(&path, options.busy_timeout);
        let bell = Arc::new(Bell::beside(&path));
        let connections = Connections::open(sqlite.clone(), &options, Arc::clone(&bell)).await?;
        settings::check(&connections).await?;
        migrate(&connections).await?;
        drop(setup);

        let watch = ChangeWatch::start(sqlite, bell).await?;
        Ok(Self { connections: Arc::new(connections), watch: Arc::new(watch), data_dir: options.data_dir })
    }

    /// Stacks, versions and releases.
    pub fn stack_store(&self) -> Arc<dyn StackStore> {
        Arc::new(SeaOrmStackStore::new(Arc::clone(&self.connections)))
    }

    /// What imported stacks took over.
    pub fn adoption_store(&self) -> Arc<dyn AdoptionStore> {
        Arc::new(SeaOrmAdoptionStore::new(Arc::clone(&self.connections)))
    }

    /// The queue from outside.
    pub fn command_queue(&self) -> Arc<dyn CommandQueue> {
        Arc::new(SeaOrmCommandQueue::new(Arc::clone(&self.connections)))
    }

    /// The queue from inside.
    pub fn worker_queue(&self) -> Arc<dyn WorkerQueue> {
        Arc::new(SeaOrmWorkerQueue::new(Arc::clone(&self.connections)))
    }

    /// The newest observation.
    pub fn observation_store(&self) -> Arc<dyn ObservationStore> {
        Arc::new(SeaOrmObservationStore::new(Arc::clone(&self.connections)))
    }

    /// Stored plans.
    pub fn plan_store(&self) -> Arc<dyn PlanStore> {
        Arc::new(SeaOrmPlanStore::new(Arc::clone(&self.connections)))
    }

    /// Sealed credentials of registries.
    pub fn registry_store(&self) -> Arc<dyn RegistryStore> {
        Arc::new(SeaOrmRegistryStore::new(Arc::clone(&self.connections)))
    }

    /// Tokens and the identity of this installation.
    pub fn token_store(&self) -> Arc<dyn TokenStore> {
        Arc::new(SeaOrmTokenStore::new(Arc::clone(&self.connections)))
    }

    /// A new wake-up. Each loop that waits needs its own: what one has seen, another may not have seen yet.
    pub fn wakeup(&self) -> Arc<dyn QueueWakeup> {
        Arc::new(SeaOrmQueueWakeup::new(Arc::clone(&self.watch)))
    }

    /// The lock that keeps a second worker out.
    pub fn worker_lock(&self) -> Arc<dyn WorkerLock> {
        Arc::new(FileWorkerLock::new(self.data_dir.join("worker.lock")))
    }

    /// Closes every connection once its statement is over; the last one to close folds the log into the file.
    pub async fn close(self) {
        self.connections.close().await;
    }

    #[cfg(test)]
    pub(crate) fn connections(&self) -> &Connections {
        &self.connections
    }
}

/// Takes every missing step of the schema in one transaction.
async fn migrate(connections: &Connections) -> Result<(), ConnectError> {
    let tx = connections.write().await?;
    Migrator::up(&*tx, None).await.map_err(ConnectError::migration)?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests;
