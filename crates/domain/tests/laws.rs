//! Laws of the planner, for random definitions and for worlds that were interrupted at random points.
#![expect(clippy::unwrap_used, reason = "a test: a panic is its failure")]

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::Project;
use core_monitor_domain::command::Readiness;
use core_monitor_domain::desired::{BuildFiles, DesiredError, DesiredStack, NetworkMode};
use core_monitor_domain::ids::{CommandId, InstanceId, NetworkId, Slot, StackId};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, Occupant,
};
use core_monitor_domain::plan::{ConfirmedPlan, OwnObjects, Plan, PlanKey};
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::projection::Projection;
use core_monitor_domain::time::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

#[path = "laws/random.rs"]
mod random;

use random::{case, is_plannable, project};

/// More than any definition of this size needs. A plan that is not empty by then makes no progress.
const ROUNDS: usize = 8;

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
        started_at: None,
        shares_network_of: None,
        networks: vec!["bridge".into()],
        ports: Vec::new(),
    };
    let mut host = HostObservation::empty(Timestamp::from_millis(0).unwrap(), engine);
    host.occupants.push(stranger);
    Observation { host, containers: Vec::new() }
}

fn make_plan(desired: &DesiredStack, world: &Projection, readiness: Readiness) -> Plan {
    make_plan_for(None, desired, world, readiness)
}

fn make_plan_for(
    command: Option<CommandId>,
    desired: &DesiredStack,
    world: &Projection,
    readiness: Readiness,
) -> Plan {
    let pins = BTreeMap::new();
    plan(&PlanningInput {
        objective: Objective::Converge {
            desired,
            previous: None,
            pins: &pins,
            readiness,
            recreate: &BTreeSet::new(),
            only: None,
        },
        observed: &world.observation,
        provenance: &Provenance { command, ..provenance() },
        facts: &world.facts,
        rules: &Rules::Everything,
    })
}

fn converge(desired: &DesiredStack, world: &mut Projection) -> Result<(), TestCaseError> {
    let mut history = Vec::new();
    for _ in 0..ROUNDS {
        let next = make_plan(desired, world, Readiness::Ready);
        if next.is_empty() {
            return Ok(());
        }
        prop_assert!(next.blockers.is_empty(), "{next}");
        check_order(&next)?;
        history.push(next.to_string());
        world.apply(&next, |_| true);
    }
    Err(TestCaseError::fail(format!("no end in sight:\n{}", history.join("--\n"))))
}

/// Steps only refer to earlier ones, so there is always one that can run.
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

/// Manual changes on a host. `bits` decides what happens to which object.
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
        // The engine removes a network only if its containers are not running.
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

    /// After two interruptions at random points, on the way to two definitions, and after manual changes, planning
    /// again always converges, and then nothing is left to do.
    #[test]
    fn planning_again_always_converges(
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
            // Another command: the facts of the previous one are gone.
            world.facts = Facts::default();
        }
        meddle(&mut world, &mut meddling.into_iter());
        converge(&after, &mut world)?;
        check_world(&after, &world)?;
    }

    /// However much of a confirmed plan was done when a command was interrupted, the rest belongs to the plan. The
    /// steps have other numbers by then, and new objects have ids.
    #[test]
    fn the_rest_of_a_confirmed_plan_belongs_to_it(
        first in case().prop_filter("conflicts", is_plannable),
        second in case().prop_filter("conflicts", is_plannable),
        cuts in prop::collection::vec(prop::bool::weighted(0.8), 64),
    ) {
        let mut world = Projection::new(empty_world(ApiVersion { major: 1, minor: 41 }));
        converge(&desired(&project(&first)).unwrap(), &mut world)?;
        world.facts = Facts::default();
        let wanted = desired(&project(&second)).unwrap();
        let shown = make_plan(&wanted, &world, Readiness::Ready);
        let key = PlanKey::new([7; 32]);
        let confirmed = ConfirmedPlan::new(&shown.record(&key), key);

        let command = CommandId(Uuid::from_u128(9));
        prop_assert!(confirmed.is(&make_plan_for(Some(command), &wanted, &world, Readiness::Ready)));
        let mut cut = cuts.iter().cycle();
        for round in 0..ROUNDS {
            let next = make_plan_for(Some(command), &wanted, &world, Readiness::Ready);
            let made = OwnObjects::by(command, &world.observation);
            for step in &next.steps {
                prop_assert!(confirmed.contains(step, &made), "round {round}: {step}\nis not in\n{shown}");
            }
            world.apply(&next, |_| *cut.next().unwrap());
        }
    }

    /// An interrupted command that is resumed runs every hook of the containers it started, and copies every file.
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
        let one = format!("{:?}", make_plan(&desired, &world, Readiness::Ready));
        let two = format!("{:?}", make_plan(&desired, &world.clone(), Readiness::Ready));
        prop_assert_eq!(one, two);
    }

    /// A change that replaces containers never leaves an anonymous volume behind.
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
