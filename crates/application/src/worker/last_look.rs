//! The last look of a command that ends: what is open gets its outcome, and what it leaves is shown.

use std::time::Duration;

use core_monitor_domain::journal::Memory;
use core_monitor_domain::ports::{Finish, within};
use tracing::{debug, warn};

use super::chain;
use super::context::Context;
use super::journal::Journal;
use super::setback::Setback;
use super::tenure::Halt;

/// How long the end of a command waits to show what it leaves. Otherwise, the next observation does.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gives every effect that is still open an outcome: what the engine shows, if it can be observed.
pub(crate) async fn close(context: &Context<'_>, journal: &mut Journal) -> Result<(), Halt> {
    if journal.memory().open().next().is_none() {
        return Ok(());
    }
    let outcomes = match context.look().await {
        Ok(observed) => journal.sightings(&observed.narrowed(context.command.stack_id)),
        Err(error) => {
            warn!(error = %chain(&error), "cannot check how the last effects ended");
            journal.unchecked()
        }
    };
    match journal.record(context, outcomes).await {
        Err(Setback::Halted(halt)) => Err(halt),
        _ => Ok(()),
    }
}

/// Stores what a command leaves that ends early. An artifact that was put in is no event of the engine: without this, a status
/// would show what was there before until the next observation.
pub(crate) async fn show(context: &Context<'_>, memory: &Memory, finish: &Finish) {
    let ends_early = !matches!(finish, Finish::Done { .. });
    if !ends_early || !memory.has_put() {
        return;
    }
    match within(context.clock(), PATIENCE, context.look()).await {
        Some(Ok(observed)) => context.observer.save(&observed).await,
        Some(Err(error)) => debug!(error = %chain(&error), "cannot see what the command leaves"),
        None => debug!("what the command leaves takes too long to see"),
    }
}
