//! Alerts are about what an overview shows.

use super::{Fact, Facts, Restarts, StackRef, Unseen};
use crate::attention::{
    AttentionFacts, FailedFacts, OBSERVATION_OLD, ServiceFacts, ServiceTrouble, StackFacts,
};
use crate::command::{CommandPayload, FailureScope, PowerCause};
use crate::doctor::{Verdict, verdict_of_space};

impl Facts {
    /// What of this is worth an alert. Restarts and starts on demand are not known here: they cannot be seen until
    /// [`with_restarts`](Self::with_restarts) and [`with_starts`](Self::with_starts) add them.
    pub fn of(facts: &AttentionFacts<'_>) -> Self {
        let age = facts.observed_at.map(|at| facts.now.since(at));
        let is_current = facts.worker_answers && age.is_some_and(|age| age < OBSERVATION_OLD);
        let since = facts.observed_at;
        let mut holding = Vec::new();
        if !facts.worker_answers {
            holding.push(Fact::WorkerSilent { since });
        } else if !is_current {
            holding.push(Fact::EngineUnreachable { since });
        }
        holding.extend(facts.failed.iter().filter_map(|failed| of_failed(failed, facts.failure_scope)));
        let is_settled = |stack: &&StackFacts| !stack.is_running;
        if is_current {
            holding.extend(facts.stacks.iter().filter(is_settled).flat_map(of_stack));
        }
        let low = facts.disks.iter().filter(|disk| verdict_of_space(disk.available) != Verdict::Fine);
        holding.extend(low.map(|disk| Fact::DiskLow {
            path: disk.path.clone(),
            free_bytes: disk.available,
            total_bytes: disk.total,
        }));
        let unseen = Unseen {
            // The worker tells about them; before its first look it tells about none.
            disks: facts.disks.is_empty(),
            engine: !facts.worker_answers,
            services: !is_current,
            stacks: facts.stacks.iter().filter(|stack| stack.is_running).map(|stack| stack.id).collect(),
            starts: true,
        };
        Self { holding, restarts: Vec::new(), unseen }
    }

    /// Adds how often the containers of all stacks were restarted.
    #[must_use]
    pub fn with_restarts(mut self, restarts: Vec<Restarts>) -> Self {
        self.restarts = restarts;
        self
    }

    /// Adds which starts on demand fail; the others do not.
    #[must_use]
    pub fn with_starts(mut self, failing: impl IntoIterator<Item = Fact>) -> Self {
        self.holding.extend(failing);
        self.unseen.starts = false;
        self
    }
}

/// A failed power change holds up nothing.
fn of_failed(failed: &FailedFacts<'_>, scope: FailureScope) -> Option<Fact> {
    if is_for_visitors(&failed.command.payload) {
        return None;
    }
    let stack = failed.stack.map(|name| StackRef { id: failed.command.stack_id, name: name.clone() });
    let command = failed.command.id;
    let request = failed.command.payload.kind();
    let why = failed.command.failure.as_ref().map(|failure| failure.message.clone());
    let since = failed.command.finished_at;
    Some(if request.is_power_change() {
        Fact::CommandFailed { stack, command, request, why, since }
    } else {
        Fact::QueueBlocked { stack, command, request, why, scope, since }
    })
}

/// Whether it was asked for because somebody came or was expected to. Anybody can come, as often as they like; that such starts keep
/// failing is a fact of its own.
fn is_for_visitors(payload: &CommandPayload) -> bool {
    let CommandPayload::Wake(scope) = payload else { return false };
    matches!(
        scope.cause,
        Some(PowerCause::Request { .. } | PowerCause::NeededBy { .. } | PowerCause::Predicted { .. })
    )
}

fn of_stack(stack: &StackFacts) -> impl Iterator<Item = Fact> {
    stack.services.iter().map(|service| of_service(stack, service))
}

fn of_service(stack: &StackFacts, facts: &ServiceFacts) -> Fact {
    let stack = StackRef { id: stack.id, name: stack.name.clone() };
    let (service, since) = (facts.name.clone(), facts.since);
    match facts.trouble {
        ServiceTrouble::Failed => Fact::ServiceFailed { stack, service, status: facts.status.clone(), since },
        ServiceTrouble::Unhealthy => Fact::ServiceUnhealthy { stack, service, since },
    }
}

#[cfg(test)]
mod tests;
