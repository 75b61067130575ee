//! A worker that knows one project.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::adoption::present;
use core_monitor_domain::container_file::{Download, FilePlace, FolderListing, Upload};
use core_monitor_domain::desired::{
    Attachment, ContainerSpec, DesiredStack, NetworkMode, NetworkSpec, SpecHash,
};
use core_monitor_domain::desired::{PullPolicy, SecretVersions, ServiceSpec};
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::engine_event::EventsFrom;
use core_monitor_domain::ids::{ContainerId, ImageId, InstanceId, NetworkId, Slot, StackId};
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::logs::LogRequest;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, ObservedContainer,
    ObservedEndpoint, ObservedImage, ObservedNetwork, Occupant, RunEnding,
};
use core_monitor_domain::ports::{
    ContainerOutput, EventFeed, ExecSession, FetchedFile, FileLink, FileSink, FilesError, FolderLink,
    Inspection, LinkError, LogLink, ObjectLink, ObservationLink, ProjectLink, StatisticsLink, TerminalLink,
};
use core_monitor_domain::running_project::{FoundContainer, FoundNetwork, ProjectSummary, RunningProject};
use core_monitor_domain::statistics::{History, StatisticsSnapshot, Step};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::engine::{API_1_41, SimContainerEngine};
use core_monitor_simulation::link::SimEngineLink;
use core_monitor_simulation::link::SimStatistics;
use core_monitor_simulation::store::SimDatabase;

/// The worker's end of the link, without a project as if no worker ran.
pub(crate) struct FakeLink {
    pub(super) database: SimDatabase,
    pub(super) instance: InstanceId,
    /// Whether a refresh looks at the engine instead of the project.
    looks: Mutex<bool>,
    project: Mutex<Option<RunningProject>>,
    refreshes: Mutex<bool>,
    engine_answers: Mutex<bool>,
    /// What the worker has collected; `None`: no worker runs.
    statistics: Mutex<Option<SimStatistics>>,
    /// Its engine, for commands in containers.
    pub(super) engine: Arc<SimContainerEngine>,
    pub(super) worker: SimEngineLink,
}

impl FakeLink {
    pub(crate) fn new(database: SimDatabase, instance: InstanceId) -> Self {
        let engine = Arc::new(SimContainerEngine::new(API_1_41, 1));
        let worker = SimEngineLink::new(Arc::clone(&engine), Arc::new(ManualClock::new()));
        Self {
            database,
            instance,
            looks: Mutex::new(false),
            project: Mutex::new(None),
            refreshes: Mutex::new(true),
            engine_answers: Mutex::new(true),
            statistics: Mutex::default(),
            engine,
            worker,
        }
    }

    pub(crate) fn run(&self, project: RunningProject) {
        *self.project.lock().unwrap_or_else(PoisonError::into_inner) = Some(project);
    }

    pub(crate) fn look_from_now_on(&self) {
        *self.looks.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    pub(crate) fn forget_refresh(&self) {
        *self.refreshes.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    pub(crate) fn lose_engine(&self) {
        *self.engine_answers.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    /// Sets what the worker has collected; `None`: no worker runs.
    pub(crate) fn collect(&self, statistics: Option<SimStatistics>) {
        *self.statistics.lock().unwrap_or_else(PoisonError::into_inner) = statistics;
    }

    fn collected(&self) -> Result<SimStatistics, LinkError> {
        if !*self.engine_answers.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(LinkError::Refused { message: "statistics are switched off".into() });
        }
        let collected = self.statistics.lock().unwrap_or_else(PoisonError::into_inner).clone();
        collected.ok_or_else(|| LinkError::WorkerAway { reason: "none runs in this test".into() })
    }

    async fn project(&self) -> Result<RunningProject, LinkError> {
        if !*self.engine_answers.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(LinkError::Refused { message: "the engine does not answer".into() });
        }
        let project = self.project.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut project =
            project.ok_or_else(|| LinkError::WorkerAway { reason: "none runs in this test".into() })?;
        let adoptions = self.database.adoption_store().list().await.unwrap();
        let adopted = adoptions.first().map(|adoption| adoption.stack_id);
        project.summary.made_by = adopted.or(project.summary.made_by);
        Ok(project)
    }

    async fn save(&self, mut observed: Observation) {
        let adoptions = self.database.adoption_store().list().await.unwrap();
        present(&mut observed, self.instance, &adoptions);
        self.database.observation_store().save(&observed).await.unwrap();
    }
}

#[async_trait]
impl ObservationLink for FakeLink {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        let looks = *self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks {
            return self.look().await;
        }
        let project = self.project().await?;
        let at = project.observation.host.taken_at;
        if *self.refreshes.lock().unwrap_or_else(PoisonError::into_inner) {
            self.save(project.observation).await;
        } else {
            // A look from before the import.
            self.database.observation_store().save(&project.observation).await.unwrap();
            return Err(LinkError::WorkerAway { reason: "it has just ended".into() });
        }
        Ok(at)
    }
}

#[async_trait]
impl ObjectLink for FakeLink {
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError> {
        self.worker.inventory(sizes).await
    }

    async fn inspect(&self, wanted: &Inspection) -> Result<serde_json::Value, LinkError> {
        self.worker.inspect(wanted).await
    }

    async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
        self.worker.engine_events(from).await
    }
}

#[async_trait]
impl ProjectLink for FakeLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        Ok(vec![self.project().await?.summary])
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        let project = self.project().await?;
        Ok((project.summary.name == name).then_some(project))
    }
}

#[async_trait]
impl FolderLink for FakeLink {
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, LinkError> {
        self.worker.read_written(stack, paths).await
    }
}

#[async_trait]
impl FileLink for FakeLink {
    async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>> {
        self.worker.list_files(place).await
    }

    async fn fetch_file(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>> {
        self.worker.fetch_file(place, form).await
    }

    async fn put_file(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>> {
        self.worker.put_file(place, upload).await
    }
}

#[async_trait]
impl TerminalLink for FakeLink {
    async fn exec(
        &self,
        id: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError> {
        self.worker.exec(id, request).await
    }

    async fn processes(&self, id: &ContainerId) -> Result<ProcessList, LinkError> {
        self.worker.processes(id).await
    }
}

#[async_trait]
impl StatisticsLink for FakeLink {
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError> {
        self.collected()?.now()
    }

    async fn recent_statistics(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, LinkError> {
        Ok(self.collected()?.recent(stack, service.as_ref(), from, to, step))
    }
}

#[async_trait]
impl LogLink for FakeLink {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError> {
        self.worker.read_logs(container, request).await
    }
}

/// A project of one service and its default network, as docker compose makes it.
pub(crate) fn project(name: &str, now: Timestamp) -> RunningProject {
    let network = format!("{name}_default");
    let attachment = Attachment { network: network.clone(), ..Attachment::default() };
    let container = ContainerSpec {
        image: "app:1".into(),
        network_mode: NetworkMode::Networks { attachments: vec![attachment] },
        ..ContainerSpec::default()
    };
    let service = ServiceSpec {
        name: "web".parse().unwrap(),
        replicas: 1,
        container_name: None,
        pull_policy: PullPolicy::Missing,
        build: None,
        depends_on: Vec::new(),
        is_job: false,
        is_awaited: false,
        mounted: None,
        secrets: SecretVersions::default(),
        slots: Vec::new(),
        hash: SpecHash::of_container(None, &container),
        container: container.into(),
    };
    let spec = NetworkSpec { key: "default".into(), name: network.clone(), ..NetworkSpec::default() };
    let mut desired = DesiredStack::empty(name.parse().unwrap());
    desired.services.push(service);
    desired.networks.push(spec);
    let (id, network_id) = (ContainerId::from("c0"), NetworkId::from("n0"));
    RunningProject {
        summary: ProjectSummary {
            name: name.to_owned(),
            services: vec!["web".into()],
            containers: 1,
            running: 1,
            ids: vec![id.clone()],
            made_by: None,
            component: false,
        },
        desired,
        containers: vec![FoundContainer {
            id: id.clone(),
            service: "web".parse().unwrap(),
            slot: Slot(1),
            as_desired: true,
        }],
        networks: vec![FoundNetwork { id: network_id.clone(), key: "default".into() }],
        notes: Vec::new(),
        observation: observation(name, &network, &network_id, &id, now),
    }
}

fn observation(
    name: &str,
    network: &str,
    network_id: &NetworkId,
    id: &ContainerId,
    now: Timestamp,
) -> Observation {
    let engine = EngineFacts {
        id: "engine".into(),
        version: "20.10.24".into(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".into(),
        arch: "amd64".into(),
    };
    let image = ImageId::from("sha256:1");
    let mut host = HostObservation::empty(now, engine);
    host.images = vec![ObservedImage {
        id: image.clone(),
        tags: vec!["app:1".into()],
        digests: Vec::new(),
        build: None,
    }];
    host.networks = vec![ObservedNetwork {
        id: network_id.clone(),
        name: network.to_owned(),
        driver: "bridge".into(),
        labels: [].into(),
        created_at: None,
        subnets: Vec::new(),
    }];
    host.occupants = vec![Occupant {
        id: id.clone(),
        name: format!("{name}-web-1"),
        image: "app:1".into(),
        owner: None,
        ours: false,
        component: false,
        up: true,
        started_at: None,
        shares_network_of: None,
        networks: vec![network.to_owned()],
        ports: Vec::new(),
    }];
    let endpoint = ObservedEndpoint { network_id: Some(network_id.clone()), ..ObservedEndpoint::default() };
    let container = ObservedContainer {
        id: id.clone(),
        name: format!("{name}-web-1"),
        labels: [].into(),
        image: "app:1".into(),
        image_id: image,
        state: ContainerState::Running,
        health: None,
        created_at: Some(now),
        started_at: Some(now),
        finished_at: None,
        ending: RunEnding::Unknown,
        restart_count: 0,
        error: String::new(),
        networks: [(network.to_owned(), endpoint)].into(),
        network_mode: network.to_owned(),
        pid_mode: String::new(),
        ipc_mode: "private".into(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    };
    Observation { host, containers: vec![container] }
}
