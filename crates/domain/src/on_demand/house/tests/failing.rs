//! Starts that fail, and what follows.

use super::invariants;
use super::world::{Power, World, Write};
use crate::on_demand::house::*;

const WEB: &str = "  web: {image: a, x-core-monitor: {on-demand: {port: 80, idle-timeout: 60s, min-up: 0s, start-timeout: 10s}}}\n";

fn shop() -> World {
    World::new(&[("shop", WEB)])
}

fn rest(world: &World) -> (StartFailure, u64) {
    match world.stage(&world.door("shop/web")) {
        Stage::Failed { why, until } => {
            (why.clone(), (until.saturating_sub(world.elapsed) + Duration::from_millis(500)).as_secs())
        }
        other => panic!("{other:?}"),
    }
}

/// Waits until it has failed.
fn fails(world: &mut World) -> (StartFailure, u64) {
    for _ in 0..2_000 {
        if matches!(world.stage(&world.door("shop/web")), Stage::Failed { .. }) {
            return rest(world);
        }
        world.step(Duration::from_millis(100));
    }
    panic!("it does not fail: {}", world.stands())
}

#[test]
fn a_failed_command_is_told_and_every_rest_is_twice_as_long() {
    let mut world = shop();
    for seconds in [10, 20, 40, 80, 160, 300, 300] {
        world.queue.wakes_fail = Some("no space left".to_owned());
        world.glance("shop/web");
        assert_eq!(fails(&mut world), (StartFailure::Command("no space left".to_owned()), seconds));
        let asked = world.asked.len();
        world.glance("shop/web");
        world.seconds(1);
        assert_eq!(world.asked.len(), asked, "it rests");
        world.seconds(seconds);
    }
    world.woken("shop/web");
    world.seconds(6);
    assert_eq!(world.house.unit(&world.door("shop/web")).unwrap().failures, 0, "it lasts");
}

#[test]
fn whoever_keeps_asking_for_another_try_waits_longer_and_longer() {
    let mut world = shop();
    let fail_again = |world: &mut World| {
        world.queue.wakes_fail = Some("no space left".to_owned());
        world.retry("shop/web");
    };
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.glance("shop/web");
    for failures in 1..=3 {
        fails(&mut world);
        assert_eq!(world.asked.len(), failures);
        fail_again(&mut world);
    }
    // The third one rests for 40 s, of which whoever asks waits for 15.
    world.seconds(14);
    fail_again(&mut world);
    world.seconds(0);
    assert_eq!(world.asked.len(), 3, "the first ones were made at once: {:?}", world.asked);
    world.seconds(2);
    world.retry("shop/web");
    world.seconds(1);
    assert_eq!(world.asked.len(), 4);
}

#[test]
fn somebody_who_asks_for_another_try_gets_it_at_once() {
    let mut world = shop();
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.glance("shop/web");
    fails(&mut world);
    world.retry("shop/web");
    world.seconds(4);
    assert_eq!(world.stands(), "web awake");
}

#[test]
fn whoever_waits_is_not_forgotten_after_the_rest() {
    let mut world = shop();
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.visit("shop/web");
    world.seconds(20);
    assert_eq!(world.doors.inside(&world.door("shop/web")), 1);
}

#[test]
fn a_service_that_ends_as_soon_as_it_answers_rests_longer_and_longer() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).lasts = Some(Duration::from_secs(4));
    let mut rests = Vec::new();
    for _ in 0..3 {
        world.glance("shop/web");
        let (why, seconds) = fails(&mut world);
        assert_eq!(why, StartFailure::Ended(3));
        rests.push(seconds);
        world.seconds(seconds + 1);
    }
    assert_eq!(rests, [10, 20, 40]);
    assert_eq!(world.doors.at(&web).opened, 3);
}

#[test]
fn a_container_that_ends_during_the_start_tells_its_exit_code() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).boots_in = None;
    world.engine.of_door(&web).lasts = Some(Duration::from_secs(2));
    world.visit("shop/web");
    assert_eq!(fails(&mut world), (StartFailure::Ended(3), 10));
}

#[test]
fn a_service_without_a_container_says_so() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).power = Power::Absent;
    world.visit("shop/web");
    assert_eq!(fails(&mut world), (StartFailure::NoContainer, 10));
}

#[test]
fn a_service_that_never_answers_is_given_up_after_three_tries_and_put_to_sleep() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).boots_in = None;
    world.visit("shop/web");
    let silent = StartFailure::Silent(Duration::from_secs(10));
    assert_eq!(fails(&mut world), (silent.clone(), 10));
    world.seconds(11);
    assert_eq!(fails(&mut world), (silent.clone(), 20));
    world.seconds(21);
    assert_eq!(fails(&mut world).0, silent);
    world.seconds(41);
    assert!(world.is_up("shop/web"), "somebody waits");
    world.give_up("shop/web");
    world.seconds(200);
    assert_eq!(world.asked, ["wake shop/web", "sleep shop/web"]);
    invariants::asleep(&world);
    world.engine.of_door(&web).boots_in = Some(Duration::from_secs(1));
    world.woken("shop/web");
}

#[test]
fn a_service_started_by_hand_gets_its_idle_time_however_often_it_has_failed() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).boots_in = None;
    world.visit("shop/web");
    world.seconds(90);
    world.give_up("shop/web");
    world.seconds(200);
    assert_eq!(world.stands(), "web asleep");
    world.engine.of_door(&web).boots_in = Some(Duration::from_secs(1));
    world.docker_start("shop/web");
    world.seconds(50);
    assert_eq!(world.stands(), "web awake");
}

#[test]
fn an_unhealthy_service_is_not_asked_and_fails_as_such() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.engine.of_door(&web).healthy = Some(false);
    world.visit("shop/web");
    world.seconds(5);
    assert!(world.probes.is_empty());
    assert_eq!(fails(&mut world).0, StartFailure::Unhealthy);
    world.engine.of_door(&web).healthy = Some(true);
    world.seconds(15);
    assert_eq!(world.stands(), "web awake");
}

#[test]
fn a_queue_that_refuses_fails_a_start_and_leaves_what_should_sleep_awake() {
    let mut world = shop();
    world.refuses = true;
    world.visit("shop/web");
    assert_eq!(fails(&mut world), (StartFailure::Queue("the disk is full".to_owned()), 10));
    world.give_up("shop/web");
    world.refuses = false;
    world.seconds(10);
    world.woken("shop/web");
    world.refuses = true;
    world.seconds(70);
    assert_eq!((world.stands().as_str(), world.is_up("shop/web")), ("web awake", true));
    assert_eq!(world.asked.len(), 3, "tried again only after the next idle time: {:?}", world.asked);
}

#[test]
fn a_dead_worker_fails_nothing() {
    let mut world = shop();
    world.worker_is_dead = true;
    world.visit("shop/web");
    world.seconds(900);
    assert_eq!(world.stands(), "web starting");
    world.worker_is_dead = false;
    world.seconds(4);
    assert_eq!(world.doors.inside(&world.door("shop/web")), 1);
}

#[test]
fn a_look_from_before_the_command_fails_no_start() {
    // The container was started by hand, the wake found nothing to do, and the observation is older than both.
    let mut world = shop();
    let web = world.door("shop/web");
    world.visit("shop/web");
    world.answer_queue();
    let Stage::Starting { asked: Asked::Command(id), .. } = *world.stage(&web) else { panic!() };
    let clock = world.now().clock;
    let done = SeenCommand {
        id,
        wakes: true,
        services: BTreeSet::from([web.service.clone()]),
        status: CommandStatus::Done,
        started_at: Some(clock.plus(Duration::from_secs(2))),
        is_forced: false,
        failure: None,
    };
    let seen = |at| Seen { exists: true, exit: Some(0), at: Some(at), ..Seen::default() };
    let mut look = StackLook {
        services: BTreeMap::from([(web.service.clone(), seen(clock))]),
        commands: vec![done],
        writing: false,
    };
    world.tell(Event::Looked(BTreeMap::from([(web.stack, look.clone())])));
    assert_eq!(world.stands(), "web starting");
    look.services.insert(web.service.clone(), seen(clock.plus(Duration::from_secs(3))));
    world.tell(Event::Looked(BTreeMap::from([(web.stack, look)])));
    assert_eq!(rest(&world).0, StartFailure::Ended(0));
}

#[test]
fn nobody_answering_at_the_door_closes_it_and_the_request_waits() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.engine.of_door(&web).boots_in = Some(Duration::from_secs(30));
    world.engine.die(web.stack, &web.service, 9);
    world.doors.at(&web).waiting += 1;
    let Stage::Awake { start, .. } = *world.stage(&web) else { panic!() };
    let cause = PowerCause::request(web.service.clone(), "h", "/");
    world.tell(Event::Unreachable { door: web.clone(), start: start + 1, cause: cause.clone() });
    assert_eq!(world.stands(), "web awake", "of another life");
    world.tell(Event::Unreachable { door: web.clone(), start, cause });
    assert_eq!(world.stands(), "web starting");
    world.engine.of_door(&web).boots_in = Some(Duration::from_secs(1));
    world.seconds(5);
    assert_eq!(world.doors.inside(&web), 1);
}

#[test]
fn a_blocked_lane_of_writes_keeps_nobody_from_waking() {
    let mut world = shop();
    let web = world.door("shop/web");
    world.queue.write(web.stack, Write::Apply);
    world.queue.fail_write();
    world.woken("shop/web");
    world.seconds(70);
    invariants::asleep(&world);
}
