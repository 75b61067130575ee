//! What the host uses.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::inventory::{DiskUsage, Inventory};
use core_monitor_domain::ports::{Clock, EngineLink, LinkError};
use core_monitor_domain::statistics::{HostFigures, StatisticsSnapshot};
use tokio::sync::Mutex;

use super::{Server, StatisticsError};

/// The engine reads every file of every volume to add up their sizes, so it is asked once in this time at most.
const SIZES_LAST: Duration = Duration::from_mins(5);

/// The host, and how many containers run on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownHost {
    /// What the operating system reports; `None` until the worker has read it for the first time.
    pub figures: Option<HostFigures>,
    /// Running containers.
    pub containers: usize,
    /// How many of them belong to stacks.
    pub of_stacks: usize,
}

/// What the engine's objects take on its disk.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownDiskUsage {
    /// What there is.
    pub inventory: Arc<Inventory>,
    /// Its sizes.
    pub sizes: DiskUsage,
}

/// What the engine added up last, with the elapsed time of that.
#[derive(Debug, Default)]
pub(super) struct KnownSizes {
    last: Mutex<Option<(Duration, Arc<Inventory>)>>,
}

impl KnownSizes {
    async fn get(&self, link: &dyn EngineLink, clock: &dyn Clock) -> Result<Arc<Inventory>, LinkError> {
        // Whoever asks meanwhile waits for the same answer.
        let mut last = self.last.lock().await;
        if let Some((at, inventory)) = &*last
            && clock.elapsed().saturating_sub(*at) < SIZES_LAST
        {
            return Ok(Arc::clone(inventory));
        }
        let inventory = Arc::new(link.inventory(true).await?);
        *last = Some((clock.elapsed(), Arc::clone(&inventory)));
        Ok(inventory)
    }
}

impl Server {
    /// What the host uses now: CPU, memory and disks.
    pub async fn show_host(&self, actor: &Actor) -> Result<ShownHost, StatisticsError> {
        let ports = self.permit(actor, Action::ShowHost, &Resource::Installation).await?;
        let snapshot = self.known_statistics().get(&*ports.link, &*ports.clock).await?;
        let StatisticsSnapshot { host, containers, left_out, .. } = &*snapshot;
        Ok(ShownHost {
            figures: host.clone(),
            containers: containers.len() + left_out,
            of_stacks: containers.iter().filter(|figures| figures.place.is_some()).count(),
        })
    }

    /// What images, volumes, containers and the cache of builds take, at most some minutes old.
    pub async fn show_disk_usage(&self, actor: &Actor) -> Result<ShownDiskUsage, StatisticsError> {
        let ports = self.permit(actor, Action::ShowDiskUsage, &Resource::Installation).await?;
        let inventory = self.known_sizes().get(&*ports.link, &*ports.clock).await?;
        let Some(sizes) = inventory.sizes.clone() else {
            let message = "the engine did not add up sizes".to_owned();
            return Err(LinkError::Refused { message }.into());
        };
        Ok(ShownDiskUsage { inventory, sizes })
    }
}
