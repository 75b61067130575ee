//! The worker's end of the engine link: answers the server's questions about the engine.

use std::sync::Arc;

use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{
    AdoptionStore, Clock, ContainerFiles, ContainerLogs, ContainerTerminals, CreationStore, EngineError,
    EngineInventory, EngineReader, EngineWitness, LinkError, ProjectReader, SecretVault, StackFolder,
    StackStore,
};
use core_monitor_domain::protection::Protected;

use super::Worker;
use super::chain;
use super::look::Latest;
use super::statistics::Statistics;
use objects::KnownSizes;

mod files;
mod folders;
mod logs;
mod objects;
mod observation;
mod projects;
mod statistics;
mod terminals;

/// The ports of the engine that the link needs. Besides commands and files in containers of stacks, they only read: nothing that
/// arrives over the socket can change anything else.
#[derive(Clone)]
pub struct LinkReaders {
    /// The whole host.
    pub host: Arc<dyn EngineReader>,
    /// Compose projects.
    pub projects: Arc<dyn ProjectReader>,
    /// Container logs.
    pub logs: Arc<dyn ContainerLogs>,
    /// Everything that takes space.
    pub inventory: Arc<dyn EngineInventory>,
    /// Events and documents.
    pub witness: Arc<dyn EngineWitness>,
    /// Commands in containers, which act.
    pub terminals: Arc<dyn ContainerTerminals>,
    /// Files in containers, which are read and written.
    pub files: Arc<dyn ContainerFiles>,
}

/// Answers from the engine, whether this worker carries out commands or waits for another worker to end.
pub struct WorkerLink {
    readers: LinkReaders,
    adoptions: Arc<dyn AdoptionStore>,
    creations: Arc<dyn CreationStore>,
    stacks: Arc<dyn StackStore>,
    vault: Arc<dyn SecretVault>,
    clock: Arc<dyn Clock>,
    instance: InstanceId,
    latest: Latest,
    folders: Arc<dyn StackFolder>,
    builds: BuildPolicy,
    protected: Protected,
    statistics: Option<Statistics>,
    sizes: KnownSizes,
}

impl Worker {
    /// The worker's end of the engine link.
    pub fn link(&self, readers: LinkReaders) -> WorkerLink {
        WorkerLink {
            readers,
            adoptions: Arc::clone(&self.ports.adoptions),
            creations: Arc::clone(&self.ports.creations),
            stacks: Arc::clone(&self.ports.stacks),
            vault: Arc::clone(&self.ports.vault),
            clock: Arc::clone(&self.ports.clock),
            instance: self.instance,
            latest: self.latest.clone(),
            folders: Arc::clone(&self.ports.folders),
            builds: self.settings.builds.clone(),
            protected: self.settings.protected.clone(),
            sizes: KnownSizes::default(),
            statistics: self.statistics.clone(),
        }
    }
}

fn told(error: &EngineError) -> LinkError {
    match error {
        EngineError::NotFound { message } => LinkError::NotFound { message: message.clone() },
        EngineError::Conflict { message } => LinkError::Conflict { message: message.clone() },
        _ => refused(error),
    }
}

fn refused(error: &dyn std::error::Error) -> LinkError {
    LinkError::Refused { message: chain(error) }
}
