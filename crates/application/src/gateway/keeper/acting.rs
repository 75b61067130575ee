//! Does what the house says.

use std::net::SocketAddr;

use core_monitor_domain::actor::SystemPart;
use core_monitor_domain::command::{NewCommand, PowerChange, PowerScope, SleepMode};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::on_demand::house::{Act, Event};
use core_monitor_domain::ports::Enqueued;
use tracing::{debug, info, warn};

use super::Keeper;

impl Keeper {
    pub(super) async fn act(&mut self, act: Act) -> Option<Event> {
        match act {
            Act::Queue { stack, ticket, sleep, scope } => {
                self.note_change(stack, sleep.is_some(), &scope);
                Some(self.enqueue(stack, ticket, sleep, scope).await)
            }
            Act::Probe { door, start, up } => {
                if let Some(declared) = self.house.declared(&door) {
                    self.prober.begin(&door, declared, start, up);
                }
                None
            }
            Act::Open { door, start, up } => {
                self.prober.stop(&door);
                let port = self.house.declared(&door).map(|declared| declared.port)?;
                let upstreams = up.values().map(|address| SocketAddr::new(*address, port)).collect();
                info!(service = %door.service, stack = %door.stack, start, "awake");
                self.doors.all.get(&door)?.open(start, upstreams);
                let last = self.house.unit(&door)?.last_start.clone().filter(|last| last.start == start)?;
                self.note_start(&door, &last)
            }
            Act::Close { door } => {
                self.prober.stop(&door);
                self.doors.all.get(&door)?.close();
                None
            }
        }
    }

    async fn enqueue(
        &self,
        stack: StackId,
        ticket: u64,
        sleep: Option<SleepMode>,
        scope: PowerScope,
    ) -> Event {
        debug!(%stack, sleeps = sleep.is_some(), ?scope, "asks the queue");
        let id = CommandId(self.ports.ids.next_uuid());
        let now = self.ports.clock.now();
        let change = match sleep {
            Some(mode) => PowerChange::Sleep(mode, scope),
            None => PowerChange::Wake(scope),
        };
        let command = NewCommand::power(id, stack, change, SystemPart::Gateway, None, now);
        let command = match self.ports.queue.enqueue(command).await {
            Ok(Enqueued::New(command) | Enqueued::Replayed(command)) => Ok(command.id),
            Err(error) => {
                warn!(%stack, %error, "the queue does not take a power change");
                Err(error.to_string())
            }
        };
        Event::Queued { stack, ticket, command }
    }
}
