//! Finding a container in which a volume is mounted.

use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::labels::Ownership;
use core_monitor_domain::observation::ObservedContainer;

use super::FileUseError;
use crate::server::ServerPorts;

/// A container that has the volume.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mounted {
    pub(super) container: ContainerId,
    /// The name of the container.
    pub(super) name: String,
    /// Where the volume is in it.
    pub(super) target: String,
}

/// A container of a stack that mounts the volume, running or not. `writes`: one that may write is preferred.
pub(super) async fn find(ports: &ServerPorts, volume: &str, writes: bool) -> Result<Mounted, FileUseError> {
    let Some(host) = ports.observations.host().await? else { return Err(FileUseError::VolumeNotFound) };
    let mut stacks: Vec<StackId> = host
        .occupants
        .iter()
        .filter(|occupant| occupant.ours && !occupant.component)
        .filter_map(|occupant| occupant.owner)
        .collect();
    stacks.sort_unstable();
    stacks.dedup();
    let containers = ports.observations.containers_of(&stacks).await?;
    let all = containers.into_iter().flat_map(|(_, containers)| containers);
    if let Some(mounted) = best(all, volume, writes) {
        return Ok(mounted);
    }
    let ours = |labels| Ownership::read(labels).is_some_and(|owner| owner.instance == ports.instance);
    match host.volume(volume) {
        Some(found) if ours(&found.labels) || found.anonymous_of.is_some() => {
            Err(FileUseError::VolumeNotMounted)
        }
        _ => Err(FileUseError::VolumeNotFound),
    }
}

fn best(containers: impl Iterator<Item = ObservedContainer>, volume: &str, writes: bool) -> Option<Mounted> {
    let mounts = containers.filter_map(|container| {
        let found = container.mounts.iter().find(|mount| mount.kind == "volume" && mount.name == volume);
        let found = found.map(|mount| (mount.read_write, mount.target.clone()));
        found.map(|(writable, target)| {
            let rank = (writes && writable, container.state.is_up());
            (rank, Mounted { container: container.id, name: container.name, target })
        })
    });
    mounts.max_by_key(|(rank, _)| *rank).map(|(_, mounted)| mounted)
}
