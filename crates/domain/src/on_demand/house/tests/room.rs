//! Services that cannot all be awake, or not all start at once.

use super::invariants;
use super::world::World;
use crate::on_demand::eviction::HostMemory;
use crate::on_demand::house::*;

fn one(more: &str) -> String {
    format!(
        "  web: {{image: a, x-core-monitor: {{on-demand: {{port: 80, idle-timeout: 10m, min-up: 20s{more}}}}}}}\n"
    )
}

/// Three stacks of one service each.
fn three(limits: HouseLimits) -> World {
    let web = one("");
    World::with(limits, &[("a", &web), ("b", &web), ("c", &web)])
}

fn one_at_a_time() -> HouseLimits {
    HouseLimits { starts: 1, ..HouseLimits::default() }
}

#[test]
fn starts_have_their_turn_in_the_order_in_which_they_were_wanted() {
    let mut world = three(one_at_a_time());
    world.visit("b/web");
    for next in ["c/web", "a/web"] {
        world.seconds(1);
        world.visit(next);
    }
    assert_eq!(world.stands(), "web held by its turn, web starting, web held by its turn");
    world.seconds(10);
    assert_eq!(world.asked, ["wake b/web", "wake c/web", "wake a/web"]);
    assert_eq!(world.stands(), "web awake, web awake, web awake");
}

#[test]
fn whoever_looks_at_a_page_keeps_the_turn_for_a_while_and_not_for_ever() {
    let mut world = three(one_at_a_time());
    world.engine.of_door(&world.door("a/web")).boots_in = Some(Duration::from_secs(30));
    world.visit("a/web");
    world.glance("b/web");
    world.seconds(35);
    assert_eq!(world.stands(), "web awake, web awake, web asleep");
    let mut world = three(one_at_a_time());
    world.engine.of_door(&world.door("a/web")).boots_in = Some(Duration::from_secs(100));
    world.visit("a/web");
    world.glance("b/web");
    world.seconds(70);
    assert_eq!(world.stands(), "web starting, web asleep, web asleep");
}

#[test]
fn a_start_that_waits_for_somebodys_write_takes_nobodys_turn() {
    let mut world = three(one_at_a_time());
    let a = world.door("a/web");
    world.engine.of_door(&a).stops_in = Duration::from_mins(1);
    world.docker_start("a/web");
    world.queue.write(a.stack, super::world::Write::Stop);
    world.seconds(1);
    world.visit("a/web");
    world.visit("b/web");
    world.seconds(5);
    assert_eq!(world.doors.inside(&world.door("b/web")), 1);
}

#[test]
fn a_failed_start_gives_its_turn_to_the_next_one_at_once() {
    let mut world = three(one_at_a_time());
    world.visit("b/web");
    world.visit("a/web");
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.seconds(1);
    assert_eq!(world.asked, ["wake b/web", "wake a/web"]);
}

fn apart() -> World {
    World::new(&[("a", &one(", not-with: [b/web]")), ("b", &one(""))])
}

#[test]
fn an_idle_service_yields_to_one_that_must_not_run_beside_it() {
    let mut world = apart();
    world.woken("b/web");
    world.seconds(5);
    world.visit("a/web");
    world.seconds(5);
    assert_eq!(world.stands(), "web held by b/web, web awake", "it has only just been started");
    world.seconds(20);
    assert_eq!(world.stands(), "web awake, web asleep");
    assert_eq!(world.asked, ["wake b/web", "sleep b/web", "wake a/web"]);
}

#[test]
fn it_does_not_matter_which_of_two_says_that_they_must_not_run_together() {
    let mut world = apart();
    world.woken("a/web");
    world.visit("b/web");
    world.seconds(10);
    assert_eq!(world.stands(), "web awake, web held by a/web");
    world.seconds(20);
    assert_eq!(world.stands(), "web asleep, web awake");
}

#[test]
fn a_service_in_use_does_not_yield() {
    let mut world = apart();
    world.visit("b/web");
    world.seconds(5);
    world.visit("a/web");
    world.seconds(100);
    assert_eq!(world.stands(), "web held by b/web, web awake");
    world.doors.leave(&world.door("b/web"), world.elapsed);
    world.seconds(10);
    assert_eq!(world.stands(), "web awake, web asleep");
}

#[test]
fn two_that_are_both_wanted_take_turns() {
    let mut world = apart();
    world.visit("b/web");
    world.visit("a/web");
    for _ in 0..100 {
        world.seconds(1);
        for path in ["a/web", "b/web"] {
            let door = world.door(path);
            world.doors.leave(&door, world.elapsed);
            world.visit(path);
            world.doors.leave(&door, world.elapsed);
        }
        assert!(!(world.is_up("a/web") && world.is_up("b/web")), "both run");
    }
    let opened = ["a/web", "b/web"].map(|path| world.doors.at(&world.door(path)).opened);
    assert!(opened[0] >= 2 && opened[1] >= 2, "{opened:?}");
    assert!(opened[0] + opened[1] <= 6, "each keeps its shortest time: {opened:?}");
}

/// Each needs 4 of 10, and 1 is kept free.
fn scarce() -> World {
    let mut world = three(HouseLimits::default());
    for (path, value) in [("a/web", 9.0), ("b/web", 1.0), ("c/web", 5.0)] {
        let entrance = world.doors.at(&world.door(path));
        (entrance.memory, entrance.value) = (Some(4), value);
    }
    world.doors.memory = Some(HostMemory { free: 10, reserve: 1, promised: 0 });
    world
}

/// What runs takes its memory.
fn second(world: &mut World) {
    let up = ["a/web", "b/web", "c/web"].into_iter().filter(|path| world.is_up(path)).count();
    world.doors.memory = Some(HostMemory { free: 10 - 4 * up as u64, reserve: 1, promised: 0 });
    world.seconds(1);
}

#[test]
fn the_least_valuable_idle_service_yields_its_memory() {
    let mut world = scarce();
    for path in ["a/web", "b/web"] {
        world.woken(path);
        second(&mut world);
    }
    world.seconds(20);
    world.visit("c/web");
    assert_eq!(world.stands(), "web awake, web falling asleep, web held by memory, 4 of 1");
    for _ in 0..10 {
        second(&mut world);
    }
    assert_eq!(world.stands(), "web awake, web asleep, web awake");
    assert_eq!(world.asked.last().map(String::as_str), Some("wake c/web"));
    assert_eq!(world.engine.stopped, 1);
}

#[test]
fn a_service_that_was_once_popular_yields_at_last() {
    let mut world = scarce();
    world.woken("a/web");
    world.all_leave();
    for _ in 0..5 {
        for path in ["b/web", "c/web"] {
            world.visit(path);
            for _ in 0..25 {
                second(&mut world);
            }
            world.all_leave();
        }
        if !world.is_up("a/web") {
            return;
        }
    }
    panic!("it has stayed although nobody uses it: {}", world.stands());
}

#[test]
fn what_starts_counts_before_it_has_its_memory() {
    let mut world = scarce();
    for path in ["a/web", "b/web", "c/web"] {
        world.visit(path);
    }
    assert_eq!(world.stands(), "web starting, web starting, web held by its turn");
    world.let_start(3);
    world.seconds(1);
    assert_eq!(world.stands(), "web starting, web starting, web held by memory, 4 of 1");
}

#[test]
fn nobody_yields_memory_who_is_in_use_or_has_just_started() {
    let mut world = scarce();
    world.visit("a/web");
    world.woken("b/web");
    second(&mut world);
    world.visit("c/web");
    world.seconds(5);
    assert_eq!(world.stands(), "web awake, web awake, web held by memory, 4 of 1");
    for _ in 0..30 {
        second(&mut world);
    }
    assert_eq!(world.stands(), "web awake, web asleep, web awake", "not the one in use");
}

#[test]
fn a_service_that_never_fits_is_held_and_nobody_yields_for_nothing() {
    let mut world = scarce();
    world.woken("a/web");
    second(&mut world);
    world.doors.at(&world.door("b/web")).memory = Some(100);
    world.seconds(30);
    world.visit("b/web");
    world.seconds(30);
    assert_eq!(world.stands(), "web awake, web held by memory, 100 of 5, web asleep");
    world.give_up("b/web");
    world.seconds(70);
    assert_eq!(world.stands(), "web awake, web asleep, web asleep");
}

#[test]
fn a_service_that_is_expected_to_be_wanted_is_awake_before_it_is_and_sleeps_if_nobody_comes() {
    let mut world = three(HouseLimits::default());
    let web = world.door("a/web");
    world.tell(Event::PreWarm { door: web.clone() });
    world.seconds(5);
    assert!(world.visit("a/web"));
    let start = world.house.unit(&web).unwrap().last_start.clone().unwrap();
    assert_eq!(start.cause, Some(PowerCause::Predicted { service: web.service.clone() }));
    world.all_leave();
    world.seconds(700);
    invariants::asleep(&world);
    world.tell(Event::PreWarm { door: web });
    world.seconds(700);
    invariants::asleep(&world);
}

#[test]
fn a_guess_costs_nobody_anything() {
    // A turn, memory, one that must not run beside it, a rest.
    let mut world = three(one_at_a_time());
    world.visit("a/web");
    world.tell(Event::PreWarm { door: world.door("b/web") });
    assert_eq!(world.stands(), "web starting, web asleep, web asleep");
    let mut world = scarce();
    world.doors.memory = Some(HostMemory { free: 4, reserve: 1, promised: 0 });
    world.tell(Event::PreWarm { door: world.door("b/web") });
    assert_eq!(world.stands(), "web asleep, web asleep, web asleep");
    let mut world = apart();
    world.woken("b/web");
    world.seconds(60);
    world.tell(Event::PreWarm { door: world.door("a/web") });
    assert_eq!(world.stands(), "web asleep, web awake");
    let mut world = three(HouseLimits::default());
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.glance("a/web");
    world.seconds(1);
    world.tell(Event::PreWarm { door: world.door("a/web") });
    assert!(world.stands().starts_with("web failed"));
    assert_eq!(world.asked.len(), 1);
}
