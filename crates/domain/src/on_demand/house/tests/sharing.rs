//! Services that share others, in one stack and across stacks.

use super::invariants;
use super::world::World;

fn door(more: &str) -> String {
    format!("x-core-monitor: {{on-demand: {{port: 80, idle-timeout: 60s, min-up: 0s{more}}}}}")
}

#[test]
fn what_two_need_sleeps_with_the_last_of_them() {
    let door = door("");
    let services = format!(
        "  a: {{image: a, depends_on: [db], {door}}}\n  b: {{image: a, depends_on: [db], {door}}}\n  db: {{image: a}}\n"
    );
    let mut world = World::new(&[("shop", &services)]);
    world.woken("shop/a");
    world.visit("shop/b");
    world.seconds(90);
    assert_eq!(world.stands(), "a asleep, b awake");
    assert!(world.is_up("shop/db") && !world.is_up("shop/a"));
    world.all_leave();
    world.seconds(70);
    assert!(!world.is_up("shop/db"));
    assert_eq!(world.asked, ["wake shop/a+db", "wake shop/b+db", "sleep shop/a", "sleep shop/b+db"]);
    invariants::asleep(&world);
}

#[test]
fn two_knocks_at_one_stack_wait_for_one_command_and_two_sleeps_too() {
    let door = door("");
    let services = format!(
        "  a: {{image: a, depends_on: [db], {door}}}\n  b: {{image: a, depends_on: [db], {door}}}\n  db: {{image: a}}\n"
    );
    let mut world = World::new(&[("shop", &services)]);
    world.visit("shop/a");
    world.visit("shop/b");
    world.seconds(6);
    assert_eq!(world.stands(), "a awake, b awake");
    assert_eq!(world.engine.started, 3);
    assert_eq!(world.asked, ["wake shop/a+db", "wake shop/a+b+db"], "the later one says everything");
    world.all_leave();
    world.seconds(70);
    assert_eq!(world.asked[2..], ["sleep shop/a", "sleep shop/a+b+db"]);
    invariants::asleep(&world);
    assert!(!world.is_up("shop/db"));
}

#[test]
fn a_needed_service_that_is_asked_for_itself_sleeps_by_its_own_time_after_the_last_that_needs_it() {
    let door = door("");
    let services = format!("  web: {{image: a, depends_on: [db], {door}}}\n  db: {{image: a, {door}}}\n");
    let mut world = World::new(&[("shop", &services)]);
    world.woken("shop/web");
    world.seconds(50);
    assert_eq!(world.stands(), "db awake, web awake");
    world.seconds(20);
    assert_eq!(world.stands(), "db awake, web asleep", "its own time has only begun");
    world.seconds(35);
    assert_eq!(world.stands(), "db awake, web asleep");
    world.seconds(20);
    invariants::asleep(&world);
    assert_eq!(world.asked, ["wake shop/db+web", "sleep shop/web", "sleep shop/db"]);
}

#[test]
fn a_database_shared_by_two_stacks_of_a_minute_and_an_hour_survives_until_the_last_sleeps() {
    let short = format!("  web: {{image: a, {}}}\n", door(", needs: [shared/db]"));
    let long = short.replace("60s", "1h");
    let db = format!("  db: {{image: a, {}}}\n", door(""));
    let mut world = World::new(&[("short", &short), ("long", &long), ("shared", &db)]);
    world.visit("long/web");
    world.visit("short/web");
    world.seconds(8);
    assert_eq!(world.stands(), "web awake, web awake, db awake");
    assert_eq!(world.asked[0], "wake shared/db", "what is needed comes first");
    world.all_leave();
    world.seconds(1_800);
    assert_eq!(world.stands(), "web asleep, web awake, db awake");
    world.seconds(1_850);
    assert_eq!(world.stands(), "web asleep, web asleep, db awake");
    world.seconds(70);
    invariants::asleep(&world);
}

#[test]
fn a_needed_service_that_has_failed_is_tried_again_as_long_as_somebody_waits() {
    let web = format!("  web: {{image: a, {}}}\n", door(", needs: [shared/db]"));
    let db = format!("  db: {{image: a, {}}}\n", door(""));
    let mut world = World::new(&[("shop", &web), ("shared", &db)]);
    world.queue.wakes_fail = Some("no space left".to_owned());
    world.visit("shop/web");
    world.seconds(5);
    assert!(world.stands().starts_with("web held by its need of shared/db, db failed"), "{}", world.stands());
    world.seconds(12);
    assert_eq!(world.stands(), "web awake, db awake");
}

#[test]
fn a_circle_of_needs_is_cut_at_the_same_place_and_both_wake_and_sleep() {
    let a = format!("  web: {{image: a, {}}}\n", door(", needs: [b/web]"));
    let b = format!("  web: {{image: a, {}}}\n", door(", needs: [a/web]"));
    let mut world = World::new(&[("a", &a), ("b", &b)]);
    let (first, second) = (world.door("a/web"), world.door("b/web"));
    assert!(world.house.relations.leases(&first, &second) && !world.house.relations.leases(&second, &first));
    world.woken("a/web");
    assert_eq!(world.stands(), "web awake, web awake");
    world.seconds(200);
    invariants::asleep(&world);
    world.woken("b/web");
    assert_eq!(world.stands(), "web asleep, web awake");
}

#[test]
fn a_circle_through_what_wakes_with_a_service_is_cut_too() {
    let one = format!("  web: {{image: a, {}}}\n", door(", needs: [two/api]"));
    let two = format!(
        "  api: {{image: a, depends_on: [disk], {}}}\n  disk: {{image: a, {}}}\n",
        door(""),
        door(", needs: [one/web]")
    );
    let mut world = World::new(&[("one", &one), ("two", &two)]);
    world.woken("two/disk");
    world.woken("one/web");
    world.woken("two/api");
    world.seconds(400);
    invariants::asleep(&world);
}

#[test]
fn two_that_keep_different_things_do_not_take_each_others_place() {
    let services = format!("  a: {{image: a, {}}}\n  b: {{image: a, {}}}\n", door(""), door(", stop: pause"));
    let mut world = World::new(&[("shop", &services)]);
    world.visit("shop/a");
    world.visit("shop/b");
    world.seconds(10);
    world.all_leave();
    world.seconds(66);
    invariants::asleep(&world);
    assert_eq!(world.asked[2..], ["sleep shop/a", "sleep shop/b"], "one after the other");
    assert!(matches!(world.engine.of_door(&world.door("shop/b")).power, super::world::Power::Paused(_)));
}

#[test]
fn a_paused_service_wakes_as_the_run_that_it_was() {
    let mut world = World::new(&[("shop", &format!("  web: {{image: a, {}}}\n", door(", stop: pause")))]);
    world.woken("shop/web");
    world.seconds(70);
    invariants::asleep(&world);
    assert_eq!(world.engine.started, 1);
    world.woken("shop/web");
    assert_eq!(world.engine.started, 1, "it goes on");
}

#[test]
fn a_sleep_that_a_wake_displaced_is_made_up_for() {
    let door = door("");
    let services = format!("  a: {{image: a, {door}}}\n  b: {{image: a, {door}}}\n");
    let mut world = World::new(&[("shop", &services)]);
    world.woken("shop/a");
    world.worker_is_dead = true;
    world.seconds(61);
    assert_eq!(world.stands(), "a falling asleep, b asleep");
    world.visit("shop/b");
    world.worker_is_dead = false;
    world.seconds(5);
    assert_eq!(world.stands(), "a awake, b awake");
    world.seconds(70);
    assert_eq!(world.stands(), "a asleep, b awake");
}
