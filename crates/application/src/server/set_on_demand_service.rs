//! Setting the times of a service that wakes on demand, without a new version.

use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::{OnDemandTimes, Wish};
use core_monitor_domain::ports::WishError;

use super::on_demand::{OnDemandError, OnDemandService, one_of};
use super::{QueryError, Server};

/// For how long a service can be kept awake.
const LONGEST_AWAKE: Duration = Duration::from_hours(24 * 30);

/// Why nothing was set.
#[derive(Debug, thiserror::Error)]
pub enum SetOnDemandError {
    /// There is no such service.
    #[error(transparent)]
    OnDemand(#[from] OnDemandError),
    /// A time is too short or too long.
    #[error("`{field}` is not between {least} and {most} seconds")]
    OutOfRange {
        /// Which one.
        field: &'static str,
        /// The shortest that is taken, in seconds.
        least: u64,
        /// The longest.
        most: u64,
    },
    /// The service is to stay awake until a moment that is in the past, or too far away.
    #[error("`awake_until` is in the past, or more than 30 days away")]
    NotAhead,
}

impl From<core_monitor_domain::access::Forbidden> for SetOnDemandError {
    fn from(error: core_monitor_domain::access::Forbidden) -> Self {
        Self::OnDemand(error.into())
    }
}

impl Server {
    /// Sets what is wanted of a service in place of what was wanted before, and records it in the audit. The gateway follows at
    /// once, and no connection ends because of it.
    pub async fn set_on_demand_service(
        &self,
        actor: &Actor,
        stack: StackId,
        service: &ServiceName,
        wish: Wish,
    ) -> Result<OnDemandService, SetOnDemandError> {
        let ports = self.permit(actor, Action::SetOnDemandService, &Resource::Stack(stack)).await?;
        for (field, time, (least, most)) in [
            ("idle_timeout_seconds", wish.idle, OnDemandTimes::IDLE),
            ("start_timeout_seconds", wish.start, OnDemandTimes::WAIT),
            ("block_timeout_seconds", wish.block, OnDemandTimes::WAIT),
        ] {
            if time.is_some_and(|time| !(least..=most).contains(&time)) {
                let (least, most) = (least.as_secs(), most.as_secs());
                return Err(SetOnDemandError::OutOfRange { field, least, most });
            }
        }
        let now = ports.clock.now();
        if wish.awake_until.is_some_and(|until| until <= now || until > now.plus(LONGEST_AWAKE)) {
            return Err(SetOnDemandError::NotAhead);
        }
        let (found, _) = one_of(ports, self.known_on_demand(), stack, service).await?;
        let stored = ports.on_demand.wish(&found.key(), &wish, actor, now).await;
        stored.map_err(|error| match error {
            WishError::StackNotFound => OnDemandError::Query(QueryError::StackNotFound),
            WishError::Store(error) => error.into(),
        })?;
        Ok(OnDemandService { wish, ..found })
    }
}
