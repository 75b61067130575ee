//! A new observation on request.

use async_trait::async_trait;

use super::LinkError;
use crate::time::Timestamp;

/// Asks the worker to observe.
#[async_trait]
pub trait ObservationLink: Send + Sync {
    /// Observes the engine now and stores the result. Returns the time of the observation.
    async fn refresh(&self) -> Result<Timestamp, LinkError>;
}
