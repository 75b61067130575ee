//! A new observation of the engine.

use async_trait::async_trait;
use core_monitor_domain::ports::{EngineLink, LinkError};
use core_monitor_domain::time::Timestamp;

use super::Question;

/// Returns the time of the observation.
pub(crate) struct Refresh;

#[async_trait]
impl Question for Refresh {
    const NAME: &'static str = "refresh";
    type Request = ();
    type Answer = Timestamp;

    async fn answer(link: &dyn EngineLink, (): ()) -> Result<Timestamp, LinkError> {
        link.refresh().await
    }
}
