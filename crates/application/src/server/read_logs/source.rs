//! A container that is read.

use std::sync::Arc;

use core_monitor_domain::ids::{ContainerId, Slot};
use core_monitor_domain::logs::Position;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::stack::RunId;

/// Whose line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSource {
    /// The container's id on the engine.
    pub container: ContainerId,
    /// Its name.
    pub name: String,
    /// Its service, if its label can be read.
    pub service: Option<ServiceName>,
    /// Which replica it is.
    pub slot: Option<Slot>,
}

/// What is known of it.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) about: Arc<LogSource>,
    /// Where it goes on.
    pub(super) position: Position,
    /// The run that was read last, as far as it was known then.
    pub(super) run: Option<RunId>,
    /// How many looks in a row have not found it.
    pub(super) looks_without: u32,
    /// Whether it is being read.
    pub(super) open: bool,
    /// The log driver, if that could not be read when reading began.
    pub(super) unreadable: Option<String>,
}

impl Source {
    pub(super) fn new(container: &ObservedContainer, position: Position) -> Self {
        let about = LogSource {
            container: container.id.clone(),
            name: container.name.clone(),
            service: container.service(),
            slot: container.slot(),
        };
        let about = Arc::new(about);
        Self { about, position, run: container.run(), looks_without: 0, open: false, unreadable: None }
    }

    /// Whether that one is a replica in the same place, started or not.
    pub(super) fn has_place_of_observed(&self, other: &ObservedContainer) -> bool {
        let place = self.about.service.clone().zip(self.about.slot);
        place.is_some() && place == other.service().zip(other.slot())
    }

    /// Whether it is a replica in the same place.
    pub(super) fn has_place_of(&self, other: &LogSource) -> bool {
        let place = |source: &LogSource| source.service.clone().zip(source.slot);
        place(&self.about).is_some() && place(&self.about) == place(other)
    }
}
