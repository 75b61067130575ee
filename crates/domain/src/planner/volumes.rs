//! Named volumes. They hold people's data: made when missing, compared when there, never replaced.

use std::collections::BTreeMap;

use crate::command::FailureCode;
use crate::desired::{DesiredStack, SpecHash, VolumeSpec};
use crate::ids::StepId;
use crate::observation::ObservedVolume;
use crate::plan::{Action, Cause};

use super::PlanningInput;
use super::builder::{Builder, For};
use super::index::Index;
use super::step_set::StepSet;

/// Makes what is missing. Returns the steps by the volume's name on the engine.
pub(super) fn ensure<'a>(
    input: &PlanningInput<'_>,
    index: &Index<'_>,
    builder: &mut Builder,
    desired: &'a DesiredStack,
) -> BTreeMap<&'a str, StepId> {
    let mut made = BTreeMap::new();
    for volume in &desired.volumes {
        match index.volumes.get(volume.name.as_str()) {
            Some(observed) => compare(input, builder, volume, observed),
            None if volume.external => missing_external(builder, volume),
            None => {
                let hash = SpecHash::of_volume(volume);
                let labels = input.provenance.volume_labels(&volume.labels, &volume.key, &hash);
                let action = Action::CreateVolume { volume: Box::new(volume.clone()), labels };
                let step = builder.step(For::STACK, action, Cause::Missing, &StepSet::default());
                made.insert(volume.name.as_str(), step);
            }
        }
    }
    made
}

fn missing_external(builder: &mut Builder, volume: &VolumeSpec) {
    let message = format!("the external volume `{}` does not exist", volume.name);
    let hint = format!("create it with `docker volume create {}`, or drop `external`", volume.name);
    builder.problem(FailureCode::ExternalMissing, &volume.name, message, Some(hint));
}

fn compare(input: &PlanningInput<'_>, builder: &mut Builder, volume: &VolumeSpec, observed: &ObservedVolume) {
    if volume.external {
        return;
    }
    let wanted_driver = volume.driver.as_deref().unwrap_or("local");
    if observed.driver != wanted_driver || observed.options != volume.driver_opts {
        let message = format!(
            "the volume `{}` exists with driver `{}` and other options than the definition asks for",
            volume.name, observed.driver
        );
        let hint = "an engine cannot change a volume; save its data, remove it, and apply again".to_owned();
        builder.problem(FailureCode::VolumeDiverged, &volume.name, message, Some(hint));
    } else if whose(input, observed) == Whose::Foreign {
        builder.note(format!(
            "the volume `{}` was made by somebody else; it is used as it is and never removed from here",
            volume.name
        ));
    }
}

/// Whose a volume is.
#[derive(PartialEq, Eq)]
pub(super) enum Whose {
    /// This stack's: it goes when everything goes.
    Ours,
    /// That of a deleted stack of the same name: this stack's as soon as its definition names it, and not before.
    Left,
    /// Somebody else's.
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
