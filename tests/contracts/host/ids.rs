//! `IdSource`: unique and sorted ids, different secrets, numbers below one.

use std::collections::BTreeSet;

use core_monitor_domain::ports::IdSource;
use core_monitor_host::SystemIdSource;
use core_monitor_simulation::ids::SeededIdSource;

fn check(of: impl Fn(&dyn IdSource)) {
    of(&SeededIdSource::new(7));
    of(&SystemIdSource::new().unwrap());
}

#[test]
fn identities_are_of_version_7_and_all_different() {
    check(|ids| {
        let made: Vec<_> = (0..10_000).map(|_| ids.next_uuid()).collect();
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), made.len());
    });
}

#[test]
fn identities_sort_by_the_time_they_were_made() {
    check(|ids| {
        let time = |id: uuid::Uuid| id.get_timestamp().unwrap().to_unix();
        let times: Vec<_> = (0..10_000).map(|_| time(ids.next_uuid())).collect();
        assert!(times.is_sorted());
    });
}

#[test]
fn secrets_differ_in_every_part() {
    check(|ids| {
        let secrets: Vec<_> = (0..100).map(|_| ids.secret()).collect();
        for part in 0..4 {
            let parts: BTreeSet<_> = secrets.iter().map(|secret| &secret[part * 8..][..8]).collect();
            assert_eq!(parts.len(), secrets.len());
        }
    });
}

#[test]
fn jitter_lies_below_one_and_is_spread() {
    check(|ids| {
        let numbers: Vec<f64> = (0..1_000).map(|_| ids.jitter()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        for tenth in 0..10 {
            let lower = f64::from(tenth) / 10.0;
            assert!(numbers.iter().any(|number| (lower..lower + 0.1).contains(number)), "{lower}");
        }
    });
}
