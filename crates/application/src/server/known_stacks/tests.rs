use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandKind, CommandStatus, OnFailure};
use core_monitor_domain::ids::{InstanceId, Seq, VersionNumber};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{
    ApiVersion, EngineFacts, Observation, ObservedVolume, Occupant, RunEnding,
};
use core_monitor_domain::ports::StackFilter;
use core_monitor_domain::stack_version::Source;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use uuid::Uuid;

use super::*;
use crate::server::{CreateStack, Form, Server, untouchable_ports};

const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));

fn ports(database: &SimDatabase) -> ServerPorts {
    ServerPorts {
        stacks: database.stack_store(),
        secrets: database.secret_store(),
        policies: database.policy_store(),
        adoptions: database.adoption_store(),
        observations: database.observation_store(),
        marks: database.change_marks(),
        vault: Arc::new(SimVault::new("key")),
        ids: Arc::new(SeededIdSource::new(1)),
        clock: Arc::new(ManualClock::new()),
        ..untouchable_ports(INSTANCE)
    }
}

async fn create(server: &Server, name: &str) {
    let request = CreateStack {
        name: Some(name.to_owned()),
        on_failure: OnFailure::Hold,
        form: Form::Text,
        source: Source::single("compose.yaml", "services:\n  web:\n    image: app:1\n"),
        comment: String::new(),
        idempotency: None,
    };
    server.create_stack(&Actor::from_stored("ann"), request).await.unwrap();
}

/// A stack that is saved and not applied, and what was judged of it.
struct World {
    database: SimDatabase,
    ports: ServerPorts,
    known: KnownStacks,
    stack: Stack,
    host: HostObservation,
}

impl World {
    async fn new() -> Self {
        let database = SimDatabase::new();
        create(&Server::new(ports(&database)), "shop").await;
        let filter = StackFilter { limit: 1, ..StackFilter::default() };
        let stack = database.stack_store().list(&filter).await.unwrap().items.remove(0);
        let engine = EngineFacts {
            id: "engine".to_owned(),
            version: "20.10.24".to_owned(),
            api: ApiVersion { major: 1, minor: 41 },
            os: "linux".to_owned(),
            arch: "amd64".to_owned(),
        };
        let host = HostObservation::empty(Timestamp::beginning(), engine);
        let world = Self { ports: ports(&database), database, known: KnownStacks::default(), stack, host };
        world.observe(world.host.clone(), Vec::new()).await;
        world
    }

    async fn observe(&self, host: HostObservation, containers: Vec<ObservedContainer>) {
        self.database.observation_store().save(&Observation { host, containers }).await.unwrap();
    }

    /// Whether what was judged before still holds. Judges the stack in either case, under these open commands.
    async fn holds(&self, stack: &Stack, open: &OpenCommands) -> bool {
        let look = self.known.look(&self.ports).await.unwrap();
        let found = self.known.find(&look, stack, open);
        let open = OpenOf::from([(stack.id, open.clone())]);
        self.known.judge_all(&self.ports, &look, std::slice::from_ref(stack), &open).await.unwrap();
        found.is_some()
    }
}

fn container(stack: StackId, network_mode: &str) -> ObservedContainer {
    let ours = [
        (labels::INSTANCE, INSTANCE.to_string()),
        (labels::STACK, stack.to_string()),
        (labels::SERVICE, "web".to_owned()),
        (labels::SLOT, "1".to_owned()),
    ];
    ObservedContainer {
        id: "c1".into(),
        name: "shop-web-1".to_owned(),
        labels: ours.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        image: "app:1".to_owned(),
        image_id: "sha256:0a".into(),
        state: ContainerState::Exited { code: 3 },
        health: None,
        created_at: None,
        started_at: None,
        finished_at: Some(Timestamp::beginning()),
        ending: RunEnding::ByItself,
        restart_count: 0,
        error: String::new(),
        networks: BTreeMap::new(),
        network_mode: network_mode.to_owned(),
        pid_mode: String::new(),
        ipc_mode: "private".to_owned(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    }
}

fn occupied(host: &HostObservation) -> HostObservation {
    let occupant = Occupant {
        id: "other".into(),
        name: "other".to_owned(),
        image: "app:1".to_owned(),
        owner: None,
        ours: false,
        component: false,
        up: true,
        started_at: None,
        shares_network_of: None,
        networks: Vec::new(),
        ports: Vec::new(),
    };
    HostObservation { occupants: vec![occupant], ..host.clone() }
}

#[tokio::test]
async fn a_stack_is_judged_again_when_something_about_it_has_changed() {
    let world = World::new().await;
    let (stack, none) = (&world.stack, OpenCommands::new());
    assert!(!world.holds(stack, &none).await, "it was never judged");
    assert!(world.holds(stack, &none).await);
    world
        .observe(HostObservation { taken_at: world.ports.clock.now(), ..world.host.clone() }, Vec::new())
        .await;
    assert!(world.holds(stack, &none).await, "only the time differs");
    assert!(!world.holds(&Stack { latest_version: VersionNumber(2), ..stack.clone() }, &none).await);
    let failed = OpenCommand {
        seq: Seq(2),
        stack_id: stack.id,
        kind: CommandKind::Apply,
        status: CommandStatus::Failed,
    };
    assert!(!world.holds(stack, &vec![failed]).await);
    assert!(!world.holds(stack, &none).await, "the command is gone");
    world.observe(world.host.clone(), vec![container(stack.id, "none")]).await;
    assert!(!world.holds(stack, &none).await, "it has a container");
    let volume = ObservedVolume {
        name: "data".to_owned(),
        driver: "local".to_owned(),
        options: BTreeMap::new(),
        labels: BTreeMap::new(),
        anonymous_of: None,
    };
    let host = HostObservation { volumes: vec![volume], ..world.host.clone() };
    world.observe(host, vec![container(stack.id, "none")]).await;
    assert!(!world.holds(stack, &none).await, "the host has a volume more");
    world.known.forget_others(&BTreeSet::new());
    assert!(!world.holds(stack, &none).await, "it was forgotten");
}

#[tokio::test]
async fn the_containers_of_others_count_only_where_they_matter() {
    let world = World::new().await;
    let none = OpenCommands::new();
    // Nothing is applied: nobody knows whether it drifts, so everything counts.
    assert!(!world.holds(&world.stack, &none).await);
    world.observe(occupied(&world.host), Vec::new()).await;
    assert!(!world.holds(&world.stack, &none).await);
    let hosts = [world.host.clone(), occupied(&world.host)];
    for ((mode, holds), host) in [("shop_default", true), ("container:other", false)].into_iter().zip(hosts) {
        // As if it were found to be as its version says.
        {
            let mut known = world.known.known();
            let (whole, objects) = known.host.as_ref().map(|host| (host.whole, host.objects)).unwrap();
            let entry = known.stacks.get_mut(&world.stack.id).unwrap();
            entry.is_sensitive = shares_namespaces(&container(world.stack.id, mode));
            entry.host = if entry.is_sensitive { whole } else { objects };
        }
        world.observe(host, Vec::new()).await;
        let look = world.known.look(&world.ports).await.unwrap();
        assert_eq!(world.known.find(&look, &world.stack, &none).is_some(), holds, "{mode}");
    }
}

#[tokio::test]
async fn more_stacks_than_are_planned_at_once_keep_their_order() {
    let world = World::new().await;
    let ids = Arc::new(SeededIdSource::new(2));
    let server = Server::new(ServerPorts { ids, ..ports(&world.database) });
    for number in 0..=AT_ONCE {
        create(&server, &format!("many-{number:03}")).await;
    }
    let filter = StackFilter { limit: 1_000, ..StackFilter::default() };
    let stacks = world.database.stack_store().list(&filter).await.unwrap().items;
    world.observe(world.host.clone(), vec![container(stacks[AT_ONCE].id, "none")]).await;
    let look = world.known.look(&world.ports).await.unwrap();
    let judged = async |stacks: &[Stack]| {
        let judged = world.known.judge_all(&world.ports, &look, stacks, &OpenOf::new()).await.unwrap();
        judged.iter().map(|judged| judged.state).collect::<Vec<_>>()
    };
    assert_eq!(judged(&stacks[1..3]).await, [StackState::NotApplied; 2]);
    let mut expected = vec![StackState::NotApplied; stacks.len()];
    expected[AT_ONCE] = StackState::Degraded;
    assert_eq!(judged(&stacks).await, expected, "beside those that are known");
    assert_eq!(judged(&stacks).await, expected, "now all are");
}

#[tokio::test]
async fn what_is_wrong_with_a_service_is_kept() {
    let world = World::new().await;
    world.observe(world.host.clone(), vec![container(world.stack.id, "none")]).await;
    let look = world.known.look(&world.ports).await.unwrap();
    let stacks = std::slice::from_ref(&world.stack);
    let judged = world.known.judge_all(&world.ports, &look, stacks, &OpenOf::new()).await.unwrap().remove(0);
    assert_eq!((judged.state, judged.drift), (StackState::Degraded, None));
    let expected = ServiceFacts {
        name: "web".to_owned(),
        trouble: ServiceTrouble::Failed,
        status: "Exited (3)".to_owned(),
        since: Some(Timestamp::beginning()),
    };
    assert_eq!(judged.troubles, [expected]);
}
