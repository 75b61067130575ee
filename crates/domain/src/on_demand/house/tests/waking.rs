//! How a service wakes, and that a request which comes at the wrong moment is not lost.

use super::invariants;
use super::world::{World, Write};
use crate::on_demand::house::*;

const SHOP: &str = "  web: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 60s, min-up: 0s}}}\n  db: {image: a}\n";

fn shop() -> World {
    World::new(&[("shop", SHOP)])
}

#[test]
fn a_knock_wakes_a_service_with_what_it_needs() {
    let mut world = shop();
    assert!(!world.visit("shop/web"));
    assert_eq!(world.stands(), "web starting");
    world.seconds(5);
    assert_eq!((world.stands().as_str(), world.doors.inside(&world.door("shop/web"))), ("web awake", 1));
    assert!(world.is_up("shop/db"));
    assert_eq!(world.asked, ["wake shop/db+web"]);
    let unit = world.house.unit(&world.door("shop/web")).unwrap();
    assert!(unit.last_start.is_some() && unit.failures == 0);
}

#[test]
fn a_thousand_knocks_are_one_start() {
    let mut world = shop();
    for _ in 0..1_000 {
        assert!(!world.visit("shop/web"));
    }
    world.seconds(10);
    assert_eq!(world.asked, ["wake shop/db+web"]);
    assert_eq!(world.engine.started, 2, "each container once");
    assert_eq!(world.doors.inside(&world.door("shop/web")), 1_000, "everybody is in");
}

#[test]
fn an_idle_service_is_put_to_sleep_exactly_once() {
    let mut world = shop();
    world.woken("shop/web");
    world.seconds(59);
    assert_eq!(world.stands(), "web awake");
    world.seconds(3);
    assert_eq!(world.stands(), "web falling asleep");
    world.seconds(600);
    assert_eq!(world.stands(), "web asleep");
    assert_eq!(world.asked, ["wake shop/db+web", "sleep shop/db+web"]);
    assert_eq!(world.engine.stopped, 2);
    invariants::asleep(&world);
}

#[test]
fn whoever_is_inside_keeps_it_awake_however_long() {
    let mut world = shop();
    world.visit("shop/web");
    world.seconds(3_600);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web awake", 1));
    world.all_leave();
    world.seconds(70);
    invariants::asleep(&world);
}

#[test]
fn time_without_a_worker_is_not_learned_as_time_of_the_start() {
    let mut world = shop();
    world.worker_is_dead = true;
    world.visit("shop/web");
    world.seconds(30);
    let web = world.door("shop/web");
    assert!(!world.house.has_begun(&web));
    world.worker_is_dead = false;
    world.seconds(10);
    assert_eq!(world.stands(), "web awake");
    let start = world.house.unit(&web).unwrap().last_start.clone().unwrap();
    assert!(start.until_running < Duration::from_secs(5), "{start:?}");
}

#[test]
fn a_knock_after_the_decision_and_before_the_stop_revokes_it() {
    let mut world = shop();
    world.woken("shop/web");
    world.worker_is_dead = true;
    world.seconds(61);
    assert_eq!(world.stands(), "web falling asleep");
    assert!(!world.visit("shop/web"), "it would meet the stop");
    world.worker_is_dead = false;
    world.seconds(3);
    assert_eq!((world.stands().as_str(), world.engine.stopped), ("web awake", 0));
    assert_eq!(world.doors.inside(&world.door("shop/web")), 1);
}

#[test]
fn a_knock_during_the_stop_waits_for_its_end_and_the_next_start() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.engine.of_door(&web).stops_in = Duration::from_secs(8);
    while world.engine.stopped == 0 {
        world.step(Duration::from_millis(100));
    }
    assert!(!world.visit("shop/web"), "let in after the stop");
    world.seconds(7);
    assert_eq!((world.stands().as_str(), world.engine.started), ("web starting", 2));
    world.seconds(10);
    assert_eq!((world.stands().as_str(), world.doors.inside(&web)), ("web awake", 1));
    assert_eq!(world.doors.at(&web).cut_off, 0);
}

#[test]
fn a_start_during_a_stop_by_hand_does_nothing_and_is_made_up_for() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.engine.of_door(&web).stops_in = Duration::from_secs(5);
    world.docker_stop("shop/web");
    world.docker_start("shop/web");
    world.seconds(6);
    assert_eq!(world.stands(), "web asleep");
    world.visit("shop/web");
    world.seconds(5);
    assert_eq!(world.doors.inside(&web), 1);
}

#[test]
fn ten_thousand_requests_exactly_at_the_end_of_the_idle_time_lose_nothing_and_it_ends_awake() {
    let mut fresh = shop();
    fresh.woken("shop/web");
    fresh.doors.leave(&fresh.door("shop/web"), fresh.elapsed);
    let web = fresh.door("shop/web");
    let idle_at = fresh.house.due(fresh.now(), &fresh.doors).unwrap();
    let mut random = 1_u64;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let (mut at_once, mut later) = (0, 0);
    for _ in 0..10_000 {
        let mut world = fresh.clone();
        let came = idle_at.saturating_sub(Duration::from_millis(5)) + Duration::from_micros(next(10_001));
        let before = idle_at.saturating_sub(Duration::from_millis(8));
        world.elapsed = before;
        let mut in_at_once = None;
        while world.elapsed < idle_at + Duration::from_millis(40) {
            world.elapsed += Duration::from_micros(200 + next(1_800));
            if in_at_once.is_none() && world.elapsed >= came {
                in_at_once = Some(world.visit("shop/web"));
            }
            for _ in 0..2 {
                match next(6) {
                    0 => world.tell(Event::Tick),
                    1 => world.answer_queue(),
                    2 => world.read_commands(web.stack),
                    3 => world.read_containers(web.stack),
                    4 => world.work(),
                    _ => world.repeat_the_look(web.stack),
                }
            }
        }
        if in_at_once == Some(true) {
            at_once += 1;
        } else {
            later += 1;
        }
        world.seconds(8);
        assert_eq!((world.stands().as_str(), world.doors.inside(&web)), ("web awake", 1));
        assert_eq!(world.doors.at(&web).cut_off, 0);
    }
    assert!(at_once > 1_000 && later > 1_000, "not at the end of the idle time: {at_once}, {later}");
}

#[test]
fn other_containers_are_asked_before_anybody_is_let_in() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.queue.write(web.stack, Write::Apply);
    world.seconds(4);
    assert_ne!(world.stands(), "web awake", "nobody has asked the new container");
    assert!(!world.visit("shop/web"));
    world.seconds(8);
    assert_eq!((world.stands().as_str(), world.doors.at(&web).opened), ("web awake", 2));
    assert_eq!(world.doors.inside(&web), 1);
}
