//! Laws of the planner, over random definitions and worlds that were left half-way at random places.
#![expect(clippy::unwrap_used, reason = "a test: a panic is its failure")]

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::Project;
use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack, NetworkMode};
use core_monitor_domain::effect::Projection;
use core_monitor_domain::ids::{InstanceId, NetworkId, Slot, StackId};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, Occupant,
};
use core_monitor_domain::plan::Plan;
use core_monitor_domain::planner::{Facts, Intent, PlanningInput, plan};
use core_monitor_domain::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// More than any definition of this size needs. A plan that is not empty by then goes round in circles.
const ROUNDS: usize = 8;

#[derive(Debug, Clone)]
struct ServiceCase {
    image: u8,
    replicas: u32,
    environment: u8,
    networks: [bool; 2],
    volume: bool,
    anonymous: bool,
    job: bool,
    /// Per earlier service: nothing, started, healthy, completed, started with restart.
    needs: Vec<u8>,
    shares_network_of_first: bool,
    renamed: bool,
    /// A config with a content of its own, and hooks.
    extras: bool,
    /// Built from one of these definitions instead of fetched.
    build: Option<u8>,
}

#[derive(Debug, Clone)]
struct Case {
    services: Vec<Option<ServiceCase>>,
    internal: [bool; 2],
}

fn service_case() -> impl Strategy<Value = ServiceCase> {
    (
        (0..3u8, 0..3u32, 0..3u8, any::<[bool; 2]>()),
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)),
        prop::collection::vec(0..6u8, 4),
        (
            prop::bool::weighted(0.4),
            prop::bool::weighted(0.15),
            prop::bool::weighted(0.3),
            prop::option::weighted(0.3, 0..3u8),
        ),
    )
        .prop_map(
            |((image, replicas, environment, networks), (volume, anonymous, job), needs, others)| {
                let (shares, renamed, extras, build) = others;
                ServiceCase {
                    image,
                    replicas,
                    environment,
                    networks,
                    volume,
                    anonymous,
                    job,
                    needs,
                    shares_network_of_first: shares,
                    renamed,
                    extras,
                    build,
                }
            },
        )
}

fn case() -> impl Strategy<Value = Case> {
    (prop::collection::vec(prop::option::weighted(0.8, service_case()), 4), any::<[bool; 2]>())
        .prop_map(|(services, internal)| Case { services, internal })
}

/// The case as the loader would hand it over.
fn project(case: &Case) -> Project {
    let mut services = serde_json::Map::new();
    for (index, service) in case.services.iter().enumerate() {
        if let Some(service) = service {
            services.insert(format!("s{index}"), service_json(case, index, service));
        }
    }
    serde_json::from_value(json!({
        "name": "law",
        "services": services,
        "networks": {
            "n0": { "name": "law_n0", "internal": case.internal[0] },
            "n1": { "name": "law_n1", "internal": case.internal[1] },
        },
        "volumes": { "data": { "name": "law_data" } },
        "configs": { "page": { "name": "law_page", "content": "hello" } },
    }))
    .unwrap()
}

fn service_json(case: &Case, index: usize, service: &ServiceCase) -> Value {
    let mut depends_on = serde_json::Map::new();
    for (earlier, need) in service.needs.iter().enumerate().take(index) {
        let Some(Some(other)) = case.services.get(earlier) else { continue };
        let condition = match need {
            1 | 4 => "service_started",
            2 if !other.job => "service_healthy",
            3 if other.job => "service_completed_successfully",
            _ => continue,
        };
        depends_on.insert(
            format!("s{earlier}"),
            json!({ "condition": condition, "restart": *need == 4, "required": true }),
        );
    }
    let mut networks = serde_json::Map::new();
    for (n, member) in service.networks.iter().enumerate() {
        if *member {
            networks.insert(format!("n{n}"), Value::Null);
        }
    }
    let mut json = json!({
        "image": format!("app:{}", service.image),
        "scale": service.replicas,
        "environment": { "E": service.environment.to_string() },
        "volumes": [],
    });
    if service.job {
        json["restart"] = "no".into();
    } else {
        json["restart"] = "always".into();
        json["healthcheck"] = json!({ "test": ["CMD", "true"] });
    }
    if service.volume {
        json["volumes"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "type": "volume", "source": "data", "target": "/d" }));
    }
    if service.anonymous {
        json["volumes"].as_array_mut().unwrap().push(json!({ "type": "volume", "target": "/anonymous" }));
    }
    if let Some(generation) = service.build {
        // A name of its own: two builds of one name are refused.
        json["image"] = format!("built:{index}").into();
        json["build"] = json!({ "context": "/law", "dockerfile_inline": format!("FROM base:{generation}") });
    }
    if service.extras {
        json["configs"] = json!([{ "source": "page" }]);
        json["post_start"] = json!([{ "command": ["one"] }, { "command": ["two"] }]);
        json["pre_stop"] = json!([{ "command": ["flush"] }]);
    }
    if service.renamed && service.replicas == 1 {
        json["container_name"] = format!("chosen{}", service.environment).into();
    }
    if service.replicas == 1 {
        json["ports"] = json!([{ "target": 80, "published": (8000 + index + usize::from(service.environment)).to_string(), "protocol": "tcp", "mode": "ingress" }]);
    }
    let first = case.services.first().and_then(Option::as_ref);
    if index > 0 && service.shares_network_of_first && first.is_some_and(|first| first.replicas > 0) {
        json["network_mode"] = "service:s0".into();
        json.as_object_mut().unwrap().remove("ports");
        depends_on
            .entry("s0")
            .or_insert(json!({ "condition": "service_started", "restart": true, "required": true }));
    } else {
        json["networks"] = networks.into();
    }
    json["depends_on"] = depends_on.into();
    json
}

/// Two services that want one port or one name are refused on purpose; such cases say nothing here.
fn is_plannable(case: &Case) -> bool {
    let single = |service: &&ServiceCase| service.replicas == 1;
    let mut ports = BTreeSet::new();
    let mut names = BTreeSet::new();
    case.services
        .iter()
        .enumerate()
        .filter_map(|(i, s)| Some((i, s.as_ref()?)))
        .filter(|(_, s)| single(s))
        .all(|(index, service)| {
            let port = ports.insert(index + usize::from(service.environment));
            let name = !service.renamed || names.insert(service.environment);
            port && name
        })
}

fn desired(project: &Project) -> Result<DesiredStack, DesiredError> {
    DesiredStack::with_files(project, &BuildFiles::new("law", Vec::new()))
}

fn provenance() -> Provenance {
    Provenance {
        instance: InstanceId(Uuid::from_u128(1)),
        stack_id: StackId(Uuid::from_u128(2)),
        stack: "law".parse().unwrap(),
        version: None,
        command: None,
        epoch: None,
        predecessors: BTreeSet::new(),
    }
}

fn empty_world(api: ApiVersion) -> Observation {
    let engine =
        EngineFacts { id: "e".into(), version: "x".into(), api, os: "linux".into(), arch: "amd64".into() };
    let stranger = Occupant {
        id: "f00d".into(),
        name: "stranger".into(),
        image: "other".into(),
        owner: None,
        ours: false,
        component: false,
        up: true,
        networks: vec!["bridge".into()],
        ports: Vec::new(),
    };
    let mut host = HostObservation::empty(Timestamp::from_millis(0).unwrap(), engine);
    host.occupants.push(stranger);
    Observation { host, containers: Vec::new() }
}

fn make_plan(desired: &DesiredStack, world: &Projection, readiness: Readiness) -> Plan {
    let pins = BTreeMap::new();
    plan(&PlanningInput {
        intent: Intent::Converge { desired, previous: None, pins: &pins, readiness },
        observed: &world.observation,
        provenance: &provenance(),
        facts: &world.facts,
    })
}

fn converge(desired: &DesiredStack, world: &mut Projection) -> Result<(), TestCaseError> {
    let mut history = Vec::new();
    for _ in 0..ROUNDS {
        let next = make_plan(desired, world, Readiness::Ready);
        if next.is_empty() {
            return Ok(());
        }
        prop_assert!(next.problems.is_empty(), "{next}");
        check_order(&next)?;
        history.push(next.to_string());
        world.apply(&next, |_| true);
    }
    Err(TestCaseError::fail(format!("no end in sight:\n{}", history.join("--\n"))))
}

/// Steps only come after earlier ones, so there is always one that can be done.
fn check_order(plan: &Plan) -> Result<(), TestCaseError> {
    for step in &plan.steps {
        prop_assert!(step.after.iter().all(|before| *before < step.id), "step {} in\n{plan}", step.id);
    }
    Ok(())
}

/// What a person would check with `docker ps`: the right containers with the right names on the right networks.
fn check_world(desired: &DesiredStack, world: &Projection) -> Result<(), TestCaseError> {
    let containers = &world.observation.containers;
    let wanted: u32 = desired.services.iter().map(|service| service.replicas).sum();
    prop_assert_eq!(containers.len(), wanted as usize);
    for service in &desired.services {
        for slot in 1..=service.replicas {
            let name = service.container_name(&desired.name, Slot(slot));
            let Some(container) = containers.iter().find(|container| container.name == name) else {
                return Err(TestCaseError::fail(format!("no container called {name}")));
            };
            prop_assert_eq!(container.spec(), Some(service.hash.clone()));
            let hooks = 0..u32::try_from(service.container.post_start.len()).unwrap();
            if world.facts.started.contains(&container.id) && container.state.is_up() {
                prop_assert!(
                    hooks.clone().all(|hook| world.facts.hooked.contains(&(container.id.clone(), hook))),
                    "a hook of {} was not run",
                    name
                );
            }
            prop_assert!(
                container.state.is_up() || service.is_job && container.succeeded(),
                "{} is down",
                name
            );
            if let NetworkMode::Service { service: parent } = &service.container.network_mode {
                let parent = desired.service(parent).unwrap().container_name(&desired.name, Slot(1));
                let parent = containers.iter().find(|container| container.name == parent).unwrap();
                prop_assert_eq!(&container.network_mode, &format!("container:{}", parent.id));
            }
            for attachment in service.container.network_mode.attachments() {
                let networks: Vec<_> = world.observation.host.networks_named(&attachment.network).collect();
                prop_assert_eq!(networks.len(), 1);
                let endpoint = container.networks.get(&attachment.network);
                prop_assert_eq!(endpoint.and_then(|e| e.network_id.as_ref()), Some(&networks[0].id));
            }
        }
    }
    prop_assert!(world.incomplete.is_empty(), "started without their files: {:?}", world.incomplete);
    prop_assert!(
        world.observation.host.occupants.iter().any(|o| o.name == "stranger"),
        "the stranger is gone"
    );
    Ok(())
}

/// What people do to a host by hand. `bits` decides what happens to whom.
fn meddle(world: &mut Projection, bits: &mut impl Iterator<Item = bool>) {
    let mut yes = || bits.next().unwrap_or(false) && bits.next().unwrap_or(false);
    let networks = &mut world.observation.host.networks;
    for (number, network) in networks.iter_mut().enumerate() {
        if yes() {
            network.id = NetworkId(format!("made-again-{number}"));
        }
    }
    networks.retain(|_| !yes());
    let left: BTreeSet<_> = networks.iter().map(|network| network.id.clone()).collect();
    world.observation.containers.retain(|_| !yes());
    for (number, container) in world.observation.containers.iter_mut().enumerate() {
        if yes() {
            container.name = format!("renamed-{number}");
        }
        // The engine lets a network go only from containers that do not run.
        let orphaned =
            container.networks.values().any(|e| e.network_id.as_ref().is_some_and(|id| !left.contains(id)));
        if orphaned || yes() {
            container.state = ContainerState::Exited { code: 137 };
            container.ports.clear();
        }
    }
    let ours: BTreeMap<_, _> =
        world.observation.containers.iter().map(|c| (c.id.clone(), c.clone())).collect();
    world.observation.host.occupants.retain(|occupant| !occupant.ours || ours.contains_key(&occupant.id));
    for occupant in world.observation.host.occupants.iter_mut().filter(|occupant| occupant.ours) {
        let container = &ours[&occupant.id];
        occupant.name.clone_from(&container.name);
        occupant.up = container.state.is_up();
        occupant.ports.clone_from(&container.ports);
    }
}

fn anonymous_volumes(world: &Projection) -> BTreeSet<String> {
    let mounts = world.observation.containers.iter().flat_map(|container| &container.mounts);
    mounts.filter(|mount| mount.is_anonymous_volume()).map(|mount| mount.name.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    /// Left half-way twice, at random places, on the way to two definitions, and meddled with by hand: planning again always gets there, and
    /// then there is nothing left to do.
    #[test]
    fn planning_again_always_arrives(
        first in case().prop_filter("conflicts", is_plannable),
        second in case().prop_filter("conflicts", is_plannable),
        cuts in prop::collection::vec(prop::bool::weighted(0.93), 64),
        meddling in prop::collection::vec(any::<bool>(), 64),
        modern in any::<bool>(),
    ) {
        let api = if modern { ApiVersion { major: 1, minor: 44 } } else { ApiVersion { major: 1, minor: 41 } };
        let mut world = Projection::new(empty_world(api));
        let before = desired(&project(&first)).unwrap();
        let after = desired(&project(&second)).unwrap();
        let mut cut = cuts.iter().cycle();
        for desired in [&before, &after] {
            let next = make_plan(desired, &world, Readiness::Ready);
            check_order(&next)?;
            world.apply(&next, |_| *cut.next().unwrap());
            // Another command: what the former one knew of its own doings is gone.
            world.facts = Facts::default();
        }
        meddle(&mut world, &mut meddling.into_iter());
        converge(&after, &mut world)?;
        check_world(&after, &world)?;
    }

    /// A command that is cut off and goes on runs every hook of what it has started, and puts every file in.
    #[test]
    fn an_interrupted_command_runs_every_hook(
        case in case().prop_filter("conflicts", is_plannable),
        cuts in prop::collection::vec(prop::bool::weighted(0.8), 64),
    ) {
        let mut world = Projection::new(empty_world(ApiVersion { major: 1, minor: 41 }));
        let desired = desired(&project(&case)).unwrap();
        let mut cut = cuts.iter().cycle();
        let first = make_plan(&desired, &world, Readiness::Ready);
        world.apply(&first, |_| *cut.next().unwrap());
        converge(&desired, &mut world)?;
        check_world(&desired, &world)?;
    }

    /// The same input gives the same bytes.
    #[test]
    fn a_plan_is_deterministic(case in case().prop_filter("conflicts", is_plannable)) {
        let world = Projection::new(empty_world(ApiVersion { major: 1, minor: 41 }));
        let desired = desired(&project(&case)).unwrap();
        let one = serde_json::to_string(&make_plan(&desired, &world, Readiness::Ready)).unwrap();
        let two = serde_json::to_string(&make_plan(&desired, &world.clone(), Readiness::Ready)).unwrap();
        prop_assert_eq!(one, two);
    }

    /// Changing everything that replaces containers never leaves an anonymous volume behind.
    #[test]
    fn anonymous_volumes_stay_with_their_slots(
        case in case().prop_filter("conflicts", is_plannable),
        cuts in prop::collection::vec(prop::bool::weighted(0.93), 32),
    ) {
        let mut world = Projection::new(empty_world(ApiVersion { major: 1, minor: 41 }));
        let before = desired(&project(&case)).unwrap();
        converge(&before, &mut world)?;
        let volumes = anonymous_volumes(&world);
        let mut changed = case;
        for service in changed.services.iter_mut().flatten() {
            service.image += 1;
        }
        let after = desired(&project(&changed)).unwrap();
        let mut cut = cuts.iter().cycle();
        world.facts = Facts::default();
        let next = make_plan(&after, &world, Readiness::Ready);
        world.apply(&next, |_| *cut.next().unwrap());
        world.facts = Facts::default();
        converge(&after, &mut world)?;
        prop_assert_eq!(anonymous_volumes(&world), volumes);
    }
}
