//! Time.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;

use crate::time::Timestamp;

/// The only source of time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Clock: Send + Sync {
    /// The wall clock, for records and leases that other processes read. Precision: whole milliseconds.
    fn now(&self) -> Timestamp;

    /// Monotonic time since an arbitrary start, including time in which the machine sleeps; for deadlines.
    fn elapsed(&self) -> Duration;

    /// Returns after `duration` of [`elapsed`](Self::elapsed) time.
    async fn sleep(&self, duration: Duration);
}

/// The result of `work`, or `None` if `limit` passes on `clock` first; `work` is then dropped.
///
/// If both are ready, the result counts, so that an answer that did arrive is never discarded.
pub async fn within<T>(clock: &dyn Clock, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut alarm = clock.sleep(limit);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::task::{Context, Waker};

    use super::*;

    /// A clock on which every wait ends at once, or never.
    struct Stopped {
        rings: bool,
    }

    #[async_trait]
    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0).unwrap()
        }

        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        async fn sleep(&self, _: Duration) {
            if !self.rings {
                pending::<()>().await;
            }
        }
    }

    fn check(rings: bool, work: impl Future<Output = u8>, expected: Poll<Option<u8>>) {
        let clock = Stopped { rings };
        let limited = pin!(within(&clock, Duration::from_secs(1), work));
        assert_eq!(limited.poll(&mut Context::from_waker(Waker::noop())), expected);
    }

    #[test]
    fn work_ends_on_completion_or_at_the_deadline() {
        check(false, ready(7), Poll::Ready(Some(7)));
        check(false, pending(), Poll::Pending);
        check(true, pending(), Poll::Ready(None));
        check(true, ready(7), Poll::Ready(Some(7)));
    }
}
