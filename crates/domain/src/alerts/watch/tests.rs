//! Stories that are told, and how.

use uuid::Uuid;

use super::*;
use crate::alerts::{AlertSeverity, Phase, Restarts, StackRef};
use crate::ids::{ContainerId, StackId};

/// A watch and the time.
struct Scene {
    watch: Watch,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        Self { watch: Watch::default(), now: Timestamp::from_millis(1_800_000_000_000).unwrap() }
    }

    /// Looks now, and then lets time pass. What is told: phase and heading.
    fn look(&mut self, facts: &Facts, pass: Duration) -> Vec<String> {
        self.alerts(facts, pass).iter().map(|alert| format!("{}: {}", alert.phase, alert.title)).collect()
    }

    fn alerts(&mut self, facts: &Facts, pass: Duration) -> Vec<Alert> {
        let alerts = self.watch.look(facts, self.now);
        self.now = self.now.plus(pass);
        alerts
    }
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn shop() -> StackRef {
    StackRef { id: StackId(Uuid::from_u128(7)), name: "shop".parse().unwrap() }
}

fn facts(holding: Vec<Fact>) -> Facts {
    Facts { holding, ..Facts::default() }
}

fn nothing() -> Facts {
    Facts::default()
}

fn unhealthy(service: &str) -> Fact {
    Fact::ServiceUnhealthy { stack: shop(), service: service.to_owned(), since: None }
}

fn disk(path: &str, free_bytes: u64) -> Fact {
    Fact::DiskLow { path: path.to_owned(), free_bytes, total_bytes: 1 << 40 }
}

#[test]
fn a_fact_is_told_once_after_its_patience_and_its_end_too() {
    let mut scene = Scene::new();
    let sick = facts(vec![unhealthy("web")]);
    assert_eq!(scene.look(&sick, MINUTE), [""; 0]);
    assert_eq!(scene.look(&sick, MINUTE), [""; 0]);
    let began = scene.alerts(&sick, MINUTE);
    let [alert] = began.as_slice() else { panic!("{began:#?}") };
    assert_eq!((alert.phase, alert.severity), (Phase::Began, AlertSeverity::Critical));
    assert_eq!(alert.title, "shop: service web is unhealthy");
    assert_eq!(
        alert.sentence,
        "the health check of service `web` fails; read its logs; if the last change broke it, roll back"
    );
    assert_eq!(alert.at.since(alert.since), 2 * MINUTE);
    assert_eq!(alert.link_path, "/stacks/00000000-0000-0000-0000-000000000007");
    assert_eq!(scene.look(&sick, HOUR), [""; 0]);
    let ended = scene.alerts(&nothing(), MINUTE);
    assert_eq!((ended.len(), ended[0].phase), (1, Phase::Resolved));
    assert_eq!(ended[0].title, "shop: service web is no longer unhealthy");
    assert_eq!(ended[0].sentence, "it lasted 1 h 3 min");
    assert_eq!((&ended[0].id_key, ended[0].since), (&alert.id_key, alert.since));
    assert_eq!(scene.look(&nothing(), MINUTE), [""; 0]);
}

#[test]
fn what_is_over_before_it_was_told_is_not_told_at_all() {
    let mut scene = Scene::new();
    assert_eq!(scene.look(&facts(vec![unhealthy("web")]), MINUTE), [""; 0]);
    assert_eq!(scene.look(&nothing(), MINUTE), [""; 0]);
    assert_eq!(scene.look(&facts(vec![unhealthy("web")]), MINUTE), [""; 0], "its patience begins anew");
    assert_eq!(scene.look(&facts(vec![unhealthy("web")]), MINUTE), [""; 0]);
    assert_eq!(scene.look(&facts(vec![unhealthy("web")]), MINUTE).len(), 1);
}

#[test]
fn what_lasts_is_told_again_every_day() {
    let mut scene = Scene::new();
    let full = facts(vec![disk("/data", 1 << 30)]);
    assert_eq!(
        scene.look(&full, 23 * HOUR + 59 * MINUTE),
        ["began: only 1.0 GiB are free on the disk of /data"]
    );
    assert_eq!(scene.look(&full, MINUTE), [""; 0]);
    let still = scene.alerts(&full, DAY);
    assert_eq!(still[0].title, "still: only 1.0 GiB are free on the disk of /data");
    assert!(still[0].sentence.text().starts_with("this has lasted 1 d 0 h: only"), "{}", still[0].sentence);
    assert_eq!(scene.look(&full, MINUTE).len(), 1);
}

#[test]
fn a_disk_that_gets_worse_is_told_at_once() {
    let mut scene = Scene::new();
    let first = scene.alerts(&facts(vec![disk("/data", 1 << 30)]), MINUTE);
    let worse = scene.alerts(&facts(vec![disk("/data", 1 << 20)]), MINUTE);
    assert_eq!((first[0].severity, worse[0].severity), (AlertSeverity::Warning, AlertSeverity::Critical));
    assert_eq!(worse[0].title, "still: only 1.0 MiB are free on the disk of /data");
    assert_eq!(scene.look(&facts(vec![disk("/data", 1 << 30)]), MINUTE), [""; 0], "better is no news");
}

#[test]
fn what_keeps_coming_and_going_is_told_once_and_is_over_when_it_stays_away() {
    let mut scene = Scene::new();
    let low = facts(vec![disk("/data", 1 << 30)]);
    for round in 0..FLAPS {
        assert_eq!(scene.look(&low, MINUTE).len(), 1, "{round}");
        assert_eq!(scene.look(&nothing(), MINUTE).len(), 1, "{round}");
    }
    let fourth = scene.alerts(&low, MINUTE);
    assert_eq!(fourth[0].title, "only 1.0 GiB are free on the disk of /data, again and again");
    let start = "this has come and gone: it began 4 times within 30 min. You are told when";
    assert!(fourth[0].sentence.text().starts_with(start), "{}", fourth[0].sentence);
    for _ in 0..20 {
        assert_eq!(scene.look(&nothing(), MINUTE), [""; 0]);
        assert_eq!(scene.look(&low, MINUTE), [""; 0]);
    }
    assert_eq!(scene.look(&nothing(), 29 * MINUTE), [""; 0]);
    assert_eq!(scene.look(&nothing(), MINUTE), [""; 0]);
    let calm = scene.alerts(&nothing(), MINUTE);
    assert_eq!((calm.len(), calm[0].phase), (1, Phase::Resolved));
    assert_eq!(calm[0].sentence, "it has not come back for 30 min");
    assert_eq!(scene.look(&low, MINUTE), ["began: only 1.0 GiB are free on the disk of /data"]);
}

#[test]
fn something_short_that_keeps_coming_is_told_although_it_never_lasts() {
    let mut scene = Scene::new();
    let mut told = Vec::new();
    for _ in 0..=FLAPS {
        told.extend(scene.look(&facts(vec![unhealthy("web")]), MINUTE));
        told.extend(scene.look(&nothing(), MINUTE));
    }
    assert_eq!(told, ["began: shop: service web is unhealthy, again and again"]);
}

#[test]
fn what_cannot_be_seen_neither_begins_nor_ends() {
    let mut scene = Scene::new();
    let mut blind = nothing();
    blind.unseen.stacks.insert(shop().id);
    let sick = facts(vec![unhealthy("web"), unhealthy("db")]);
    scene.look(&sick, 2 * MINUTE);
    assert_eq!(scene.look(&sick, MINUTE).len(), 2);
    assert_eq!(scene.look(&blind, HOUR), [""; 0], "a command works on the stack");
    assert_eq!(
        scene.look(&facts(vec![unhealthy("web")]), MINUTE),
        ["resolved: shop: service db is no longer unhealthy"]
    );
    assert_eq!(scene.look(&nothing(), MINUTE), ["resolved: shop: service web is no longer unhealthy"]);
    scene.look(&facts(vec![unhealthy("db")]), MINUTE);
    scene.look(&blind, HOUR);
    assert_eq!(scene.look(&facts(vec![unhealthy("db")]), MINUTE), [""; 0], "its patience begins anew");
}

#[test]
fn twenty_alerts_an_hour_are_told_then_how_many_were_left_out_and_later_the_rest() {
    let mut scene = Scene::new();
    let full = facts((0..30).map(|number| disk(&format!("/disk/{number:02}"), 1)).collect());
    let first = scene.alerts(&full, 59 * MINUTE);
    assert_eq!(first.len(), LIMIT + 1);
    let summary = first.last().unwrap();
    assert_eq!((summary.title.text(), summary.phase), ("too many alerts", Phase::Began));
    assert_eq!(summary.sentence.params()["count"].as_str(), "10");
    assert_eq!(scene.look(&full, MINUTE), [""; 0]);
    let rest = scene.alerts(&full, HOUR);
    assert_eq!(rest.len(), 11);
    assert!(rest[..10].iter().all(|alert| alert.phase == Phase::Began && alert.since == first[0].since));
    assert_eq!((rest[10].title.text(), rest[10].phase), ("alerts are complete again", Phase::Resolved));
    let ends = scene.alerts(&nothing(), HOUR);
    assert_eq!(ends.len(), LIMIT + 1);
    assert_eq!(scene.look(&nothing(), HOUR).len(), 11);
    assert_eq!(scene.look(&nothing(), HOUR), [""; 0]);
}

#[test]
fn the_worst_is_told_first_when_there_is_too_much() {
    let mut scene = Scene::new();
    let mut holding: Vec<Fact> = (0..30).map(|number| disk(&format!("/a/{number:02}"), 1 << 30)).collect();
    holding.push(disk("/z", 0));
    let told = scene.alerts(&facts(holding), MINUTE);
    assert_eq!(told[0].title, "only 0.0 MiB are free on the disk of /z");
}

#[test]
fn a_clock_that_is_set_back_silences_nothing() {
    let mut scene = Scene::new();
    let full = facts((0..30).map(|number| disk(&format!("/disk/{number:02}"), 1)).collect());
    scene.look(&full, Duration::ZERO);
    scene.now = Timestamp::from_millis(1_000).unwrap();
    assert_eq!(scene.look(&full, HOUR), [""; 0]);
    assert_eq!(scene.look(&full, DAY).len(), 11, "an hour later, not years later");
    assert_eq!(scene.look(&full, HOUR).iter().filter(|told| told.starts_with("reminder")).count(), LIMIT);
}

fn restarts(count: u32) -> Restarts {
    let container = ContainerId("c1".to_owned());
    Restarts { container, stack: shop(), service: "web".to_owned(), count }
}

#[test]
fn a_crash_loop_is_seen_by_the_count_of_restarts_alone() {
    let mut scene = Scene::new();
    let at = |count: u32| Facts { restarts: vec![restarts(count)], ..Facts::default() };
    assert_eq!(scene.look(&at(90), MINUTE), [""; 0], "they may be long ago");
    assert_eq!(scene.look(&at(91), MINUTE), [""; 0]);
    assert_eq!(scene.look(&at(92), MINUTE), [""; 0]);
    let told = scene.alerts(&at(94), MINUTE);
    assert_eq!(told[0].title, "shop: service web keeps crashing");
    let words = "the engine has restarted service `web` 4 times within 10 min; read its logs";
    assert!(told[0].sentence.text().starts_with(words), "{}", told[0].sentence);
    for count in 95..100 {
        assert_eq!(scene.look(&at(count), 9 * MINUTE), [""; 0], "it goes on, although more slowly");
    }
    assert_eq!(scene.look(&at(99), MINUTE), [""; 0]);
    assert_eq!(scene.look(&at(99), MINUTE), ["resolved: shop: service web has stopped crashing"]);
    assert_eq!(scene.look(&at(0), MINUTE), [""; 0], "somebody started it, which is no restart");
}

#[test]
fn a_service_that_keeps_crashing_is_not_told_to_have_failed_as_well() {
    let mut scene = Scene::new();
    let failed = Fact::ServiceFailed {
        stack: shop(),
        service: "web".to_owned(),
        status: "Restarting (1)".to_owned(),
        since: None,
    };
    let at = |count: u32| Facts { restarts: vec![restarts(count)], ..facts(vec![failed.clone()]) };
    assert_eq!(scene.look(&at(0), MINUTE), [""; 0]);
    assert_eq!(scene.look(&at(5), MINUTE), ["began: shop: service web keeps crashing"]);
    assert_eq!(scene.look(&at(6), MINUTE), [""; 0]);
}

#[test]
fn a_restart_of_the_program_neither_repeats_nor_forgets() {
    let mut scene = Scene::new();
    let full = facts(vec![disk("/data", 1 << 30)]);
    assert_eq!(scene.look(&full, MINUTE).len(), 1);
    let stored = serde_json::to_string(scene.watch.state()).unwrap();
    scene.watch = Watch::resume(serde_json::from_str(&stored).unwrap());
    assert_eq!(scene.look(&full, MINUTE), [""; 0]);
    assert_eq!(
        scene.look(&nothing(), MINUTE),
        ["resolved: there is enough space on the disk of /data again"]
    );
    assert_eq!(scene.look(&nothing(), HOUR), [""; 0]);
    assert_eq!(scene.watch.state().stories.len(), 1, "its beginnings count for a while");
    scene.look(&nothing(), HOUR);
    assert!(scene.watch.state().stories.is_empty());
}
