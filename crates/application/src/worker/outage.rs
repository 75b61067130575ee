//! Waits for an engine that does not answer.

use std::time::Duration;

use core_monitor_domain::ports::within;
use tracing::info;

use super::context::Context;
use super::tenure::Halt;

/// Time between two questions whether the engine answers.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// How long an answer may take. An engine that is stopped accepts connections and never answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Sleeps for `delay`. If the engine does not answer meanwhile, sleeps until it answers again instead, but not longer
/// than `limit`. Returns whether the engine was away: then the delay says nothing any more.
pub(crate) async fn pause(context: &Context<'_>, delay: Duration, limit: Duration) -> Result<bool, Halt> {
    let clock = context.clock();
    let began = clock.elapsed();
    let mut away = false;
    loop {
        let end = if away { limit.max(delay) } else { delay };
        let rest = end.saturating_sub(clock.elapsed().saturating_sub(began));
        if rest.is_zero() {
            return Ok(away);
        }
        context.tenure.sleep(rest.min(ASK_EVERY)).await?;
        if answers(context).await? {
            if away {
                info!(seq = context.command.seq.0, "the engine answers again");
                return Ok(true);
            }
        } else {
            away = true;
        }
    }
}

/// Subscribing to events is the cheapest request that needs the whole engine.
async fn answers(context: &Context<'_>) -> Result<bool, Halt> {
    tokio::select! {
        biased;
        halt = context.tenure.halted() => Err(halt),
        changes = within(context.clock(), ANSWER_WITHIN, context.engine().changes()) => Ok(matches!(changes, Some(Ok(_)))),
    }
}
