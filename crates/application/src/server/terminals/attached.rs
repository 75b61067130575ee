//! A terminal that somebody is connected to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use core_monitor_domain::access::{Action, Forbidden, Refusal, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{ExecInput, ExecNews, ExecSession, Feed, InputSink, LinkError, StoreError};
use core_monitor_domain::session::SessionHash;
use core_monitor_domain::terminal::{ExecRequest, TerminalEnd};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{Seat, TerminalError, ready_container, record_end, record_start};
use crate::server::stack_container::StackContainer;
use crate::server::{Server, ServerPorts};

/// How often the permission is checked at least, whatever happens.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How old a check may be when something is typed.
const FRESH: Duration = Duration::from_secs(1);
/// How often it is checked at most while the database changes.
const CHECK_PAUSE: Duration = Duration::from_millis(250);
/// How many checks in a row may fail for want of the database. A moment without it must not end every terminal, and a longer one
/// must not leave one open to somebody who may not use it.
const FAILED_CHECKS: u32 = 6;

/// What comes from the client.
#[derive(Debug)]
pub enum FromClient {
    /// Something for the command.
    Input(ExecInput),
    /// The client is done, or did something wrong.
    Gone(TerminalEnd),
}

/// A terminal that was opened. Nothing is started until [`run`](Self::run).
pub struct AttachedTerminal {
    server: Server,
    actor: Actor,
    session: Option<SessionHash>,
    container: ContainerId,
    request: ExecRequest,
    _seat: Seat,
}

impl AttachedTerminal {
    pub(in crate::server) fn new(
        server: Server,
        (actor, session): (Actor, Option<SessionHash>),
        container: ContainerId,
        request: ExecRequest,
        seat: Seat,
    ) -> Self {
        Self { server, actor, session, container, request, _seat: seat }
    }

    /// Starts the command, and carries what is typed and shown until one side ends or a limit is reached. `typed` and `shown`
    /// are short: who does not read stops the command. Start and end are recorded in the audit.
    pub async fn run(
        self,
        typed: mpsc::Receiver<FromClient>,
        shown: mpsc::Sender<Vec<u8>>,
        stopping: CancellationToken,
    ) -> TerminalEnd {
        let resource = Resource::Container(self.container.clone());
        let Ok(ports) = self.server.permit(&self.actor, Action::OpenTerminal, &resource).await else {
            return TerminalEnd::Revoked;
        };
        let container = match ready_container(ports, &self.container).await {
            Ok(container) => container,
            Err(TerminalError::Store(error)) => return TerminalEnd::NotNow { reason: error.to_string() },
            Err(_) => return TerminalEnd::ContainerStopped,
        };
        if let Err(error) =
            record_start(ports, &self.actor, Action::OpenTerminal, &container, &self.request).await
        {
            return TerminalEnd::NotNow { reason: error.to_string() };
        }
        let started = ports.clock.elapsed();
        let end = match ports.link.exec(&container.id, &self.request).await {
            Ok(session) => self.carry(ports, &container, session, (typed, shown), &stopping).await,
            Err(error) => of_link(error),
        };
        let seconds = ports.clock.elapsed().saturating_sub(started).as_secs();
        record_end(ports, &self.actor, Action::OpenTerminal, (&container, &self.request), &end, seconds)
            .await;
        tracing::info!(actor = %self.actor, container = container.name, reason = end.as_str(), seconds, "a terminal was closed");
        end
    }

    async fn carry(
        &self,
        ports: &ServerPorts,
        container: &StackContainer,
        session: ExecSession<LinkError>,
        (mut typed, shown): (mpsc::Receiver<FromClient>, mpsc::Sender<Vec<u8>>),
        stopping: &CancellationToken,
    ) -> TerminalEnd {
        let started = ports.clock.elapsed();
        let times = Mutex::new(Times { moved: started, checked: started, failed: 0 });
        let (server, actor, of_session) = (&self.server, &self.actor, self.session.as_ref());
        let watch = Watch { server, ports, actor, of_session, container, times, started };
        let ExecSession { mut input, mut output } = session;
        let mut commits = ports.commits.subscribe();
        tokio::select! {
            biased;
            () = stopping.cancelled() => TerminalEnd::Stopping,
            end = watch.limits(&mut commits) => end,
            end = watch.show(&mut *output, &shown) => end,
            end = watch.take(&mut typed, &mut *input) => end,
        }
    }
}

fn of_link(error: LinkError) -> TerminalEnd {
    match error {
        LinkError::WorkerAway { .. } => TerminalEnd::WorkerAway,
        LinkError::NotFound { .. } | LinkError::Conflict { .. } => TerminalEnd::ContainerStopped,
        other => TerminalEnd::EngineFailed { message: other.to_string() },
    }
}

/// The rules of an open terminal.
struct Watch<'a> {
    server: &'a Server,
    ports: &'a ServerPorts,
    actor: &'a Actor,
    of_session: Option<&'a SessionHash>,
    container: &'a StackContainer,
    times: Mutex<Times>,
    started: Duration,
}

/// On the monotonic clock.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// When something was typed or shown.
    moved: Duration,
    /// When the permission was last checked.
    checked: Duration,
    /// How many checks have failed since.
    failed: u32,
}

impl Watch<'_> {
    fn times(&self) -> Times {
        *self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, change: impl FnOnce(&mut Times)) {
        change(&mut self.times.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn moves(&self) {
        let now = self.ports.clock.elapsed();
        self.set(|times| times.moved = now);
    }

    /// Shows what the command writes, until it ends.
    async fn show(
        &self,
        output: &mut dyn Feed<ExecNews, LinkError>,
        shown: &mpsc::Sender<Vec<u8>>,
    ) -> TerminalEnd {
        loop {
            match output.next().await {
                Ok(Some(ExecNews::Output(chunk))) => {
                    if shown.send(chunk.bytes).await.is_err() {
                        return TerminalEnd::Left;
                    }
                    self.moves();
                }
                Ok(Some(ExecNews::Ended(end))) => return end.into(),
                Ok(None) => return TerminalEnd::Unknown,
                Err(error) => return of_link(error),
            }
        }
    }

    /// Hands over what is typed, until the client is gone. The permission is checked before.
    async fn take(
        &self,
        typed: &mut mpsc::Receiver<FromClient>,
        input: &mut dyn InputSink<LinkError>,
    ) -> TerminalEnd {
        while let Some(given) = typed.recv().await {
            let something = match given {
                FromClient::Gone(end) => return end,
                FromClient::Input(something) => something,
            };
            if self.ports.clock.elapsed().saturating_sub(self.times().checked) >= FRESH
                && !self.is_allowed().await
            {
                return TerminalEnd::Revoked;
            }
            self.moves();
            // A command that takes no input any more says by its output how it ends.
            let _ = input.send(something).await;
        }
        TerminalEnd::Left
    }

    /// Ends a terminal that is idle, old or not allowed any more.
    async fn limits(&self, commits: &mut watch::Receiver<u64>) -> TerminalEnd {
        let (idle, age) = (self.ports.terminals.idle, self.ports.terminals.age);
        loop {
            let (now, times) = (self.ports.clock.elapsed(), self.times());
            let (idle_at, old_at) = (times.moved + idle, self.started + age);
            if now >= old_at {
                return TerminalEnd::Old { seconds: age.as_secs() };
            }
            if now >= idle_at {
                return TerminalEnd::Idle { seconds: idle.as_secs() };
            }
            if now >= times.checked + CHECK_EVERY && !self.is_allowed().await {
                return TerminalEnd::Revoked;
            }
            let next = idle_at.min(old_at).min(self.times().checked + CHECK_EVERY).saturating_sub(now);
            tokio::select! {
                () = self.ports.clock.sleep(next) => {}
                changed = commits.changed() => {
                    if changed.is_err() {
                        // The watch on the database has ended; the regular checks go on.
                        self.ports.clock.sleep(next).await;
                    } else if !self.is_allowed().await {
                        return TerminalEnd::Revoked;
                    } else {
                        self.ports.clock.sleep(CHECK_PAUSE.min(next)).await;
                    }
                }
            }
        }
    }

    /// Whether the actor may still use it.
    async fn is_allowed(&self) -> bool {
        let allowed = self.check().await;
        let now = self.ports.clock.elapsed();
        match allowed {
            Ok(allowed) => {
                self.set(|times| (times.checked, times.failed) = (now, 0));
                allowed
            }
            Err(error) => {
                tracing::warn!(%error, actor = %self.actor, "cannot check whether a terminal is still allowed");
                self.set(|times| (times.checked, times.failed) = (now, times.failed + 1));
                self.times().failed < FAILED_CHECKS
            }
        }
    }

    async fn check(&self) -> Result<bool, StoreError> {
        let resource = Resource::Container(self.container.id.clone());
        match self.server.permit(self.actor, Action::OpenTerminal, &resource).await {
            // Where the grants cannot be read, neither can this be.
            Ok(_) | Err(Forbidden { why: Refusal::Unknown, .. }) => {
                self.server.still_stands(self.actor, self.of_session).await
            }
            Err(_) => Ok(false),
        }
    }
}
