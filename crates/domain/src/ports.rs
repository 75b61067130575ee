//! What the core needs from outside: traits over domain types with closed error enums, without implementations.
//!
//! Each method of a store is one transaction, and what must happen together is one method. The signatures therefore
//! guarantee that nothing is written partially.

mod adoption_store;
mod alert_channel;
mod alert_store;
mod artifact_store;
mod audit_log;
mod build_source;
mod catalog_folder;
mod change_marks;
mod clock;
mod command_queue;
mod container_engine;
mod container_files;
mod container_logs;
mod container_statistics;
mod container_terminals;
mod creation_store;
mod deployments;
mod disk_space;
mod engine_events;
mod engine_inventory;
mod engine_link;
mod engine_reader;
mod feed;
mod host_mounts;
mod host_ports;
mod host_statistics;
mod http_probe;
mod id_source;
mod identity_provider;
mod instance_store;
mod key_list_source;
mod key_list_store;
mod observation_store;
mod on_demand_store;
mod password_hasher;
mod plan_store;
mod policy_store;
mod record_files;
mod record_store;
mod registry_credentials;
mod registry_store;
mod rollout_store;
mod sealed_records;
mod secret_store;
mod secret_vault;
mod service_probe;
mod session_store;
mod setup_token;
mod stack_folder;
mod stack_store;
mod statistics_store;
mod store_error;
mod template_store;
mod token_store;
mod user_store;
mod version_records;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::{AdoptionStore, Import};
pub use alert_channel::{AlertChannel, SendFailure};
pub use alert_store::{AlertStore, KEPT_ALERTS, StoredAlert};
pub use artifact_store::{
    ArtifactDraft, ArtifactError, ArtifactFeed, ArtifactSource, ArtifactStore, OpenArtifact, RefusedTree,
    StoredArtifact, TreeLimits,
};
pub use audit_log::{AuditFilter, AuditLog};
pub use build_source::{BuildSource, BuildSourceError};
pub use catalog_folder::{CatalogFile, CatalogFolder, CatalogFolderError, CatalogFolderLimits};
pub use change_marks::{ChangeMarks, Marks};
pub use clock::{Clock, within};
pub use command_queue::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, Idempotency,
    IfMatch, NewCommand, OpenCommand, Page, QueueOverview, Retried,
};
pub use container_engine::{ContainerEngine, EngineError, Progress, ProgressSink};
pub use container_files::{ContainerFiles, FetchedFile, FileSink, FilesError};
pub use container_logs::{ContainerLogs, ContainerOutput, LogFeed, OutputChunk, OutputStream};
pub use container_statistics::{ContainerStatistics, ReadingFeed};
pub use container_terminals::{ContainerTerminals, ExecInput, ExecNews, ExecSession, InputSink};
pub use creation_store::CreationStore;
pub use deployments::{Deployed, NewApply, NewDeployment};
pub use disk_space::DiskSpace;
pub use engine_events::{EngineWitness, EventFeed};
pub use engine_inventory::EngineInventory;
pub use engine_link::{
    EngineLink, FileLink, FolderLink, Inspection, LinkError, LogLink, ObjectLink, ObservationLink,
    ProjectLink, ProjectReader, StatisticsLink, TerminalLink,
};
pub use engine_reader::{EngineChange, EngineChanges, EngineReader, LastCheck, LogLine};
pub use feed::Feed;
pub use host_mounts::HostMounts;
pub use host_ports::HostPorts;
pub use host_statistics::HostStatistics;
pub use http_probe::{HttpProbe, ProbeError};
pub use id_source::IdSource;
pub use identity_provider::{IdentityError, IdentityProvider};
pub use instance_store::{InstanceChange, InstanceFilter, InstanceStore, LaunchError, Launched, NewInstance};
pub use key_list_source::KeyListSource;
pub use key_list_store::KeyListStore;
pub use observation_store::ObservationStore;
pub use on_demand_store::{OnDemandNews, OnDemandStore, WishError};
pub use password_hasher::{OneTimeCodes, PasswordHashError, PasswordHasher};
pub use plan_store::{PlanStore, StoredPlan};
pub use policy_store::{PolicyError, PolicyStore, StoredPolicy};
pub use record_files::{RecordFileError, RecordFiles, WrittenFile};
pub use record_store::{ArtifactUse, NotedCommand, RecordPlace, RecordStore, StoreSizes};
pub use registry_credentials::{CredentialsError, RegistryCredentials};
pub use registry_store::{RegistryStore, StoredRegistry};
pub use rollout_store::RolloutStore;
pub use sealed_records::{SealedAnew, SealedKind, SealedPlace, SealedRecord, SealedRecords};
pub use secret_store::{NamedSecretError, SHOWN_SECRET_VERSIONS, SecretStore};
pub use secret_vault::{SecretVault, VaultError};

pub use crate::sealed_secret::SealedSecret;
pub use service_probe::ServiceProbe;
pub use session_store::SessionStore;
pub use setup_token::SetupToken;
pub use stack_folder::{FolderChanges, FolderError, InTheWay, StackFolder};
pub use stack_store::{NewStack, NewVersion, SaveError, Saved, StackFilter, StackStore, VersionSecret};
pub use statistics_store::StatisticsStore;
pub use store_error::StoreError;
pub use template_store::{
    ListedTemplate, NewTemplate, NewTemplateVersion, SavedTemplate, TemplateError, TemplateStore,
};
pub use token_store::{Token, TokenError, TokenStore};
pub use user_store::{UserError, UserStore};
pub use version_records::{TagError, VersionRecords};
pub use wakeup::QueueWakeup;
pub use worker_lock::{HeldLock, LockAttempt, WorkerLock};
pub use worker_queue::{Claim, Finish, Lease, QueueError, Renewal, StackChange, WorkerQueue};

#[cfg(feature = "mocks")]
pub use self::{
    adoption_store::MockAdoptionStore,
    alert_channel::MockAlertChannel,
    alert_store::MockAlertStore,
    artifact_store::{MockArtifactSource, MockArtifactStore},
    audit_log::MockAuditLog,
    build_source::MockBuildSource,
    catalog_folder::MockCatalogFolder,
    change_marks::MockChangeMarks,
    clock::MockClock,
    command_queue::MockCommandQueue,
    container_engine::MockContainerEngine,
    container_files::MockContainerFiles,
    container_logs::MockContainerLogs,
    container_statistics::MockContainerStatistics,
    container_terminals::MockContainerTerminals,
    creation_store::MockCreationStore,
    disk_space::MockDiskSpace,
    engine_events::MockEngineWitness,
    engine_inventory::MockEngineInventory,
    engine_link::{MockEngineLink, MockProjectReader},
    engine_reader::MockEngineReader,
    host_mounts::MockHostMounts,
    host_ports::MockHostPorts,
    host_statistics::MockHostStatistics,
    http_probe::MockHttpProbe,
    id_source::MockIdSource,
    identity_provider::MockIdentityProvider,
    instance_store::MockInstanceStore,
    key_list_source::MockKeyListSource,
    key_list_store::MockKeyListStore,
    observation_store::MockObservationStore,
    on_demand_store::MockOnDemandStore,
    password_hasher::{MockOneTimeCodes, MockPasswordHasher},
    plan_store::MockPlanStore,
    policy_store::MockPolicyStore,
    record_files::MockRecordFiles,
    record_store::MockRecordStore,
    registry_credentials::MockRegistryCredentials,
    registry_store::MockRegistryStore,
    rollout_store::MockRolloutStore,
    secret_store::MockSecretStore,
    secret_vault::MockSecretVault,
    service_probe::MockServiceProbe,
    session_store::MockSessionStore,
    setup_token::MockSetupToken,
    stack_folder::MockStackFolder,
    stack_store::MockStackStore,
    statistics_store::MockStatisticsStore,
    template_store::MockTemplateStore,
    token_store::MockTokenStore,
    user_store::MockUserStore,
    version_records::MockVersionRecords,
    wakeup::MockQueueWakeup,
    worker_lock::MockWorkerLock,
    worker_queue::MockWorkerQueue,
};
