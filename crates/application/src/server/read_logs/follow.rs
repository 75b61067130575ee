//! What is written later, by containers that come and go.

use std::pin::Pin;
use std::sync::Arc;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::LogReading;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{LinkError, StoreError};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::existing::{self, Stopped};
use super::looks::{Known, Lookout};
use super::output::{Opened, Output, Read};
use super::scope::Watched;
use super::source::Source;
use super::viewed::Out;
use super::{LogEnd, LogFrame, LogMarker, LogSource, LogsError, MOST_CONTAINERS, Plan, Sources};
use crate::server::Server;

/// Looks that do not find a container before it counts as gone: its successor may be about to come.
const LOOKS_WITHOUT: u32 = 3;

/// One reader.
pub(super) struct Viewer {
    server: Server,
    actor: Actor,
    watched: Watched,
    plan: Plan,
    reading: LogReading,
    sources: Sources,
    pulls: FuturesUnordered<Pull>,
}

type Pull = Pin<Box<dyn Future<Output = Pulled> + Send>>;

/// What has come of a container.
enum Pulled {
    Opened(ContainerId, Result<Opened, LinkError>),
    Read(Box<Output>, Result<Read, LinkError>),
}

/// What a look finds about a container.
enum Noticed {
    /// Nothing that is not being read.
    Nothing,
    /// It is to be read, and the reader knows of it, since it goes on there.
    Known,
    /// It is to be read, and this is to be said about it.
    New(LogFrame),
}

/// Why it ends early.
enum Over {
    /// Nobody reads any more.
    Unread,
    /// Something that the reader is told.
    End(LogEnd),
}

impl From<LogEnd> for Over {
    fn from(end: LogEnd) -> Self {
        Self::End(end)
    }
}

impl Viewer {
    pub(super) fn new(
        server: Server,
        actor: Actor,
        watched: Watched,
        plan: Plan,
        reading: LogReading,
        sources: Sources,
    ) -> Self {
        Self { server, actor, watched, plan, reading, sources, pulls: FuturesUnordered::new() }
    }

    /// Sends everything, and why it ends. With a lookout, it also sends what is written later.
    pub(super) async fn run(
        mut self,
        out: Out,
        outputs: Vec<Output>,
        lookout: Option<Lookout>,
        at_once: bool,
    ) {
        let end = match self.send_all(&out, outputs, lookout, at_once).await {
            Ok(()) => LogEnd::Complete,
            Err(Over::End(end)) => end,
            Err(Over::Unread) => return,
        };
        // The reader may be gone.
        let _ = out.send(vec![LogFrame::End(end)]).await;
    }

    async fn send_all(
        &mut self,
        out: &Out,
        outputs: Vec<Output>,
        lookout: Option<Lookout>,
        at_once: bool,
    ) -> Result<(), Over> {
        self.tell_unreadable(out).await?;
        if at_once {
            for output in outputs {
                if let Some(source) = self.sources.get_mut(&output.container) {
                    source.open = true;
                }
                self.pulls.push(Box::pin(pull(Box::new(output))));
            }
        } else {
            existing::send(outputs, &mut self.sources, out).await.map_err(|stopped| match stopped {
                Stopped::Unread => Over::Unread,
                Stopped::Failed(error) => failed(error).into(),
            })?;
        }
        let Some(lookout) = lookout else { return Ok(()) };
        if !at_once {
            let readable = self.sources.values().filter(|source| source.unreadable.is_none());
            let all: Vec<_> = readable.map(|source| source.about.container.clone()).collect();
            for id in &all {
                self.open(id).await;
            }
        }
        self.follow(lookout, out).await
    }

    async fn tell_unreadable(&mut self, out: &Out) -> Result<(), Over> {
        let mut frames = Vec::new();
        for source in self.sources.values() {
            if let Some(driver) = source.unreadable.clone() {
                frames.push(marker(&source.about, LogMarker::Unreadable { driver }));
            }
        }
        send(out, frames).await
    }

    /// Goes on until it cannot.
    async fn follow(&mut self, mut lookout: Lookout, out: &Out) -> Result<(), Over> {
        // The first look is at once: containers may have come since the worker was asked.
        let mut due = Box::pin(lookout.due());
        loop {
            tokio::select! {
                Some(pulled) = self.pulls.next(), if !self.pulls.is_empty() => self.take(pulled, out).await?,
                () = &mut due => {
                    self.look(&mut lookout, out).await?;
                    due.set(lookout.due());
                }
            }
        }
    }

    /// Starts reading a container where it goes on.
    async fn open(&mut self, id: &ContainerId) {
        let Some(source) = self.sources.get_mut(id) else { return };
        let Ok(ports) = self.watched.scope.permit(&self.server, &self.actor).await else { return };
        source.open = true;
        let (link, id, start) = (Arc::clone(&ports.link), id.clone(), source.position);
        let (request, reading) = (self.plan.later(), self.reading.clone());
        self.pulls.push(Box::pin(async move {
            let opened = Output::open(link, &id, request, reading, start).await;
            Pulled::Opened(id, opened)
        }));
    }

    /// Passes on what has come.
    async fn take(&mut self, pulled: Pulled, out: &Out) -> Result<(), Over> {
        let (id, output, read) = match pulled {
            Pulled::Opened(_, Ok(Opened::Output(output))) => {
                self.pulls.push(Box::pin(pull(output)));
                return Ok(());
            }
            Pulled::Opened(id, Ok(Opened::Unreadable { driver })) => {
                return self.close(&id, Some(LogMarker::Unreadable { driver }), out).await;
            }
            Pulled::Opened(id, Err(error)) => (id, None, Err(error)),
            Pulled::Read(output, read) => (output.container.clone(), Some(output), read),
        };
        let (pieces, missed, ended) = match read {
            Ok(Read::Pieces(pieces)) => (pieces, false, false),
            Ok(Read::Missed(pieces)) => (pieces, true, false),
            Ok(Read::End(pieces)) => (pieces, false, true),
            Err(LinkError::NotFound { .. }) => return self.close(&id, None, out).await,
            Err(error @ LinkError::Refused { .. }) => {
                return self.close(&id, Some(LogMarker::Failed { error }), out).await;
            }
            Err(error) => return Err(failed(error).into()),
        };
        let (Some(source), Some(output)) = (self.sources.get_mut(&id), output) else { return Ok(()) };
        source.position = output.position();
        let gap = missed.then(|| marker(&source.about, LogMarker::Gap));
        let about = Arc::clone(&source.about);
        let lines = pieces.into_iter().map(|piece| LogFrame::Line { source: Arc::clone(&about), piece });
        let frames = gap.into_iter().chain(lines).collect();
        if ended {
            source.open = false;
        } else {
            self.pulls.push(Box::pin(pull(output)));
        }
        send(out, frames).await
    }

    /// A container is no longer read, until its next run.
    async fn close(&mut self, id: &ContainerId, said: Option<LogMarker>, out: &Out) -> Result<(), Over> {
        let Some(source) = self.sources.get_mut(id) else { return Ok(()) };
        source.open = false;
        let frames = said.map(|said| marker(&source.about, said)).into_iter().collect();
        send(out, frames).await
    }

    /// Looks what the worker has seen: containers that have come, gone, or begun another run. The permission is checked
    /// every time, so that an actor who loses it also loses the lines.
    async fn look(&mut self, lookout: &mut Lookout, out: &Out) -> Result<(), Over> {
        self.watched.scope.permit(&self.server, &self.actor).await.map_err(failed)?;
        let look = lookout.look().await;
        let containers = known(&look.containers)?.ok_or(LogEnd::StackDeleted)?;
        let observed: Vec<_> =
            containers.iter().filter(|container| self.watched.includes(container)).collect();
        let (mut frames, mut begun) = (Vec::new(), Vec::new());
        for container in &observed {
            match self.notice(container) {
                Noticed::Nothing => continue,
                Noticed::Known => (),
                Noticed::New(frame) => frames.push(frame),
            }
            begun.push(container.id.clone());
        }
        if self.sources.len() > MOST_CONTAINERS {
            let (count, most) = (self.sources.len(), MOST_CONTAINERS);
            return Err(failed(LogsError::TooMany { count, most }).into());
        }
        if !begun.is_empty() {
            // They may have been given other secrets.
            let secrets = lookout.redactor(&look).await;
            let secrets = known(&secrets)?.ok_or_else(|| failed(LogsError::SecretsUnknown))?;
            self.reading.secrets = Arc::clone(secrets);
            for id in &begun {
                self.open(id).await;
            }
        }
        frames.extend(self.leave(&observed));
        drop(look);
        send(out, frames).await
    }

    /// Whether a container has something new to read.
    fn notice(&mut self, container: &ObservedContainer) -> Noticed {
        let Some(run) = container.run() else { return Noticed::Nothing };
        if let Some(source) = self.sources.get_mut(&container.id) {
            source.looks_without = 0;
            if source.open || source.run.as_ref() == Some(&run) {
                return Noticed::Nothing;
            }
            source.run = Some(run);
            return Noticed::New(marker(&source.about, LogMarker::Started));
        }
        let source = Source::new(container, self.plan.place(&container.id));
        let former = self.sources.values().rfind(|other| other.has_place_of(&source.about));
        let noticed = match former {
            Some(former) => {
                let former = Arc::clone(&former.about);
                Noticed::New(marker(&source.about, LogMarker::Replaced { former }))
            }
            None if self.plan.places.get(&container.id).is_some() => Noticed::Known,
            None => Noticed::New(marker(&source.about, LogMarker::Started)),
        };
        self.sources.insert(container.id.clone(), source);
        noticed
    }

    /// Forgets containers that are gone and have been read to the end. One that was replaced has been mentioned; while a
    /// successor is there that has not started yet, or could still come, it is only waited for.
    fn leave(&mut self, observed: &[&ObservedContainer]) -> Vec<LogFrame> {
        let mut gone = Vec::new();
        for source in self.sources.values_mut().filter(|source| !source.open) {
            if observed.iter().any(|container| container.id == source.about.container) {
                continue;
            }
            source.looks_without += 1;
            let has_successor = observed.iter().any(|container| source.has_place_of_observed(container));
            let waits = has_successor || source.looks_without < LOOKS_WITHOUT;
            gone.push((Arc::clone(&source.about), waits));
        }
        let mut frames = Vec::new();
        for (about, waits) in gone {
            let is_replaced = self
                .sources
                .values()
                .any(|other| other.about.container != about.container && other.has_place_of(&about));
            if waits && !is_replaced {
                continue;
            }
            self.sources.remove(&about.container);
            if !is_replaced {
                frames.push(marker(&about, LogMarker::Ended));
            }
        }
        frames
    }
}

async fn pull(mut output: Box<Output>) -> Pulled {
    let read = output.next().await;
    Pulled::Read(output, read)
}

/// What is known to everybody who shares a look. If that failed, each of them ends.
fn known<T>(shared: &Known<T>) -> Result<Option<&T>, LogEnd> {
    let again = |error: &StoreError| match error {
        StoreError::Unavailable { reason, .. } => {
            StoreError::Unavailable { reason: reason.clone(), source: None }
        }
        StoreError::Corrupt { what, .. } => StoreError::Corrupt { what: what.clone(), source: None },
    };
    shared.as_ref().map(Option::as_ref).map_err(|error| failed(again(error)))
}

fn marker(source: &Arc<LogSource>, marker: LogMarker) -> LogFrame {
    LogFrame::Marker { source: Arc::clone(source), marker }
}

fn failed(error: impl Into<LogsError>) -> LogEnd {
    LogEnd::Failed(error.into())
}

async fn send(out: &Out, frames: Vec<LogFrame>) -> Result<(), Over> {
    if frames.is_empty() {
        return Ok(());
    }
    out.send(frames).await.map_err(|_| Over::Unread)
}
