//! The last snapshot of the statistics, for everybody who asks.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{Clock, EngineLink, LinkError, within};
use core_monitor_domain::statistics::StatisticsSnapshot;
use tokio::sync::Mutex;

/// However many ask, the worker is asked once in this time.
const FRESH: Duration = Duration::from_secs(1);
/// It answers from memory, so it does so at once or not at all.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a screen waits for it that has other things to show.
const SOON: Duration = Duration::from_millis(500);

/// An answer of the worker, also one that says why there is none.
type Answered = Result<Arc<StatisticsSnapshot>, LinkError>;

/// What the worker answered last, with the elapsed time of that.
#[derive(Debug, Default)]
pub(super) struct KnownStatistics {
    last: Mutex<Option<(Duration, Answered)>>,
}

impl KnownStatistics {
    /// The newest snapshot, at most a second older than what the worker has.
    pub(super) async fn get(&self, link: &dyn EngineLink, clock: &dyn Clock) -> Answered {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = &*last
            && clock.elapsed().saturating_sub(*at) < FRESH
        {
            return answer.clone();
        }
        let asked = within(clock, PATIENCE, link.statistics()).await;
        let answer = asked.unwrap_or(Err(LinkError::Timeout { after: PATIENCE })).map(Arc::new);
        *last = Some((clock.elapsed(), answer.clone()));
        answer
    }

    /// The same for those who can do without; `None` if no worker answers soon.
    pub(super) async fn get_soon(
        &self,
        link: &dyn EngineLink,
        clock: &dyn Clock,
    ) -> Option<Arc<StatisticsSnapshot>> {
        within(clock, SOON, self.get(link, clock)).await.and_then(Result::ok)
    }
}
