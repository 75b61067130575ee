//! Reading the logs of a stack or of a container, and following them.
//!
//! What there is of several containers is merged by time; what is written later is delivered as it comes. A reader goes on
//! at a [`LogCursor`] without a gap and without anything twice. See `docs/decisions/0041-logs-resume-by-time-and-count.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use core_monitor_domain::access::Forbidden;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::logs::{Grep, LogCursor, LogReading, LogRequest, LogTail, LogTime, Position};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{LinkError, SecretVault, StackStore, StoreError};
use core_monitor_domain::secret_variable::Redactor;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{Server, ServerPorts};
use crate::sealed_secrets::StackSecrets;

mod existing;
mod follow;
mod looks;
mod output;
mod scope;
mod source;
mod viewed;

pub(super) use looks::FollowedStacks;
pub use scope::LogScope;
pub use source::LogSource;
pub use viewed::{LogEnd, LogFrame, LogMarker, LogStream};

use follow::Viewer;
use output::{Opened, Output};
use scope::Watched;
use source::Source;

/// Containers that one reader may read.
const MOST_CONTAINERS: usize = 200;
/// Logs that are opened at the same time.
const PARALLEL: usize = 16;

/// Which lines to read, and how.
#[derive(Debug, Clone)]
pub struct LogQuery {
    /// Only of these services; of all, if empty. Ignored for one container.
    pub services: BTreeSet<ServiceName>,
    /// How many of the existing entries of each container.
    pub tail: LogTail,
    /// Only those written at this time or later.
    pub since: Option<LogTime>,
    /// Only those written at this time or earlier.
    pub until: Option<LogTime>,
    /// Whether to wait for what is written later.
    pub follow: bool,
    /// Those of standard output.
    pub stdout: bool,
    /// Those of standard error.
    pub stderr: bool,
    /// Only lines that contain this.
    pub grep: Option<Grep>,
    /// Leave escape sequences, control characters and what is no UTF-8 as they are.
    pub raw: bool,
    /// Go on behind this, whatever `tail` and `since` say.
    pub after: Option<LogCursor>,
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The actor is not allowed to see it. Whether it exists was not checked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// No such container, as far as the worker has seen.
    #[error("there is no container `{0}`")]
    ContainerNotFound(String),
    /// The container belongs to no stack.
    #[error("the container `{0}` belongs to no stack")]
    Foreign(String),
    /// Several containers have an id that begins like this.
    #[error("several containers have an id that begins with `{0}`")]
    Ambiguous(String),
    /// No version of the stack has the service, and no container belongs to it.
    #[error("the stack has no service `{0}`")]
    ServiceUnknown(ServiceName),
    /// The containers' log drivers keep nothing that the engine could read.
    #[error("the log driver `{driver}` of `{container}` cannot be read")]
    Unreadable {
        /// The container's name.
        container: String,
        /// The log driver.
        driver: String,
    },
    /// There are more containers than one reader may read.
    #[error("{count} containers are more than the {most} that can be read at once")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// Secret values of the stack cannot be opened, so that nobody could take them out of the lines.
    #[error("the stack has secret variables whose values cannot be opened")]
    SecretsUnknown,
    /// The worker or the engine does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// The lines of a stack or of a container. Returns once the engine has answered for every container.
    pub async fn read_logs(
        &self,
        actor: &Actor,
        scope: LogScope,
        query: LogQuery,
    ) -> Result<LogStream, LogsError> {
        let ports = scope.permit(self, actor).await?;
        let watched = Watched::find(ports, scope, &query.services).await?;
        let lookout = query.follow.then(|| self.followed_stacks().follow(watched.stack(), ports));
        let containers = watched.containers_now(ports).await?;
        if containers.len() > MOST_CONTAINERS {
            return Err(LogsError::TooMany { count: containers.len(), most: MOST_CONTAINERS });
        }
        let secrets = redactor(&*ports.stacks, &*ports.vault, watched.stack()).await?;
        let secrets = secrets.ok_or(LogsError::SecretsUnknown)?;
        let is_cut = query.tail != LogTail::All && query.after.is_none();
        let reading = LogReading { raw: query.raw, grep: query.grep.clone(), secrets, is_cut };
        let plan = Plan::of(ports, &query);
        // One container needs no merging, so that its first line comes at once.
        let follows_at_once = query.follow && containers.len() <= 1;
        let (outputs, sources) = open(ports, &plan, &reading, containers, follows_at_once).await?;
        let (name, floor) = (watched.name.clone(), plan.floor);
        let viewer = Viewer::new(self.clone(), actor.clone(), watched, plan, reading, sources);
        Ok(LogStream::new(name, floor, move |out| viewer.run(out, outputs, lookout, follows_at_once)))
    }
}

/// What is asked of the engine for each container.
#[derive(Debug, Clone)]
struct Plan {
    /// For existing lines.
    first: LogRequest,
    /// Where containers go on that a reader has already seen.
    places: LogCursor,
    /// Nothing earlier is wanted from a container that has delivered nothing.
    floor: Option<LogTime>,
}

impl Plan {
    fn of(ports: &ServerPorts, query: &LogQuery) -> Self {
        let LogQuery { tail, since, until, stdout, stderr, .. } = *query;
        let (tail, since, floor) = match &query.after {
            Some(cursor) => (LogTail::All, cursor.floor, cursor.floor),
            None if tail == LogTail::All => (tail, since, since),
            // What is left out at first stays so, also if nothing came that one could go on behind.
            None => (tail, since, since.max(Some(ports.clock.now().into()))),
        };
        let first = LogRequest { tail, since, until, stdout, stderr, follow: false };
        Self { first, places: query.after.clone().unwrap_or_default(), floor }
    }

    /// Where a container goes on that has not delivered anything to this reader.
    fn place(&self, container: &ContainerId) -> Position {
        let place = self.places.get(container).unwrap_or_default();
        place.of(self.first.stdout, self.first.stderr)
    }

    /// The request for what is written by a container that was not there, or had written nothing, when reading began.
    fn later(&self) -> LogRequest {
        LogRequest { tail: LogTail::All, since: self.floor, follow: true, ..self.first.clone() }
    }
}

type Sources = BTreeMap<ContainerId, Source>;

/// Opens the logs of these containers. What one of several does not have is left to its marker.
async fn open(
    ports: &ServerPorts,
    plan: &Plan,
    reading: &LogReading,
    containers: Vec<ObservedContainer>,
    follow: bool,
) -> Result<(Vec<Output>, Sources), LogsError> {
    let alone = containers.len() == 1;
    let request = LogRequest { follow, ..plan.first.clone() };
    let opening = stream::iter(containers).map(|container| {
        let (request, reading) = (request.clone(), reading.clone());
        async move {
            let place = plan.place(&container.id);
            let opened = Output::open(Arc::clone(&ports.link), &container.id, request, reading, place).await;
            match opened {
                Ok(opened) => Ok(Some((container, opened))),
                // Removed since the worker has seen it.
                Err(LinkError::NotFound { .. }) if !alone => Ok(None),
                Err(error) => Err(error),
            }
        }
    });
    let opened: Vec<_> = opening.buffered(PARALLEL).try_collect().await?;
    let (mut outputs, mut sources) = (Vec::new(), Sources::new());
    let mut unreadable = None;
    for (container, opened) in opened.into_iter().flatten() {
        let mut source = Source::new(&container, plan.place(&container.id));
        match opened {
            Opened::Output(output) => outputs.push(*output),
            Opened::Unreadable { driver } => {
                let named =
                    LogsError::Unreadable { container: container.name.clone(), driver: driver.clone() };
                unreadable.get_or_insert(named);
                source.unreadable = Some(driver);
            }
        }
        sources.insert(container.id, source);
    }
    match unreadable {
        Some(error) if outputs.is_empty() => Err(error),
        _ => Ok((outputs, sources)),
    }
}

/// What hides the secret values of a stack; `None` if some cannot be opened.
async fn redactor(
    stacks: &dyn StackStore,
    vault: &dyn SecretVault,
    stack: StackId,
) -> Result<Option<Arc<Redactor>>, StoreError> {
    let secrets = StackSecrets::read(stacks, vault, stack).await?.opened;
    Ok((!secrets.is_incomplete()).then(|| Arc::new(secrets.redactor())))
}
