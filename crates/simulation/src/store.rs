//! In-memory store ports with the same semantics as a database, and with injected faults.
//!
//! The contract suites run against this and the real store. What a database enforces by its schema is enforced by code
//! here, which checks everything before it changes anything.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::ports::{
    AdoptionStore, AlertStore, AuditLog, ChangeMarks, CommandQueue, CreationStore, InstanceStore,
    KeyListStore, ObservationStore, OnDemandStore, PlanStore, PolicyStore, QueueWakeup, RecordStore,
    RegistryStore, RolloutStore, SealedRecords, SecretStore, SessionStore, StackStore, StatisticsStore,
    StoreError, TemplateStore, TokenStore, UserStore, VersionRecords, WorkerLock, WorkerQueue,
};
use tokio::sync::watch;

mod adoption_store;
mod alert_store;
mod audit_log;
mod change_marks;
mod command_filter;
mod command_queue;
mod creation_store;
mod instance_store;
mod key_list_store;
mod observation_store;
mod on_demand_store;
mod plan_store;
mod policy_store;
mod record_store;
mod registry_store;
mod rollout_store;
mod saved_versions;
mod sealed_records;
mod secret_store;
mod session_store;
mod stack_store;
mod state;
mod statistics_store;
mod template_store;
mod token_store;
mod user_store;
mod version_records;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::SimAdoptionStore;
pub use alert_store::SimAlertStore;
pub use audit_log::SimAuditLog;
pub use change_marks::SimChangeMarks;
pub use command_queue::SimCommandQueue;
pub use creation_store::SimCreationStore;
pub use instance_store::SimInstanceStore;
pub use key_list_store::SimKeyListStore;
pub use observation_store::SimObservationStore;
pub use on_demand_store::SimOnDemandStore;
pub use plan_store::SimPlanStore;
pub use policy_store::SimPolicyStore;
pub use record_store::SimRecordStore;
pub use registry_store::SimRegistryStore;
pub use rollout_store::SimRolloutStore;
pub use sealed_records::SimSealedRecords;
pub use secret_store::SimSecretStore;
pub use session_store::SimSessionStore;
pub use stack_store::SimStackStore;
pub use statistics_store::SimStatisticsStore;
pub use template_store::SimTemplateStore;
pub use token_store::SimTokenStore;
pub use user_store::SimUserStore;
pub use version_records::SimVersionRecords;
pub use wakeup::SimQueueWakeup;
pub use worker_lock::SimWorkerLock;
pub use worker_queue::SimWorkerQueue;

use state::State;

/// An in-memory database. Clones share the data, like two programs with one file.
#[derive(Debug, Clone, Default)]
pub struct SimDatabase {
    shared: Arc<Shared>,
}

/// A fault of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFault {
    /// It returns `Unavailable` and has changed nothing: locked, full, unreachable.
    Refused,
    /// It has its effect but returns `Unavailable`: the connection was lost during the commit.
    ReplyLost,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    faults: Mutex<VecDeque<(&'static str, StoreFault)>>,
    changes: watch::Sender<u64>,
    /// The number of the worker lock that is held; 0 if none is.
    worker_locked: AtomicU64,
    worker_locks: AtomicU64,
}

impl SimDatabase {
    /// An empty database.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next call of `method` fail, e.g. `WorkerQueue::finish`. Several faults of one method happen in order.
    pub fn inject(&self, method: &'static str, fault: StoreFault) {
        lock(&self.shared.faults).push_back((method, fault));
    }

    /// Faults that have not happened yet. A test that injects faults should end with none.
    pub fn pending_faults(&self) -> Vec<(&'static str, StoreFault)> {
        lock(&self.shared.faults).iter().copied().collect()
    }

    /// Stacks, versions and releases.
    pub fn stack_store(&self) -> Arc<dyn StackStore> {
        Arc::new(SimStackStore::new(self.clone()))
    }

    /// Templates and their versions.
    pub fn template_store(&self) -> Arc<dyn TemplateStore> {
        Arc::new(SimTemplateStore::new(self.clone()))
    }

    /// Instances of templates, and their ports.
    pub fn instance_store(&self) -> Arc<dyn InstanceStore> {
        Arc::new(SimInstanceStore::new(self.clone()))
    }

    /// The lists of keys of templates.
    pub fn key_list_store(&self) -> Arc<dyn KeyListStore> {
        Arc::new(SimKeyListStore::new(self.clone()))
    }

    /// How far the rollouts of templates are.
    pub fn rollout_store(&self) -> Arc<dyn RolloutStore> {
        Arc::new(SimRolloutStore::new(self.clone()))
    }

    /// The adoptions of imported stacks.
    pub fn adoption_store(&self) -> Arc<dyn AdoptionStore> {
        Arc::new(SimAdoptionStore::new(self.clone()))
    }

    /// The alerts that were told.
    pub fn alert_store(&self) -> Arc<dyn AlertStore> {
        Arc::new(SimAlertStore::new(self.clone()))
    }

    /// The records of what commands created.
    pub fn creation_store(&self) -> Arc<dyn CreationStore> {
        Arc::new(SimCreationStore::new(self.clone()))
    }

    /// The queue for the server.
    pub fn command_queue(&self) -> Arc<dyn CommandQueue> {
        Arc::new(SimCommandQueue::new(self.clone()))
    }

    /// The queue for the worker.
    pub fn worker_queue(&self) -> Arc<dyn WorkerQueue> {
        Arc::new(SimWorkerQueue::new(self.clone()))
    }

    /// The newest observation.
    pub fn observation_store(&self) -> Arc<dyn ObservationStore> {
        Arc::new(SimObservationStore::new(self.clone()))
    }

    /// What the gateway remembers and reports, and what people want of it.
    pub fn on_demand_store(&self) -> Arc<dyn OnDemandStore> {
        Arc::new(SimOnDemandStore::new(self.clone()))
    }

    /// Where the tables stand.
    pub fn change_marks(&self) -> Arc<dyn ChangeMarks> {
        Arc::new(SimChangeMarks::new(self.clone()))
    }

    /// What containers used.
    pub fn statistics_store(&self) -> Arc<dyn StatisticsStore> {
        Arc::new(SimStatisticsStore::new(self.clone()))
    }

    /// Stored plans.
    pub fn plan_store(&self) -> Arc<dyn PlanStore> {
        Arc::new(SimPlanStore::new(self.clone()))
    }

    /// Named secrets.
    pub fn secret_store(&self) -> Arc<dyn SecretStore> {
        Arc::new(SimSecretStore::new(self.clone()))
    }

    /// The policy.
    pub fn policy_store(&self) -> Arc<dyn PolicyStore> {
        Arc::new(SimPolicyStore::new(self.clone()))
    }

    /// What leaves the database.
    pub fn record_store(&self) -> Arc<dyn RecordStore> {
        Arc::new(SimRecordStore::new(self.clone()))
    }

    /// Encrypted registry credentials.
    pub fn registry_store(&self) -> Arc<dyn RegistryStore> {
        Arc::new(SimRegistryStore::new(self.clone()))
    }

    /// Everything that is sealed.
    pub fn sealed_records(&self) -> Arc<dyn SealedRecords> {
        Arc::new(SimSealedRecords::new(self.clone()))
    }

    /// The audit of credentials and tokens.
    pub fn audit_log(&self) -> Arc<dyn AuditLog> {
        Arc::new(SimAuditLog::new(self.clone()))
    }

    /// What is known of versions besides their definitions.
    pub fn version_records(&self) -> Arc<dyn VersionRecords> {
        Arc::new(SimVersionRecords::new(self.clone()))
    }

    /// Tokens and the id of this installation.
    pub fn token_store(&self) -> Arc<dyn TokenStore> {
        Arc::new(SimTokenStore::new(self.clone()))
    }

    /// Users.
    pub fn user_store(&self) -> Arc<dyn UserStore> {
        Arc::new(SimUserStore::new(self.clone()))
    }

    /// Sessions of browsers.
    pub fn session_store(&self) -> Arc<dyn SessionStore> {
        Arc::new(SimSessionStore::new(self.clone()))
    }

    /// A new wake-up; each waiting loop needs its own.
    pub fn wakeup(&self) -> Arc<dyn QueueWakeup> {
        Arc::new(SimQueueWakeup::new(self.shared.changes.subscribe()))
    }

    /// The lock that excludes a second worker.
    pub fn worker_lock(&self) -> Arc<dyn WorkerLock> {
        Arc::new(SimWorkerLock::new(self.clone()))
    }

    /// A read: one transaction, no wake-up.
    fn read<T, E: From<StoreError>>(
        &self,
        method: &'static str,
        read: impl FnOnce(&State) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.fault(method).is_some() {
            return Err(unavailable().into());
        }
        read(&lock(&self.shared.state))
    }

    /// A write: one transaction, and a wake-up after success. `write` must change nothing if it fails.
    fn write<T, E: From<StoreError>>(
        &self,
        method: &'static str,
        write: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        let fault = self.fault(method);
        if fault == Some(StoreFault::Refused) {
            return Err(unavailable().into());
        }
        let written = write(&mut lock(&self.shared.state))?;
        self.shared.changes.send_modify(|commits| *commits += 1);
        if fault == Some(StoreFault::ReplyLost) { Err(unavailable().into()) } else { Ok(written) }
    }

    fn fault(&self, method: &str) -> Option<StoreFault> {
        let mut faults = lock(&self.shared.faults);
        let place = faults.iter().position(|(of, _)| *of == method)?;
        faults.remove(place).map(|(_, fault)| fault)
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { reason: "a simulated fault".to_owned(), source: None }
}

/// A violation of the schema, as a database would report it.
fn refused(what: impl fmt::Display) -> StoreError {
    StoreError::Corrupt {
        what: format!("a rule of the simulated schema refused the write: {what}"),
        source: None,
    }
}

/// A panicking test must not be hidden by a poisoned lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
