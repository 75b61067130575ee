//! Named volumes. They contain user data: created if missing, compared if they exist, never replaced.

use std::collections::BTreeMap;

use super::said;
use crate::command::FailureCode;
use crate::desired::{DesiredStack, SpecHash, VolumeSpec};
use crate::ids::StepId;
use crate::observation::ObservedVolume;
use crate::plan::{Cause, StepAction};

use super::PlanningInput;
use super::builder::{Builder, Scope};
use super::index::Index;
use super::part::Objects;
use super::step_set::StepSet;

/// Creates missing volumes. Returns the steps by the volume's name on the engine.
pub(super) fn ensure<'a>(
    input: &PlanningInput<'_>,
    index: &Index<'_>,
    builder: &mut Builder,
    desired: &'a DesiredStack,
    objects: &Objects<'_>,
) -> BTreeMap<&'a str, StepId> {
    let mut made = BTreeMap::new();
    for volume in desired.volumes.iter().filter(|volume| objects.have_volume(volume)) {
        match index.host.volumes.get(volume.name.as_str()) {
            Some(_) if volume.external => {}
            Some(observed) => compare(input, index, builder, volume, observed),
            None if volume.external => missing_external(builder, volume),
            None => {
                let hash = SpecHash::of_volume(volume);
                let labels = input.provenance.volume_labels(&volume.labels, &volume.key, &hash);
                let action = StepAction::CreateVolume { volume: Box::new(volume.clone()), labels };
                let step = builder.step(Scope::STACK, action, Cause::Missing, &StepSet::default());
                made.insert(volume.name.as_str(), step);
            }
        }
    }
    made
}

fn missing_external(builder: &mut Builder, volume: &VolumeSpec) {
    let message = said::external_volume_missing(&volume.name);
    let hint = said::create_external_volume(&volume.name);
    builder.blocker(FailureCode::ExternalMissing, &volume.name, message, Some(hint));
}

fn compare(
    input: &PlanningInput<'_>,
    index: &Index<'_>,
    builder: &mut Builder,
    volume: &VolumeSpec,
    observed: &ObservedVolume,
) {
    let is_foreign = whose(input, observed) == Whose::Foreign;
    if is_foreign && !is_mounted(index, &volume.name) {
        let message = said::volume_is_foreign(&volume.name);
        let hint = said::declare_volume_external();
        builder.blocker(FailureCode::NameForeign, &volume.name, message, Some(hint));
        return;
    }
    let wanted_driver = volume.driver.as_deref().unwrap_or("local");
    if observed.driver != wanted_driver || observed.options != volume.driver_opts {
        let message = said::volume_diverged(&volume.name, &observed.driver);
        let hint = said::replace_volume_by_hand();
        builder.blocker(FailureCode::VolumeDiverged, &volume.name, message, Some(hint));
    } else if is_foreign {
        builder.note(said::foreign_volume_is_used(&volume.name));
    }
}

/// Whether a container of this stack has the volume already, so that the stack was allowed to use it before.
fn is_mounted(index: &Index<'_>, volume: &str) -> bool {
    index.containers().flat_map(|container| &container.mounts).any(|mount| mount.name == volume)
}

/// The owner of a volume.
#[derive(PartialEq, Eq)]
pub(super) enum Whose {
    /// This stack: it is removed on DELETE with volumes.
    Ours,
    /// A deleted stack of the same name: it belongs to this stack as soon as the definition names it, and not before.
    Left,
    /// Anyone else.
    Foreign,
}

pub(super) fn whose(input: &PlanningInput<'_>, volume: &ObservedVolume) -> Whose {
    if input.provenance.made(&volume.labels) {
        Whose::Ours
    } else if input.provenance.inherits(&volume.labels) {
        Whose::Left
    } else {
        Whose::Foreign
    }
}
