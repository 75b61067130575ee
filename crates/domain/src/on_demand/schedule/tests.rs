use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn schedule(open: &[&str]) -> Schedule {
    let open: Vec<String> = open.iter().map(|text| (*text).to_owned()).collect();
    Schedule::parse("Europe/Paris", &open, &[]).unwrap()
}

#[test]
fn a_window_is_meant_in_its_time_zone() {
    let office = schedule(&["mon-fri 08:00-19:00"]);
    // Tuesday 1 December 2026, an hour ahead of UTC in Paris.
    assert!(!office.is_open(at("2026-12-01T06:59:59Z")));
    assert!(office.is_open(at("2026-12-01T07:00:00Z")));
    assert!(office.is_open(at("2026-12-01T17:59:59Z")));
    assert!(!office.is_open(at("2026-12-01T18:00:00Z")));
    assert!(!office.is_open(at("2026-12-05T10:00:00Z")), "a Saturday");
    // In summer Paris is two hours ahead.
    assert!(office.is_open(at("2026-07-01T06:00:00Z")));
}

#[test]
fn a_closed_service_says_when_it_opens() {
    let office = schedule(&["mon-fri 08:00-19:00"]);
    assert_eq!(office.opens_at(at("2026-12-04T20:00:00Z")), Some(at("2026-12-07T07:00:00Z")));
    assert_eq!(office.opens_at(at("2026-12-04T10:00:00Z")), None);
    let opens = at("2026-12-07T07:00:00Z");
    assert_eq!(office.shown(opens, at("2026-12-04T20:00:00Z")), "2026-12-07 08:00");
    assert_eq!(office.shown(opens, at("2026-12-06T20:00:00Z")), "08:00");
}

#[test]
fn a_window_goes_on_after_midnight() {
    let night = schedule(&["fri 22:00-06:00"]);
    assert!(night.is_open(at("2026-12-04T21:30:00Z")), "Friday evening");
    assert!(night.is_open(at("2026-12-05T04:30:00Z")), "Saturday morning");
    assert!(!night.is_open(at("2026-12-05T05:30:00Z")));
    assert!(!night.is_open(at("2026-12-04T04:30:00Z")), "Friday morning belongs to Thursday");
    assert_eq!(night.changes_at(at("2026-12-04T21:30:00Z")), Some(at("2026-12-05T05:00:00Z")));
}

#[test]
fn a_whole_day_ends_at_midnight() {
    let sunday = schedule(&["sun 00:00-24:00"]);
    assert!(sunday.is_open(at("2026-12-06T22:59:00Z")));
    assert!(!sunday.is_open(at("2026-12-06T23:00:00Z")));
    assert_eq!(sunday.changes_at(at("2026-12-06T12:00:00Z")), Some(at("2026-12-06T23:00:00Z")));
}

#[test]
fn a_change_of_the_clocks_moves_nothing() {
    let early = schedule(&["daily 02:30-05:00"]);
    // On 29 March 2026 the clocks go from 02:00 to 03:00: half past two does not exist and becomes half past three.
    assert_eq!(early.opens_at(at("2026-03-29T00:00:00Z")), Some(at("2026-03-29T01:30:00Z")));
    assert_eq!(early.opens_at(at("2026-03-29T12:00:00Z")), Some(at("2026-03-30T00:30:00Z")));
}

#[test]
fn windows_are_written_as_they_are_read() {
    for (read, written) in [
        ("mon-fri 8:00-19:00", "mon,tue,wed,thu,fri 08:00-19:00"),
        ("weekends 10:00-12:00", "sat,sun 10:00-12:00"),
        ("06:00-22:00", "daily 06:00-22:00"),
        ("sat-mon 00:00-24:00", "mon,sat,sun 00:00-00:00"),
    ] {
        assert_eq!(schedule(&[read]).written().0, [written]);
    }
}

#[test]
fn a_mistake_is_refused() {
    for text in ["", "mon", "mon 8-9", "mon 08:00-25:00", "moon 08:00-09:00", "mon- 08:00-09:00", "mon 08:00"]
    {
        assert!(Schedule::parse("UTC", &[text.to_owned()], &[]).is_err(), "{text}");
    }
    assert!(Schedule::parse("UTC", &["mon 08:00-08:00".to_owned()], &[]).is_err());
    assert!(Schedule::parse("Europe/Atlantis", &[], &[]).is_err());
}
