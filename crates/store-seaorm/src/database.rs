//! Opening the database, and handing out the ports over it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{
    AdoptionStore, AlertStore, AuditLog, ChangeMarks, Clock, CommandQueue, CreationStore, InstanceStore,
    KeyListStore, ObservationStore, OnDemandStore, PlanStore, PolicyStore, QueueWakeup, RecordStore,
    RegistryStore, RolloutStore, SealedRecords, SecretStore, SessionStore, StackStore, StatisticsStore,
    StoreError, TemplateStore, TokenStore, UserStore, VersionRecords, WorkerLock, WorkerQueue,
};

use crate::wakeup::ChangeWatch;
use crate::{
    FileWorkerLock, SeaOrmAdoptionStore, SeaOrmAlertStore, SeaOrmAuditLog, SeaOrmChangeMarks,
    SeaOrmCommandQueue, SeaOrmCreationStore, SeaOrmInstanceStore, SeaOrmKeyListStore, SeaOrmObservationStore,
    SeaOrmOnDemandStore, SeaOrmPlanStore, SeaOrmPolicyStore, SeaOrmQueueWakeup, SeaOrmRecordStore,
    SeaOrmRegistryStore, SeaOrmRolloutStore, SeaOrmSealedRecords, SeaOrmSecretStore, SeaOrmSessionStore,
    SeaOrmStackStore, SeaOrmStatisticsStore, SeaOrmTemplateStore, SeaOrmTokenStore, SeaOrmUserStore,
    SeaOrmVersionRecords, SeaOrmWorkerQueue,
};

mod bell;
mod connect_error;
mod connections;
mod existing;
mod file;
mod settings;

pub(crate) use bell::Bell;
pub use connect_error::ConnectError;
pub(crate) use connections::Connections;
pub use existing::{ExistingDatabase, SchemaState};
pub(crate) use settings::file_sizes;

/// How to open the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `sqlite:` and the path of the file.
    pub url: String,
    /// Folder of this installation; holds `worker.lock`.
    pub data_dir: PathBuf,
    /// How long a write waits for another process that writes.
    pub busy_timeout: Duration,
    /// Maximum number of concurrent reads.
    pub readers: u32,
}

impl Options {
    /// The settings for `url`.
    ///
    /// The busy timeout is ten seconds: a write takes milliseconds, so a lock held longer than that means trouble, and
    /// an error is better than more waiting. There are four readers, because SQLite reads are CPU-bound.
    pub fn new(url: impl Into<String>, data_dir: impl Into<PathBuf>) -> Self {
        Self { url: url.into(), data_dir: data_dir.into(), busy_timeout: Duration::from_secs(10), readers: 4 }
    }
}

/// The default database of an installation: `core-monitor.db` in its folder.
pub fn default_url(data_dir: &Path) -> String {
    format!("sqlite://{}", data_dir.join("core-monitor.db").display())
}

/// Opens the database at `url` with the usual settings.
pub async fn connect(url: &str, data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Database, ConnectError> {
    Database::open(Options::new(url, data_dir), clock).await
}

/// An open database. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    connections: Arc<Connections>,
    watch: Arc<ChangeWatch>,
    data_dir: PathBuf,
}

impl Database {
    /// Opens or creates the file, checks the settings that durability depends on, and migrates the schema. Waits for
    /// commits use `clock`.
    pub async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Self, ConnectError> {
        let path = file::path_of(&options.url)?;
        let (file_path, lock_path) = (path.clone(), FileWorkerLock::path_in(&options.data_dir));
        // Only one process at a time opens and migrates: the busy timeout does not apply to the switch to the
        // write-ahead log.
        let setup = tokio::task::spawn_blocking(move || {
            file::make_private(&lock_path)?;
            file::prepare(&file_path)
        });
        let setup = setup.await.map_err(|error| ConnectError::Interrupted { source: Box::new(error) })??;

        let sqlite = settings::connect_options(&path, options.busy_timeout);
        let bell = Arc::new(Bell::beside(&path));
        let connections = Connections::open(sqlite.clone(), &options, Arc::clone(&bell)).await?;
        settings::check(&connections).await?;
        migrate(&connections).await?;
        drop(setup);

        let watch = ChangeWatch::start(sqlite, bell, clock).await?;
        Ok(Self { connections: Arc::new(connections), watch: Arc::new(watch), data_dir: options.data_dir })
    }

    /// Stacks, versions and releases.
    pub fn stack_store(&self) -> Arc<dyn StackStore> {
        Arc::new(SeaOrmStackStore::new(Arc::clone(&self.connections)))
    }

    /// Templates and their versions.
    pub fn template_store(&self) -> Arc<dyn TemplateStore> {
        Arc::new(SeaOrmTemplateStore::new(Arc::clone(&self.connections)))
    }

    /// Instances of templates, and their ports.
    pub fn instance_store(&self) -> Arc<dyn InstanceStore> {
        Arc::new(SeaOrmInstanceStore::new(Arc::clone(&self.connections)))
    }

    /// The lists of keys of templates.
    pub fn key_list_store(&self) -> Arc<dyn KeyListStore> {
        Arc::new(SeaOrmKeyListStore::new(Arc::clone(&self.connections)))
    }

    /// How far the rollouts of templates are.
    pub fn rollout_store(&self) -> Arc<dyn RolloutStore> {
        Arc::new(SeaOrmRolloutStore::new(Arc::clone(&self.connections)))
    }

    /// The objects adopted by imported stacks.
    pub fn adoption_store(&self) -> Arc<dyn AdoptionStore> {
        Arc::new(SeaOrmAdoptionStore::new(Arc::clone(&self.connections)))
    }

    /// The alerts that were told.
    pub fn alert_store(&self) -> Arc<dyn AlertStore> {
        Arc::new(SeaOrmAlertStore::new(Arc::clone(&self.connections)))
    }

    /// The records of what commands created.
    pub fn creation_store(&self) -> Arc<dyn CreationStore> {
        Arc::new(SeaOrmCreationStore::new(Arc::clone(&self.connections)))
    }

    /// The queue for the server: enqueue, cancel, retry.
    pub fn command_queue(&self) -> Arc<dyn CommandQueue> {
        Arc::new(SeaOrmCommandQueue::new(Arc::clone(&self.connections)))
    }

    /// The queue for the worker: claim, record, finish.
    pub fn worker_queue(&self) -> Arc<dyn WorkerQueue> {
        Arc::new(SeaOrmWorkerQueue::new(Arc::clone(&self.connections)))
    }

    /// The newest observation.
    pub fn observation_store(&self) -> Arc<dyn ObservationStore> {
        Arc::new(SeaOrmObservationStore::new(Arc::clone(&self.connections)))
    }

    /// What the gateway remembers and reports, and what people want of it.
    pub fn on_demand_store(&self) -> Arc<dyn OnDemandStore> {
        Arc::new(SeaOrmOnDemandStore::new(Arc::clone(&self.connections)))
    }

    /// Where the tables stand.
    pub fn change_marks(&self) -> Arc<dyn ChangeMarks> {
        Arc::new(SeaOrmChangeMarks::new(Arc::clone(&self.connections)))
    }

    /// What containers used.
    pub fn statistics_store(&self) -> Arc<dyn StatisticsStore> {
        Arc::new(SeaOrmStatisticsStore::new(Arc::clone(&self.connections)))
    }

    /// Stored plans.
    pub fn plan_store(&self) -> Arc<dyn PlanStore> {
        Arc::new(SeaOrmPlanStore::new(Arc::clone(&self.connections)))
    }

    /// Named secrets.
    pub fn secret_store(&self) -> Arc<dyn SecretStore> {
        Arc::new(SeaOrmSecretStore::new(Arc::clone(&self.connections)))
    }

    /// The policy.
    pub fn policy_store(&self) -> Arc<dyn PolicyStore> {
        Arc::new(SeaOrmPolicyStore::new(Arc::clone(&self.connections)))
    }

    /// What leaves the database, and where it has gone.
    pub fn record_store(&self) -> Arc<dyn RecordStore> {
        Arc::new(SeaOrmRecordStore::new(Arc::clone(&self.connections)))
    }

    /// Encrypted registry credentials.
    pub fn registry_store(&self) -> Arc<dyn RegistryStore> {
        Arc::new(SeaOrmRegistryStore::new(Arc::clone(&self.connections)))
    }

    /// Everything that is sealed.
    pub fn sealed_records(&self) -> Arc<dyn SealedRecords> {
        Arc::new(SeaOrmSealedRecords::new(Arc::clone(&self.connections)))
    }

    /// Sessions of browsers.
    pub fn session_store(&self) -> Arc<dyn SessionStore> {
        Arc::new(SeaOrmSessionStore::new(Arc::clone(&self.connections)))
    }

    /// The audit.
    pub fn audit_log(&self) -> Arc<dyn AuditLog> {
        Arc::new(SeaOrmAuditLog::new(Arc::clone(&self.connections)))
    }

    /// What is known of versions besides their definitions.
    pub fn version_records(&self) -> Arc<dyn VersionRecords> {
        Arc::new(SeaOrmVersionRecords::new(Arc::clone(&self.connections)))
    }

    /// Tokens and the identity of this installation.
    pub fn token_store(&self) -> Arc<dyn TokenStore> {
        Arc::new(SeaOrmTokenStore::new(Arc::clone(&self.connections)))
    }

    /// Users.
    pub fn user_store(&self) -> Arc<dyn UserStore> {
        Arc::new(SeaOrmUserStore::new(Arc::clone(&self.connections)))
    }

    /// A new wake-up. Every waiting loop needs its own, because each has seen a different state.
    pub fn wakeup(&self) -> Arc<dyn QueueWakeup> {
        Arc::new(SeaOrmQueueWakeup::new(Arc::clone(&self.watch)))
    }

    /// The lock that keeps a second worker out.
    pub fn worker_lock(&self) -> Arc<dyn WorkerLock> {
        Arc::new(FileWorkerLock::of(&self.data_dir))
    }

    /// From now on, what is replaced or deleted is overwritten in the file too.
    pub async fn overwrite_replaced(&self) -> Result<(), StoreError> {
        self.connections.overwrite_deleted(true).await
    }

    /// Leaves nothing in the write-ahead log of what was replaced, as far as nobody reads it.
    pub async fn fold_log(&self) -> Result<(), StoreError> {
        self.connections.fold_log().await
    }

    /// Closes every connection once its statement has finished; the last one to close checkpoints the log into the
    /// file.
    pub async fn close(self) {
        self.connections.close().await;
    }

    #[cfg(test)]
    pub(crate) fn connections(&self) -> &Connections {
        &self.connections
    }
}

/// Runs all missing migrations in one transaction. Data that a migration removes is overwritten in the file and in the
/// log, because it may be data that should never have been stored.
async fn migrate(connections: &Connections) -> Result<(), ConnectError> {
    connections.overwrite_deleted(true).await?;
    let tx = connections.write().await?;
    let taken = core_monitor_migrations::migrate(&*tx).await.map_err(ConnectError::migration)?;
    tx.commit().await?;
    if !taken.is_empty() {
        connections.fold_log().await?;
    }
    Ok(connections.overwrite_deleted(false).await?)
}

#[cfg(test)]
mod tests;
