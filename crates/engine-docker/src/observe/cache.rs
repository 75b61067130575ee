//! Caches container details between observations, so that an idle host needs no inspects.
//!
//! An entry is used only if the event subscription has been active since before the inspect, no event and no effect of ours
//! has touched the container since, and its row in the list is unchanged. The row alone is not enough: it has no restart
//! count, exact times or error.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bollard::models::ContainerSummary;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::ObservedContainer;

use super::listed;

/// The latest details by container.
#[derive(Debug, Default)]
pub(crate) struct InspectCache {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the event subscription is active.
    live: bool,
    /// Incremented by every touch and every change of `live`.
    tick: u64,
    /// Tick at which the subscription became active.
    since: u64,
    /// Tick of the last touch of each container.
    touched: HashMap<ContainerId, u64>,
    entries: HashMap<ContainerId, (RowKey, ObservedContainer)>,
}

/// A point before an inspect, used to detect changes during it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket(u64);

/// The row of a container in the list, without text that changes constantly, such as `Up 5 minutes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowKey {
    state: String,
    name: String,
    image_id: String,
    created: i64,
    /// `(healthy)`, `(137)`, `(Paused)`.
    remark: String,
    /// Name to id and address.
    networks: BTreeMap<String, (String, String)>,
}

impl RowKey {
    /// The key of a row.
    pub(crate) fn of(row: &ContainerSummary) -> Self {
        let networks = row.network_settings.as_ref().and_then(|settings| settings.networks.clone());
        let ends = networks.unwrap_or_default().into_iter().map(|(name, end)| {
            let id = end.network_id.unwrap_or_default();
            (name, (id, end.ip_address.unwrap_or_default()))
        });
        Self {
            state: row.state.map(|state| state.to_string()).unwrap_or_default(),
            name: listed::own_name(row.names.as_ref()),
            image_id: row.image_id.clone().unwrap_or_default(),
            created: row.created.unwrap_or_default(),
            remark: remark(row.status.as_deref().unwrap_or_default()),
            networks: ends.collect(),
        }
    }
}

/// The part in parentheses: `Up 5 minutes (healthy)`, `Exited (0) 3 minutes ago`.
fn remark(status: &str) -> String {
    let inner = status.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map(|(inside, _)| inside.to_owned()).unwrap_or_default()
}

impl InspectCache {
    /// The subscription is active from now on; earlier entries may have changed unnoticed.
    pub(crate) fn activate(&self) {
        let mut state = self.lock();
        state.tick += 1;
        state.since = state.tick;
        state.live = true;
        state.entries.clear();
        state.touched.clear();
    }

    /// The subscription has ended.
    pub(crate) fn deactivate(&self) {
        let mut state = self.lock();
        state.tick += 1;
        state.live = false;
        state.entries.clear();
    }

    /// Invalidates a container.
    pub(crate) fn touch(&self, id: &ContainerId) {
        let mut state = self.lock();
        state.tick += 1;
        let tick = state.tick;
        state.touched.insert(id.clone(), tick);
        state.entries.remove(id);
    }

    /// Takes a ticket; call this before querying the engine.
    pub(crate) fn ticket(&self) -> Ticket {
        Ticket(self.lock().tick)
    }

    /// The details of a container with this row, if still valid.
    pub(crate) fn find(&self, id: &ContainerId, row: &RowKey) -> Option<ObservedContainer> {
        let state = self.lock();
        let (known, container) = state.entries.get(id)?;
        (state.live && known == row).then(|| container.clone())
    }

    /// Stores details that were read after `ticket` was taken, unless the container changed since.
    pub(crate) fn store(&self, ticket: Ticket, row: RowKey, container: ObservedContainer) {
        let mut state = self.lock();
        let touched = state.touched.get(&container.id).is_some_and(|tick| *tick > ticket.0);
        if state.live && ticket.0 >= state.since && !touched {
            state.entries.insert(container.id.clone(), (row, container));
        }
    }

    /// Drops containers that no longer exist.
    pub(crate) fn keep_only<'a>(&self, ids: impl Iterator<Item = &'a str>) {
        let ids: HashSet<&str> = ids.collect();
        let mut state = self.lock();
        state.entries.retain(|id, _| ids.contains(id.as_str()));
        state.touched.retain(|id, _| ids.contains(id.as_str()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every update leaves the state consistent, so a poisoned lock is harmless.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ids::ImageId;
    use core_monitor_domain::observation::{ContainerState, RunEnding};

    use super::*;

    fn row(status: &str) -> RowKey {
        let summary = ContainerSummary { status: Some(status.to_owned()), ..ContainerSummary::default() };
        RowKey::of(&summary)
    }

    fn container() -> ObservedContainer {
        ObservedContainer {
            id: ContainerId::from("c0"),
            name: "web".into(),
            labels: BTreeMap::new(),
            image: String::new(),
            image_id: ImageId::from("sha256:0"),
            state: ContainerState::Running,
            health: None,
            created_at: None,
            started_at: None,
            finished_at: None,
            ending: RunEnding::Unknown,
            restart_count: 0,
            error: String::new(),
            networks: BTreeMap::new(),
            network_mode: String::new(),
            pid_mode: String::new(),
            ipc_mode: String::new(),
            mounts: Vec::new(),
            ports: Vec::new(),
            placements: Vec::new(),
        }
    }

    /// Stores after `before`, then does `after`, then asks for the row `Up 2 minutes`.
    fn check(before: impl Fn(&InspectCache), after: impl Fn(&InspectCache), found: bool) {
        let cache = InspectCache::default();
        cache.activate();
        let ticket = cache.ticket();
        before(&cache);
        cache.store(ticket, row("Up 1 minute"), container());
        after(&cache);
        assert_eq!(cache.find(&container().id, &row("Up 2 minutes")).is_some(), found);
    }

    #[test]
    fn details_are_valid_until_something_changes() {
        check(|_| (), |_| (), true);
        check(|_| (), |cache| cache.keep_only(["c0"].into_iter()), true);
        check(|_| (), |cache| cache.touch(&ContainerId::from("c1")), true);
    }

    #[test]
    fn a_touch_during_or_after_the_inspect_invalidates() {
        check(|cache| cache.touch(&container().id), |_| (), false);
        check(|_| (), |cache| cache.touch(&container().id), false);
        check(|_| (), |cache| cache.keep_only([].into_iter()), false);
    }

    #[test]
    fn nothing_is_valid_without_the_subscription() {
        check(InspectCache::deactivate, |_| (), false);
        check(|_| (), InspectCache::deactivate, false);
        check(InspectCache::activate, |_| (), false);
        check(|_| (), InspectCache::activate, false);
    }

    #[test]
    fn rows_are_compared_without_their_age() {
        assert_eq!(row("Up 2 minutes (healthy)"), row("Up 3 minutes (healthy)"));
        assert_ne!(row("Up 2 minutes (healthy)"), row("Up 2 minutes (unhealthy)"));
        assert_ne!(row("Exited (0) 1 second ago"), row("Exited (1) 1 second ago"));
    }
}
