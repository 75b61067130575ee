//! Networks that one request made twice. Engines before API 1.44 only try to keep names unique: a request that arrives twice
//! can make two networks with the same name and labels, and the answer names one of them.

use std::collections::HashSet;

use super::{Creation, CreationMark, ObjectKind, claimed_by};
use crate::ids::{CommandId, InstanceId};
use crate::observation::Observation;

/// The second networks of creations of `acting`, the command that is being carried out: they have its mark and the name that
/// was asked for, but not the id. They are recorded as its own, so that the planner removes what is too much. Once the command
/// has ended, whatever appears with its labels is somebody's copy.
pub fn twins(
    observed: &Observation,
    instance: InstanceId,
    known: &[Creation],
    acting: CommandId,
) -> Vec<Creation> {
    let is_acting = |mark: &CreationMark| mark.command == acting;
    let networks = || known.iter().filter(|creation| creation.kind == ObjectKind::Network);
    let asked: Vec<_> =
        networks().filter_map(|creation| Some((creation, creation.mark.filter(is_acting)?))).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let recorded: HashSet<&str> = networks().filter_map(|creation| creation.object.as_deref()).collect();
    let mut answered: HashSet<CreationMark> =
        asked.iter().filter(|(creation, _)| creation.object.is_some()).map(|(_, mark)| *mark).collect();
    let mut found = Vec::new();
    for network in &observed.host.networks {
        if recorded.contains(network.id.as_str()) {
            continue;
        }
        let Some(stack_id) = claimed_by(&network.labels, instance) else { continue };
        let made_by = asked.iter().find(|(creation, mark)| {
            creation.stack_id == stack_id && creation.name == network.name && mark.is_on(&network.labels)
        });
        // The first one without an answer is the creation itself.
        if let Some((creation, mark)) = made_by
            && !answered.insert(*mark)
        {
            let object = Some(network.id.to_string());
            found.push(Creation { mark: None, object, ..(*creation).clone() });
        }
    }
    found
}
