//! Everything that can be counted, read by a parser that accepts nothing but what the format and our own names allow.

use super::*;
use crate::metrics::HeldReason;

/// A family as it stands in the text.
#[derive(Debug)]
struct Family {
    name: String,
    kind: String,
    samples: Vec<(String, Labels, f64)>,
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The families of a text: each with its help, its type and then its numbers, and nothing else.
fn families(text: &str) -> Vec<Family> {
    assert!(text.ends_with('\n') && !text.contains("\n\n") && !text.contains('\r'));
    let mut lines = text.lines().peekable();
    let mut families: Vec<Family> = Vec::new();
    while let Some(help) = lines.next() {
        let (name, help) = help.strip_prefix("# HELP ").and_then(|help| help.split_once(' ')).unwrap();
        assert!(
            is_name(name) && help.starts_with(char::is_uppercase) && help.ends_with('.'),
            "{name}: {help}"
        );
        let kind = lines.next().and_then(|line| line.strip_prefix(&format!("# TYPE {name} "))).unwrap();
        let mut samples = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            samples.push(sample(line));
        }
        assert!(families.iter().all(|family| family.name != name), "{name} comes twice");
        families.push(Family { name: name.to_owned(), kind: kind.to_owned(), samples });
    }
    families
}

fn check(family: &Family) {
    let Family { name, kind, samples } = family;
    let own = name.strip_prefix("core_monitor_gateway_").unwrap_or_else(|| panic!("{name}"));
    assert_eq!(own.ends_with("_total"), kind == "counter", "{name}");
    assert!(!["milli", "minute", "hour", "kib", "mib"].iter().any(|unit| own.contains(unit)), "{name}");
    assert!(!samples.is_empty(), "{name}");
    let names = |labels: &Labels| labels.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    for (at, labels, value) in samples {
        assert!(value.is_finite() && *value >= 0.0, "{at}");
        assert!(labels.iter().all(|(label, _)| is_name(label)), "{at}");
        let suffix = at.strip_prefix(name.as_str()).unwrap();
        let is_bucket = suffix == "_bucket";
        assert!(
            suffix.is_empty() || (kind == "histogram" && ["_bucket", "_sum", "_count"].contains(&suffix))
        );
        let mut expected = names(&samples[0].1);
        expected.retain(|label| label != "le" || is_bucket);
        assert_eq!(names(labels), expected, "{at}: the numbers of a family have the same labels");
    }
    if kind == "histogram" {
        check_histogram(samples);
    }
}

/// Buckets that rise in limit and number, up to the one without a limit, then the sum, then the count.
fn check_histogram(samples: &[(String, Labels, f64)]) {
    let (mut last, mut limit) = (0.0, f64::NEG_INFINITY);
    for (at, labels, value) in samples {
        if at.ends_with("_bucket") {
            let (label, le) = labels.last().unwrap();
            let le: f64 = le.parse().unwrap();
            assert!(label == "le" && le > limit && *value >= last, "{at} {labels:?}");
            (last, limit) = (*value, le);
        } else if at.ends_with("_sum") {
            assert!(limit.is_infinite(), "{at} {labels:?}");
        } else {
            assert!((value - last).abs() < 1e-9, "{at} {labels:?}");
            (last, limit) = (0.0, f64::NEG_INFINITY);
        }
    }
}

/// Everything there is, once and more for every value of every label.
fn everything() -> (Arc<GatewayMetrics>, Vec<Box<dyn std::any::Any>>) {
    let metrics = Arc::new(GatewayMetrics::default());
    let mut kept: Vec<Box<dyn std::any::Any>> = vec![Box::new(metrics.connected())];
    for why in Refusal::ALL {
        metrics.refused(*why);
    }
    for (stack, service) in [("shop", "web"), ("blog", "a\"b\\c\nd")] {
        let door = metrics.door(stack, service);
        for by in AnsweredBy::ALL {
            for status in [101, 200, 301, 404, 503] {
                door.answered(*by, status, Duration::from_millis(7));
            }
        }
        door.received(1);
        door.sent(1);
        for gauge in Gauge::ALL {
            kept.push(Box::new(door.hold(*gauge)));
        }
        for cause in StartCause::ALL {
            door.started(*cause);
        }
        for phase in StartPhase::ALL {
            for outcome in StartOutcome::ALL {
                door.start_took(*phase, *outcome, Duration::from_secs(700));
                door.start_took(*phase, *outcome, Duration::from_millis(3));
            }
        }
        for why in StartFailureReason::ALL {
            door.start_failed(*why);
        }
        for why in HeldReason::ALL {
            door.set_held(Some(*why));
        }
        for cause in SleepCause::ALL {
            door.slept(*cause);
        }
        for what in Prediction::ALL {
            door.predicted(*what);
        }
        for why in WakeRefusal::ALL {
            door.wake_refused(*why);
        }
        door.set_asleep(Duration::from_secs(5));
        door.set_saved(2.0);
    }
    (metrics, kept)
}

#[test]
fn everything_that_can_be_counted_is_shown_under_a_name_as_prometheus_has_them() {
    let (metrics, _kept) = everything();
    let families = families(&metrics.render());
    families.iter().for_each(check);
    let names: Vec<_> = families.iter().map(|family| &family.name["core_monitor_gateway_".len()..]).collect();
    let expected = [
        "connections",
        "connections_refused_total",
        "requests_total",
        "response_seconds",
        "received_bytes_total",
        "sent_bytes_total",
        "requests_open",
        "tunnels_open",
        "requests_waiting",
        "pages_open",
        "starts_total",
        "start_phase_seconds",
        "start_failures_total",
        "wakes_refused_total",
        "held",
        "holds_total",
        "sleeps_total",
        "asleep_seconds_total",
        "memory_saved_byte_seconds_total",
        "predictions_total",
    ];
    assert_eq!(names, expected);
    for Family { name, samples, .. } in &families {
        // A bucket below everything is empty, and a service is held for one reason at a time.
        let counts = samples.iter().filter(|(at, ..)| !at.ends_with("_bucket"));
        let shown = counts.filter(|(.., value)| *value > 0.0).count();
        let all = samples.iter().filter(|(at, ..)| !at.ends_with("_bucket")).count();
        let expected = if name.ends_with("gateway_held") { all / HeldReason::ALL.len() } else { all };
        assert_eq!(shown, expected, "{name}: something is counted and not shown");
    }
}

#[test]
fn a_service_is_held_for_one_reason_at_a_time_and_counted_when_that_changes() {
    let metrics = GatewayMetrics::default();
    let door = metrics.door("shop", "web");
    let shown = |name: &str, reason: &'static str| {
        let labels = [("stack", "shop"), ("service", "web"), ("reason", reason)];
        Scraped::of(&metrics.render(), false).get(name, &labels)
    };
    for why in [HeldReason::Turn, HeldReason::Turn, HeldReason::Memory, HeldReason::Turn] {
        door.set_held(Some(why));
    }
    assert!((shown("holds_total", "turn") - 2.0).abs() < 1e-9);
    assert!((shown("holds_total", "memory") - 1.0).abs() < 1e-9);
    assert!((shown("held", "turn") - 1.0).abs() < 1e-9 && shown("held", "memory").abs() < 1e-9);
    door.set_held(None);
    assert!(shown("held", "turn").abs() < 1e-9);
    assert!((shown("holds_total", "turn") - 2.0).abs() < 1e-9);
}
