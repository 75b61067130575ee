//! What the gateway remembers and reports about services that wake on demand, and what people want of them.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::ids::StackId;
use crate::on_demand::{Day, DayNumber, DoorKey, Experience, GatewayReport, Reported, Wish};
use crate::time::Timestamp;

/// Why a wish was not stored.
#[derive(Debug, thiserror::Error)]
pub enum WishError {
    /// There is no such stack.
    #[error("there is no such stack")]
    StackNotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the gateway has to say, in one transaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnDemandNews {
    /// How services stand, where that has changed.
    pub reports: Vec<(DoorKey, Reported)>,
    /// What was learned, where something was.
    pub experience: Vec<(DoorKey, Experience)>,
    /// The days on which something has happened since, whole.
    pub days: Vec<(DoorKey, DayNumber, Day)>,
    /// The gateway itself.
    pub gateway: Option<GatewayReport>,
    /// Services that do not wake on demand any more: how they stand is forgotten, and what was learned is kept.
    pub gone: Vec<DoorKey>,
    /// Days before this one are forgotten.
    pub forget_before: Option<DayNumber>,
}

impl OnDemandNews {
    /// Whether there is nothing to store.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Stores what the gateway knows. Only one gateway writes; everybody may read.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OnDemandStore: Send + Sync {
    /// Stores what the gateway has to say. What belongs to a stack that is gone is left out.
    async fn report(&self, news: &OnDemandNews) -> Result<(), StoreError>;

    /// How all services stand, as the gateway last said.
    async fn reports(&self) -> Result<BTreeMap<DoorKey, Reported>, StoreError>;

    /// What was learned about all services, or about those of one stack. What cannot be read, because a later release has
    /// written it, is left out.
    async fn experience(&self, stack: Option<StackId>) -> Result<BTreeMap<DoorKey, Experience>, StoreError>;

    /// What happened from a day on, to all services or to those of one stack; by service, the oldest day first.
    async fn days(
        &self,
        stack: Option<StackId>,
        since: DayNumber,
    ) -> Result<BTreeMap<DoorKey, BTreeMap<DayNumber, Day>>, StoreError>;

    /// The gateway, as it last said; `None` if none has ever run.
    async fn gateway(&self) -> Result<Option<GatewayReport>, StoreError>;

    /// What people want of services.
    async fn wishes(&self) -> Result<BTreeMap<DoorKey, Wish>, StoreError>;

    /// Stores what somebody wants of a service in place of what was wanted before, and records it in the audit.
    async fn wish(&self, door: &DoorKey, wish: &Wish, by: &Actor, now: Timestamp) -> Result<(), WishError>;
}
