//! Artifacts: what the containers of a service should have in its slots, and what they are known to have.
//!
//! A new container gets its artifacts before it starts; a running one gets those that it lacks and takes notice of them as
//! the slot says. Nothing is removed from a container: one that has files that the version has no longer is replaced, see
//! [`left_over`].

use crate::artifact::{Activation, SlotContent, SlotName};
use crate::desired::{DesiredSlot, ServiceSpec};
use crate::ids::StepId;
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Cause, PutArtifact, StepAction, Target};

use super::builder::{Builder, Scope};
use super::gates::Reached;
use super::step_set::StepSet;

/// A container that artifacts are put into.
#[derive(Clone, Copy)]
pub(super) struct Fitting<'f> {
    pub(super) scope: Scope<'f>,
    pub(super) service: &'f ServiceSpec,
    pub(super) target: &'f Target,
    /// What is known of it; `None` for a new one.
    pub(super) container: Option<&'f ObservedContainer>,
}

/// A slot that is not as it should be.
struct Lack<'f> {
    desired: &'f DesiredSlot,
    content: SlotContent,
    /// Why the artifact is put in; `None` if it is there and only not active.
    put: Option<Cause>,
}

impl<'f> Fitting<'f> {
    fn lacks(self) -> impl Iterator<Item = Lack<'f>> {
        self.service.slots.iter().filter_map(move |desired| {
            let content = desired.content()?;
            let slot = || desired.slot.name.clone();
            let known = self.container.and_then(|container| container.placement(&desired.slot.name));
            let put = match known {
                None => Some(Cause::ArtifactMissing { slot: slot() }),
                Some(known) if known.content.as_ref() == Some(&content) => None,
                Some(_) => Some(Cause::ArtifactChanged { slot: slot() }),
            };
            let active = || {
                known
                    .zip(self.container)
                    .is_some_and(|(known, container)| known.is_active(&desired.slot, container))
            };
            (put.is_some() || !active()).then_some(Lack { desired, content, put })
        })
    }

    /// Puts in what is missing. Returns the steps that come before anything else.
    pub(super) fn put(self, builder: &mut Builder, after: &StepSet) -> StepSet {
        let mut ready = after.clone();
        for lack in self.lacks() {
            let (Some(cause), Some(artifact)) = (lack.put, &lack.desired.artifact) else { continue };
            let slot = &lack.desired.slot;
            let action = StepAction::PutArtifact(Box::new(PutArtifact {
                container: self.target.clone(),
                slot: slot.name.clone(),
                content: lack.content,
                file_name: artifact.file_name.clone(),
                size: artifact.size,
                active: slot.activate == Activation::None,
                marks_log: slot.verify.as_ref().is_some_and(|verify| verify.log.is_some()),
            }));
            ready.insert(builder.step(self.scope, action, cause, after));
        }
        ready
    }

    /// Runs the programs that activate what was missing, after a start. Returns the last step.
    pub(super) fn after_start(self, builder: &mut Builder, start: StepId) -> StepId {
        let by_program = |lack: &Lack<'_>| matches!(lack.desired.slot.activate, Activation::Exec(_));
        self.lacks()
            .filter(by_program)
            .fold(start, |last, lack| self.step(builder, lack, &StepSet::from(last)))
    }

    /// Why a running container has to be restarted to take notice.
    pub(super) fn restart(self) -> Option<Cause> {
        let mut by_restart = self.lacks().filter(|lack| lack.desired.slot.activate == Activation::Restart);
        by_restart.next().map(Lack::cause)
    }

    /// Puts what is missing into a container that goes on running, and makes it take notice. Returns the steps after which
    /// it has.
    pub(super) fn fit(
        self,
        builder: &mut Builder,
        start: Option<StepId>,
        after: &StepSet,
        prepared: &StepSet,
    ) -> StepSet {
        let is_up = self.container.is_some_and(|container| container.state.is_up());
        if !is_up || self.lacks().next().is_none() {
            return start.into_iter().collect();
        }
        let mut after = after.clone();
        after.extend(start);
        after.extend(prepared);
        let put = self.put(builder, &after);
        self.activate(builder, &put)
    }

    /// Makes a running container take notice, without a restart. Returns the steps after which it has.
    fn activate(self, builder: &mut Builder, after: &StepSet) -> StepSet {
        let loops = self.container.is_some_and(|container| container.state == ContainerState::Restarting);
        let mut ready = after.clone();
        for lack in self.lacks() {
            match lack.desired.slot.activate {
                // A run that is about to begin finds it there.
                Activation::Signal(_) if loops => {}
                Activation::Signal(_) | Activation::Exec(_) => {
                    ready = StepSet::from(self.step(builder, lack, &ready));
                }
                Activation::None | Activation::Restart => {}
            }
        }
        ready
    }

    fn step(self, builder: &mut Builder, lack: Lack<'_>, after: &StepSet) -> StepId {
        let slot = &lack.desired.slot;
        let action = StepAction::ActivateArtifact {
            container: self.target.clone(),
            slot: slot.name.clone(),
            activation: Box::new(slot.activate.clone()),
        };
        builder.step(self.scope, action, lack.cause(), after)
    }
}

impl Lack<'_> {
    fn cause(self) -> Cause {
        self.put.unwrap_or(Cause::ArtifactInactive { slot: self.desired.slot.name.clone() })
    }
}

/// A slot of which files would remain in the container although the version has them no longer. The engine cannot remove
/// them, and what runs in the container may not be able to either: only a new container is without them.
pub(super) fn left_over(service: &ServiceSpec, container: &ObservedContainer) -> Option<SlotName> {
    let remains = container.placements.iter().find(|placement| {
        let desired = service.slots.iter().find(|desired| desired.slot.name == placement.slot);
        placement.contents().any(|former| desired.is_none_or(|desired| desired.leaves(former)))
    });
    remains.map(|placement| placement.slot.clone())
}

/// Waits until the artifacts that were not seen to work yet are.
pub(super) fn verify(builder: &mut Builder, reached: &Reached<'_>, service: &ServiceSpec) {
    if service.slots.iter().all(|desired| desired.slot.verify.is_none()) {
        return;
    }
    for outcome in reached.outcomes(&service.name) {
        let observed = outcome.container.observed();
        if outcome.start.is_none() && !observed.is_some_and(|container| container.state.is_up()) {
            continue;
        }
        for desired in &service.slots {
            let (Some(content), Some(verification)) = (desired.content(), &desired.slot.verify) else {
                continue;
            };
            let slot = &desired.slot.name;
            let known = observed.and_then(|container| container.placement(slot));
            if known.is_some_and(|known| known.content.as_ref() == Some(&content) && known.verified) {
                continue;
            }
            // A container that has found the artifact at its start got no signal, and writes nothing about one.
            let by_signal = matches!(desired.slot.activate, Activation::Signal(_));
            let found_it = outcome.start.is_some()
                || known.is_some_and(|known| !known.active && outcome.fitted.is_empty());
            let mut verification = verification.clone();
            if by_signal && found_it {
                verification.log = None;
            }
            if verification.is_empty() {
                continue;
            }
            let action = StepAction::VerifyArtifact {
                container: outcome.container.target(),
                slot: slot.clone(),
                verification: Box::new(verification),
                log_from: known.and_then(|known| known.log_from),
            };
            let cause = Cause::ArtifactUnverified { slot: slot.clone() };
            builder.step(outcome.scope, action, cause, &outcome.fitted);
        }
    }
}
