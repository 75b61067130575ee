//! What the engine cannot show.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::ServiceSpec;
use crate::ids::ContainerId;
use crate::image::ImageRef;
use crate::observation::{ContainerState, ObservedContainer, RunEnding};
use crate::stack::RunId;

/// What happened so far that the engine cannot show. All of it can be restored from the journal, except `settled` and
/// `other_platform`; losing those only repeats a wait or a refused call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Images pulled by this command since its last retry.
    pub pulled: BTreeSet<ImageRef>,
    /// Images on the host that the engine did not use, because they are for another platform than the one asked for. Not
    /// restored from the journal: the engine says it again.
    pub other_platform: BTreeSet<ImageRef>,
    /// Containers started by this command since its last retry. If one of them has exited again, that is a failure and
    /// it is not started again.
    pub started: BTreeSet<ContainerId>,
    /// Hooks that have run since the container's last start: the container, and the hook's index in `post_start`.
    pub hooked: BTreeSet<(ContainerId, u32)>,
    /// Runs that have been watched for the stability period.
    pub settled: BTreeSet<RunId>,
    /// Runs of the stack that a STOP ended. They did not exit by themselves, so they count as not running.
    pub stopped_runs: BTreeSet<RunId>,
    /// Containers that this command has stopped and not started again, with their names; it may have removed them since.
    /// When the command ends early, their slots must not stay down.
    pub interrupted: BTreeMap<ContainerId, String>,
    /// Containers that the engine has refused to bring up for this command: trying again would not help.
    pub unstartable: BTreeSet<ContainerId>,
    /// Files of the stack's folder that somebody else had changed and that this command has overwritten.
    pub overwritten: BTreeSet<String>,
    /// For RESTART: the runs that existed when the command was first claimed. These are the ones to end.
    pub restarting: BTreeSet<RunId>,
    /// For DELETE with volumes: the anonymous volumes that were mounted when the command was first claimed. The engine
    /// no longer treats a volume that was passed to a successor as anonymous, so it is not removed with its container,
    /// and no label identifies it.
    pub doomed_volumes: BTreeSet<String>,
}

impl Facts {
    /// Whether the last run of the container was stopped on purpose, by this command or by an earlier one.
    pub(super) fn was_stopped(&self, container: &ObservedContainer) -> bool {
        container.run().is_some_and(|run| self.stopped_runs.contains(&run))
    }

    /// Whether the container has done its work, see [`ServiceSpec::is_done`].
    pub(super) fn is_done(&self, service: &ServiceSpec, container: &ObservedContainer) -> bool {
        service.is_done(container, self.was_stopped(container))
    }

    /// Whether this command has started the container and it has ended with 0, but nobody knows why. A task has done its work;
    /// the same command does not run it twice in order to find out. It does not count as done: the next apply starts it.
    pub(super) fn is_over(&self, service: &ServiceSpec, container: &ObservedContainer) -> bool {
        let unexplained = container.exited_with_success() && container.ending == RunEnding::Unknown;
        unexplained
            && self.started.contains(&container.id)
            && !self.was_stopped(container)
            && service.container.restart.stays_stopped_after_success()
    }

    /// The exit code, if this command started the container and it has ended again: starting it once more could go on
    /// forever. An exit with 0 that the engine can no longer explain is none: the engine itself was restarted.
    pub(super) fn ended_after_start(&self, container: &ObservedContainer) -> Option<i64> {
        let ContainerState::Exited { code } = container.state else { return None };
        let unexplained = container.exited_with_success() && container.ending == RunEnding::Unknown;
        (self.started.contains(&container.id) && !unexplained).then_some(code)
    }

    /// Records that a container was started: none of its hooks has run since.
    pub fn note_started(&mut self, container: Option<ContainerId>) {
        if let Some(id) = container {
            self.hooked.retain(|(hooked, _)| *hooked != id);
            self.interrupted.remove(&id);
            self.unstartable.remove(&id);
            self.started.insert(id);
        }
    }
}
