//! Finds out when a service that has been started can be used.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::on_demand::house::Event;
use core_monitor_domain::on_demand::{DoorKey, OnDemand};
use core_monitor_domain::ports::{Clock, ServiceProbe};
use core_monitor_domain::stack::RunId;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// The pause between two questions at first.
const SHORTEST: Duration = Duration::from_millis(20);
/// For how long it stays the shortest: most services that are quick are quick within it.
const EAGER: Duration = Duration::from_secs(2);
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(500);
/// How long an answer may take. A slower one comes from a service that is still busy with its start.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many answers in a row count.
const IN_A_ROW: u32 = 2;

/// Asks one service at a time for each door.
pub(super) struct Prober {
    probe: Arc<dyn ServiceProbe>,
    clock: Arc<dyn Clock>,
    events: mpsc::Sender<Event>,
    asking: BTreeMap<DoorKey, AbortHandle>,
}

impl Prober {
    pub(super) fn new(
        probe: Arc<dyn ServiceProbe>,
        clock: Arc<dyn Clock>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self { probe, clock, events, asking: BTreeMap::new() }
    }

    /// Begins to ask, and stops asking about an earlier start.
    pub(super) fn begin(
        &mut self,
        door: &DoorKey,
        declared: &OnDemand,
        start: u64,
        up: BTreeMap<RunId, IpAddr>,
    ) {
        self.stop(door);
        let (probe, clock, events) = (Arc::clone(&self.probe), Arc::clone(&self.clock), self.events.clone());
        let (key, declared) = (door.clone(), declared.clone());
        let task = tokio::spawn(async move {
            for address in up.values() {
                until_it_answers(&*probe, &*clock, &declared, SocketAddr::new(*address, declared.port)).await;
            }
            clock.sleep(declared.readiness.after).await;
            let _ = events.send(Event::Ready { door: key, start, up }).await;
        });
        self.asking.insert(door.clone(), task.abort_handle());
    }

    /// Stops asking.
    pub(super) fn stop(&mut self, door: &DoorKey) {
        if let Some(task) = self.asking.remove(door) {
            task.abort();
        }
    }
}

impl Drop for Prober {
    fn drop(&mut self) {
        for task in self.asking.values() {
            task.abort();
        }
    }
}

async fn until_it_answers(
    probe: &dyn ServiceProbe,
    clock: &dyn Clock,
    declared: &OnDemand,
    address: SocketAddr,
) {
    let host = declared.hosts.iter().find(|host| host.wildcard().is_none());
    let host = host.map_or_else(|| address.to_string(), |host| host.as_str().to_owned());
    let began = clock.elapsed();
    let (mut in_a_row, mut pause) = (0, SHORTEST);
    loop {
        match probe.answers(address, &declared.readiness.gate, &host, PATIENCE).await {
            Ok(()) => {
                in_a_row += 1;
                if in_a_row >= IN_A_ROW {
                    return;
                }
                // It may have been the last breath of something else: the second question follows at once.
                continue;
            }
            Err(_) => in_a_row = 0,
        }
        if clock.elapsed().saturating_sub(began) > EAGER {
            pause = pause.mul_f32(1.5).min(LONGEST);
        }
        clock.sleep(pause).await;
    }
}

#[cfg(test)]
mod tests;
