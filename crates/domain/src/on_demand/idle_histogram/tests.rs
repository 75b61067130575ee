use super::*;

fn minutes(value: u64) -> Duration {
    Duration::from_mins(value)
}

fn of(pauses: impl IntoIterator<Item = u64>) -> IdleHistogram {
    let mut histogram = IdleHistogram::default();
    for pause in pauses {
        histogram.record(minutes(pause));
    }
    histogram
}

#[test]
fn an_hourly_job_is_expected_around_the_hour() {
    let histogram = of([59; 24]);
    let expected = histogram.expected().unwrap();
    assert_eq!(expected.head, minutes(59).mul_f64(0.9));
    assert_eq!(expected.tail, minutes(66), "the end of the bin, and a tenth more");
    assert!(histogram.variation().unwrap() > 15.0);
}

#[test]
fn head_and_tail_leave_out_the_rarest_pauses() {
    let histogram = of((0..200).map(|at| if at % 40 == 0 { 3 } else { 30 + at % 3 }));
    let expected = histogram.expected().unwrap();
    assert_eq!(expected.head, minutes(30).mul_f64(0.9), "a pause of three minutes is one of forty");
    assert_eq!(expected.tail, minutes(33).mul_f64(1.1));
}

#[test]
fn nothing_is_expected_from_few_pauses() {
    assert_eq!(IdleHistogram::default().expected(), Err(Unpredictable::TooFew));
    assert_eq!(of([59; 9]).expected(), Err(Unpredictable::TooFew));
    assert_eq!(of([59; 10]).expected(), Err(Unpredictable::TooFew), "the weights of ten are less than ten");
    assert!(of([59; 12]).expected().is_ok());
}

#[test]
fn nothing_is_expected_when_most_pauses_are_too_long_to_count() {
    let histogram = of([500, 600, 20].into_iter().cycle().take(60));
    assert!(histogram.out_of_bounds() > 0.6);
    assert_eq!(histogram.expected(), Err(Unpredictable::OutOfBounds));
}

#[test]
fn four_hours_are_out_of_bounds_and_a_minute_less_is_not() {
    assert!(of([239]).out_of_bounds().abs() < 1e-9);
    assert!((of([240]).out_of_bounds() - 1.0).abs() < 1e-9);
    assert_eq!(of([240]).percentile(0.5), None);
}

#[test]
fn nothing_is_expected_from_pauses_of_all_lengths() {
    let even = of((0..480).map(|at| at * 7 % 240));
    assert_eq!(even.expected(), Err(Unpredictable::TooEven), "variation {:?}", even.variation());
}

#[test]
fn pauses_within_one_use_do_not_count() {
    let mut histogram = of([59; 24]);
    for _ in 0..10_000 {
        histogram.record(Duration::from_secs(59));
    }
    assert_eq!(histogram, of([59; 24]));
}

#[test]
fn a_new_timetable_replaces_the_old_one() {
    let mut histogram = of([59; 500]);
    for _ in 0..250 {
        histogram.record(minutes(29));
    }
    let expected = histogram.expected().unwrap();
    assert_eq!((expected.head, expected.tail), (minutes(29).mul_f64(0.9), minutes(33)));
    let shorter = of([500; 100].into_iter().chain([29; 200]));
    assert!(shorter.out_of_bounds() < 0.02, "{}", shorter.out_of_bounds());
}

#[test]
fn the_weight_is_the_number_of_pauses_but_never_above_fifty() {
    assert!((of([10, 10]).weight() - 1.98).abs() < 1e-9);
    assert!(of((0..5_000).map(|_| 10)).weight() <= 50.0 + 1e-6);
}

#[test]
fn a_stored_histogram_says_the_same_and_is_small() {
    let histogram = of((0..1_000).map(|at| at * 7 % 300));
    let text = serde_json::to_string(&histogram).unwrap();
    assert!(text.len() < 3_000, "{} bytes", text.len());
    let read: IdleHistogram = serde_json::from_str(&text).unwrap();
    assert_eq!(read.expected(), histogram.expected());
    assert_eq!(read.percentile(0.5), histogram.percentile(0.5));
    assert!((read.weight() - histogram.weight()).abs() < 0.02);
    let regular = serde_json::to_string(&of([59; 300])).unwrap();
    assert_eq!(regular, r#"{"bins":[[59,49.8834]],"beyond":0.0}"#);
}

#[test]
fn damaged_weights_are_left_out() {
    let read: IdleHistogram =
        serde_json::from_str(r#"{"bins":[[59,12.0],[60,-4.0],[255,3.0]],"beyond":-1}"#).unwrap();
    assert!((read.weight() - 12.0).abs() < 1e-9);
    assert!(read.expected().is_ok());
}
