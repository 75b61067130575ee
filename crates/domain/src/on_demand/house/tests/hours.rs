//! Hours, wishes, and services that never sleep. The world begins on a Monday at 08:00.

use super::invariants;
use super::world::World;
use crate::on_demand::house::*;

fn shop(more: &str) -> World {
    let web = format!(
        "  web: {{image: a, x-core-monitor: {{on-demand: {{port: 80, idle-timeout: 60s, min-up: 10s{more}}}}}}}\n"
    );
    World::new(&[("shop", &web)])
}

const AWAKE: &str = ", schedule: {awake: [\"mon 08:30-09:00\"]}";
const OPEN: &str = ", schedule: {open: [\"mon 08:30-09:00\"]}";

#[test]
fn a_service_is_awake_in_its_hours_and_sleeps_after_them() {
    let mut world = shop(AWAKE);
    world.seconds(1_790);
    assert_eq!(world.stands(), "web asleep");
    world.seconds(20);
    assert_eq!(world.stands(), "web awake");
    world.seconds(1_700);
    assert_eq!(world.stands(), "web awake", "nobody uses it");
    world.seconds(200);
    assert_eq!(world.asked, ["wake shop/web", "sleep shop/web"]);
    invariants::asleep(&world);
}

#[test]
fn whoever_stops_it_in_its_hours_is_not_fought() {
    let mut world = shop(AWAKE);
    world.seconds(1_820);
    world.docker_stop("shop/web");
    world.seconds(600);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web asleep", 1));
}

#[test]
fn hours_that_found_it_awake_do_not_wake_it_after_a_stop_by_hand() {
    let mut world = shop(AWAKE);
    world.seconds(1_790);
    world.visit("shop/web");
    world.seconds(30);
    world.all_leave();
    world.docker_stop("shop/web");
    world.seconds(600);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web asleep", 1));
}

#[test]
fn hours_begin_every_week_anew() {
    let mut world = shop(AWAKE);
    world.seconds(1_820);
    world.docker_stop("shop/web");
    world.seconds(2_000);
    world.elapsed += Duration::from_mins(7 * 24 * 60 - 35);
    world.seconds(150);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web awake", 2));
}

#[test]
fn a_closed_service_says_when_it_opens_and_nobody_wakes_it() {
    let mut world = shop(OPEN);
    world.visit("shop/web");
    let Stage::Held { why: Held::Closed(opens), .. } = world.stage(&world.door("shop/web")) else { panic!() };
    assert_eq!(opens.since(world.now().clock), Duration::from_mins(30));
    world.give_up("shop/web");
    world.seconds(70);
    assert_eq!((world.stands().as_str(), world.asked.len()), ("web asleep", 0));
}

#[test]
fn whoever_still_waits_when_it_opens_is_let_in() {
    let mut world = shop(OPEN);
    world.seconds(1_700);
    world.visit("shop/web");
    world.seconds(110);
    assert_eq!(world.doors.inside(&world.door("shop/web")), 1);
}

#[test]
fn a_service_that_closes_sleeps_as_soon_as_nobody_is_inside_and_does_not_tick_for_ever() {
    let mut world = shop(OPEN);
    world.seconds(3_500);
    world.visit("shop/web");
    world.seconds(200);
    assert_eq!(world.stands(), "web awake", "somebody is inside");
    let due = world.house.due(world.now(), &world.doors).unwrap();
    assert!(due >= world.elapsed + Duration::from_millis(500), "it ticks all the time");
    world.all_leave();
    world.seconds(5);
    invariants::asleep(&world);
}

#[test]
fn a_wish_keeps_it_awake_until_then() {
    let mut world = shop("");
    let web = world.door("shop/web");
    let until = Some(world.now().clock.plus(Duration::from_secs(500)));
    world.tell(Event::KeepAwake { door: web.clone(), until });
    assert_eq!(world.stands(), "web asleep", "it is no knock");
    world.woken("shop/web");
    world.seconds(450);
    assert_eq!(world.stands(), "web awake");
    world.seconds(60);
    invariants::asleep(&world);
    world.tell(Event::KeepAwake {
        door: web.clone(),
        until: Some(world.now().clock.plus(Duration::from_secs(500))),
    });
    world.woken("shop/web");
    world.tell(Event::KeepAwake { door: web, until: None });
    world.seconds(70);
    invariants::asleep(&world);
}

#[test]
fn experience_says_how_long_it_stays_awake_at_least() {
    let web = "  web: {image: a, x-core-monitor: {on-demand: {port: 80, idle-timeout: 5s}}}\n";
    let mut world = World::new(&[("shop", web)]);
    let learned = Learned { start_timeout: None, min_up: Some(Duration::from_mins(2)), policy: None };
    world.tell(Event::Learned { door: world.door("shop/web"), learned });
    world.woken("shop/web");
    world.seconds(110);
    assert_eq!(world.stands(), "web awake");
    world.seconds(20);
    invariants::asleep(&world);
}

#[test]
fn a_service_that_is_always_on_never_sleeps_and_is_woken_if_it_does() {
    let mut world = shop(", always-on: true");
    world.woken("shop/web");
    world.seconds(3_000);
    assert_eq!((world.stands().as_str(), world.engine.stopped), ("web awake", 0));
    world.docker_stop("shop/web");
    world.seconds(3);
    world.woken("shop/web");
}
