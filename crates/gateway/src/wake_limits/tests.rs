use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;

use super::{ConnectionLimits, ConnectionRefused, MOST_CLIENTS, WakeLimits, WakeRate};

const RATE: WakeRate = WakeRate { burst: 3, refill: Duration::from_secs(10) };

fn client(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(number).into()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_client_may_wake_a_burst_and_then_one_for_each_refill() {
    let limits = WakeLimits::new(RATE);
    let who = address("203.0.113.9");
    let tries = [
        (0, true),
        (0, true),
        (1, true),
        (2, false),
        (9, false),
        (10, true),
        (10, false),
        (39, true),
        (39, true),
    ];
    for (index, (seconds, expected)) in tries.into_iter().enumerate() {
        assert_eq!(limits.may_wake(who, at(seconds)), expected, "try {index} at {seconds} s");
    }
    // A refusal takes nothing, and a bucket is never more than full.
    let later: Vec<bool> = (0..4).map(|_| limits.may_wake(who, at(1000))).collect();
    assert_eq!(later, [true, true, true, false]);
}

#[test]
fn the_default_is_twenty_at_once_and_one_every_three_seconds() {
    let limits = WakeLimits::new(WakeRate::DEFAULT);
    let count = |seconds| (0..100).filter(|_| limits.may_wake(client(1), at(seconds))).count();
    assert_eq!((count(0), count(2), count(3), count(60)), (20, 0, 1, 19));
}

#[test]
fn an_ipv6_network_is_one_client_and_so_is_an_ipv4_address_in_both_forms() {
    let limits = WakeLimits::new(RATE);
    for host in ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::"] {
        assert!(limits.may_wake(address(host), at(0)));
    }
    assert!(!limits.may_wake(address("2001:db8::3"), at(0)));
    assert!(limits.may_wake(address("2001:db8:0:1::3"), at(0)));
    for form in ["1.2.3.4", "::ffff:1.2.3.4", "1.2.3.4"] {
        assert!(limits.may_wake(address(form), at(0)));
    }
    assert!(!limits.may_wake(address("::ffff:1.2.3.4"), at(0)));
    assert!(limits.may_wake(address("1.2.3.5"), at(0)));
    assert_eq!(limits.clients(), 4);
}

#[test]
fn a_new_client_takes_the_place_of_the_one_that_has_been_full_for_longest() {
    let limits = WakeLimits::with_most_clients(RATE, 2);
    assert!(limits.may_wake(client(1), at(0)));
    assert!(limits.may_wake(client(2), at(5)));
    // At 12 s only the first one is full again. The second one is remembered: it has two left.
    assert!(limits.may_wake(client(3), at(12)));
    let left = (0..4).filter(|_| limits.may_wake(client(2), at(12))).count();
    assert_eq!((left, limits.clients()), (2, 2));
}

#[test]
fn when_every_bucket_is_in_use_new_clients_share_one() {
    let limits = WakeLimits::with_most_clients(RATE, 2);
    assert!(limits.may_wake(client(1), at(0)) && limits.may_wake(client(2), at(0)));
    let admitted = (100..200).filter(|number| limits.may_wake(client(*number), at(0))).count();
    assert_eq!(admitted, 3);
    // Those who have one still have their own.
    assert!(limits.may_wake(client(1), at(0)));
    assert_eq!(limits.clients(), 2);
}

#[test]
fn a_flood_of_addresses_neither_fills_the_memory_nor_wakes_without_limit() {
    let limits = WakeLimits::new(RATE);
    let admitted = (0..20_000).filter(|number| limits.may_wake(client(*number), at(0))).count();
    assert_eq!(limits.clients(), MOST_CLIENTS);
    assert_eq!(admitted, MOST_CLIENTS + 3);
}

#[test]
fn a_clock_that_goes_back_admits_nobody_more() {
    let limits = WakeLimits::new(RATE);
    assert!((0..3).all(|_| limits.may_wake(client(1), at(100))));
    assert!(!limits.may_wake(client(1), at(50)));
    assert!(!limits.may_wake(client(1), at(109)));
    assert!(limits.may_wake(client(1), at(110)));
}

#[test]
fn connections_count_until_they_end_by_client_and_in_total() {
    let limits = ConnectionLimits::new(2, 4);
    let one = limits.admit(address("2001:db8::1")).unwrap();
    let two = limits.admit(address("2001:db8::2")).unwrap();
    assert_eq!(limits.admit(address("2001:db8::3")).unwrap_err(), ConnectionRefused::ClientHasMost);
    let other = limits.admit(address("1.2.3.4")).unwrap();
    let proxy = limits.admit_proxy().unwrap();
    assert_eq!(limits.admit(address("5.6.7.8")).unwrap_err(), ConnectionRefused::MostInTotal);
    assert_eq!(limits.admit_proxy().unwrap_err(), ConnectionRefused::MostInTotal);
    assert_eq!((limits.open(), limits.clients()), (4, 2));
    drop(one);
    drop(proxy);
    assert_eq!((limits.open(), limits.clients()), (2, 2));
    let again = limits.admit(address("2001:db8::3")).unwrap();
    assert_eq!(limits.admit(address("2001:db8::4")).unwrap_err(), ConnectionRefused::ClientHasMost);
    drop((two, other, again));
    assert_eq!((limits.open(), limits.clients()), (0, 0));
}

#[test]
fn a_connection_that_ends_in_a_panic_does_not_count_any_more() {
    let limits = ConnectionLimits::new(1, 1);
    let inner = limits.clone();
    let panicked = std::thread::spawn(move || {
        let _permit = inner.admit(client(1)).unwrap();
        panic!("as in a handler");
    });
    assert!(panicked.join().is_err());
    assert_eq!(limits.open(), 0);
}

/// Tries at times that do not go back: who, and how many milliseconds after the one before.
fn tries(clients: u32) -> impl Strategy<Value = Vec<(u32, u64)>> {
    prop::collection::vec(
        (0..clients, prop_oneof![4 => Just(0), 4 => 0_u64..2_000, 1 => 0_u64..60_000]),
        1..400,
    )
}

/// How many wakes a client can have had after so long: the burst, and one for each whole refill.
fn most_after(elapsed: Duration) -> u128 {
    u128::from(RATE.burst) + elapsed.as_millis() / RATE.refill.as_millis()
}

proptest! {
    #[test]
    fn nobody_wakes_more_often_than_burst_and_refill_allow_in_any_window(tries in tries(6)) {
        let limits = WakeLimits::with_most_clients(RATE, 6);
        let mut woken: HashMap<u32, Vec<Duration>> = HashMap::new();
        let mut now = Duration::ZERO;
        for (who, wait) in tries {
            now += Duration::from_millis(wait);
            if limits.may_wake(client(who), now) {
                let times = woken.entry(who).or_default();
                times.push(now);
                for (index, begin) in times.iter().enumerate() {
                    prop_assert!((times.len() - index) as u128 <= most_after(now.saturating_sub(*begin)));
                }
            }
        }
    }

    #[test]
    fn forgetting_clients_lets_nobody_wake_more_than_its_share_and_the_shared_one(tries in tries(12)) {
        let limits = WakeLimits::with_most_clients(RATE, 3);
        let (mut woken, mut now): (HashMap<u32, u128>, _) = (HashMap::new(), Duration::ZERO);
        for (who, wait) in tries {
            now += Duration::from_millis(wait);
            if limits.may_wake(client(who), now) {
                *woken.entry(who).or_default() += 1;
            }
            prop_assert!(limits.clients() <= 3);
            for count in woken.values() {
                prop_assert!(*count <= 2 * most_after(now));
            }
            // Three buckets and the shared one, whoever uses them: a bucket changes hands only when it is full.
            prop_assert!(woken.values().sum::<u128>() <= 4 * most_after(now));
        }
    }

    #[test]
    fn whoever_has_not_woken_anything_for_a_while_may(tries in tries(6)) {
        let limits = WakeLimits::with_most_clients(RATE, 6);
        let mut now = Duration::ZERO;
        for (who, wait) in tries {
            now += Duration::from_millis(wait);
            limits.may_wake(client(who), now);
        }
        now += RATE.refill * RATE.burst;
        for who in 0..6 {
            let count = (0..5).filter(|_| limits.may_wake(client(who), now)).count();
            prop_assert_eq!(count, 3);
        }
    }
}
