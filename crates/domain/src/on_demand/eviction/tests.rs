use proptest::prelude::*;

use super::*;

const MIB: u64 = 1 << 20;

fn now() -> Timestamp {
    Timestamp::parse("2026-07-06T12:00:00Z").unwrap()
}

/// An idle service that starts in ten seconds.
fn idle(id: &'static str, uses_per_day: f64, mib: u64) -> Resident<&'static str> {
    Resident {
        id,
        worth: Worth { uses_per_day, start: Duration::from_secs(10), memory: mib * MIB },
        used_at: AgeClock::default(),
        in_flight: 0,
        always_on: false,
        stays_until: now(),
    }
}

fn asleep(needed: u64, residents: &[Resident<&'static str>]) -> Option<Vec<&'static str>> {
    let chosen = put_to_sleep(needed * MIB, residents, now())?;
    Some(chosen.into_iter().map(|resident| resident.id).collect())
}

fn host(free: u64) -> HostMemory {
    HostMemory { free: free * MIB, reserve: 500 * MIB, promised: 0 }
}

#[test]
fn the_value_is_the_cost_of_starts_for_the_memory() {
    let service = idle("a", 6.0, 2_048);
    assert!((service.value() - 30.0).abs() < 1e-9, "a minute a day for two GiB");
    let slow = Worth { start: Duration::from_mins(1), ..service.worth };
    let slow = Resident { worth: slow, ..service.clone() };
    assert!(slow.value() > service.value());
    assert!(idle("a", 6.0, 1_024).value() > service.value());
    assert!(idle("a", 6.0, 0).value().is_finite());
}

#[test]
fn the_least_valuable_sleeps_first() {
    let residents = [idle("often", 50.0, 500), idle("rare", 1.0, 500), idle("daily", 5.0, 500)];
    assert_eq!(asleep(400, &residents), Some(vec!["rare"]));
    assert_eq!(asleep(600, &residents), Some(vec!["rare", "daily"]));
    assert_eq!(asleep(1_500, &residents), Some(vec!["rare", "daily", "often"]));
}

#[test]
fn nobody_sleeps_when_all_together_do_not_suffice() {
    let residents = [idle("a", 1.0, 500), idle("b", 2.0, 500)];
    assert_eq!(asleep(1_000, &residents), Some(vec!["a", "b"]));
    assert_eq!(asleep(1_001, &residents), None);
    assert_eq!(asleep(1, &[]), None);
}

#[test]
fn nobody_sleeps_for_nothing() {
    assert_eq!(asleep(0, &[idle("a", 1.0, 500)]), Some(vec![]));
}

#[test]
fn a_service_that_is_not_necessary_after_all_stays_up() {
    // The small one is the least valuable, but the next frees enough alone.
    let residents = [idle("small", 0.01, 100), idle("large", 5.0, 2_000)];
    assert_eq!(asleep(1_500, &residents), Some(vec!["large"]));
    assert_eq!(asleep(2_050, &residents), Some(vec!["small", "large"]));
}

#[test]
fn services_in_use_always_on_or_just_started_do_not_sleep() {
    let later = now().plus(Duration::from_secs(1));
    let residents = [
        Resident { in_flight: 1, ..idle("busy", 1.0, 500) },
        Resident { always_on: true, ..idle("database", 1.0, 500) },
        Resident { stays_until: later, ..idle("new", 1.0, 500) },
        idle("idle", 900.0, 500),
    ];
    assert_eq!(asleep(100, &residents), Some(vec!["idle"]));
    assert_eq!(asleep(600, &residents), None);
}

#[test]
fn services_age_so_that_one_that_was_once_popular_sleeps_at_last() {
    let mut clock = AgeClock::default();
    let popular = idle("popular", 50.0, 1_024);
    clock.evicted(600.0);
    let recent = Resident { used_at: clock, ..idle("recent", 1.0, 1_024) };
    assert_eq!(asleep(100, &[popular, recent]), Some(vec!["popular"]));
    clock.evicted(100.0);
    assert_eq!(clock, AgeClock(600.0), "the clock never goes back");
}

#[test]
fn a_service_is_admitted_while_its_peak_fits_beside_the_reserve() {
    let residents = [idle("a", 1.0, 500)];
    let ask = |needed, free| admit(needed * MIB, &host(free), &residents, now());
    assert_eq!(ask(1_000, 1_500), Admission::Admitted);
    assert_eq!(ask(1_000, 1_499), Admission::AfterSleeping(vec!["a"]));
    assert_eq!(ask(1_000, 1_000), Admission::AfterSleeping(vec!["a"]));
    let held = Admission::Held { needed: 1_000 * MIB, free: 499 * MIB };
    assert_eq!(ask(1_000, 999), held);
    assert_eq!(ask(1_000, 100), Admission::Held { needed: 1_000 * MIB, free: 0 }, "less than the reserve");
}

#[test]
fn memory_that_starting_services_will_take_is_not_free() {
    let host = HostMemory { promised: 800 * MIB, ..host(2_000) };
    assert_eq!(host.available(), 700 * MIB);
    let none: [Resident<&str>; 0] = [];
    assert!(matches!(admit(701 * MIB, &host, &none, now()), Admission::Held { .. }));
}

#[test]
fn a_service_of_unknown_size_starts_while_there_is_more_than_the_reserve() {
    let residents = [idle("a", 1.0, 500)];
    assert_eq!(admit(0, &host(501), &residents, now()), Admission::Admitted);
    assert_eq!(admit(0, &host(500), &residents, now()), Admission::AfterSleeping(vec!["a"]));
    assert_eq!(admit(0, &host(500), &residents[..0], now()), Admission::Held { needed: 0, free: 0 });
}

#[test]
fn the_needed_memory_is_what_nine_of_ten_runs_did_not_exceed() {
    let mut peaks = MemoryPeaks::default();
    assert_eq!(peaks.p90(), None);
    peaks.record(700);
    assert_eq!(peaks.p90(), Some(700));
    for peak in [100, 200, 300, 400, 500, 600, 800, 900, 9_000] {
        peaks.record(peak);
    }
    assert_eq!(peaks.p90(), Some(900), "one run of ten leaked");
    for _ in 0..32 {
        peaks.record(50);
    }
    assert_eq!(peaks.p90(), Some(50), "old runs are forgotten");
    let text = serde_json::to_string(&peaks).unwrap();
    assert_eq!(serde_json::from_str::<MemoryPeaks>(&text).unwrap(), peaks);
}

proptest! {
    /// What is chosen suffices, none of it could be left out, and there is a choice whenever all idle ones suffice.
    #[test]
    fn the_choice_suffices_and_nothing_of_it_is_superfluous(
        services in prop::collection::vec((0.0..100.0_f64, 0..2_000_u64, 0..3_u32, any::<bool>()), 0..12),
        needed in 0..6_000_u64,
    ) {
        let residents: Vec<_> = services
            .iter()
            .map(|(uses, mib, in_flight, always_on)| Resident {
                in_flight: in_flight.saturating_sub(1),
                always_on: *always_on,
                ..idle("a", *uses, *mib)
            })
            .collect();
        let needed = needed * MIB;
        let all: u64 =
            residents.iter().filter(|one| one.in_flight == 0 && !one.always_on).map(|one| one.worth.memory).sum();
        let Some(chosen) = put_to_sleep(needed, &residents, now()) else {
            prop_assert!(all < needed);
            return Ok(());
        };
        let freed: u64 = chosen.iter().map(|one| one.worth.memory).sum();
        prop_assert!(freed >= needed);
        prop_assert!(chosen.iter().all(|one| freed - one.worth.memory < needed));
        prop_assert!(chosen.is_sorted_by(|left, right| left.value() <= right.value()));
        prop_assert!(chosen.iter().all(|one| one.in_flight == 0 && !one.always_on));
    }
}
