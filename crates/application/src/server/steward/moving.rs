//! Giving an instance another port where the engine found one taken.
//!
//! A port is free when it is claimed, as far as this server sees. Somebody may listen on it a moment later, or where the server
//! cannot look. Then only the engine finds out, and the first `APPLY` ends with `PORT_TAKEN`.

use std::collections::BTreeSet;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandKind, CommandStatus, Failure, FailureCode};
use core_monitor_domain::ports::{CommandFilter, SaveError};
use core_monitor_domain::template::{Instance, ParameterName};
use tracing::info;

use super::super::{InstanceError, Server, ServerPorts, said};
use super::sweeping::Cared;

/// After how many failures in a row an instance gets no other port.
const TRIES: usize = 5;

impl Server {
    /// Gives other ports to those instances whose newest command has ended because one was taken.
    pub(super) async fn move_ports(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        known: &[Cared],
    ) -> Result<(), InstanceError> {
        for cared in known.iter().filter(|cared| !cared.instance.ports.is_empty()) {
            let last = cared.stack.last_command.as_ref().map(|shown| &shown.command);
            let Some(failure) = last.and_then(taken) else { continue };
            let leave = contested(&cared.instance, failure);
            if leave.is_empty() || failures_in_a_row(ports, &cared.instance).await? > TRIES {
                continue;
            }
            let (template, key) = (&cared.template, &cared.instance.key);
            info!(%template, %key, "gives an instance another port: the engine found one taken");
            let comment = said::moved_from_port(leave.first().copied().unwrap_or_default()).to_string();
            let seen = (&cared.instance, cared.stack.stack.revision());
            match self.move_instance(ports, actor, seen, (template, leave), comment).await {
                // Somebody was quicker, such as its removal; or nothing is free: the failure of the command says what is wrong, and stays.
                Ok(())
                | Err(
                    InstanceError::Busy
                    | InstanceError::Save(SaveError::PreconditionFailed { .. })
                    | InstanceError::Definition(_),
                ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Why a command ended, if that is a port that was taken.
fn taken(command: &Command) -> Option<&Failure> {
    let ended = command.status == CommandStatus::Cancelled;
    command.failure.as_ref().filter(|failure| ended && failure.code == FailureCode::PortTaken)
}

/// The ports of an instance that a failure is about: those that it names, or all. A port that was asked for by number stays.
fn contested(instance: &Instance, failure: &Failure) -> BTreeSet<u16> {
    let chosen = |(name, _): &(&ParameterName, &u16)| !instance.values.contains_key(*name);
    let own: BTreeSet<u16> = instance.ports.iter().filter(chosen).map(|(_, port)| *port).collect();
    let text = failure.text();
    let numbers: BTreeSet<u16> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
    let named: BTreeSet<u16> = own.intersection(&numbers).copied().collect();
    if named.is_empty() { own } else { named }
}

async fn failures_in_a_row(ports: &ServerPorts, instance: &Instance) -> Result<usize, InstanceError> {
    let filter = CommandFilter {
        stack_id: Some(instance.stack),
        kinds: vec![CommandKind::Apply],
        limit: u32::try_from(TRIES + 1).unwrap_or(u32::MAX),
        ..CommandFilter::default()
    };
    let newest = ports.queue.list(&filter).await?.items;
    Ok(newest.iter().take_while(|command| taken(command).is_some()).count())
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ids::{StackId, TemplateId, VersionNumber};
    use core_monitor_domain::time::Timestamp;
    use core_monitor_message::Message;
    use serde_json::json;

    use super::*;

    fn contested_of(text: &str, given: &[&str]) -> Vec<u16> {
        let name = |text: &str| text.parse::<ParameterName>().unwrap();
        let instance = Instance {
            template: TemplateId(uuid::Uuid::nil()),
            key: "shop".parse().unwrap(),
            stack: StackId::HOST,
            template_version: VersionNumber(1),
            values: given.iter().map(|text| (name(text), json!(8002))).collect(),
            ports: [(name("ADMIN"), 9002), (name("WEB"), 8002)].into(),
            applied: None,
            created_by: Actor::server(),
            created_at: Timestamp::beginning(),
            stopped_since: None,
            unlisted_since: None,
            is_held: false,
        };
        let failure = Failure::new(FailureCode::PortTaken, Message::foreign(text));
        contested(&instance, &failure).into_iter().collect()
    }

    #[test]
    fn the_port_that_is_named_is_left() {
        assert_eq!(contested_of("Bind for 0.0.0.0:8002 failed: port is already allocated", &[]), [8002]);
        assert_eq!(contested_of("no port can be had", &[]), [8002, 9002]);
        assert_eq!(
            contested_of("Bind for 0.0.0.0:8002 failed", &["WEB"]),
            [9002],
            "one that was asked for stays"
        );
    }
}
