use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::{
    AnsweredBy, GatewayMetrics, Gauge, Prediction, Refusal, SleepCause, StartCause, StartFailureReason,
    StartOutcome, StartPhase, WakeRefusal,
};

mod everything;

type Labels = Vec<(String, String)>;

/// A text as a scraper reads it.
#[derive(Debug, Default)]
struct Scraped {
    /// By family, its kind.
    kinds: HashMap<String, String>,
    /// By name and labels.
    samples: BTreeMap<(String, Labels), f64>,
}

impl Scraped {
    /// Fails for everything that a scraper would stumble over. Every number must stand below the head of its family.
    fn of(text: &str, is_open_metrics: bool) -> Self {
        let mut scraped = Self::default();
        let mut family = String::new();
        let body = if is_open_metrics { text.strip_suffix("# EOF\n").unwrap() } else { text };
        assert!(body.ends_with('\n'));
        for line in body.split_terminator('\n') {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').unwrap();
                assert!(!help.is_empty() && !help.contains('\\'), "{line}");
                family = name.to_owned();
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert_eq!(name, family);
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert_eq!(scraped.kinds.insert(family.clone(), kind.to_owned()), None, "{line}");
            } else {
                let (name, labels, value) = sample(line);
                let suffix = name.strip_prefix(&family).unwrap_or_else(|| panic!("{line} is below {family}"));
                let allowed: &[&str] = match (scraped.kinds[&family].as_str(), is_open_metrics) {
                    ("histogram", _) => &["_bucket", "_sum", "_count"],
                    ("counter", true) => &["_total"],
                    _ => &[""],
                };
                assert!(allowed.contains(&suffix), "{line}");
                let names: BTreeSet<_> = labels.iter().map(|(name, _)| name).collect();
                assert_eq!(names.len(), labels.len(), "{line}");
                assert_eq!(scraped.samples.insert((name, labels), value), None, "{line} comes twice");
            }
        }
        scraped
    }

    fn get(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let owned = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let key = (format!("core_monitor_gateway_{name}"), owned);
        *self.samples.get(&key).unwrap_or_else(|| panic!("there is no {key:?}"))
    }
}

/// `name{label="text",…} value`.
fn sample(line: &str) -> (String, Labels, f64) {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = Vec::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        loop {
            let (label, after) = rest.split_once("=\"").unwrap();
            assert!(is_name(label), "{line}");
            let mut text = String::new();
            let mut characters = after.char_indices();
            let end = loop {
                match characters.next().unwrap() {
                    (at, '"') => break at,
                    (_, '\\') => text.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        same @ ('"' | '\\') => same,
                        other => panic!("\\{other} in {line}"),
                    }),
                    (_, other) => text.push(other),
                }
            };
            labels.push((label.to_owned(), text));
            rest = &after[end + 1..];
            match rest.split_at(1) {
                (",", more) => rest = more,
                ("}", more) => {
                    rest = more;
                    break;
                }
                _ => panic!("{line}"),
            }
        }
    }
    let value = rest.strip_prefix(' ').unwrap();
    (name.to_owned(), labels, value.parse().unwrap_or_else(|_| panic!("{line}")))
}

/// A gateway in which something has happened.
fn busy() -> Arc<GatewayMetrics> {
    let metrics = Arc::new(GatewayMetrics::default());
    let door = metrics.door("shop", "web");
    door.answered(AnsweredBy::Service, 200, Duration::from_millis(3));
    door.answered(AnsweredBy::Service, 204, Duration::from_micros(3_001));
    door.answered(AnsweredBy::Service, 101, Duration::from_secs(90));
    door.answered(AnsweredBy::Gateway, 503, Duration::from_millis(1));
    door.received(1000);
    door.sent(2000);
    door.sent(1);
    door.started(StartCause::NeededBy);
    door.start_took(StartPhase::Ready, StartOutcome::Succeeded, Duration::from_millis(1_500));
    door.start_failed(StartFailureReason::NoContainer);
    door.slept(SleepCause::Idle);
    door.predicted(Prediction::Hit);
    door.wake_refused(WakeRefusal::TooManyWaiting);
    door.set_asleep(Duration::from_millis(90_500));
    door.set_saved(0.5);
    metrics.refused(Refusal::ClientHasMost);
    metrics
}

#[test]
fn what_was_counted_is_shown_in_base_units() {
    let scraped = Scraped::of(&busy().render(), false);
    let door = [("stack", "shop"), ("service", "web")];
    let with = |name: &str, more: (&'static str, &'static str)| scraped.get(name, &[door[0], door[1], more]);
    let requests = |by, class| {
        scraped.get("requests_total", &[door[0], door[1], ("answered_by", by), ("status", class)])
    };
    let eq =
        |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    eq(requests("service", "2xx"), 2.0);
    eq(requests("service", "1xx"), 1.0);
    eq(requests("gateway", "5xx"), 1.0);
    eq(requests("service", "5xx"), 0.0);
    eq(with("response_seconds_bucket", ("le", "0.001")), 0.0);
    eq(with("response_seconds_bucket", ("le", "0.003")), 1.0);
    eq(with("response_seconds_bucket", ("le", "0.01")), 2.0);
    eq(with("response_seconds_bucket", ("le", "60.0")), 2.0);
    eq(with("response_seconds_bucket", ("le", "+Inf")), 3.0);
    eq(scraped.get("response_seconds_count", &door), 3.0);
    eq(scraped.get("response_seconds_sum", &door), 90.006_001);
    eq(scraped.get("received_bytes_total", &door), 1000.0);
    eq(scraped.get("sent_bytes_total", &door), 2001.0);
    eq(with("starts_total", ("cause", "needed_by")), 1.0);
    eq(with("starts_total", ("cause", "found_running")), 0.0);
    let ready = [door[0], door[1], ("phase", "ready"), ("outcome", "succeeded")];
    let up_to = |limit| {
        scraped.get("start_phase_seconds_bucket", &[ready[0], ready[1], ready[2], ready[3], ("le", limit)])
    };
    eq(scraped.get("start_phase_seconds_sum", &ready), 1.5);
    eq(up_to("1.0"), 0.0);
    eq(up_to("2.5"), 1.0);
    eq(with("start_failures_total", ("reason", "no_container")), 1.0);
    eq(with("wakes_refused_total", ("reason", "too_many_waiting")), 1.0);
    eq(with("sleeps_total", ("cause", "idle")), 1.0);
    eq(with("predictions_total", ("outcome", "hit")), 1.0);
    eq(scraped.get("asleep_seconds_total", &door), 90.5);
    eq(scraped.get("memory_saved_byte_seconds_total", &door), 0.5 * 3_600.0 * 1_073_741_824.0);
    eq(scraped.get("connections_refused_total", &[("reason", "client_has_most")]), 1.0);
    eq(scraped.get("connections", &[]), 0.0);
}

#[test]
fn the_two_formats_say_the_same() {
    let metrics = busy();
    metrics.door("shop", "worker");
    let old = Scraped::of(&metrics.render(), false);
    let new = Scraped::of(&metrics.render_open_metrics(), true);
    assert_eq!(old.samples, new.samples);
    assert!(old.kinds.contains_key("core_monitor_gateway_requests_total"));
    assert!(new.kinds.contains_key("core_monitor_gateway_requests"));
    assert!(!metrics.render().contains("EOF"));
}

#[test]
fn a_gateway_without_services_has_a_text_that_can_be_read() {
    let metrics = GatewayMetrics::default();
    let scraped = Scraped::of(&metrics.render(), false);
    assert_eq!(scraped.samples.len(), 1 + Refusal::ALL.len());
    Scraped::of(&metrics.render_open_metrics(), true);
}

#[test]
fn the_text_does_not_depend_on_the_order_in_which_services_appear() {
    let names = [("b", "web"), ("a", "web"), ("a", "db"), ("a\u{0}", ""), ("", "a")];
    let text = |names: &mut dyn Iterator<Item = &(&str, &str)>| {
        let metrics = GatewayMetrics::default();
        for (stack, service) in names {
            metrics.door(stack, service).sent(1);
        }
        metrics.render()
    };
    assert_eq!(text(&mut names.iter()), text(&mut names.iter().rev()));
}

#[test]
fn hostile_names_stay_within_their_label() {
    let hostile = "a\"} 1\ncore_monitor_gateway_connections 999\n# EOF\n\\";
    let metrics = GatewayMetrics::default();
    metrics.door(hostile, "\\\"").sent(5);
    let text = metrics.render();
    assert!(text.contains(
        "sent_bytes_total{stack=\"a\\\"} 1\\ncore_monitor_gateway_connections 999\\n# EOF\\n\\\\\",service=\"\\\\\\\"\"} 5\n"
    ));
    let scraped = Scraped::of(&text, false);
    assert!((scraped.get("sent_bytes_total", &[("stack", hostile), ("service", "\\\"")]) - 5.0).abs() < 1e-9);
    assert!(scraped.get("connections", &[]).abs() < 1e-9);
    Scraped::of(&metrics.render_open_metrics(), true);
}

#[test]
fn what_is_held_counts_until_it_is_dropped() {
    let metrics = Arc::new(GatewayMetrics::default());
    let door = metrics.door("shop", "web");
    let shown =
        |name| Scraped::of(&metrics.render(), false).get(name, &[("stack", "shop"), ("service", "web")]);
    let (first, second) = (door.hold(Gauge::Waiting), door.hold(Gauge::Waiting));
    let tunnel = door.hold(Gauge::Tunnels);
    assert!((shown("requests_waiting") - 2.0).abs() < 1e-9 && (shown("tunnels_open") - 1.0).abs() < 1e-9);
    drop((first, tunnel));
    assert!((shown("requests_waiting") - 1.0).abs() < 1e-9 && shown("tunnels_open").abs() < 1e-9);
    drop(second);
    assert!(shown("requests_waiting").abs() < 1e-9 && shown("requests_open").abs() < 1e-9);

    let connection = metrics.connected();
    assert!((Scraped::of(&metrics.render(), false).get("connections", &[]) - 1.0).abs() < 1e-9);
    drop(connection);
    assert!(Scraped::of(&metrics.render(), false).get("connections", &[]).abs() < 1e-9);
}

#[test]
fn a_total_that_the_caller_sets_never_goes_back() {
    let metrics = GatewayMetrics::default();
    let door = metrics.door("shop", "web");
    for (seconds, gib_hours) in [(60, 1.0), (50, 0.5), (0, f64::NAN), (0, -1.0), (0, f64::INFINITY)] {
        door.set_asleep(Duration::from_secs(seconds));
        door.set_saved(gib_hours);
        let scraped = Scraped::of(&metrics.render(), false);
        let get = |name| scraped.get(name, &[("stack", "shop"), ("service", "web")]);
        assert!((get("asleep_seconds_total") - 60.0).abs() < 1e-9);
        assert!((get("memory_saved_byte_seconds_total") - 3_600.0 * 1_073_741_824.0).abs() < 1e-3);
    }
}

#[test]
fn a_service_is_forgotten_on_request_and_begins_anew_afterwards() {
    let metrics = GatewayMetrics::default();
    let before = metrics.door("shop", "web");
    assert!(Arc::ptr_eq(&before, &metrics.door("shop", "web")));
    metrics.door("blog", "web").sent(1);
    metrics.keep_only(|stack, _| stack == "blog");
    before.sent(1);
    assert!(!metrics.render().contains("shop") && metrics.render().contains("blog"));
    assert!(!Arc::ptr_eq(&before, &metrics.door("shop", "web")));
}

#[test]
fn nothing_is_lost_between_threads() {
    let metrics = Arc::new(GatewayMetrics::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let door = metrics.door("shop", "web");
                for index in 0..10_000 {
                    let _held = door.hold(Gauge::Requests);
                    door.answered(AnsweredBy::Service, 200, Duration::from_millis(index % 7));
                }
            });
        }
    });
    let scraped = Scraped::of(&metrics.render(), false);
    let door = [("stack", "shop"), ("service", "web")];
    assert!((scraped.get("response_seconds_count", &door) - 40_000.0).abs() < 1e-9);
    assert!(scraped.get("requests_open", &door).abs() < 1e-9);
}

proptest! {
    #[test]
    fn any_names_are_read_back_as_they_were(stack in any::<String>(), service in any::<String>()) {
        let metrics = GatewayMetrics::default();
        metrics.door(&stack, &service).received(7);
        let scraped = Scraped::of(&metrics.render(), false);
        let found = scraped.get("received_bytes_total", &[("stack", &stack), ("service", &service)]);
        prop_assert!((found - 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_histogram_never_falls_and_ends_with_its_count(times in prop::collection::vec(0_u64..200_000_000, 0..50)) {
        let metrics = GatewayMetrics::default();
        let door = metrics.door("shop", "web");
        for time in &times {
            door.answered(AnsweredBy::Service, 200, Duration::from_micros(*time));
        }
        let text = metrics.render();
        let buckets = text.lines().filter(|line| line.starts_with("core_monitor_gateway_response_seconds_bucket"));
        let buckets: Vec<_> = buckets.map(sample).collect();
        for (_, labels, found) in &buckets {
            let limit: f64 = labels[2].1.parse().unwrap();
            let expected = times.iter().filter(|time| Duration::from_micros(**time).as_secs_f64() <= limit).count();
            prop_assert!((found - f64::from(u32::try_from(expected).unwrap())).abs() < 1e-9, "{} {}", limit, found);
        }
        prop_assert!(buckets.is_sorted_by(|a, b| a.2 <= b.2));
        prop_assert_eq!(buckets.len(), 15);
    }
}
