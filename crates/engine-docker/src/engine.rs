//! The adapter.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::observation::{Observation, ObservedContainer};
use core_monitor_domain::ports::{
    BuildSource, ContainerEngine, Effect, EffectOutcome, EngineChanges, EngineError, LogLine, ProgressSink,
    ProjectReader, RegistryCredentials,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use tokio::sync::Mutex;

use crate::address::EngineAddress;
use crate::events::{CacheWatch, DockerChanges};
use crate::observe::InspectCache;
use crate::session::Session;
use crate::sources::Sources;
use crate::wire::Wire;
use crate::{logs, observe, perform, project};

/// Longest wait for anything that only reads. A busy engine with hundreds of containers answers within seconds.
const READ_DEADLINE: Duration = Duration::from_mins(1);

/// A Docker engine behind an address.
///
/// The connection is made by the first call and made again after the engine went away. Needs a tokio runtime: a
/// background task listens to events for as long as the value lives.
#[derive(Debug)]
pub struct DockerContainerEngine {
    wire: Arc<Wire>,
    session: Mutex<Option<Arc<Session>>>,
    cache: Arc<InspectCache>,
    watch: CacheWatch,
    sources: Sources,
}

impl DockerContainerEngine {
    /// An engine at `address`. Sends nothing yet.
    pub fn new(address: &EngineAddress) -> Self {
        Self {
            wire: Arc::new(Wire::new(address)),
            session: Mutex::new(None),
            cache: Arc::new(InspectCache::default()),
            watch: CacheWatch::default(),
            sources: Sources::default(),
        }
    }

    /// The same, building images from these files. Without them it builds none.
    #[must_use]
    pub fn building_from(mut self, files: Arc<dyn BuildSource>) -> Self {
        self.sources.files = Some(files);
        self
    }

    /// The same, showing these credentials to registries. Without them it shows none.
    #[must_use]
    pub fn showing(mut self, credentials: Arc<dyn RegistryCredentials>) -> Self {
        self.sources.credentials = Some(credentials);
        self
    }

    async fn session(&self) -> Result<Arc<Session>, EngineError> {
        let mut session = self.session.lock().await;
        if let Some(session) = session.as_ref() {
            return Ok(Arc::clone(session));
        }
        let opened = Arc::new(Session::open(Arc::clone(&self.wire)).await?);
        *session = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Passes a result on. After a lost engine the next call agrees on everything anew: another one may come back.
    async fn noted<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        if matches!(result, Err(EngineError::Unavailable { .. })) {
            *self.session.lock().await = None;
        }
        result
    }

    async fn read<T>(
        &self,
        work: impl Future<Output = Result<T, EngineError>> + Send,
    ) -> Result<T, EngineError> {
        self.noted(within(READ_DEADLINE, work).await).await
    }

    fn touch(&self, subject: Option<&ContainerId>) {
        if let Some(id) = subject {
            self.cache.touch(id);
        }
    }

    /// Looks, with the details of containers that did not change since the last look.
    async fn look(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError> {
        if !self.watch.stands() {
            // The engine may have been replaced while nobody listened.
            *self.session.lock().await = None;
            let session = self.session().await?;
            match DockerChanges::open(&session).await {
                Ok(changes) => self.watch.follow(changes, Arc::clone(&self.cache)),
                // The look itself goes on, with every container inspected.
                Err(error) => tracing::warn!(%error, "cannot subscribe to the engine's events"),
            }
        }
        observe::observe(&*self.session().await?, &self.cache, instance, adopted, now).await
    }
}

#[async_trait]
impl ProjectReader for DockerContainerEngine {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, EngineError> {
        self.read(async { project::list(&*self.session().await?).await }).await
    }

    async fn find_project(
        &self,
        name: &str,
        instance: InstanceId,
        now: Timestamp,
    ) -> Result<Option<RunningProject>, EngineError> {
        let find = async { project::find(&*self.session().await?, name, instance, now).await };
        self.read(Box::pin(find)).await
    }
}

async fn within<T>(
    deadline: Duration,
    work: impl Future<Output = Result<T, EngineError>> + Send,
) -> Result<T, EngineError> {
    match tokio::time::timeout(deadline, work).await {
        Ok(result) => result,
        Err(_) => Err(EngineError::Timeout { after: deadline }),
    }
}

#[async_trait]
impl ContainerEngine for DockerContainerEngine {
    async fn observe(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError> {
        self.read(Box::pin(self.look(instance, adopted, now))).await
    }

    async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError> {
        let inspect = async {
            let found = observe::inspect(&*self.session().await?, container).await?;
            Ok(found.map(observe::Inspected::into_observed))
        };
        self.read(inspect).await
    }

    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        let subject = perform::subject(effect);
        let act = async {
            let session = self.session().await?;
            perform::perform(&session, &self.sources, effect, progress.as_ref()).await
        };
        // Before, because a look may run beside it and the effect may outlive the wait; after, because details may
        // have been read in between.
        self.touch(subject);
        let result = within(deadline, act).await;
        self.touch(subject);
        self.noted(result).await
    }

    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError> {
        self.read(async { logs::tail(&*self.session().await?, container, lines).await }).await
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        let open = async { DockerChanges::open(&*self.session().await?).await };
        let changes = self.read(open).await?;
        Ok(Box::new(changes))
    }
}
