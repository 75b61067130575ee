//! The task that collects.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::within;
use core_monitor_domain::statistics::{BLOCK_SPAN, Place, Point, Running, SAMPLE_EVERY};
use core_monitor_domain::time::Timestamp;
use tokio::sync::watch;
use tracing::{info, warn};

use super::Statistics;
use super::host::HostReader;
use super::streams::Streams;
use crate::worker::chain;

/// How long storing the rest may delay the end of the worker.
const FAREWELL: Duration = Duration::from_secs(3);

/// Collects until it is dropped.
pub(super) struct Collector {
    statistics: Statistics,
    running: watch::Receiver<Arc<Running>>,
    streams: Streams,
    host: HostReader,
    /// When the store was last tidied up.
    tidied: Option<Timestamp>,
    left_out: usize,
    failing: bool,
}

impl Collector {
    pub(super) fn new(statistics: Statistics, running: watch::Receiver<Arc<Running>>) -> Self {
        let streams = Streams::new(statistics.clone());
        let host = HostReader::default();
        Self { statistics, running, streams, host, tidied: None, left_out: 0, failing: false }
    }

    pub(super) async fn run(mut self) {
        let clock = Arc::clone(&self.statistics.ports.clock);
        self.running.mark_changed();
        let mut due = clock.elapsed();
        loop {
            tokio::select! {
                biased;
                changed = self.running.changed() => {
                    if changed.is_err() {
                        // The worker is gone.
                        return;
                    }
                    let running = Arc::clone(&self.running.borrow_and_update());
                    self.note(&running);
                }
                () = clock.sleep(due.saturating_sub(clock.elapsed())) => {
                    due = (due + SAMPLE_EVERY).max(clock.elapsed());
                    self.host.read(&self.statistics).await;
                    let now = clock.now();
                    let points = self.statistics.shared.book().take_finished(now);
                    if !points.is_empty() {
                        self.store(points, now).await;
                    }
                }
            }
        }
    }

    fn note(&mut self, running: &Running) {
        self.statistics.shared.book().note(running);
        self.streams.adjust(running);
        if self.left_out != running.left_out {
            self.left_out = running.left_out;
            if running.left_out > 0 {
                warn!(
                    followed = running.subjects.len(),
                    left_out = running.left_out,
                    "too many containers are running to collect statistics of all"
                );
            }
        }
    }

    /// Stores the points of five minutes, once an hour together with what has to go.
    async fn store(&mut self, points: Vec<(Place, Point)>, now: Timestamp) {
        let due = self.tidied.is_none_or(|last| now < last || now.since(last) >= BLOCK_SPAN);
        let tidy = due.then_some((self.statistics.retention, now));
        match self.statistics.ports.store.record(&points, tidy).await {
            Ok(()) => {
                if due {
                    self.tidied = Some(now);
                }
                if std::mem::take(&mut self.failing) {
                    info!("statistics are stored again");
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    warn!(error = %chain(&error), "cannot store statistics; they are kept in memory for an hour");
                }
                self.statistics.shared.book().put_back(points);
            }
        }
    }
}

/// Stores what has not been stored yet, also of the current five minutes.
pub(super) async fn store_rest(statistics: &Statistics) {
    let points = statistics.shared.book().take_all();
    if points.is_empty() {
        return;
    }
    let (clock, store) = (&*statistics.ports.clock, &*statistics.ports.store);
    match within(clock, FAREWELL, store.record(&points, None)).await {
        Some(Ok(())) => {}
        Some(Err(error)) => warn!(error = %chain(&error), "cannot store the last statistics"),
        None => warn!("the database is too slow to store the last statistics"),
    }
}
