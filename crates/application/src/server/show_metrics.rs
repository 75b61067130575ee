//! The metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{CommandTotal, QueueOverview, StackFilter, StoreError, StoreSizes, within};
use core_monitor_domain::statistics::StatisticsSnapshot;

use super::{QueryError, Server, ServerPorts};

/// The metrics kept in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// The queue.
    pub overview: QueueOverview,
    /// Time since the head of the queue was accepted.
    pub head_age: Option<Duration>,
    /// Totals of all commands that have ended.
    pub totals: Vec<CommandTotal>,
    /// Time since the worker last observed the engine.
    pub observation_age: Option<Duration>,
    /// Id of the newest event.
    pub last_event: i64,
    /// What containers and the host use; `None` if the worker does not tell at once.
    pub measured: Option<MeasuredNumbers>,
    /// What the database and the record files hold.
    pub store: StoreSizes,
    /// Bytes of the history of statistics.
    pub statistics: u64,
    /// How many artifacts there are, and their bytes; `None` if their folder cannot be read.
    pub artifacts: Option<(u64, u64)>,
}

/// What containers and the host use.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredNumbers {
    /// What the worker said.
    pub snapshot: Arc<StatisticsSnapshot>,
    /// The names of the stacks whose containers are in it.
    pub stacks: BTreeMap<StackId, StackName>,
}

/// A scrape must not hang because the worker does.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many stacks are read at once.
const BATCH: u32 = 200;

impl Server {
    /// The current metrics.
    pub async fn show_metrics(&self, actor: &Actor) -> Result<Numbers, QueryError> {
        let ports = self.permit(actor, Action::ShowMetrics, &Resource::Installation).await?;
        let overview = ports.queue.overview().await?;
        let totals = ports.queue.totals().await?;
        let host = ports.observations.host().await?;
        let last_event = ports.queue.last_event().await?;
        let store = ports.records.sizes().await?;
        let statistics = ports.statistics.bytes().await?;
        let artifacts = ports.artifacts.list().await.ok();
        let artifacts =
            artifacts.map(|stored| (stored.len() as u64, stored.iter().map(|one| one.size).sum()));
        let measured = self.measured(ports).await?;
        let now = ports.clock.now();
        Ok(Numbers {
            head_age: overview.head.as_ref().map(|head| now.since(head.created_at)),
            overview,
            totals,
            observation_age: host.map(|host| now.since(host.taken_at)),
            last_event,
            measured,
            store,
            statistics,
            artifacts,
        })
    }

    /// What containers use, if the worker tells at once.
    async fn measured(&self, ports: &ServerPorts) -> Result<Option<MeasuredNumbers>, StoreError> {
        let asked = self.known_statistics().get(&*ports.link, &*ports.clock);
        let Some(Ok(snapshot)) = within(&*ports.clock, PATIENCE, asked).await else { return Ok(None) };
        let places = snapshot.containers.iter().filter_map(|figures| figures.place.as_ref());
        let mut wanted: BTreeSet<StackId> = places.map(|place| place.stack).collect();
        let mut stacks = BTreeMap::new();
        let mut after: Option<StackName> = None;
        while !wanted.is_empty() {
            let page = ports.stacks.list(&StackFilter { name: None, after, limit: BATCH }).await?;
            after = page.items.last().map(|stack| stack.name.clone());
            for stack in page.items {
                if wanted.remove(&stack.id) {
                    stacks.insert(stack.id, stack.name);
                }
            }
            if !page.more {
                break;
            }
        }
        Ok(Some(MeasuredNumbers { snapshot, stacks }))
    }
}
