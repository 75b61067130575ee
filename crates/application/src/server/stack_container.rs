//! Finding a container of a stack, in which somebody may do something.

use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::observation::Occupant;
use core_monitor_domain::ports::StoreError;

use super::ServerPorts;

/// A container of a stack of this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StackContainer {
    /// Its id on the engine.
    pub(crate) id: ContainerId,
    /// Its name.
    pub(crate) name: String,
    /// The stack.
    pub(crate) stack: StackId,
    /// Whether its processes exist.
    pub(crate) up: bool,
}

/// The container with this id or name, if it belongs to a stack, as the worker last saw it. Foreign containers and those of Core
/// Monitor itself are not found.
pub(crate) async fn stack_container(
    ports: &ServerPorts,
    wanted: &ContainerId,
) -> Result<Option<StackContainer>, StoreError> {
    let Some(host) = ports.observations.host().await? else { return Ok(None) };
    Ok(host.occupants.into_iter().find(|found| is_meant(found, wanted)).and_then(of_a_stack))
}

/// An id counts before a name, since ids are not chosen: a name has at most 63 characters here, an id 64.
fn is_meant(occupant: &Occupant, wanted: &ContainerId) -> bool {
    occupant.id == *wanted || occupant.name == wanted.as_str()
}

fn of_a_stack(occupant: Occupant) -> Option<StackContainer> {
    let stack = occupant.owner.filter(|_| occupant.ours && !occupant.component)?;
    Some(StackContainer { id: occupant.id, name: occupant.name, stack, up: occupant.up })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn occupant(owner: Option<StackId>, ours: bool, component: bool) -> Occupant {
        Occupant {
            id: ContainerId::from("c0"),
            name: "shop-web-1".into(),
            image: "app:1".into(),
            owner,
            ours,
            component,
            up: true,
            started_at: None,
            shares_network_of: None,
            networks: Vec::new(),
            ports: Vec::new(),
        }
    }

    #[test]
    fn only_containers_of_our_stacks_are_found() {
        let stack = StackId(Uuid::nil());
        assert!(of_a_stack(occupant(Some(stack), true, false)).is_some());
        assert_eq!(of_a_stack(occupant(None, true, false)), None, "foreign");
        assert_eq!(of_a_stack(occupant(Some(stack), false, false)), None, "of another installation");
        assert_eq!(of_a_stack(occupant(Some(stack), true, true)), None, "of Core Monitor itself");
    }

    #[test]
    fn id_and_name_are_known() {
        let found = occupant(None, true, false);
        for (wanted, expected) in
            [("c0", true), ("shop-web-1", true), ("c", false), ("shop-web", false), ("", false)]
        {
            assert_eq!(is_meant(&found, &wanted.into()), expected, "{wanted}");
        }
    }
}
