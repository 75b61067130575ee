//! The output of a process, as lines that can be waited for.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// The output of one process, as it grows.
#[derive(Default)]
pub(crate) struct Log {
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<String>,
    open: usize,
}

impl Log {
    /// Collects what comes out of `pipe` until its other end is closed.
    pub(crate) fn collect(self: &Arc<Self>, pipe: impl Read + Send + 'static) {
        self.state.lock().unwrap().open += 1;
        let log = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                log.state.lock().unwrap().lines.push(line);
                log.grown.notify_all();
            }
            log.state.lock().unwrap().open -= 1;
            log.grown.notify_all();
        });
    }

    /// The first line for which `wanted` has an answer, now or later. `None`: the process ended without one, or the
    /// time is over.
    pub(crate) fn find<T>(&self, limit: Duration, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut read = 0;
        let mut found = None;
        let _ = self
            .grown
            .wait_timeout_while(self.state.lock().unwrap(), limit, |state| {
                found = state.lines[read..].iter().find_map(|line| wanted(line));
                read = state.lines.len();
                found.is_none() && state.open > 0
            })
            .unwrap();
        found
    }

    /// Whether the process closed its output, which its end does.
    pub(crate) fn has_ended_within(&self, limit: Duration) -> bool {
        let state = self.state.lock().unwrap();
        self.grown.wait_timeout_while(state, limit, |state| state.open > 0).unwrap().0.open == 0
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.state.lock().unwrap().lines.clone()
    }
}
