//! Whatever happens to three doors of two stacks, in whatever order.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};

use super::invariants;
use super::world::{World, Write};
use crate::on_demand::house::*;

const SHOP: &str = "  web: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 20s, min-up: 0s, start-timeout: 30s, needs: [shared/store]}}}\n  \
                    api: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 30s, min-up: 5s, start-timeout: 30s}}}\n  \
                    db: {image: a}\n";
const SHARED: &str = "  store: {image: a, x-core-monitor: {on-demand: {port: 80, idle-timeout: 10s, min-up: 0s, start-timeout: 30s}}}\n";
const DOORS: [&str; 3] = ["shop/web", "shop/api", "shared/store"];

/// Something that happens; the numbers say to which door or stack.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Visit(usize),
    Glance(usize),
    Leave(usize),
    GiveUp(usize),
    Retry(usize),
    PreWarm(usize),
    Pass(u64),
    Engine,
    Work,
    Answer,
    ReadCommands(usize),
    ReadContainers(usize),
    RepeatLook(usize),
    Probe(usize),
    Tick,
    DockerStop(usize),
    DockerStart(usize),
    Die(usize),
    Write(usize, bool),
    WakeFails,
    Refuses(bool),
    Unreachable(usize),
    Restart,
    Configure,
    Settle(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    use Happens::*;
    let door = || 0_usize..3;
    let stack = || 0_usize..2;
    prop_oneof![
        6 => door().prop_map(Visit),
        2 => door().prop_map(Glance),
        6 => door().prop_map(Leave),
        1 => door().prop_map(GiveUp),
        1 => door().prop_map(Retry),
        1 => door().prop_map(PreWarm),
        8 => prop_oneof![1_u64..50, 500_u64..3_000, 9_000_u64..31_000].prop_map(Pass),
        6 => Just(Engine),
        12 => Just(Work),
        8 => Just(Answer),
        8 => stack().prop_map(ReadCommands),
        8 => stack().prop_map(ReadContainers),
        2 => stack().prop_map(RepeatLook),
        6 => door().prop_map(Probe),
        6 => Just(Tick),
        1 => door().prop_map(DockerStop),
        1 => door().prop_map(DockerStart),
        1 => door().prop_map(Die),
        1 => (stack(), any::<bool>()).prop_map(|(stack, apply)| Write(stack, apply)),
        1 => Just(WakeFails),
        1 => any::<bool>().prop_map(Refuses),
        1 => door().prop_map(Unreachable),
        1 => Just(Restart),
        1 => Just(Configure),
        3 => (1_u64..8).prop_map(Settle),
    ]
}

fn happen(world: &mut World, what: Happens) {
    let door = |at: usize| world.door(DOORS[at]);
    let stack = |at: usize| world.ids()[at];
    match what {
        Happens::Visit(at) => {
            world.visit(DOORS[at]);
        }
        Happens::Glance(at) => world.glance(DOORS[at]),
        Happens::Leave(at) => {
            let (door, now) = (door(at), world.elapsed);
            world.doors.leave(&door, now);
        }
        Happens::GiveUp(at) => world.give_up(DOORS[at]),
        Happens::Retry(at) => world.retry(DOORS[at]),
        Happens::PreWarm(at) => world.tell(Event::PreWarm { door: door(at) }),
        Happens::Pass(millis) => world.elapsed += Duration::from_millis(millis),
        Happens::Engine => world.engine.pass(world.elapsed),
        Happens::Work => world.work(),
        Happens::Answer => world.answer_queue(),
        Happens::ReadCommands(at) => world.read_commands(stack(at)),
        Happens::ReadContainers(at) => world.read_containers(stack(at)),
        Happens::RepeatLook(at) => world.repeat_the_look(stack(at)),
        Happens::Probe(at) => world.probe(&door(at)),
        Happens::Tick => world.tell(Event::Tick),
        Happens::DockerStop(at) => world.docker_stop(DOORS[at]),
        Happens::DockerStart(at) => world.docker_start(DOORS[at]),
        Happens::Die(at) => {
            let door = door(at);
            world.engine.die(door.stack, &door.service, 1);
        }
        Happens::Write(at, apply) => {
            let stack = stack(at);
            world.queue.write(stack, if apply { Write::Apply } else { Write::Stop });
        }
        Happens::WakeFails => world.queue.wakes_fail = Some("no space left".to_owned()),
        Happens::Refuses(refuses) => world.refuses = refuses,
        Happens::Unreachable(at) => {
            let door = door(at);
            let life = world.doors.all.get(&door).and_then(|entrance| entrance.life.as_ref());
            if let Some(start) = life.map(|life| life.start) {
                let cause = PowerCause::request(door.service.clone(), "h", "/");
                world.tell(Event::Unreachable { door, start, cause });
            }
        }
        Happens::Restart => world.restart_the_gateway(),
        Happens::Configure => world.configure(),
        Happens::Settle(seconds) => world.seconds(seconds),
    }
}

#[test]
fn whatever_happens_no_transition_is_illegal_and_everything_goes_on_until_it_sleeps() {
    let config = Config {
        cases: 400,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(7),
        max_shrink_iters: 4_000,
        ..Config::default()
    };
    let fresh = World::new(&[("shop", SHOP), ("shared", SHARED)]);
    proptest!(config, |(all in prop::collection::vec(happens(), 1..120))| {
        let mut world = fresh.clone();
        for what in all {
            happen(&mut world, what);
        }
        // The invariants are asserted at every step. From here on nothing goes wrong any more.
        world.refuses = false;
        world.queue.wakes_fail = None;
        world.run_coarsely(Duration::from_secs(310));
        invariants::settled(&world);
        for path in DOORS {
            world.visit(path);
        }
        world.run_coarsely(Duration::from_mins(1));
        invariants::settled(&world);
        prop_assert_eq!(world.stands(), "api awake, web awake, store awake");
        world.all_leave();
        world.run_coarsely(Duration::from_secs(130));
        invariants::asleep(&world);
    });
}
