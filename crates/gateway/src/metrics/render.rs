//! Which numbers there are, with their names.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError};

use super::histogram::Counted;
use super::labels::StatusClass;
use super::text::{Format, Kind, Text};
use super::{
    AnsweredBy, DoorMetrics, GatewayMetrics, Gauge, HeldReason, Prediction, Refusal, SleepCause, StartCause,
    StartFailureReason, StartOutcome, StartPhase, WakeRefusal,
};

type Doors = Vec<((String, String), Arc<DoorMetrics>)>;

/// Families in a fixed order, services in the order of their names, so that two texts can be compared.
pub(super) fn render(metrics: &GatewayMetrics, format: Format) -> String {
    let doors: Doors = {
        let doors = metrics.doors.lock().unwrap_or_else(PoisonError::into_inner);
        doors.iter().map(|(names, door)| (names.clone(), Arc::clone(door))).collect()
    };
    let mut page = Page { text: Text::new(format), doors };
    page.connections(metrics);
    page.requests();
    page.starts();
    page.held();
    page.sleep();
    page.text.finish()
}

fn every_part() -> impl Iterator<Item = (StartPhase, StartOutcome)> {
    StartPhase::ALL.iter().flat_map(|phase| StartOutcome::ALL.iter().map(|outcome| (*phase, *outcome)))
}

struct Page {
    text: Text,
    doors: Doors,
}

impl Page {
    fn connections(&mut self, metrics: &GatewayMetrics) {
        let name = "core_monitor_gateway_connections";
        self.text.family(name, Kind::Gauge, "Open connections of clients.");
        self.text.gauge(name, &[], metrics.connections.load(Relaxed));

        let name = "core_monitor_gateway_connections_refused";
        self.text.family(name, Kind::Counter, "Connections that were refused, by reason.");
        for why in Refusal::ALL {
            let count = metrics.refused[*why as usize].load(Relaxed);
            self.text.counter(name, &[("reason", why.as_str())], count);
        }
    }

    fn requests(&mut self) {
        let name = "core_monitor_gateway_requests";
        self.text.family(name, Kind::Counter, "Answered requests, by who answered and by class of status.");
        for ((stack, service), door) in &self.doors {
            for by in AnsweredBy::ALL {
                for class in StatusClass::ALL {
                    let labels = [
                        ("stack", stack.as_str()),
                        ("service", service.as_str()),
                        ("answered_by", by.as_str()),
                        ("status", class.as_str()),
                    ];
                    self.text.counter(name, &labels, door.requests_of(*by, *class));
                }
            }
        }
        self.each_histogram(
            "core_monitor_gateway_response_seconds",
            "Time from the head of a request to the head of the answer of the service, with the time it waited.",
            DoorMetrics::response_times,
        );
        self.each(
            "core_monitor_gateway_received_bytes",
            "Bytes of bodies and tunnels that went to the service.",
            DoorMetrics::bytes_received,
        );
        self.each(
            "core_monitor_gateway_sent_bytes",
            "Bytes of bodies and tunnels that came from the service.",
            DoorMetrics::bytes_sent,
        );
        for (name, help, gauge) in [
            ("core_monitor_gateway_requests_open", "Requests whose answer has not ended.", Gauge::Requests),
            ("core_monitor_gateway_tunnels_open", "Connections that became tunnels.", Gauge::Tunnels),
            ("core_monitor_gateway_requests_waiting", "Requests that wait for the service.", Gauge::Waiting),
            ("core_monitor_gateway_pages_open", "Waiting pages that are open and listen.", Gauge::Pages),
        ] {
            self.text.family(name, Kind::Gauge, help);
            for ((stack, service), door) in &self.doors {
                self.text.gauge(name, &[("stack", stack), ("service", service)], door.held(gauge));
            }
        }
    }

    fn starts(&mut self) {
        let causes = StartCause::ALL.iter().map(|cause| (*cause, cause.as_str()));
        self.each_by(
            "core_monitor_gateway_starts",
            "Starts of services, by cause.",
            ("cause", causes),
            DoorMetrics::starts_of,
        );
        let name = "core_monitor_gateway_start_phase_seconds";
        self.text.family(name, Kind::Histogram, "How long the parts of a start took, by how it ended.");
        for ((stack, service), door) in &self.doors {
            for (phase, outcome) in every_part() {
                let labels = [
                    ("stack", stack.as_str()),
                    ("service", service.as_str()),
                    ("phase", phase.as_str()),
                    ("outcome", outcome.as_str()),
                ];
                self.text.histogram(name, &labels, &door.times_of(phase, outcome));
            }
        }
        let reasons = StartFailureReason::ALL.iter().map(|reason| (*reason, reason.as_str()));
        self.each_by(
            "core_monitor_gateway_start_failures",
            "Starts that failed, by reason.",
            ("reason", reasons),
            DoorMetrics::failures_of,
        );
        let reasons = WakeRefusal::ALL.iter().map(|reason| (*reason, reason.as_str()));
        self.each_by(
            "core_monitor_gateway_wakes_refused",
            "Requests that were not allowed to wake the service, by reason.",
            ("reason", reasons),
            DoorMetrics::wakes_refused_of,
        );
    }

    fn held(&mut self) {
        let name = "core_monitor_gateway_held";
        self.text.family(name, Kind::Gauge, "Whether a service is wanted and may not start now, by reason.");
        for ((stack, service), door) in &self.doors {
            for why in HeldReason::ALL {
                let labels =
                    [("stack", stack.as_str()), ("service", service.as_str()), ("reason", why.as_str())];
                self.text.gauge(name, &labels, u64::from(door.is_held(*why)));
            }
        }
        let reasons = HeldReason::ALL.iter().map(|why| (*why, why.as_str()));
        self.each_by(
            "core_monitor_gateway_holds",
            "How often a service was wanted and had to wait before it could start, by reason.",
            ("reason", reasons),
            DoorMetrics::holds_of,
        );
    }

    fn sleep(&mut self) {
        let causes = SleepCause::ALL.iter().map(|cause| (*cause, cause.as_str()));
        self.each_by(
            "core_monitor_gateway_sleeps",
            "How often services fell asleep, by cause.",
            ("cause", causes),
            DoorMetrics::sleeps_of,
        );
        self.each("core_monitor_gateway_asleep_seconds", "How long services have been asleep.", |door| {
            door.asleep().as_secs_f64()
        });
        self.each(
            "core_monitor_gateway_memory_saved_byte_seconds",
            "Memory that services did not use while asleep; divide by 3600 * 1024^3 for GiB hours.",
            DoorMetrics::saved_byte_seconds,
        );
        let outcomes = Prediction::ALL.iter().map(|outcome| (*outcome, outcome.as_str()));
        self.each_by(
            "core_monitor_gateway_predictions",
            "What came of predictions of use.",
            ("outcome", outcomes),
            DoorMetrics::predictions_of,
        );
    }

    /// A counter of each service.
    fn each<N: std::fmt::Display>(&mut self, name: &str, help: &str, value: impl Fn(&DoorMetrics) -> N) {
        self.text.family(name, Kind::Counter, help);
        for ((stack, service), door) in &self.doors {
            self.text.counter(name, &[("stack", stack), ("service", service)], value(door));
        }
    }

    /// A counter of each service for each value of a label.
    fn each_by<L: Copy>(
        &mut self,
        name: &str,
        help: &str,
        (label, values): (&'static str, impl Iterator<Item = (L, &'static str)> + Clone),
        count: impl Fn(&DoorMetrics, L) -> u64,
    ) {
        self.text.family(name, Kind::Counter, help);
        for ((stack, service), door) in &self.doors {
            for (value, text) in values.clone() {
                let labels = [("stack", stack.as_str()), ("service", service.as_str()), (label, text)];
                self.text.counter(name, &labels, count(door, value));
            }
        }
    }

    fn each_histogram(&mut self, name: &str, help: &str, counted: impl Fn(&DoorMetrics) -> Counted) {
        self.text.family(name, Kind::Histogram, help);
        for ((stack, service), door) in &self.doors {
            self.text.histogram(name, &[("stack", stack), ("service", service)], &counted(door));
        }
    }
}
