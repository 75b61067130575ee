//! Every order of events at two doors that share a third: people who come and leave, times that end, the queue and the worker
//! going on step by step, and looks that are late.
//!
//! The invariants are asserted in every state; a state is over when nothing can happen in it any more.

use std::hash::{Hash, Hasher};

use stateright::{Checker, Model, Property};

use super::invariants;
use super::world::World;
use crate::on_demand::house::*;

const SHOP: &str = "  a: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 60s, min-up: 0s}}}\n  \
                    b: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 60s, min-up: 0s}}}\n  \
                    db: {image: a}\n";
const DOORS: [&str; 2] = ["shop/a", "shop/b"];

/// A world, and how much people and time will still do.
#[derive(Debug, Clone)]
struct State {
    world: World,
    visits: [u8; 2],
    idle: u8,
    /// A digest of all that.
    digest: u64,
}

impl State {
    fn of(world: World, visits: [u8; 2], idle: u8) -> Self {
        let mut state = Self { world, visits, idle, digest: 0 };
        state.digest = state.digested();
        state
    }

    fn digested(&self) -> u64 {
        let mut hasher = std::hash::DefaultHasher::new();
        self.told_apart().hash(&mut hasher);
        hasher.finish()
    }

    /// What tells one state from another: everything that is compared later.
    fn told_apart(&self) -> String {
        let world = &self.world;
        let units: Vec<_> = world
            .house
            .units()
            .map(|(_, unit)| (&unit.stage, unit.failures, unit.knocked_at.is_some()))
            .collect();
        let people: Vec<_> = world
            .doors
            .all
            .values()
            .map(|entrance| (entrance.waiting, entrance.last_used, &entrance.life))
            .collect();
        let power: Vec<_> = world.engine.containers.values().map(|container| container.power).collect();
        let text = format!(
            "{units:?}{people:?}{power:?}{:?}{:?}{:?}{:?}{}{:?}{:?}{:?}{:?}",
            world.house.looks,
            world.house.untold,
            world.reading(),
            world.answers,
            world.queue.in_words(&world.asked_for()),
            world.elapsed,
            self.visits,
            self.idle,
            world.probes,
        );
        renumbered(&text)
    }

    /// Nothing is under way, and nobody will come.
    fn is_quiet(&self) -> bool {
        let world = &self.world;
        self.visits == [0, 0]
            && self.idle == 0
            && world.answers.is_empty()
            && world.reading().is_empty()
            && world.probes.is_empty()
            && !world.engine.is_stopping()
            && world.ids().iter().all(|stack| world.queue.open(*stack).next().is_none())
    }
}

/// The numbers of starts, tickets and commands are only ever compared with each other: it does not matter which they are.
fn renumbered(text: &str) -> String {
    let mut names: Vec<(&str, &str)> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) = ["start: ", "icket(", "icket: ", "CommandId("]
        .iter()
        .filter_map(|mark| Some((rest.find(mark)?, *mark)))
        .min()
    {
        let (before, after) = rest.split_at(at + mark.len());
        let end = after.find([',', ')', ' ', '}']).unwrap_or(after.len());
        let (number, after) = after.split_at(end);
        // Each kind has numbers of its own.
        let name = (&mark[..1], number);
        let place = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        assert!(!number.is_empty());
        out.push_str(before);
        out.push_str(&place.to_string());
        rest = after;
    }
    out + rest
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Visit(usize),
    Leave(usize),
    IdleTimeEnds,
    EngineEndsWhatIsStopping,
    Work,
    Answer,
    ReadCommands,
    ReadContainers,
    Probe(usize),
}

/// Where it begins, how many will come to each door, and how often the idle time ends.
struct Shop {
    awake: bool,
    visits: [u8; 2],
    idle: u8,
}

impl Shop {
    fn take(state: &mut State, step: Step) {
        let world = &mut state.world;
        let stack = world.ids()[0];
        match step {
            Step::Visit(at) => {
                state.visits[at] -= 1;
                world.visit(DOORS[at]);
            }
            Step::Leave(at) => {
                let (door, now) = (world.door(DOORS[at]), world.elapsed);
                world.doors.leave(&door, now);
            }
            Step::IdleTimeEnds => {
                state.idle -= 1;
                world.elapsed += Duration::from_mins(1);
                world.tell(Event::Tick);
            }
            Step::EngineEndsWhatIsStopping => world.engine.end_what_is_stopping(),
            Step::Work => world.work(),
            Step::Answer => world.answer_queue(),
            Step::ReadCommands => world.read_commands(stack),
            Step::ReadContainers => world.read_containers(stack),
            Step::Probe(at) => {
                let door = world.keys()[at].clone();
                world.probe(&door);
            }
        }
    }
}

impl Model for Shop {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let mut world = World::new(&[("shop", SHOP)]);
        for container in world.engine.containers.values_mut() {
            container.boots_in = Some(Duration::ZERO);
            container.stops_in = Duration::from_hours(1);
        }
        if self.awake {
            for path in DOORS {
                world.visit(path);
            }
            world.run_coarsely(Duration::from_secs(4));
        }
        vec![State::of(world, self.visits, self.idle)]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        let world = &state.world;
        for (at, path) in DOORS.into_iter().enumerate() {
            if state.visits[at] > 0 {
                steps.push(Step::Visit(at));
            }
            if world.doors.inside(&world.door(path)) > 0 {
                steps.push(Step::Leave(at));
            }
        }
        if state.idle > 0 {
            steps.push(Step::IdleTimeEnds);
        }
        if world.engine.is_stopping() {
            steps.push(Step::EngineEndsWhatIsStopping);
        }
        if world.ids().iter().any(|stack| world.queue.open(*stack).next().is_some()) {
            steps.push(Step::Work);
        }
        if !world.answers.is_empty() {
            steps.push(Step::Answer);
        }
        // A look that has begun is finished before the next one.
        if world.reading().is_empty() {
            steps.push(Step::ReadCommands);
        } else {
            steps.push(Step::ReadContainers);
        }
        steps.extend((0..2).filter(|at| world.probes.contains_key(&world.keys()[*at])).map(Step::Probe));
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = state.clone();
        Self::take(&mut next, step);
        next.digest = next.digested();
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        if !self.awake {
            return vec![
                goes_on(),
                Property::sometimes("both are open", |_, state: &State| {
                    DOORS.iter().all(|path| state.world.doors.is_open(&state.world.door(path)))
                }),
            ];
        }
        vec![
            goes_on(),
            Property::sometimes("what they share is stopped", |_, state: &State| {
                state.world.engine.stopped == 3
            }),
            Property::sometimes("somebody comes during the stop", |_, state: &State| {
                state.world.doors.all.values().any(|entrance| entrance.waiting > 0)
                    && state.world.engine.is_stopping()
            }),
        ]
    }
}

/// When nobody comes any more, everybody who did is let in, and everything sleeps once they have left.
fn goes_on() -> Property<Shop> {
    Property::always("it goes on", |_, state: &State| {
        if !state.is_quiet() {
            return true;
        }
        let mut world = state.world.clone();
        for container in world.engine.containers.values_mut() {
            container.stops_in = Duration::from_secs(1);
        }
        world.seconds(4);
        let let_in = world.doors.all.values().all(|entrance| entrance.waiting == 0);
        world.all_leave();
        world.run_coarsely(Duration::from_secs(70));
        invariants::asleep(&world);
        let_in && !world.is_up("shop/db")
    })
}

/// How many states there are. It fails if that is not all of them.
fn all_states(shop: Shop) -> usize {
    let checker = shop.checker().target_state_count(MOST).spawn_bfs().join();
    let states = checker.unique_state_count();
    assert!(checker.state_count() < MOST, "these are not all: {states} states");
    checker.assert_properties();
    states
}

/// More than are looked at.
const MOST: usize = 400_000;

#[test]
fn in_every_order_of_events_two_services_with_a_shared_dependency_wake() {
    let states = all_states(Shop { awake: false, visits: [1, 1], idle: 0 });
    assert!(states > 5_000, "{states} states");
}

#[test]
fn in_every_order_of_events_nobody_is_let_in_after_the_stop_and_whoever_comes_then_is_served() {
    let states = all_states(Shop { awake: true, visits: [1, 0], idle: 1 });
    assert!(states > 10_000, "{states} states");
}
