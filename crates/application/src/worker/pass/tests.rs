use std::collections::BTreeSet;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{FailureCode, Readiness};
use core_monitor_domain::desired::{ContainerSpec, DesiredStack, Port, Protocol};
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::{ContainerId, InstanceId, NetworkId};
use core_monitor_domain::journal::Memory;
use core_monitor_domain::observation::{ContainerState, Health, Observation, ObservedContainer};
use core_monitor_domain::plan::{Cause, NetworkTarget, Target};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::{
    Clock as _, ContainerEngine, EngineChanges, EngineReader, LastCheck, LogLine, ProgressSink,
};
use core_monitor_domain::secret_variable::OpenedSecrets;
use core_monitor_domain::time::Timestamp;

use super::*;
use crate::worker::fixture::{self, Bench};
use crate::worker::goal::GoalKind;

/// An engine that takes its time: every effect begins, lasts as long as its name says and answers as it was told to.
#[derive(Default)]
struct SlowEngine {
    seconds: BTreeMap<&'static str, u64>,
    refusals: BTreeMap<&'static str, fn() -> EngineError>,
    looks: Mutex<BTreeMap<&'static str, VecDeque<ObservedContainer>>>,
    log: Mutex<Vec<String>>,
}

impl SlowEngine {
    fn name(effect: &Effect) -> String {
        match effect {
            Effect::CreateNetwork { network, .. } => network.name.clone(),
            Effect::PullImage { image, .. } => image.to_string(),
            Effect::ConnectNetwork { container, network, .. } => format!("{container}+{network}"),
            other => other.container().map(ToString::to_string).unwrap_or_default(),
        }
    }

    fn say(&self, text: String) {
        self.log.lock().unwrap().push(text);
    }
}

#[async_trait]
impl EngineReader for SlowEngine {
    async fn observe(
        &self,
        _: InstanceId,
        _: &BTreeSet<ContainerId>,
        _: Timestamp,
    ) -> Result<Observation, EngineError> {
        Ok(fixture::observation(Vec::new()))
    }

    async fn inspect(&self, id: &ContainerId) -> Result<Option<ObservedContainer>, EngineError> {
        let mut looks = self.looks.lock().unwrap();
        let Some(looks) = looks.get_mut(id.as_str()) else { return Ok(None) };
        Ok(if looks.len() > 1 { looks.pop_front() } else { looks.front().cloned() })
    }

    async fn tail_logs(&self, _: &ContainerId, _: u32) -> Result<Vec<LogLine>, EngineError> {
        Ok(vec![LogLine { at: None, stderr: true, text: "no such table".to_owned() }])
    }

    async fn last_check(&self, _: &ContainerId) -> Result<Option<LastCheck>, EngineError> {
        Ok(None)
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        Err(EngineError::Unavailable { reason: "no events here".to_owned() })
    }
}

#[async_trait]
impl ContainerEngine for SlowEngine {
    async fn perform(
        &self,
        effect: &Effect,
        _: Duration,
        _: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        let name = Self::name(effect);
        self.say(format!("{name} begins"));
        let seconds = self.seconds.get(name.as_str()).copied().unwrap_or(1);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        self.say(format!("{name} ends"));
        match (self.refusals.get(name.as_str()), effect) {
            (Some(refusal), _) => Err(refusal()),
            (None, Effect::CreateNetwork { network, .. }) => {
                Ok(EffectOutcome::Network { id: NetworkId(format!("id-of-{}", network.name)) })
            }
            (None, _) => Ok(EffectOutcome::Done),
        }
    }
}

fn existing(name: &str) -> Target {
    Target::Existing { id: ContainerId::from(name), name: name.to_owned() }
}

fn start(id: u32, name: &str, after: &[u32]) -> Step {
    step(id, StepAction::StartContainer { container: existing(name) }, after)
}

fn step(id: u32, action: StepAction, after: &[u32]) -> Step {
    Step {
        id: StepId(id),
        action,
        cause: Cause::Missing,
        service: None,
        slot: None,
        after: after.iter().copied().map(StepId).collect(),
    }
}

fn goal() -> Goal {
    Goal {
        kind: GoalKind::Converge(Readiness::Ready),
        version: None,
        desired: DesiredStack::empty("shop".parse().unwrap()),
        previous: None,
        pins: BTreeMap::new(),
        predecessors: BTreeSet::new(),
        recreate: BTreeSet::new(),
        only: None,
        secrets: OpenedSecrets::default(),
        rules: Rules::Everything,
    }
}

struct Ran {
    end: PassEnd,
    memory: Memory,
    patience: Patience,
    engine: Arc<SlowEngine>,
    bench: Bench,
}

impl Ran {
    fn log(&self) -> String {
        self.engine.log.lock().unwrap().join(", ")
    }
}

async fn run(engine: SlowEngine, steps: Vec<Step>) -> Ran {
    run_for(&goal(), engine, steps, |_| {}).await
}

async fn run_for(goal: &Goal, engine: SlowEngine, steps: Vec<Step>, prepare: impl FnOnce(&mut Bench)) -> Ran {
    let engine = Arc::new(engine);
    let mut bench = Bench::new(engine.clone());
    prepare(&mut bench);
    let plan = Plan { steps, ..Plan::default() };
    let mut patience = Patience::default();
    let work = async |context: &Context<'_>| {
        let mut journal = Journal::open(context).await.unwrap().unwrap();
        let end = Pass::new(context, goal, &plan, &mut journal, &mut patience).run(Vec::new()).await;
        (end, journal.memory().clone())
    };
    let (end, memory) = bench.run(work).await;
    Ran { end, memory, patience, engine, bench }
}

#[tokio::test(start_paused = true)]
async fn independent_steps_run_side_by_side_and_dependent_ones_as_soon_as_they_can() {
    let engine = SlowEngine { seconds: BTreeMap::from([("a", 1), ("b", 5)]), ..SlowEngine::default() };
    let steps = vec![start(1, "a", &[]), start(2, "b", &[]), start(3, "c", &[1]), start(4, "d", &[2, 3])];
    let ran = run(engine, steps).await;
    assert_eq!(ran.log(), "a begins, b begins, a ends, c begins, c ends, b ends, d begins, d ends");
    assert_eq!((ran.end.setback, ran.end.succeeded, ran.end.undone.len()), (None, 4, 0));
    assert_eq!(ran.memory.done().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn intents_are_written_before_effects_together_and_outcomes_with_the_intents_they_release() {
    let steps = vec![start(1, "a", &[]), start(2, "b", &[]), start(3, "c", &[1, 2])];
    let ran = run(SlowEngine::default(), steps).await;
    assert_eq!(
        ran.bench.transactions(),
        [
            "INTENT start_container a, INTENT start_container b",
            "OUTCOME start_container a, OUTCOME start_container b, INTENT start_container c",
            "OUTCOME start_container c",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_effects_than_allowed_run_at_once() {
    let steps = vec![start(1, "a", &[]), start(2, "b", &[]), start(3, "c", &[])];
    let narrow = |bench: &mut Bench| bench.settings.parallelism = 2;
    let ran = run_for(&goal(), SlowEngine::default(), steps, narrow).await;
    assert_eq!(ran.log(), "a begins, b begins, a ends, b ends, c begins, c ends");
}

#[tokio::test(start_paused = true)]
async fn starts_with_port_ranges_exclude_each_other() {
    let (goal, steps) = ranges();
    let ran = run_for(&goal, SlowEngine::default(), steps, |_| {}).await;
    assert_eq!(ran.log(), "a begins, c begins, a ends, c ends, b begins, b ends");
}

/// `a` and `b` publish a range of ports, `c` does not.
fn ranges() -> (Goal, Vec<Step>) {
    let mut goal = goal();
    let port =
        Port { target: 80, protocol: Protocol::Tcp, host_ip: None, published: Some("8000-8010".to_owned()) };
    let spec = ContainerSpec { ports: vec![port], ..ContainerSpec::default() };
    goal.desired.services.push(fixture::service("web", spec));
    let ranged = |id, name| Step { service: Some("web".parse().unwrap()), ..start(id, name, &[]) };
    (goal, vec![ranged(1, "a"), ranged(2, "b"), start(3, "c", &[])])
}

#[tokio::test(start_paused = true)]
async fn a_start_that_waited_for_its_turn_is_not_sent_after_the_lease_or_a_cancellation() {
    let sent = async |prepare: fn(&mut Bench)| {
        let (goal, steps) = ranges();
        let engine = Arc::new(SlowEngine::default());
        let mut bench = Bench::new(engine.clone());
        prepare(&mut bench);
        let plan = Plan { steps: steps.into_iter().skip(1).collect(), ..Plan::default() };
        let mut patience = Patience::default();
        let work = async |context: &Context<'_>| {
            let mut journal = Journal::open(context).await.unwrap().unwrap();
            let another = async {
                let _turn = context.port_ranges.lock().await;
                // Longer than the lease is valid.
                context.clock().sleep(Duration::from_secs(40)).await;
            };
            let pass = Pass::new(context, &goal, &plan, &mut journal, &mut patience).run(Vec::new());
            // Without a lease it waits for the next renewal.
            let pass = tokio::time::timeout(Duration::from_mins(2), pass);
            let ((), end) = tokio::join!(another, pass);
            end.map(|end| end.setback)
        };
        let end = bench.run(work).await;
        let log = engine.log.lock().unwrap().join(", ");
        (log, end.ok(), bench.transactions().last().unwrap().clone())
    };
    let (log, end, _) = sent(|_| ()).await;
    assert_eq!((log.as_str(), end), ("c begins, c ends, b begins, b ends", Some(None)));
    let (log, end, _) = sent(|bench| bench.renewed_until = Some(Duration::from_secs(20))).await;
    assert_eq!((log.as_str(), end), ("c begins, c ends", None));
    let (log, end, last) = sent(|bench| bench.cancel_after = Some(Duration::from_secs(20))).await;
    let cancelled = Some(Some(Setback::Halted(Halt::Cancel)));
    assert_eq!((log.as_str(), end), ("c begins, c ends", cancelled));
    assert_eq!(last, "OUTCOME start_container b");
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_step_made_is_addressed_by_its_id() {
    let network = core_monitor_domain::desired::NetworkSpec { name: "net".to_owned(), ..Default::default() };
    let steps = vec![
        step(1, StepAction::CreateNetwork { network: network.into(), labels: BTreeMap::new() }, &[]),
        step(
            2,
            StepAction::ConnectNetwork {
                container: existing("a"),
                network: NetworkTarget::New { step: StepId(1), name: "net".to_owned() },
                attachment: Box::default(),
            },
            &[1],
        ),
    ];
    let ran = run(SlowEngine::default(), steps).await;
    assert_eq!(ran.log(), "net begins, net ends, a+id-of-net begins, a+id-of-net ends");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_begins_nothing_more_and_abandons_nothing() {
    let refuse: fn() -> EngineError = || EngineError::StartRefused { message: "no such file".to_owned() };
    let engine = SlowEngine {
        seconds: BTreeMap::from([("b", 9)]),
        refusals: BTreeMap::from([("a", refuse)]),
        ..SlowEngine::default()
    };
    let steps = vec![start(1, "a", &[]), start(2, "b", &[]), start(3, "c", &[1]), start(4, "d", &[2])];
    let ran = run(engine, steps).await;
    assert_eq!(ran.log(), "a begins, b begins, a ends, b ends");
    assert!(
        matches!(ran.end.setback, Some(Setback::Failed(failure)) if failure.code == FailureCode::StartRefused)
    );
    assert_eq!(ran.end.undone, ["start a", "start c", "start d"]);
    assert_eq!(ran.memory.done(), ["start b"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_stays_open_and_a_definite_one_does_not() {
    let lost: fn() -> EngineError = || EngineError::Timeout { after: Duration::from_mins(1) };
    let busy: fn() -> EngineError = || EngineError::Conflict { message: "busy".to_owned() };
    let engine = SlowEngine { refusals: BTreeMap::from([("a", lost), ("b", busy)]), ..SlowEngine::default() };
    let ran = run(engine, vec![start(1, "a", &[]), start(2, "b", &[])]).await;
    assert!(matches!(ran.end.setback, Some(Setback::Transient(_))));
    let open: Vec<_> = ran.memory.open().map(|open| open.target.as_str()).collect();
    assert_eq!(open, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_ends_waits_and_pulls_at_once_and_lets_other_effects_end() {
    let engine = SlowEngine {
        seconds: BTreeMap::from([("a", 20), ("app:1", 1_000)]),
        looks: Mutex::new(BTreeMap::from([("w", VecDeque::from([starting()]))])),
        ..SlowEngine::default()
    };
    let pull = StepAction::PullImage { image: "app:1".into(), platform: None };
    let steps = vec![
        start(1, "a", &[]),
        step(2, pull, &[]),
        step(3, StepAction::AwaitHealthy { container: existing("w"), required: true }, &[]),
        start(4, "d", &[1]),
    ];
    let cancel = |bench: &mut Bench| bench.cancel_after = Some(Duration::from_secs(5));
    let ran = run_for(&goal(), engine, steps, cancel).await;
    assert_eq!(ran.log(), "a begins, app:1 begins, a ends");
    assert_eq!(ran.end.setback, Some(Setback::Halted(Halt::Cancel)));
    assert_eq!(ran.end.undone, ["pull image app:1", "start d"]);
    assert_eq!(ran.bench.clock.elapsed(), Duration::from_secs(20));
}

fn starting() -> ObservedContainer {
    let up = fixture::container("shop-w-1", ContainerState::Running);
    ObservedContainer { health: Some(Health::Starting), ..up }
}

async fn wait_for(looks: Vec<ObservedContainer>, action: StepAction) -> Ran {
    let looks = Mutex::new(BTreeMap::from([("w", VecDeque::from(looks))]));
    run(SlowEngine { looks, ..SlowEngine::default() }, vec![step(1, action, &[])]).await
}

fn await_healthy(required: bool) -> StepAction {
    StepAction::AwaitHealthy { container: existing("w"), required }
}

#[tokio::test(start_paused = true)]
async fn a_wait_tells_each_new_state_once_and_ends_with_health() {
    let healthy = ObservedContainer { health: Some(Health::Healthy), ..starting() };
    let ran = wait_for(vec![starting(), starting(), healthy], await_healthy(true)).await;
    assert_eq!((ran.end.setback, ran.end.succeeded), (None, 1));
    assert_eq!(ran.bench.transactions(), ["PROGRESS await_healthy w"]);
    assert_eq!(ran.bench.clock.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn an_unhealthy_container_fails_with_its_last_lines_unless_nobody_requires_it() {
    let unhealthy = ObservedContainer { health: Some(Health::Unhealthy), ..starting() };
    let ran = wait_for(vec![starting(), unhealthy.clone()], await_healthy(true)).await;
    let Some(Setback::Failed(failure)) = ran.end.setback else { panic!("it did not fail") };
    assert_eq!(failure.code, FailureCode::ServiceUnhealthy);
    assert_eq!(failure.logs, ["no such table"]);

    let ran = wait_for(vec![unhealthy], await_healthy(false)).await;
    assert_eq!(ran.end.setback, None);
    assert_eq!(ran.memory.notes(), ["continued without an optional dependency: `shop-w-1` is unhealthy"]);
}

#[tokio::test(start_paused = true)]
async fn health_that_never_comes_fails_at_the_deadline() {
    let ran = wait_for(vec![starting()], await_healthy(true)).await;
    let Some(Setback::Failed(failure)) = ran.end.setback else { panic!("it did not fail") };
    assert_eq!(failure.message, "`shop-w-1` did not become healthy within 600 s; it is still starting");
    assert_eq!(ran.bench.clock.elapsed(), Duration::from_mins(10));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_fails_the_command_with_its_last_lines() {
    let running = fixture::container("shop-w-1", ContainerState::Running);
    let ended = ObservedContainer { state: ContainerState::Exited { code: 3 }, ..running.clone() };
    let action = StepAction::AwaitCompleted { container: existing("w"), required: true };
    let ran = wait_for(vec![running, ended], action).await;
    let Some(Setback::Failed(failure)) = ran.end.setback else { panic!("it did not fail") };
    assert_eq!((failure.code, failure.logs.len()), (FailureCode::ServiceExited, 1));
    assert_eq!(failure.message, "`shop-w-1` ended with exit code 3");
}

#[tokio::test(start_paused = true)]
async fn a_stable_run_is_remembered() {
    let up = fixture::container("shop-w-1", ContainerState::Running);
    let run = up.run().unwrap();
    let ran = wait_for(vec![up], StepAction::AwaitStable { container: existing("w") }).await;
    assert_eq!(ran.patience.settled_runs(), &[run].into());
    assert_eq!(ran.bench.clock.elapsed(), Duration::from_secs(5));
}
