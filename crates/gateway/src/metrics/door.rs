//! What is counted for one service.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use super::histogram::{Counted, Histogram, nanoseconds};
use super::labels::StatusClass;
use super::{
    AnsweredBy, Gauge, HeldReason, Prediction, SleepCause, StartCause, StartFailureReason, StartOutcome,
    StartPhase, WakeRefusal,
};

const fn milliseconds<const N: usize>(numbers: [u64; N]) -> [Duration; N] {
    let mut limits = [Duration::ZERO; N];
    let mut index = 0;
    while index < N {
        limits[index] = Duration::from_millis(numbers[index]);
        index += 1;
    }
    limits
}

/// From what a warm service needs to what a request waits for a cold one.
static RESPONSE_LIMITS: [Duration; 14] =
    milliseconds([1, 3, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000]);

/// From what an unpaused container needs to the longest time that a start may take.
static START_LIMITS: [Duration; 13] = milliseconds([
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
]);

const BYTE_SECONDS_OF_A_GIB_HOUR: f64 = 3_600.0 * 1_073_741_824.0;

/// What is counted for one service.
#[derive(Debug)]
pub struct DoorMetrics {
    requests: [[AtomicU64; StatusClass::ALL.len()]; AnsweredBy::ALL.len()],
    responses: Histogram<14>,
    received: AtomicU64,
    sent: AtomicU64,
    gauges: [AtomicU64; Gauge::ALL.len()],
    starts: [AtomicU64; StartCause::ALL.len()],
    phases: [[Histogram<13>; StartOutcome::ALL.len()]; StartPhase::ALL.len()],
    failures: [AtomicU64; StartFailureReason::ALL.len()],
    sleeps: [AtomicU64; SleepCause::ALL.len()],
    predictions: [AtomicU64; Prediction::ALL.len()],
    refused: [AtomicU64; WakeRefusal::ALL.len()],
    holds: [AtomicU64; HeldReason::ALL.len()],
    /// Why it is held now, as one more than its place among the reasons; 0 if it is not.
    held_now: AtomicUsize,
    asleep_nanoseconds: AtomicU64,
    /// The bits of a float.
    saved_byte_seconds: AtomicU64,
}

impl Default for DoorMetrics {
    fn default() -> Self {
        Self {
            requests: Default::default(),
            responses: Histogram::new(&RESPONSE_LIMITS),
            received: AtomicU64::default(),
            sent: AtomicU64::default(),
            gauges: Default::default(),
            starts: Default::default(),
            phases: std::array::from_fn(|_| std::array::from_fn(|_| Histogram::new(&START_LIMITS))),
            failures: Default::default(),
            sleeps: Default::default(),
            predictions: Default::default(),
            refused: Default::default(),
            holds: Default::default(),
            held_now: AtomicUsize::default(),
            asleep_nanoseconds: AtomicU64::default(),
            saved_byte_seconds: AtomicU64::default(),
        }
    }
}

/// Something that counts in a gauge until it is dropped.
#[derive(Debug)]
#[must_use = "it counts only as long as this is kept"]
pub struct Held {
    door: Arc<DoorMetrics>,
    gauge: Gauge,
}

impl DoorMetrics {
    /// A request was answered with this status; `took` is the time from its head to the head of the answer, with the time it
    /// waited for the service. Only what the service answered counts as a response time.
    pub fn answered(&self, by: AnsweredBy, status: u16, took: Duration) {
        self.requests[by as usize][StatusClass::of(status) as usize].fetch_add(1, Relaxed);
        if by == AnsweredBy::Service {
            self.responses.observe(took);
        }
    }

    /// So many bytes of bodies and tunnels went to the service.
    pub fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Relaxed);
    }

    /// So many bytes of bodies and tunnels came from the service.
    pub fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Relaxed);
    }

    /// Counts in a gauge for as long as what is returned is kept.
    pub fn hold(self: &Arc<Self>, gauge: Gauge) -> Held {
        self.gauges[gauge as usize].fetch_add(1, Relaxed);
        Held { door: Arc::clone(self), gauge }
    }

    /// A start was asked for, or the service was found running.
    pub fn started(&self, cause: StartCause) {
        self.starts[cause as usize].fetch_add(1, Relaxed);
    }

    /// A part of a start that ended like this took this long. A start that failed has the parts that it came to.
    pub fn start_took(&self, phase: StartPhase, outcome: StartOutcome, took: Duration) {
        self.phases[phase as usize][outcome as usize].observe(took);
    }

    /// A start failed.
    pub fn start_failed(&self, reason: StartFailureReason) {
        self.failures[reason as usize].fetch_add(1, Relaxed);
    }

    /// Why the service is held now, or that it is not. It counts as held once more when that changes.
    pub fn set_held(&self, why: Option<HeldReason>) {
        let now = why.map_or(0, |why| why as usize + 1);
        let before = self.held_now.swap(now, Relaxed);
        if let Some(why) = why.filter(|_| before != now) {
            self.holds[why as usize].fetch_add(1, Relaxed);
        }
    }

    /// The service fell asleep.
    pub fn slept(&self, cause: SleepCause) {
        self.sleeps[cause as usize].fetch_add(1, Relaxed);
    }

    /// It is known what came of a prediction.
    pub fn predicted(&self, what: Prediction) {
        self.predictions[what as usize].fetch_add(1, Relaxed);
    }

    /// A request was not allowed to wake the service.
    pub fn wake_refused(&self, why: WakeRefusal) {
        self.refused[why as usize].fetch_add(1, Relaxed);
    }

    /// How long the service has been asleep in all, up to now. A counter does not go back, so that less than before is ignored.
    pub fn set_asleep(&self, total: Duration) {
        self.asleep_nanoseconds.fetch_max(nanoseconds(total), Relaxed);
    }

    /// How much memory it did not use while it slept, in GiB·h in all, up to now. Less than before is ignored, and so is what is
    /// no number.
    pub fn set_saved(&self, gib_hours: f64) {
        let byte_seconds = gib_hours * BYTE_SECONDS_OF_A_GIB_HOUR;
        if byte_seconds.is_finite() && byte_seconds > 0.0 {
            // The bits of positive floats are in the order of the floats.
            self.saved_byte_seconds.fetch_max(byte_seconds.to_bits(), Relaxed);
        }
    }
}

/// What is shown.
impl DoorMetrics {
    pub(super) fn requests_of(&self, by: AnsweredBy, class: StatusClass) -> u64 {
        self.requests[by as usize][class as usize].load(Relaxed)
    }

    pub(super) fn response_times(&self) -> Counted {
        self.responses.counted()
    }

    pub(super) fn bytes_received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    pub(super) fn bytes_sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    pub(super) fn held(&self, gauge: Gauge) -> u64 {
        self.gauges[gauge as usize].load(Relaxed)
    }

    pub(super) fn starts_of(&self, cause: StartCause) -> u64 {
        self.starts[cause as usize].load(Relaxed)
    }

    pub(super) fn times_of(&self, phase: StartPhase, outcome: StartOutcome) -> Counted {
        self.phases[phase as usize][outcome as usize].counted()
    }

    pub(super) fn holds_of(&self, why: HeldReason) -> u64 {
        self.holds[why as usize].load(Relaxed)
    }

    pub(super) fn is_held(&self, why: HeldReason) -> bool {
        self.held_now.load(Relaxed) == why as usize + 1
    }

    pub(super) fn failures_of(&self, reason: StartFailureReason) -> u64 {
        self.failures[reason as usize].load(Relaxed)
    }

    pub(super) fn sleeps_of(&self, cause: SleepCause) -> u64 {
        self.sleeps[cause as usize].load(Relaxed)
    }

    pub(super) fn predictions_of(&self, what: Prediction) -> u64 {
        self.predictions[what as usize].load(Relaxed)
    }

    pub(super) fn wakes_refused_of(&self, why: WakeRefusal) -> u64 {
        self.refused[why as usize].load(Relaxed)
    }

    pub(super) fn asleep(&self) -> Duration {
        Duration::from_nanos(self.asleep_nanoseconds.load(Relaxed))
    }

    pub(super) fn saved_byte_seconds(&self) -> f64 {
        f64::from_bits(self.saved_byte_seconds.load(Relaxed))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.door.gauges[self.gauge as usize].fetch_sub(1, Relaxed);
    }
}
