//! What the core needs from outside: traits over domain types with closed error enums, and no implementation.
//!
//! Each method of a store is one transaction; what must happen together is one method. That makes "nothing
//! half-written" a property of the signature instead of a habit of the callers.

mod adoption_store;
mod build_source;
mod clock;
mod command_queue;
mod container_engine;
mod engine_link;
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
pub use build_source::{BuildSource, BuildSourceError};
pub use clock::Clock;
pub use command_queue::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, Idempotency,
    IfMatch, NewCommand, Page, QueueOverview, Retried,
};
pub use container_engine::{
    ContainerEngine, Effect, EffectOutcome, EngineChange, EngineChanges, EngineError, LogLine, NewContainer,
    NewImage, Progress, ProgressSink,
};
pub use engine_link::{EngineLink, LinkError, ProjectReader};
pub use id_source::IdSource;
pub use observation_store::ObservationStore;
pub use plan_store::{PlanStore, StoredPlan};
pub use registry_credentials::{CredentialsError, RegistryCredentials};
pub use registry_store::{RegistryStore, StoredRegistry};
pub use secret_vault::{SealedSecret, SecretVault, VaultError};
pub use stack_folder::{FolderChanges, FolderError, StackFolder};
pub use stack_store::{NewStack, NewVersion, SaveError, Saved, StackFilter, StackStore};
pub use store_error::StoreError;
pub use token_store::{Token, TokenStore};
pub use wakeup::QueueWakeup;
pub use worker_lock::{HeldLock, LockAttempt, WorkerLock};
pub use worker_queue::{Claim, Finish, Lease, QueueError, Renewal, StackChange, WorkerQueue};

#[cfg(feature = "mocks")]
pub use self::{
    adoption_store::MockAdoptionStore,
    build_source::MockBuildSource,
    clock::MockClock,
    command_queue::MockCommandQueue,
    container_engine::MockContainerEngine,
    engine_link::{MockEngineLink, MockProjectReader},
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
