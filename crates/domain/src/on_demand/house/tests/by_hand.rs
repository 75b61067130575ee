//! What people do to stacks and containers by themselves, and gateways that end and begin.

use super::invariants;
use super::world::{World, Write, redeclared};
use crate::on_demand::house::*;

const SHOP: &str = "  web: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, idle-timeout: 60s, min-up: 0s}}}\n  db: {image: a}\n";

fn shop() -> World {
    World::new(&[("shop", SHOP)])
}

#[test]
fn what_is_stopped_by_hand_sleeps_and_the_next_knock_wakes_it() {
    let mut world = shop();
    world.woken("shop/web");
    world.seconds(10);
    world.docker_stop("shop/web");
    world.seconds(5);
    assert_eq!(world.stands(), "web asleep");
    world.seconds(30);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web asleep", 1), "it is not fought");
    world.woken("shop/web");
}

#[test]
fn what_is_started_by_hand_stays_for_a_full_idle_time() {
    let mut world = shop();
    world.docker_start("shop/web");
    world.seconds(3);
    assert_eq!(world.stands(), "web awake");
    world.seconds(55);
    assert_eq!(world.stands(), "web awake");
    world.seconds(20);
    assert_eq!(world.asked, ["sleep shop/db+web"]);
    invariants::asleep(&world);
}

#[test]
fn what_a_dead_service_needed_does_not_run_on_for_nobody() {
    let mut world = shop();
    world.woken("shop/web");
    world.seconds(10);
    let web = world.door("shop/web");
    world.engine.die(web.stack, &web.service, 137);
    world.seconds(50);
    assert!(world.is_up("shop/db"), "somebody may come back");
    world.seconds(20);
    assert!(!world.is_up("shop/db"));
    invariants::asleep(&world);
}

#[test]
fn a_late_repeated_or_lost_end_of_a_container_leaves_nothing_wrong() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.seconds(10);
    // Nobody notices the end before the next start.
    world.engine.die(web.stack, &web.service, 1);
    world.engine.start(web.stack, &web.service, world.elapsed);
    world.look();
    assert_eq!(world.stands(), "web starting", "other runs are asked");
    for _ in 0..3 {
        world.repeat_the_look(web.stack);
    }
    assert_eq!(world.probes.len(), 1);
    world.seconds(5);
    assert_eq!((world.stands().as_str(), world.doors.at(&web).opened), ("web awake", 2));
    world.seconds(70);
    invariants::asleep(&world);
}

/// A sleep that somebody asks for while the service boots.
fn put_to_sleep_while_it_boots(world: &mut World) {
    let web = world.door("shop/web");
    world.engine.of_door(&web).boots_in = Some(Duration::from_secs(20));
    world.visit("shop/web");
    world.seconds(3);
    assert_eq!(world.stands(), "web starting");
    world.queue.put_to_sleep(web.stack, world.engine.order(web.stack).into_iter().collect());
}

#[test]
fn a_service_that_is_put_to_sleep_before_it_answers_has_not_failed() {
    let mut world = shop();
    put_to_sleep_while_it_boots(&mut world);
    world.give_up("shop/web");
    world.seconds(6);
    assert!(!world.is_up("shop/web"), "not later than it was asked for");
    world.seconds(74);
    assert_eq!(world.stands(), "web asleep");
    let web = world.door("shop/web");
    assert_eq!(world.house.unit(&web).unwrap().failures, 0);
    invariants::asleep(&world);
}

#[test]
fn a_sleep_that_a_person_asks_for_is_not_revoked_by_whoever_is_inside() {
    let mut world = shop();
    world.woken("shop/web");
    assert!(world.visit("shop/web"));
    let web = world.door("shop/web");
    world.queue.put_to_sleep(web.stack, world.engine.order(web.stack).into_iter().collect());
    world.seconds(20);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web asleep", 1));
}

#[test]
fn whoever_waits_for_a_service_that_is_put_to_sleep_before_it_answers_still_gets_it() {
    let mut world = shop();
    put_to_sleep_while_it_boots(&mut world);
    world.seconds(40);
    let web = world.door("shop/web");
    assert_eq!((world.stands().as_str(), world.doors.inside(&web)), ("web awake", 1));
    assert_eq!(world.house.unit(&web).unwrap().failures, 0);
}

#[test]
fn a_stop_by_a_person_closes_the_door_and_whoever_waits_wakes_it_again() {
    let mut world = shop();
    world.woken("shop/web");
    let web = world.door("shop/web");
    world.queue.write(web.stack, Write::Stop);
    world.seconds(6);
    assert_eq!(world.stands(), "web asleep");
    world.seconds(20);
    assert_eq!(world.asked.len(), 1, "it is not fought");
    world.woken("shop/web");
    world.queue.write(web.stack, Write::Stop);
    world.step(Duration::from_millis(100));
    world.step(Duration::from_millis(100));
    world.docker_stop("shop/web");
    world.seconds(2);
    world.visit("shop/web");
    world.seconds(10);
    assert_eq!(world.doors.inside(&web), 1);
}

#[test]
fn an_apply_during_a_start_takes_its_place_and_the_start_goes_on_after_it() {
    for after in [0, 1, 2, 3, 5, 10, 20] {
        let mut world = shop();
        let web = world.door("shop/web");
        world.visit("shop/web");
        for _ in 0..after {
            world.step(Duration::from_millis(100));
        }
        world.queue.write(web.stack, Write::Apply);
        world.seconds(15);
        assert_eq!(world.doors.inside(&web), 1, "after {after} steps: {}", world.stands());
        assert_eq!(world.house.unit(&web).unwrap().failures, 0, "after {after} steps");
        world.all_leave();
        world.seconds(70);
        invariants::asleep(&world);
    }
}

#[test]
fn a_gateway_killed_in_any_state_stops_nothing_that_runs_and_leaves_nothing_unmanaged() {
    // A whole life takes less than 80 seconds: a knock, the start, being awake and idle, and the stop.
    for cut in 0..160 {
        let mut world = shop();
        let web = world.door("shop/web");
        world.engine.of_door(&web).stops_in = Duration::from_secs(3);
        world.visit("shop/web");
        for step in 0..cut {
            world.step(Duration::from_millis(if (40..100).contains(&step) { 1_000 } else { 100 }));
            if step == 30 {
                world.all_leave();
            }
        }
        let (stopped, asked) = (world.engine.stopped, world.asked.len());
        let stopping = world.queue.open(web.stack).any(super::world::Command::sleeps);
        world.restart_the_gateway();
        world.seconds(40);
        let asked_to_sleep = world.asked[asked..].iter().any(|asked| asked.starts_with("sleep"));
        assert!(!asked_to_sleep, "cut at {cut}: {:?}", world.asked);
        assert!(stopping || world.engine.stopped == stopped, "cut at {cut}: stopped by the start");
        world.seconds(100);
        invariants::asleep(&world);
        assert!(!world.is_up("shop/db"), "cut at {cut}: unmanaged");
        world.woken("shop/web");
    }
}

#[test]
fn a_sleep_that_an_earlier_gateway_asked_for_is_revoked_by_a_knock() {
    let mut world = shop();
    world.woken("shop/web");
    world.worker_is_dead = true;
    world.seconds(61);
    world.restart_the_gateway();
    assert_eq!(world.stands(), "web falling asleep", "it would be stopped under whoever is let in");
    world.seconds(5);
    world.visit("shop/web");
    world.worker_is_dead = false;
    world.seconds(5);
    assert_eq!((world.doors.inside(&world.door("shop/web")), world.engine.stopped), (1, 0));
}

#[test]
fn a_door_that_is_not_declared_any_more_is_closed_and_left_alone() {
    for seconds in [1, 10] {
        let mut world = shop();
        let web = world.door("shop/web");
        world.visit("shop/web");
        world.seconds(seconds);
        redeclared(&mut world, "shop", "  web: {image: a}\n  db: {image: a}\n");
        world.configure();
        assert!(world.house.unit(&web).is_none() && !world.doors.is_open(&web) && world.probes.is_empty());
        world.seconds(200);
        assert!(world.is_up("shop/web"), "what is not on demand is nobody's business");
        assert_eq!(world.asked.len(), 1);
    }
}

#[test]
fn a_door_that_is_elsewhere_now_is_asked_there() {
    for seconds in [1, 10] {
        let mut world = shop();
        let web = world.door("shop/web");
        world.visit("shop/web");
        world.seconds(seconds);
        let before = world.probes.get(&web).map(|(start, _)| *start);
        redeclared(&mut world, "shop", &SHOP.replace("port: 80", "port: 81"));
        world.configure();
        assert_eq!(world.stands(), "web starting");
        let after = world.probes.get(&web).map(|(start, _)| *start);
        assert!(after.is_some() && after != before, "{before:?} {after:?}");
        world.seconds(5);
        assert_eq!(world.stands(), "web awake");
    }
}

#[test]
fn another_idle_time_changes_nothing_but_that() {
    let mut world = shop();
    world.woken("shop/web");
    redeclared(&mut world, "shop", &SHOP.replace("60s", "30s"));
    world.configure();
    world.seconds(20);
    assert_eq!((world.stands().as_str(), world.doors.at(&world.door("shop/web")).opened), ("web awake", 1));
    world.seconds(15);
    invariants::asleep(&world);
}
