use super::*;

fn at(minute: u64) -> Timestamp {
    Timestamp::beginning().plus(Duration::from_mins(minute))
}

fn start(seconds: u64, failure: Option<&str>) -> RecordedStart {
    RecordedStart {
        at: at(1),
        cause: PowerCause::Person { service: "web".parse().unwrap() },
        until_running: Duration::from_secs(2),
        until_ready: Duration::from_secs(seconds),
        failure: failure.map(str::to_owned),
    }
}

#[test]
fn a_start_teaches_how_long_the_next_one_takes_and_a_failed_one_does_not() {
    let mut experience = Experience::default();
    assert_eq!(experience.lesson(), Lesson::default());
    experience.started("a", start(100, Some("ended")));
    assert_eq!(experience.usual(), None);
    experience.started("a", start(18, None));
    let usual = Duration::from_secs(20);
    assert_eq!(experience.usual(), Some((usual, usual)));
    let lesson = experience.lesson();
    assert_eq!(lesson.min_up, Some(Duration::from_secs(40)));
    assert!(lesson.start_timeout.unwrap() >= Duration::from_mins(1));
    assert_eq!(experience.recent.len(), 2, "both are shown");
    assert_eq!(experience.failing(), (0, None));
    experience.started("a", start(1, Some("silent")));
    experience.started("a", start(1, Some("ended")));
    assert_eq!(experience.failing(), (2, Some("ended")));
}

#[test]
fn another_definition_is_told_apart() {
    let mut experience = Experience::default();
    for _ in 0..5 {
        experience.started("a", start(58, None));
    }
    for _ in 0..3 {
        experience.started("b", start(3, None));
    }
    assert_eq!(
        experience.usual().unwrap().0,
        Duration::from_secs(5),
        "the slow ones were of another definition"
    );
}

#[test]
fn only_so_many_are_kept_and_they_survive_a_restart() {
    let mut experience = Experience::default();
    for _ in 0..REMEMBERED + 10 {
        experience.started("a", start(1, None));
    }
    assert_eq!(experience.recent.len(), REMEMBERED);
    experience.predicted(at(3), &experience.terms(Duration::from_mins(10), 0, true));
    let text = serde_json::to_string(&experience).unwrap();
    assert_eq!(serde_json::from_str::<Experience>(&text).unwrap(), experience);
    assert_eq!(
        serde_json::from_str::<Experience>("{}").unwrap(),
        Experience::default(),
        "a later release may know more"
    );
}

#[test]
fn a_prediction_is_settled_once() {
    let mut experience = Experience::default();
    assert!(!experience.settle_prediction(PredictionOutcome::Hit));
    experience.predicted(at(3), &experience.terms(Duration::from_mins(10), 0, true));
    assert!(experience.settle_prediction(PredictionOutcome::Wasted));
    assert!(!experience.settle_prediction(PredictionOutcome::Hit), "the next use has nothing to do with it");
    assert_eq!(experience.predictions.back().unwrap().outcome, Some(PredictionOutcome::Wasted));
}

#[test]
fn what_a_cold_start_is_worth_can_be_declared() {
    let experience = Experience::default();
    assert!((experience.cold_start_worth(Some(Duration::from_mins(45))) - 45.0).abs() < 1e-9);
    assert!((experience.cold_start_worth(None) - 10.0).abs() < 1e-9, "15 s and 1 GiB");
}
