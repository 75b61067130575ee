//! Time, for limits: tests never wait for time to pass, but for something to happen. The exception is what lasts a given time.

use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

#[expect(clippy::disallowed_methods, reason = "limits of tests are real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// A moment as the API and the engine write it. As texts they do not sort: zeros at the end are left out.
pub(crate) fn moment(text: &Value) -> Timestamp {
    text.as_str().unwrap().parse().unwrap()
}

/// How long `work` took.
pub(crate) fn stopwatch<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = now();
    let made = work();
    (made, now().duration_since(begun))
}

/// Lets this time pass, for what is about its length.
pub(crate) fn pass(time: Duration) {
    thread::sleep(time);
}

/// Polls until there is an answer. Only for what cannot be waited for with `?wait=` or a stream.
pub(crate) fn poll<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(now().duration_since(begun) < limit, "{what}: not within {limit:?}");
        thread::sleep(Duration::from_millis(20));
    }
}
