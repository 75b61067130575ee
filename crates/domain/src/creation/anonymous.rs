//! Anonymous volumes. The engine makes them together with a container, without labels and under a name of its own. Once the
//! container is gone, only a record says whose they are.
//!
//! They are recorded from the first observation that shows the container. No plan can remove it before that, so the record
//! is there first, wherever a worker dies.

use std::collections::{HashMap, HashSet};

use super::{Creation, ObjectKind};
use crate::ids::{ContainerId, InstanceId, StackId};
use crate::observation::{Observation, VolumeOrigin};

/// The anonymous volumes of the containers of stacks that are not recorded yet. `observed` shows only containers that are
/// proved to be ours. A volume that was handed over, borrowed from another container, or that a definition names is not one.
pub fn unrecorded(observed: &Observation, instance: InstanceId, known: &[Creation]) -> Vec<Creation> {
    let mut recorded: HashSet<&str> = anonymous(known).map(|(creation, _)| creation.name.as_str()).collect();
    let mut found = Vec::new();
    for container in &observed.containers {
        let Some(owner) = container.ownership().filter(|owner| owner.instance == instance) else { continue };
        for mount in container.mounts.iter().filter(|mount| mount.origin == VolumeOrigin::Own) {
            if mount.is_anonymous_volume() && recorded.insert(&mount.name) {
                found.push(Creation {
                    kind: ObjectKind::Volume,
                    stack_id: owner.stack_id,
                    name: mount.name.clone(),
                    command: None,
                    mark: None,
                    object: None,
                    container: Some(container.id.clone()),
                });
            }
        }
    }
    found
}

/// Writes on the observed volumes which stacks the recorded ones belong to.
pub fn attribute(observed: &mut Observation, creations: &[Creation]) {
    let owners: HashMap<&str, StackId> =
        anonymous(creations).map(|(creation, _)| (creation.name.as_str(), creation.stack_id)).collect();
    if owners.is_empty() {
        return;
    }
    for volume in &mut observed.host.volumes {
        volume.anonymous_of = owners.get(volume.name.as_str()).copied();
    }
}

fn anonymous(creations: &[Creation]) -> impl Iterator<Item = (&Creation, &ContainerId)> {
    creations.iter().filter_map(|creation| Some((creation, creation.container.as_ref()?)))
}
