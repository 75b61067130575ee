//! What becomes of the artifacts in a container.

use crate::observation::ObservedContainer;
use crate::placement::Placement;
use crate::plan::StepAction;

/// Carries out a step about an artifact.
pub(super) fn carry_out(action: &StepAction, container: &mut ObservedContainer) {
    let (slot, active) = match action {
        StepAction::PutArtifact(put) => {
            let run = container.started_at.filter(|_| container.state.is_up());
            container.placements.retain(|known| known.slot != put.slot);
            container.placements.push(Placement {
                slot: put.slot.clone(),
                content: Some(put.content.clone()),
                remains: Vec::new(),
                run,
                active: put.active,
                verified: false,
                log_from: None,
            });
            return;
        }
        StepAction::ActivateArtifact { slot, .. } => (slot, true),
        StepAction::VerifyArtifact { slot, .. } => (slot, false),
        _ => return,
    };
    for known in container.placements.iter_mut().filter(|known| known.slot == *slot) {
        if active {
            known.active = true;
        } else {
            known.verified = true;
        }
    }
}
