use super::*;
use crate::gateway::fixture::request;

fn at(seconds: u64) -> Timestamp {
    Timestamp::beginning().plus(Duration::from_hours(1_000)).plus(Duration::from_secs(seconds))
}

fn book() -> Book {
    Book::resume(Experience::default(), BTreeMap::new(), at(0), 0)
}

fn terms(book: &Book) -> Terms {
    book.experience.terms(Duration::from_mins(10), 0, true)
}

fn start(cause: Option<PowerCause>) -> LastStart {
    LastStart { start: 1, cause, until_running: Duration::from_secs(2), until_ready: Duration::from_secs(3) }
}

fn predicted() -> PowerCause {
    PowerCause::Predicted { service: "web".parse().unwrap() }
}

fn today(book: &Book) -> &Day {
    &book.days[&DayNumber::of(at(0))]
}

/// A book of a service that was woken for this cause and is ready at second 10.
fn woken(cause: PowerCause) -> Book {
    let mut book = book();
    let terms = terms(&book);
    book.woken(&cause, &terms, at(5));
    book.ready("a", &start(Some(cause)), at(10));
    book
}

#[test]
fn a_request_that_wakes_is_a_cold_start_and_a_use() {
    let mut book = woken(request("web"));
    assert_eq!(book.count(3, false, at(12), at(20), 0), Some(Turnout::Missed), "nobody had expected it");
    assert_eq!(book.count(5, false, at(25), at(30), 0), None, "the same use");
    let day = today(&book);
    assert_eq!((day.requests, day.cold_starts, day.wakes["request"], day.use_count()), (5, 1, 1, 1));
    assert_eq!(book.experience.recent.len(), 1);
    assert_eq!(book.experience.traffic.prewarms.counts().missed, 1);
}

#[test]
fn what_was_found_running_is_no_start() {
    let mut book = book();
    book.ready("a", &start(None), at(10));
    assert!(book.experience.recent.is_empty());
    assert_eq!(book.count(1, false, at(12), at(20), 0), None);
}

#[test]
fn a_use_ends_a_minute_after_the_last_request_and_while_somebody_is_inside_it_goes_on() {
    let mut book = woken(request("web"));
    let mut requests = 1;
    book.count(requests, true, at(12), at(12), 0);
    for second in (20..600).step_by(10) {
        assert_eq!(book.count(requests, true, at(12), at(second), 0), None);
    }
    assert_eq!(book.experience.traffic.last_use(), None, "it has not ended");
    book.count(requests, false, at(595), at(660), 0);
    assert_eq!(book.experience.traffic.last_use(), Some(at(590)));
    requests += 1;
    book.count(requests, false, at(900), at(905), 0);
    assert_eq!(today(&book).use_count(), 2);
}

#[test]
fn a_start_ahead_is_a_hit_if_somebody_comes_and_wasted_otherwise() {
    let mut hit = woken(predicted());
    assert!(hit.is_unused_guess());
    assert_eq!(hit.count(1, false, at(50), at(60), 0), Some(Turnout::Expected));
    assert!(!hit.is_unused_guess());
    assert_eq!((today(&hit).hits, today(&hit).cold_starts), (1, 0));
    assert_eq!(hit.slept(at(900), 0), None, "it was settled");

    let mut wasted = woken(predicted());
    assert_eq!(wasted.slept(at(900), 0), Some(PredictionOutcome::Wasted));
    assert_eq!((today(&wasted).wasted, today(&wasted).hits), (1, 0));
}

#[test]
fn sleep_is_accounted_for_with_the_memory_it_saves() {
    let mut book = book();
    book.peaked(1 << 30);
    book.pass(true, at(0));
    book.pass(true, at(3_600));
    book.pass(false, at(7_200));
    assert_eq!(book.asleep, Duration::from_hours(1), "the second hour it was awake");
    assert!((book.saved - 1.0).abs() < 1e-6, "{}", book.saved);
    assert!((today(&book).saved_gib_hours() - 1.0).abs() < 0.01);
}

#[test]
fn the_memory_of_a_life_is_looked_at_once_the_worker_has_stored_it() {
    let mut book = woken(request("web"));
    book.slept(at(100), 0);
    assert!(book.lives_to_look_at(at(200)).is_empty(), "too early");
    assert_eq!(book.lives_to_look_at(at(100 + 360)), [(at(7), at(100))]);
    assert!(book.lives_to_look_at(at(9_999)).is_empty(), "once");
}

#[test]
fn what_could_not_be_stored_is_stored_later() {
    let mut book = woken(request("web"));
    let (experience, days) = book.take_unsaved();
    assert!(experience.is_some() && days.len() == 1);
    assert_eq!(book.take_unsaved(), (None, Vec::new()));
    book.unsave(true, days.clone());
    assert_eq!(book.take_unsaved(), (experience, days));
}

#[test]
fn without_a_comparison_the_configured_time_holds() {
    let mut book = woken(request("web"));
    book.count(1, false, at(12), at(12), 0);
    book.count(1, false, at(12), at(100), 0);
    let terms = terms(&book);
    assert_eq!(book.advice(&terms, at(200)), None);
}

#[test]
fn a_failed_start_is_remembered_with_its_reason() {
    let mut book = book();
    book.failed("a", &StartFailure::Ended(3), Some(request("web")), Duration::from_secs(9), at(20));
    assert_eq!(book.experience.recent[0].failure.as_deref(), Some("ended"));
    assert_eq!(book.experience.usual(), None);
    assert_eq!(today(&book).failures, 1);
}
