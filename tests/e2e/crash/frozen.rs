//! A worker that is frozen, as SIGSTOP or a machine under too much load does, is replaced when its lease has run out. When it
//! wakes up, it changes nothing.
//!
//! The ordinary run freezes at a sample of the writes, `EVERY_WRITE=1` at all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use super::definition;
use super::state::{difference, state};
use crate::harness::{Blow, Installation, Moment, Process, Proxy, Stack, Trap, poll, stopwatch};

const SOON: Duration = Duration::from_secs(30);
const LEASE: &str = "1s";
/// Two leases, and the second one's look at the engine before it goes on.
const REPLACED: Duration = Duration::from_secs(4);
const WAITS: &str = "another worker is running";

/// A worker with a line of its own to the engine, so that its writes can be told from the other's.
struct Worker {
    proxy: Proxy,
    process: Process,
}

impl Worker {
    fn times_waiting(&self) -> usize {
        self.process.log().lines().iter().filter(|line| line.contains(WAITS)).count()
    }

    /// Waits until it has said once more that another one is running.
    fn steps_back(&self, before: usize) {
        poll("it sees that it was replaced", SOON, || (self.times_waiting() > before).then_some(()));
    }
}

/// What there is of the stack, with what differs when a thing was made or started again.
fn snapshot(stack: &Stack) -> Value {
    let networks: Vec<_> = stack.networks().iter().map(|network| network["Id"].clone()).collect();
    let runs: BTreeMap<_, _> =
        stack.runs().into_iter().map(|(name, run)| (name, format!("{run:?}"))).collect();
    json!([state(stack), runs, networks])
}

#[test]
fn a_frozen_worker_is_replaced_and_changes_nothing_when_it_wakes_up() {
    let proxies = [Proxy::start(), Proxy::start()];
    let (first, second) = (proxies[0].address(), proxies[1].address());
    let settings = [
        ("DOCKER_HOST", first.as_str()),
        ("CORE_MONITOR_STABLE_FOR", "100ms"),
        ("CORE_MONITOR_LEASE_TTL", LEASE),
        // One write at a time: the frozen one has no other under way.
        ("CORE_MONITOR_PARALLELISM", "1"),
    ];
    let mut installation = Installation::with(&settings);
    let process = installation.worker.take().unwrap();
    let [proxy, other] = proxies;
    let mut works = Worker { proxy, process };
    let mut waits = Worker { proxy: other, process: installation.spawn_worker_at(&second) };
    waits.steps_back(0);

    let stack = installation.create("frozen", &definition(1));
    stack.apply(1).done();
    stack.save(&definition(2));
    let mut expected = [Value::Null, Value::Null];
    let mut writes = [0, 0];
    for (way, version) in [2, 1].into_iter().enumerate() {
        works.proxy.take_writes();
        stack.apply(version).done();
        writes[way] = works.proxy.take_writes().len();
        expected[way] = state(&stack);
    }

    let (mut longest, mut points) = (Duration::ZERO, 0);
    for (write, way) in sample(writes) {
        points += 1;
        let (before, pid) = (works.times_waiting(), works.process.pid());
        works.proxy.arm(Trap { blow: Blow::Freeze(pid), write, moment: Moment::After });
        let command = stack.begin_apply([2, 1][way]);
        let at = works.proxy.sprung_within(SOON).expect("the write it is frozen at");
        let ((), took) = stopwatch(|| {
            command.events().until("the other one goes on", |event| event.kind == "ADOPTED");
        });
        assert!(took < REPLACED, "replaced after {took:?}, frozen at {at}");
        longest = longest.max(took);
        let ended = command.ended().done();
        assert_eq!(ended.body["attempt"], 2, "frozen at {at}");
        assert_eq!(difference(&expected[way], &state(&stack)), [""; 0], "frozen at {at}");

        let (left, intents) = (snapshot(&stack), ended.intents());
        works.proxy.take_writes();
        kill_process(pid, Signal::CONT).unwrap();
        works.steps_back(before);
        assert_eq!(works.proxy.take_writes(), [""; 0], "what it wrote after it was frozen at {at}");
        assert_eq!(snapshot(&stack), left, "after it was frozen at {at}");
        assert_eq!(ended.intents(), intents, "its journal, frozen at {at}");
        assert_eq!(ended.now().body, ended.body, "frozen at {at}");
        // It waits for its turn, which comes with the next point.
        std::mem::swap(&mut works, &mut waits);
    }
    eprintln!("frozen: {points} of {} points, replaced after {longest:?} at most", writes[0] + writes[1]);
}

/// Writes of the way to version 2 and of the way back, in turns.
fn sample(writes: [usize; 2]) -> Vec<(usize, usize)> {
    if super::every_write() {
        let pairs = (1..=writes[0].max(writes[1])).flat_map(|write| [(write, 0), (write, 1)]);
        // Where one way is shorter, its last write has another turn, so that the ways stay in turns.
        return pairs.map(|(write, way)| (write.min(writes[way]), way)).collect();
    }
    vec![(2, 0), (writes[1] / 2, 1), (writes[0] - 1, 0)]
}
