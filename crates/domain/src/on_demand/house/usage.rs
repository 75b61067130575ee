//! What the house asks whoever lets requests in.

use crate::on_demand::DoorKey;
use crate::on_demand::eviction::{HostMemory, Worth};

use super::Moment;

/// How people use the services, as whoever lets them in knows it, and what the services use themselves.
pub trait Usage {
    /// When somebody last used a service that is awake; `None` if nobody has since it was opened. Whoever is inside uses it now.
    fn last_used(&self, door: &DoorKey) -> Option<Moment>;

    /// Ends the life of a service unless somebody is inside; whether it did. Whoever comes later knocks.
    fn close_if_empty(&mut self, door: &DoorKey) -> bool;

    /// How many wait for it, those who look at a page meanwhile included.
    fn waiting(&self, door: &DoorKey) -> usize;

    /// The memory of the host as it was a second ago at most; `None` if nobody looks after it. What services on the way will take is added by the
    /// house.
    fn memory(&self) -> Option<HostMemory> {
        None
    }

    /// How much memory a service will need, with all that wakes with it, in bytes; `None` if nobody knows.
    fn peak(&self, _door: &DoorKey) -> Option<u64> {
        None
    }

    /// What a service that is up uses, and what it is worth; `None` if nobody knows.
    fn worth(&self, _door: &DoorKey) -> Option<Worth> {
        None
    }
}
