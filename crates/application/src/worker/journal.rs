//! The journal of a command: records every effect before it is sent and its outcome afterwards, and knows what was
//! recorded.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::journal::{
    Attachment, Baseline, EffectNumber, Entry, JournalLine, Memory, Outcome, Planned, Sighting, sight,
};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::Plan;
use core_monitor_domain::ports::{QueueError, StoreError};
use tracing::error;

use super::chain;
use super::context::Context;
use super::said;
use super::setback::Setback;
use super::tenure::Halt;

/// The journal of one command, written under the lease, and the memory folded from it.
pub(crate) struct Journal {
    memory: Memory,
    /// The number of the last effect. Its intent may not be stored yet.
    last_effect: EffectNumber,
}

/// An entry to be written, with its attachment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub(crate) entry: Entry,
    pub(crate) attachment: Option<Attachment>,
}

impl From<Entry> for Draft {
    fn from(entry: Entry) -> Self {
        Self { entry, attachment: None }
    }
}

impl Draft {
    /// A plan was made; the first plan of a RESTART or DELETE records the state before it.
    pub(crate) fn planned(plan: &Plan, baseline: Option<Baseline>) -> Self {
        let entry = Entry::Planned(Planned::of(plan, baseline.is_some()));
        Self { entry, attachment: baseline.map(Attachment::Baseline) }
    }

    /// From here on, the command rolls back to the earlier release.
    pub(crate) fn rolling_back(failure: &Failure) -> Self {
        let (failure, lines, attachment) = apart(failure);
        Self { entry: Entry::RollingBack { failure, lines }, attachment }
    }

    /// From here on, the command brings back what it has interrupted, and ends; with this failure, if there is one.
    pub(crate) fn settling(failure: Option<&Failure>) -> Self {
        let Some(failure) = failure else {
            return Entry::Settling { failure: None, lines: 0 }.into();
        };
        let (failure, lines, attachment) = apart(failure);
        Self { entry: Entry::Settling { failure: Some(failure), lines }, attachment }
    }
}

impl Journal {
    /// Reads what earlier workers wrote. If the journal cannot be read, the command fails: continuing without knowing
    /// what was done could undo it or do it twice.
    pub(crate) async fn open(context: &Context<'_>) -> Result<Result<Self, Failure>, Halt> {
        let read = context
            .guarded("read the journal", || async {
                match context.ports.queue.journal(context.command.seq).await {
                    Ok(journal) => Ok(Memory::read(&journal).map_err(|error| chain(&error))),
                    Err(StoreError::Corrupt { what, .. }) => Ok(Err(what)),
                    Err(unavailable) => Err(QueueError::from(unavailable)),
                }
            })
            .await?;
        Ok(read
            .map(|memory| Self { last_effect: memory.last_effect(), memory })
            .map_err(|why| unreadable(&why)))
    }

    /// What is known of the command.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The number of the next effect.
    pub(crate) fn next_effect(&mut self) -> EffectNumber {
        self.last_effect = self.last_effect.next();
        self.last_effect
    }

    /// The command ends while the engine cannot be observed: records that the outcome of these effects stays unknown.
    pub(crate) fn unchecked(&self) -> Vec<Draft> {
        let outcome = |intent| Outcome::seen(intent, Sighting::NotChecked);
        self.memory.open().map(|intent| Entry::Outcome(outcome(intent)).into()).collect()
    }

    /// Records what the engine shows about effects whose outcome is unknown.
    pub(crate) fn sightings(&self, observed: &Observation) -> Vec<Draft> {
        let outcome = |intent| Outcome::seen(intent, sight(intent, observed));
        self.memory.open().map(|intent| Entry::Outcome(outcome(intent)).into()).collect()
    }

    /// Applies the drafts to the memory and commits them in one transaction that also checks the lease. Waits while the
    /// database is unavailable.
    ///
    /// The drafts are applied first, so that an entry that does not fit is never stored: it would stop every worker
    /// that reads the journal. If the commit fails, this worker stops and its memory is discarded.
    pub(crate) async fn record(&mut self, context: &Context<'_>, drafts: Vec<Draft>) -> Result<(), Setback> {
        if drafts.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = drafts.into_iter().map(|draft| line(context, draft)).collect();
        for line in &lines {
            if let Err(mismatch) = self.memory.apply(line) {
                let seq = context.command.seq.0;
                error!(seq, kind = line.kind().as_str(), %mismatch, "cannot apply an entry to the journal");
                return Err(Setback::Failed(Box::new(unreadable(&mismatch.to_string()))));
            }
        }
        let written = context.guarded("write the journal", || {
            let (lease, lines) = (context.tenure.lease(), lines.clone());
            async move {
                context.ports.queue.record(&lease, context.command.seq, lines, context.clock().now()).await
            }
        });
        written.await.map_err(Setback::Halted)
    }
}

/// A failure without its last output, and that as the attachment.
fn apart(failure: &Failure) -> (Box<Failure>, u32, Option<Attachment>) {
    let mut failure = failure.clone();
    let lines = std::mem::take(&mut failure.logs);
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    (Box::new(failure), count, (count > 0).then_some(Attachment::Lines { lines }))
}

fn line(context: &Context<'_>, draft: Draft) -> JournalLine {
    JournalLine {
        actor: Actor::worker(),
        epoch: Some(context.tenure.lease().epoch),
        attempt: context.command.attempt,
        entry: draft.entry,
        attachment: draft.attachment,
    }
}

fn unreadable(why: &str) -> Failure {
    let message = said::journal_unreadable(why);
    Failure::new(FailureCode::JournalUnreadable, message).with_hint(said::retry_from_what_the_engine_shows())
}
