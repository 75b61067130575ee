//! What the core needs from outside: traits over domain types with closed error enums, without implementations.
//!
//! Each method of a store is one transaction, and what must happen together is one method. The signatures therefore
//! guarantee that nothing is written partially.

mod adoption_store;
mod audit_log;
mod build_source;
mod clock;
mod command_queue;
mod container_engine;
mod container_logs;
mod creation_store;
mod disk_space;
mod engine_link;
mod engine_reader;
mod feed;
mod id_source;
mod observation_store;
mod plan_store;
mod registry_credentials;
mod registry_store;
mod secret_vault;
mod stack_folder;
mod stack_store;
mod store_error;
mod token_store;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::{AdoptionStore, Import};
pub use audit_log::{AuditFilter, AuditLog};
pub use build_source::{BuildSource, BuildSourceError};
pub use clock::{Clock, within};
pub use command_queue::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, Idempotency,
    IfMatch, NewCommand, Page, QueueOverview, Retried,
};
pub use container_engine::{ContainerEngine, EngineError, Progress, ProgressSink};
pub use container_logs::{ContainerLogs, LogStart, OutputChunk, OutputFeed, OutputStream};
pub use creation_store::CreationStore;
pub use disk_space::DiskSpace;
pub use engine_link::{EngineLink, LinkError, LogLink, ObservationLink, ProjectLink, ProjectReader};
pub use engine_reader::{EngineChange, EngineChanges, EngineReader, LogLine};
pub use feed::Feed;
pub use id_source::IdSource;
pub use observation_store::ObservationStore;
pub use plan_store::{PlanStore, StoredPlan};
pub use registry_credentials::{CredentialsError, RegistryCredentials};
pub use registry_store::{RegistryStore, StoredRegistry};
pub use secret_vault::{SealedSecret, SecretVault, VaultError};
pub use stack_folder::{FolderChanges, FolderError, InTheWay, StackFolder};
pub use stack_store::{NewStack, NewVersion, SaveError, Saved, StackFilter, StackStore, VersionSecret};
pub use store_error::StoreError;
pub use token_store::{Token, TokenStore};
pub use wakeup::QueueWakeup;
pub use worker_lock::{HeldLock, LockAttempt, WorkerLock};
pub use worker_queue::{Claim, Finish, Lease, QueueError, Renewal, StackChange, WorkerQueue};

#[cfg(feature = "mocks")]
pub use self::{
    adoption_store::MockAdoptionStore,
    audit_log::MockAuditLog,
    build_source::MockBuildSource,
    clock::MockClock,
    command_queue::MockCommandQueue,
    container_engine::MockContainerEngine,
    container_logs::MockContainerLogs,
    creation_store::MockCreationStore,
    disk_space::MockDiskSpace,
    engine_link::{MockEngineLink, MockProjectReader},
    engine_reader::MockEngineReader,
    id_source::MockIdSource,
    observation_store::MockObservationStore,
    plan_store::MockPlanStore,
    registry_credentials::MockRegistryCredentials,
    registry_store::MockRegistryStore,
    secret_vault::MockSecretVault,
    stack_folder::MockStackFolder,
    stack_store::MockStackStore,
    token_store::MockTokenStore,
    wakeup::MockQueueWakeup,
    worker_lock::MockWorkerLock,
    worker_queue::MockWorkerQueue,
};
