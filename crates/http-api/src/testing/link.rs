//! A worker that knows one project.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::adoption::present;
use core_monitor_domain::desired::{
    Attachment, ContainerSpec, DesiredStack, NetworkMode, NetworkSpec, SpecHash,
};
use core_monitor_domain::desired::{PullPolicy, ServiceSpec};
use core_monitor_domain::ids::{ContainerId, ImageId, InstanceId, NetworkId, Slot};
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, ObservedContainer,
    ObservedEndpoint, ObservedImage, ObservedNetwork, Occupant, RunEnding,
};
use core_monitor_domain::ports::{LinkError, LogLink, LogStart, ObservationLink, OutputFeed, ProjectLink};
use core_monitor_domain::running_project::{FoundContainer, FoundNetwork, ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::store::SimDatabase;

/// The worker's end of the link, without a project as if no worker ran.
pub(crate) struct FakeLink {
    database: SimDatabase,
    instance: InstanceId,
    project: Mutex<Option<RunningProject>>,
    refreshes: Mutex<bool>,
    engine_answers: Mutex<bool>,
}

impl FakeLink {
    pub(crate) fn new(database: SimDatabase, instance: InstanceId) -> Self {
        Self {
            database,
            instance,
            project: Mutex::new(None),
            refreshes: Mutex::new(true),
            engine_answers: Mutex::new(true),
        }
    }

    pub(crate) fn run(&self, project: RunningProject) {
        *self.project.lock().unwrap_or_else(PoisonError::into_inner) = Some(project);
    }

    pub(crate) fn forget_refresh(&self) {
        *self.refreshes.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    pub(crate) fn lose_engine(&self) {
        *self.engine_answers.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    async fn project(&self) -> Result<RunningProject, LinkError> {
        if !*self.engine_answers.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(LinkError::Refused { message: "the engine does not answer".into() });
        }
        let project = self.project.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut project =
            project.ok_or_else(|| LinkError::WorkerAway { reason: "none runs in this test".into() })?;
        let adoptions = self.database.adoption_store().list().await.unwrap();
        project.summary.made_by = adoptions.first().map(|adoption| adoption.stack_id);
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
impl LogLink for FakeLink {
    async fn follow_logs(&self, _: &ContainerId, _: LogStart) -> Result<OutputFeed<LinkError>, LinkError> {
        Err(LinkError::WorkerAway { reason: "nothing follows output in these tests".into() })
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
    };
    Observation { host, containers: vec![container] }
}
