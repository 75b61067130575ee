//! What the database says about the stacks that have services which wake on demand.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, PowerCause};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ContainerState, Health, ObservedContainer, RunEnding};
use core_monitor_domain::on_demand::house::{Seen, SeenCommand, StackLook};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::time::Timestamp;

use super::GatewayPorts;

/// What the database says.
pub(super) struct Looked {
    /// How each stack stands.
    pub(super) looks: BTreeMap<StackId, StackLook>,
    /// The last lines that the containers wrote before a power change failed.
    pub(super) lines: BTreeMap<StackId, Vec<String>>,
}

/// What there is to know about these stacks. `asked` are the power changes whose end somebody waits for.
///
/// The order matters: the time of the observation first, then the commands, then the containers. So the containers are at least as new
/// as what a command is said to have done, and at least as new as the time says.
pub(super) async fn look(
    ports: &GatewayPorts,
    stacks: &[StackId],
    asked: &[CommandId],
    at: Option<Timestamp>,
) -> Result<Looked, StoreError> {
    let mut looks: BTreeMap<StackId, StackLook> =
        stacks.iter().map(|stack| (*stack, StackLook::default())).collect();
    let queue = ports.queue.overview().await?;
    let lane = ports.queue.write_lane().await?;
    let mut commands = queue.power;
    for id in asked {
        if !commands.iter().any(|command| command.id == *id) {
            commands.extend(ports.queue.find(*id).await?);
        }
    }
    commands.sort_by_key(|command| command.seq);
    let mut lines = BTreeMap::new();
    for command in commands {
        let Some(look) = looks.get_mut(&command.stack_id) else { continue };
        if let Some(failure) = command.failure.as_ref().filter(|failure| !failure.logs.is_empty()) {
            let logs = failure.logs.iter().map(ToString::to_string).collect();
            lines.insert(command.stack_id, logs);
        }
        look.commands.extend(seen_command(&command));
    }
    let next = lane.next().filter(|write| write.status != CommandStatus::Failed);
    if let Some(look) = next.and_then(|write| looks.get_mut(&write.stack_id)) {
        look.writing = true;
    }
    for (stack, containers) in ports.observations.containers_of(stacks).await? {
        if let Some(look) = looks.get_mut(&stack) {
            look.services = services(&containers, at);
        }
    }
    Ok(Looked { looks, lines })
}

fn seen_command(command: &Command) -> Option<SeenCommand> {
    let (wakes, scope) = match &command.payload {
        CommandPayload::Wake(scope) => (true, scope),
        CommandPayload::Sleep { scope, .. } => (false, scope),
        _ => return None,
    };
    Some(SeenCommand {
        id: command.id,
        wakes,
        services: scope.services.clone(),
        status: command.status,
        started_at: command.started_at,
        is_forced: matches!(scope.cause, None | Some(PowerCause::Person { .. })),
        failure: command.failure.as_ref().map(|failure| failure.message.to_string()),
    })
}

/// What runs of each service.
fn services(containers: &[ObservedContainer], at: Option<Timestamp>) -> BTreeMap<ServiceName, Seen> {
    let mut services: BTreeMap<ServiceName, Seen> = BTreeMap::new();
    for container in containers {
        let Some(name) = container.service() else { continue };
        let seen = services.entry(name).or_insert_with(|| Seen { at, ..Seen::default() });
        seen.exists = true;
        match container.state {
            ContainerState::Running => {
                if let (Some(run), Some(address)) = (container.run(), address(container, containers)) {
                    seen.up.insert(run, address);
                    seen.healthy = worse(seen.healthy, seen.up.len() == 1, container.current_health());
                }
            }
            ContainerState::Exited { code } => {
                let stopped = was_stopped(container, code);
                if !stopped || seen.exit.is_none() {
                    (seen.exit, seen.stopped) = (Some(code), stopped);
                }
            }
            _ => {}
        }
    }
    services
}

/// Whether somebody has stopped it, which is no failure whatever its exit code. The worker looks that up only where it matters to a
/// plan; otherwise a process that ended on SIGINT, SIGTERM or SIGKILL counts as stopped.
fn was_stopped(container: &ObservedContainer, code: i64) -> bool {
    match container.ending {
        RunEnding::Stopped => true,
        RunEnding::ByItself => false,
        RunEnding::Unknown => matches!(code, 130 | 137 | 143),
    }
}

/// How the health checks of several containers stand: bad if one is bad, good only if all are.
fn worse(so_far: Option<bool>, first: bool, health: Option<Health>) -> Option<bool> {
    match (so_far, health) {
        (Some(false), _) | (_, Some(Health::Unhealthy)) => Some(false),
        (Some(true), Some(Health::Healthy)) => Some(true),
        (None, Some(Health::Healthy)) if first => Some(true),
        _ => None,
    }
}

/// Where the gateway, which is on the host, reaches a container: its address on one of its networks, those of the host if it shares
/// them, or that of the container whose network it shares.
fn address(container: &ObservedContainer, all: &[ObservedContainer]) -> Option<IpAddr> {
    if container.network_mode == "host" {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    if let Some(other) = container.network_mode.strip_prefix("container:") {
        let other = all.iter().find(|known| known.id.as_str() == other || known.name == other)?;
        // Whose network is shared has one of its own; anything else is a mistake of the engine.
        return own_address(other);
    }
    own_address(container)
}

fn own_address(container: &ObservedContainer) -> Option<IpAddr> {
    container.networks.values().find_map(|endpoint| endpoint.ip_address.parse().ok())
}

#[cfg(test)]
mod tests;
