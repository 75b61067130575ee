use super::*;

/// A local time of July 2026; the 6th is a Monday.
fn july(day: i64, hour: i64, minute: i64) -> LocalMinutes {
    let first = Timestamp::parse("2026-07-01T00:00:00Z").unwrap();
    LocalMinutes(LocalMinutes::of(first, 0).0 + ((day - 1) * 24 + hour) * 60 + minute)
}

fn percent(profile: &WeekProfile, at: LocalMinutes) -> f64 {
    (profile.likelihood(at.slot()) * 1_000.0).round() / 10.0
}

#[test]
fn weekdays_and_weekends_have_their_own_slots() {
    assert_eq!(july(6, 0, 0).slot().place(), 0, "Monday");
    assert_eq!(july(10, 9, 0).slot().place(), 36, "Friday at nine");
    assert_eq!(july(11, 0, 0).slot().place(), 96, "Saturday");
    assert_eq!(july(12, 23, 59).slot().place(), 191, "Sunday, at the very end");
    assert_eq!(july(13, 9, 14).slot().place(), 36);
    assert_eq!(july(13, 9, 15).slot().place(), 37);
}

#[test]
fn local_time_is_the_offset_away_from_utc() {
    let instant = Timestamp::parse("2026-07-05T22:30:00Z").unwrap();
    assert_eq!(LocalMinutes::of(instant, 120), july(6, 0, 30), "in Paris it is Monday already");
    assert_eq!(LocalMinutes::of(instant, -240), july(5, 18, 30));
    let slot = LocalMinutes::of(instant, 120).slot();
    assert_eq!(slot.begins(120), instant);
    assert_eq!(slot.place(), 2);
}

#[test]
fn times_before_1970_have_a_slot_too() {
    let instant = Timestamp::from_millis(-60_000).unwrap();
    assert_eq!(LocalMinutes::of(instant, 0).slot(), Slot(-1));
    assert_eq!(Slot(-1).place(), 95, "Wednesday, the last quarter");
}

#[test]
fn each_day_has_a_fifth_of_the_weight() {
    let mut profile = WeekProfile::default();
    let mut seen = Vec::new();
    for day in 6..=10 {
        profile.used(july(day, 9, 5));
        profile.watched_until(july(day, 10, 0));
        seen.push(percent(&profile, july(6, 9, 0)));
    }
    assert_eq!(seen, [20.0, 36.0, 48.8, 59.0, 67.2]);
    assert!(percent(&profile, july(6, 9, 15)).abs() < 1e-9, "the next quarter was never used");
    assert!(percent(&profile, july(11, 9, 0)).abs() < 1e-9, "nor any on a weekend");
}

#[test]
fn a_slot_counts_once_it_has_ended() {
    let mut profile = WeekProfile::default();
    profile.used(july(6, 9, 5));
    profile.used(july(6, 9, 14));
    assert!(percent(&profile, july(6, 9, 0)).abs() < 1e-9);
    profile.watched_until(july(6, 9, 15));
    assert!((percent(&profile, july(6, 9, 0)) - 20.0).abs() < 1e-9, "two uses are still one day");
}

#[test]
fn days_without_a_use_make_it_less_likely_and_weekends_do_not() {
    let mut profile = WeekProfile::default();
    profile.used(july(9, 9, 0));
    profile.watched_until(july(9, 12, 0));
    assert!((percent(&profile, july(9, 9, 0)) - 20.0).abs() < 1e-9);
    profile.watched_until(july(10, 12, 0));
    assert!((percent(&profile, july(9, 9, 0)) - 16.0).abs() < 1e-9);
    profile.watched_until(july(12, 23, 0));
    assert!((percent(&profile, july(9, 9, 0)) - 16.0).abs() < 1e-9);
}

#[test]
fn a_long_use_touches_every_slot_until_its_end() {
    let mut profile = WeekProfile::default();
    profile.used_during(july(6, 9, 10), july(6, 9, 46));
    profile.watched_until(july(6, 11, 0));
    let likely: Vec<bool> =
        (0..6).map(|count| profile.is_likely(july(6, 9, 0).slot().plus(count), 20)).collect();
    assert_eq!(likely, [true, true, true, true, false, false]);
}

#[test]
fn nothing_is_concluded_from_times_that_were_not_watched() {
    let mut profile = WeekProfile::default();
    profile.used(july(6, 9, 0));
    profile.watched_until(july(6, 12, 0));
    profile.not_watched_until(july(8, 12, 0));
    profile.watched_until(july(8, 13, 0));
    assert!((percent(&profile, july(6, 9, 0)) - 20.0).abs() < 1e-9);
    profile.watched_until(july(30, 13, 0));
    assert!((percent(&profile, july(6, 9, 0)) - 20.0).abs() < 1e-9, "three weeks of silence");
}

#[test]
fn the_hour_that_clocks_repeat_in_autumn_is_counted_once() {
    let mut profile = WeekProfile::default();
    profile.used(july(6, 2, 50));
    profile.watched_until(july(6, 3, 0));
    profile.used(july(6, 2, 5));
    profile.used(july(6, 2, 50));
    profile.watched_until(july(6, 4, 0));
    assert!((percent(&profile, july(6, 2, 45)) - 20.0).abs() < 1e-9);
    assert!(percent(&profile, july(6, 3, 0)).abs() < 1e-9, "a use of the repeated hour is none of this one");
}

#[test]
fn a_stored_profile_is_the_same_when_read_back_and_small() {
    let mut profile = WeekProfile::default();
    for day in 1..=31 {
        profile.used_during(july(day, 0, 0), july(day, 23, 50));
    }
    let text = serde_json::to_string(&profile).unwrap();
    assert!(text.len() < 1_100, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<WeekProfile>(&text).unwrap(), profile);
}

#[test]
fn a_stored_profile_of_another_length_or_with_impossible_shares_is_refused() {
    assert!(serde_json::from_str::<WeekProfile>(r#"{"shares":[1,2],"open":null}"#).is_err());
    let shares = vec!["10001"; SLOTS].join(",");
    assert!(serde_json::from_str::<WeekProfile>(&format!(r#"{{"shares":[{shares}],"open":null}}"#)).is_err());
}
