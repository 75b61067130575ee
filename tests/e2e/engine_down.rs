//! The engine goes away and comes back.

use std::time::Duration;

use crate::harness::{Blow, Installation, Moment, Proxy, Trap, docker, pass, poll, stopwatch};

const LIMIT: Duration = Duration::from_secs(30);

fn definition(text: &str) -> String {
    format!(
        "services: {{web: {{image: 'test/busybox:1', environment: {{TEXT: {text}}}, stop_grace_period: 1s}}}}"
    )
}

#[test]
fn reads_go_on_and_commands_wait_until_it_is_back() {
    let proxy = Proxy::start();
    let installation = Installation::with(&[("DOCKER_HOST", &proxy.address())]);
    let stack = installation.create("down", &definition("one"));
    stack.apply(1).done();
    let runs = stack.runs();

    proxy.cut();
    let version = stack.save(&definition("two"));
    let command = stack.begin_apply(version);
    command.events().until("the worker says that it waits", |event| event.kind == "RETRYING");
    assert_eq!(command.now().status(), "RUNNING");
    let observed = stack.status();
    assert_eq!(
        observed["services"][0]["containers"].as_array().unwrap().len(),
        1,
        "what was last seen: {observed:#}"
    );
    let aged = poll("the observation's age grows", LIMIT, || {
        Some(stack.status()).filter(|status| status["age_seconds"].as_f64() > Some(2.0))
    });
    assert_eq!(aged["observed_at"], observed["observed_at"]);
    assert_eq!(stack.runs(), runs, "the engine itself was never touched");

    proxy.mend();
    command.ended().done();
    assert_ne!(stack.runs(), runs);
    let fresh = poll("the observation is fresh again", LIMIT, || {
        Some(stack.status()).filter(|status| status["age_seconds"].as_f64() < Some(2.0))
    });
    assert_eq!(fresh["current_version"], 2);
}

#[test]
fn a_lost_answer_does_not_repeat_the_effect() {
    let proxy = Proxy::start();
    let installation = Installation::with(&[("DOCKER_HOST", &proxy.address())]);
    let stack = installation.create(
        "lost",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    command.events().until("the wait has begun", |event| event.is("PROGRESS", "await_healthy"));
    let runs = stack.runs();
    proxy.cut();
    command.events().until("the worker says that it waits", |event| event.kind == "RETRYING");
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    proxy.mend();
    command.ended().done();
    assert_eq!(stack.runs(), runs, "what was made before the engine went away is used");
}

/// From the return of the engine to the next write.
const GOES_ON: Duration = Duration::from_secs(2);

/// How long the engine is away. Delays between attempts grow with the length, so the longest is the hardest; with
/// `EVERY_WRITE=1` they are longer.
fn outages() -> Vec<Duration> {
    let seconds: &[u64] = if crate::crash::every_write() {
        &[1, 2, 3, 5, 7, 11, 16, 23, 31, 40, 55, 70]
    } else {
        &[1, 1, 2, 3, 6]
    };
    seconds.iter().copied().map(Duration::from_secs).collect()
}

#[test]
fn a_command_goes_on_within_two_seconds_of_the_engines_return() {
    let proxy = Proxy::start();
    let settings = [
        ("DOCKER_HOST", proxy.address()),
        ("CORE_MONITOR_STABLE_FOR", "100ms".to_owned()),
        ("CORE_MONITOR_PARALLELISM", "2".to_owned()),
    ];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let installation = Installation::with(&settings);
    let outages = outages();
    // A create and a start for each container, so that there is something left to do after each outage.
    let scale = 4 * outages.len();
    let stack = installation.create(
        "outages",
        &format!("services: {{web: {{image: 'test/busybox:1', network_mode: none, scale: {scale}, stop_grace_period: 1s}}}}"),
    );
    let moments = [Moment::Before, Moment::After].into_iter().cycle();
    let trap = |moment| Trap { blow: Blow::Cut, write: 4, moment };
    let mut waits = Vec::new();
    let mut command = None;
    for (outage, moment) in outages.into_iter().zip(moments) {
        proxy.arm(trap(moment));
        command.get_or_insert_with(|| stack.begin_apply(1));
        let at = proxy.sprung_within(LIMIT).expect("the write at which the engine goes away");
        pass(outage);
        let (goes_on, took) = stopwatch(|| {
            proxy.mend();
            proxy.writes_within(LIMIT)
        });
        assert!(goes_on && took < GOES_ON, "{took:?} after {outage:?} without an engine, {moment:?} {at}");
        waits.push(took);
    }
    let ended = command.unwrap().ended().done();
    assert_eq!(stack.containers().len(), scale, "{:#}", ended.body);
    waits.sort();
    eprintln!(
        "{} outages, goes on after {:?} in the middle, {:?} at most",
        waits.len(),
        waits[waits.len() / 2],
        waits.last()
    );
}
