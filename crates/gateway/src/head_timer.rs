//! The time that a client may take for the head of a request.
//!
//! It is begun anew for each request, so it must cost next to nothing: it is a number that the thread looks at once a second.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use crate::shard::NEVER;

/// The timer of one connection. Whoever registered `deadline` is woken when it is due.
#[derive(Debug, Clone)]
pub(crate) struct HeadTimer {
    /// Some moment; only the distance of a deadline to it counts.
    pub(crate) base: Instant,
    pub(crate) tick: Arc<AtomicU64>,
    pub(crate) deadline: Arc<AtomicU64>,
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.set(duration);
        Box::pin(HeadSleep { tick: Arc::clone(&self.tick), deadline: Arc::clone(&self.deadline) })
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.sleep(deadline.saturating_duration_since(self.base))
    }

    fn now(&self) -> Instant {
        self.base
    }

    fn reset(&self, _: &mut Pin<Box<dyn Sleep>>, deadline: Instant) {
        // All sleeps of a connection are the same one.
        self.set(deadline.saturating_duration_since(self.base));
    }
}

impl HeadTimer {
    pub(crate) fn set(&self, duration: Duration) {
        // One more, since the tick under way has begun already.
        let due = self.tick.load(Ordering::Relaxed) + duration.as_secs() + 1;
        self.deadline.store(due, Ordering::Relaxed);
    }

    /// No time is over any more.
    pub(crate) fn clear(&self) {
        self.deadline.store(NEVER, Ordering::Relaxed);
    }

    pub(crate) fn is_due(&self) -> bool {
        self.tick.load(Ordering::Relaxed) >= self.deadline.load(Ordering::Relaxed)
    }
}

struct HeadSleep {
    tick: Arc<AtomicU64>,
    deadline: Arc<AtomicU64>,
}

impl Sleep for HeadSleep {}

impl Future for HeadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let is_due = self.tick.load(Ordering::Relaxed) >= self.deadline.load(Ordering::Relaxed);
        if is_due { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for HeadSleep {
    fn drop(&mut self) {
        self.deadline.store(NEVER, Ordering::Relaxed);
    }
}
