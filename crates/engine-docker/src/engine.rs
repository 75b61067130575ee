//! The adapter.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::container_file::{Download, FilePlace, FolderListing, Upload};
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::logs::LogRequest;
use core_monitor_domain::observation::{EngineFacts, Observation, ObservedContainer};
use core_monitor_domain::ports::{
    ArtifactSource, BuildSource, Clock, ContainerEngine, ContainerFiles, ContainerLogs, ContainerOutput,
    ContainerStatistics, ContainerTerminals, EngineChanges, EngineError, EngineReader, ExecSession,
    FetchedFile, FileSink, FilesError, LastCheck, LogLine, ProgressSink, ProjectReader, ReadingFeed,
    RegistryCredentials, within,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};
use core_monitor_domain::time::Timestamp;
use core_monitor_transport::ClientConfig;
use tokio::sync::Mutex;

use crate::address::EngineAddress;
use crate::events::{CacheWatch, DockerChanges};
use crate::observe::InspectCache;
use crate::session::Session;
use crate::sources::Sources;
use crate::wire::Wire;
use crate::{classify, files, log_feed, logs, observe, perform, project, statistics, terminal};

mod objects;

/// Timeout of reads. A busy engine with hundreds of containers responds within seconds.
const READ_DEADLINE: Duration = Duration::from_mins(1);

/// A Docker engine at an address.
///
/// The first call connects, and a later call reconnects if the engine has gone away. Needs a tokio runtime: a background
/// task listens to events for as long as the value lives.
pub struct DockerContainerEngine {
    wire: Arc<Wire>,
    session: Mutex<Option<Arc<Session>>>,
    cache: Arc<InspectCache>,
    watch: CacheWatch,
    sources: Sources,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for DockerContainerEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DockerContainerEngine").field("wire", &self.wire).finish_non_exhaustive()
    }
}

impl DockerContainerEngine {
    /// An engine at `address`, with deadlines measured by `clock`. Sends nothing yet.
    pub fn new(address: &EngineAddress, clock: Arc<dyn Clock>) -> Self {
        Self::connecting(address, None, clock)
    }

    /// The same with TLS at a `tcp://` address, if there is a configuration.
    pub fn connecting(
        address: &EngineAddress,
        tls: Option<Arc<ClientConfig>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            wire: Arc::new(Wire::new(address, tls)),
            session: Mutex::new(None),
            cache: Arc::new(InspectCache::default()),
            watch: CacheWatch::default(),
            sources: Sources::default(),
            clock,
        }
    }

    /// Sets the source of build files. Without it, builds fail.
    #[must_use]
    pub fn building_from(mut self, files: Arc<dyn BuildSource>) -> Self {
        self.sources.files = Some(files);
        self
    }

    /// Sets the store of artifacts. Without it, none are put into containers.
    #[must_use]
    pub fn putting_from(mut self, artifacts: Arc<dyn ArtifactSource>) -> Self {
        self.sources.artifacts = Some(artifacts);
        self
    }

    /// Sets the credentials for registries. Without them, none are sent.
    #[must_use]
    pub fn showing(mut self, credentials: Arc<dyn RegistryCredentials>) -> Self {
        self.sources.credentials = Some(credentials);
        self
    }

    /// The engine's version and identity.
    pub async fn facts(&self) -> Result<EngineFacts, EngineError> {
        self.read(async { Ok(self.session().await?.facts.clone()) }).await
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

    /// Passes a result on. If the connection was lost, the next call negotiates again, since a different engine may come back.
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
        self.noted(self.before(READ_DEADLINE, work).await).await
    }

    /// The result of `work`, unless `deadline` passes first.
    async fn before<T>(
        &self,
        deadline: Duration,
        work: impl Future<Output = Result<T, EngineError>> + Send,
    ) -> Result<T, EngineError> {
        let in_time = within(&*self.clock, deadline, work).await;
        in_time.unwrap_or(Err(EngineError::Timeout { after: deadline }))
    }

    fn touch(&self, subject: Option<&ContainerId>) {
        if let Some(id) = subject {
            self.cache.touch(id);
        }
    }

    /// Observes the engine, reusing the details of containers that have not changed since the last observation.
    async fn look(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError> {
        if !self.watch.is_active() {
            // The engine may have been replaced while there was no subscription.
            *self.session.lock().await = None;
            let session = self.session().await?;
            match DockerChanges::open(&session).await {
                Ok(changes) => self.watch.follow(changes, Arc::clone(&self.cache)),
                // The observation continues, inspecting every container.
                Err(error) => tracing::warn!(%error, "cannot subscribe to the engine's events"),
            }
        }
        observe::observe(&*self.session().await?, &self.cache, &*self.clock, instance, adopted, now).await
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
        let find = async { project::find(&*self.session().await?, &*self.clock, name, instance, now).await };
        self.read(Box::pin(find)).await
    }
}

#[async_trait]
impl EngineReader for DockerContainerEngine {
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
            let session = self.session().await?;
            let Some(inspected) = observe::inspect(&session, container).await? else { return Ok(None) };
            let stop = inspected.stop_signal();
            let mut found = inspected.into_observed();
            observe::history::fill_in(&session, &*self.clock, [(&mut found, stop)]).await;
            Ok(Some(found))
        };
        self.read(inspect).await
    }

    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError> {
        self.read(async { logs::tail(&*self.session().await?, container, lines).await }).await
    }

    async fn last_check(&self, container: &ContainerId) -> Result<Option<LastCheck>, EngineError> {
        self.read(async { observe::last_check(&*self.session().await?, container).await }).await
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        let open = async { DockerChanges::open(&*self.session().await?).await };
        let changes = self.read(open).await?;
        Ok(Box::new(changes))
    }
}

#[async_trait]
impl ContainerLogs for DockerContainerEngine {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<EngineError>, EngineError> {
        self.read(async { log_feed::read(&*self.session().await?, &self.clock, container, request).await })
            .await
    }
}

#[async_trait]
impl ContainerFiles for DockerContainerEngine {
    async fn list(&self, place: &FilePlace) -> Result<FolderListing, FilesError<EngineError>> {
        files::list(&*self.session().await?, &self.clock, place).await
    }

    async fn fetch(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<EngineError>, FilesError<EngineError>> {
        files::fetch(&*self.session().await?, place, form).await
    }

    async fn put(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<EngineError>>, FilesError<EngineError>> {
        files::put(self.session().await?, Arc::clone(&self.clock), place, upload).await
    }
}

#[async_trait]
impl ContainerTerminals for DockerContainerEngine {
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<EngineError>, EngineError> {
        let exec = async {
            terminal::exec(self.session().await?, Arc::clone(&self.clock), container, request).await
        };
        self.read(Box::pin(exec)).await
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, EngineError> {
        self.read(async { terminal::processes(&*self.session().await?, container).await }).await
    }
}

#[async_trait]
impl ContainerStatistics for DockerContainerEngine {
    async fn measure(&self, container: &ContainerId, every: Duration) -> Result<ReadingFeed, EngineError> {
        let clock = Arc::clone(&self.clock);
        let open = async { statistics::measure(&*self.session().await?, clock, container, every).await };
        Ok(Box::new(self.read(open).await?))
    }

    async fn data_root(&self) -> Result<String, EngineError> {
        self.read(async { self.session().await?.data_root().await.map_err(classify::read) }).await
    }
}

#[async_trait]
impl ContainerEngine for DockerContainerEngine {
    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        let subject = effect.container();
        let act = async {
            let session = self.session().await?;
            perform::perform(&session, &self.sources, &*self.clock, effect, progress.as_ref()).await
        };
        // Before, because an observation may run in parallel and the effect may outlive the wait; after, because
        // details may have been read in between.
        self.touch(subject);
        let result = Box::pin(self.before(deadline, act)).await;
        self.touch(subject);
        self.noted(result).await
    }
}
