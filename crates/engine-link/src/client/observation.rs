//! A new observation.

use async_trait::async_trait;
use core_monitor_domain::ports::{LinkError, ObservationLink};
use core_monitor_domain::time::Timestamp;

use super::EngineLinkClient;
use crate::operation::Refresh;

#[async_trait]
impl ObservationLink for EngineLinkClient {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        self.ask::<Refresh>(()).await
    }
}
