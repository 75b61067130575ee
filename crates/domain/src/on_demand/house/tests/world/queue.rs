//! The queue, and the worker that carries out what is in it one step at a time.

use super::*;
use crate::command::CommandStatus::{Cancelled, Done, Failed, Pending, Running};
use crate::command::{CommandStatus, SleepMode};
use crate::ids::CommandId;

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Write {
    /// All containers are made anew.
    Apply,
    /// All are stopped.
    Stop,
}

#[derive(Debug, Clone)]
enum What {
    Wake,
    Sleep(SleepMode),
    Write(Write),
}

#[derive(Debug, Clone)]
pub(in super::super) struct Command {
    id: CommandId,
    stack: StackId,
    what: What,
    pub(in super::super) services: BTreeSet<ServiceName>,
    pub(in super::super) status: CommandStatus,
    started_at: Option<Timestamp>,
    failure: Option<String>,
    /// A person asked for it.
    is_forced: bool,
    /// APPLY: the old containers are gone.
    halfway: bool,
}

impl Command {
    pub(in super::super) fn sleeps(&self) -> bool {
        matches!(self.what, What::Sleep(_))
    }

    fn is_write(&self) -> bool {
        matches!(self.what, What::Write(_))
    }
}

/// Commands in the order in which they were accepted.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Queue {
    commands: Vec<Command>,
    /// The next wake fails when it begins, for this reason.
    pub(in super::super) wakes_fail: Option<String>,
}

impl Queue {
    fn accept(&mut self, stack: StackId, what: What, services: BTreeSet<ServiceName>) -> CommandId {
        let id = CommandId(uuid::Uuid::from_u128(self.commands.len() as u128 + 1));
        let (status, started_at, failure, is_forced, halfway) = (Pending, None, None, false, false);
        let command = Command { id, stack, what, services, status, started_at, failure, is_forced, halfway };
        self.commands.push(command);
        id
    }

    pub(super) fn accept_power(
        &mut self,
        stack: StackId,
        sleep: Option<SleepMode>,
        services: BTreeSet<ServiceName>,
    ) -> CommandId {
        assert!(!services.is_empty(), "that is the whole stack");
        self.accept(stack, sleep.map_or(What::Wake, What::Sleep), services)
    }

    pub(in super::super) fn write(&mut self, stack: StackId, write: Write) {
        self.accept(stack, What::Write(write), BTreeSet::new());
    }

    /// A person puts services to sleep.
    pub(in super::super) fn put_to_sleep(&mut self, stack: StackId, services: BTreeSet<ServiceName>) {
        self.accept(stack, What::Sleep(SleepMode::default()), services);
        if let Some(command) = self.commands.last_mut() {
            command.is_forced = true;
        }
    }

    /// What a look tells: what is open, and what the house asked for.
    pub(super) fn told_of(&self, stack: StackId, asked: &BTreeSet<CommandId>) -> Vec<SeenCommand> {
        let power = self.commands.iter().filter(|command| command.stack == stack && !command.is_write());
        let told = power
            .filter(|command| !matches!(command.status, Done | Cancelled) || asked.contains(&command.id));
        told.map(|command| SeenCommand {
            id: command.id,
            wakes: !command.sleeps(),
            services: command.services.clone(),
            status: command.status,
            started_at: command.started_at,
            is_forced: command.is_forced,
            failure: command.failure.clone(),
        })
        .collect()
    }

    pub(in super::super) fn is_writing(&self, stack: StackId) -> bool {
        self.head().is_some_and(|at| self.commands[at].stack == stack && self.commands[at].status != Failed)
    }

    pub(in super::super) fn open(&self, stack: StackId) -> impl DoubleEndedIterator<Item = &Command> {
        let open = |command: &&Command| matches!(command.status, Pending | Running);
        self.commands.iter().filter(move |command| command.stack == stack && !command.is_write()).filter(open)
    }

    /// Those that are open or asked for by somebody, in words.
    pub(in super::super) fn in_words(&self, asked: &BTreeSet<CommandId>) -> String {
        let kept =
            |command: &&Command| !matches!(command.status, Done | Cancelled) || asked.contains(&command.id);
        format!("{:?}", self.commands.iter().filter(kept).collect::<Vec<_>>())
    }

    /// A write that nobody can finish.
    pub(in super::super) fn fail_write(&mut self) {
        if let Some(at) = self.head() {
            self.commands[at].status = Failed;
        }
    }

    fn head(&self) -> Option<usize> {
        self.commands
            .iter()
            .position(|command| command.is_write() && !matches!(command.status, Done | Cancelled))
    }

    /// One step for a stack; the services that a sleep has begun to stop.
    pub(super) fn work(
        &mut self,
        stack: StackId,
        engine: &mut Engine,
        clock: Timestamp,
        now: Duration,
    ) -> Vec<ServiceName> {
        let running =
            self.commands.iter().position(|command| command.stack == stack && command.status == Running);
        if let Some(at) = running {
            return self.go_on(at, engine, now);
        }
        self.claim(stack, clock);
        Vec::new()
    }

    fn claim(&mut self, stack: StackId, clock: Timestamp) {
        let write = self
            .head()
            .filter(|at| self.commands[*at].stack == stack && self.commands[*at].status == Pending);
        let newest = || {
            let waits = |command: &Command| {
                command.stack == stack && !command.is_write() && command.status == Pending
            };
            self.commands.iter().rposition(waits)
        };
        let Some(claimed) = write.or_else(newest) else { return };
        for earlier in &mut self.commands[..claimed] {
            if earlier.stack == stack && !earlier.is_write() && matches!(earlier.status, Pending | Failed) {
                earlier.status = Cancelled;
            }
        }
        let command = &mut self.commands[claimed];
        command.status = Running;
        command.started_at = Some(clock);
        if matches!(command.what, What::Wake) && self.wakes_fail.is_some() {
            command.status = Failed;
            command.failure = self.wakes_fail.take();
        }
    }

    fn go_on(&mut self, at: usize, engine: &mut Engine, now: Duration) -> Vec<ServiceName> {
        let stack = self.commands[at].stack;
        let interrupted = self.is_writing(stack) && !self.commands[at].is_write();
        let command = &mut self.commands[at];
        let order: Vec<ServiceName> = engine.order(stack);
        let ending = order.iter().any(|service| matches!(engine.power(stack, service), Power::Ending(_)));
        match &command.what {
            // The stop of one is awaited before the next step.
            What::Sleep(_) | What::Write(_) if ending => {}
            _ if interrupted => command.status = Cancelled,
            What::Wake => {
                let down = |power| !matches!(power, Power::Up(_) | Power::Ending(_) | Power::Absent);
                let mut chosen = order.iter().filter(|service| command.services.contains(*service));
                match chosen.find(|service| down(engine.power(stack, service))) {
                    Some(service) => engine.start(stack, service, now),
                    None => command.status = Done,
                }
            }
            What::Sleep(mode) => {
                let pauses = *mode == SleepMode::Pause;
                let up = |power| matches!(power, Power::Up(_));
                let mut chosen = order.iter().rev().filter(|service| command.services.contains(*service));
                let Some(service) = chosen.find(|service| up(engine.power(stack, service))) else {
                    command.status = Done;
                    return Vec::new();
                };
                let stopped =
                    if pauses { engine.pause(stack, service) } else { engine.stop(stack, service, now) };
                return stopped.then(|| service.clone()).into_iter().collect();
            }
            What::Write(Write::Stop) => {
                if !order.iter().rev().any(|service| engine.stop(stack, service, now)) {
                    command.status = Done;
                }
            }
            What::Write(Write::Apply) if !command.halfway => {
                if !order.iter().rev().any(|service| engine.stop(stack, service, now)) {
                    command.halfway = true;
                }
            }
            What::Write(Write::Apply) => {
                for service in &order {
                    engine.start(stack, service, now);
                }
                command.status = Done;
            }
        }
        Vec::new()
    }
}
