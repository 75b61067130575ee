//! Listing stacks, each with what an overview shows of it.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ids::{Seq, StackId};
use core_monitor_domain::observation::{Health, HostObservation, ObservedContainer};
use core_monitor_domain::offer::{Offer, Standing};
use core_monitor_domain::ports::{CommandFilter, Page, StackFilter, StoreError};
use core_monitor_domain::stack::Stack;

use super::shown_command::all_behind;
use super::stack_status::status_of;
use super::{QueryError, Server, ServerPorts, ShownCommand, StackState, StatusError};

/// How many open commands are looked through for those that will apply a version. A stack whose apply lies behind them is
/// offered less than it could be.
const OPEN_APPLIES: u32 = 1_000;

/// A stack in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedStack {
    /// It.
    pub stack: Stack,
    /// State of what is running.
    pub state: StackState,
    /// The worst health of its containers; `None` if none has a check.
    pub health: Option<Health>,
    /// How many steps it would take to match the applied version again. `None` if nothing is applied or nothing was
    /// observed, or if this release no longer reads the definition.
    pub drift: Option<usize>,
    /// Its containers, as the worker last saw them.
    pub containers: Vec<ObservedContainer>,
    /// Its newest command, without its progress.
    pub last_command: Option<ShownCommand>,
    /// What can be done to it.
    pub offers: Vec<Offer>,
}

impl Server {
    /// A page of the list, by name.
    pub async fn list_stacks(
        &self,
        actor: &Actor,
        filter: &StackFilter,
    ) -> Result<Page<ListedStack>, QueryError> {
        let ports = self.permit(actor, Action::ListStacks, &Resource::Installation)?;
        let page = ports.stacks.list(filter).await?;
        let ids: Vec<_> = page.items.iter().map(|stack| stack.id).collect();
        let mut observed: BTreeMap<_, _> =
            ports.observations.containers_of(&ids).await?.into_iter().collect();
        let mut commands = newest_commands(ports, &page.items).await?;
        let applying = applying(ports, &page.items).await?;
        let host = ports.observations.host().await?;
        let mut items = Vec::with_capacity(page.items.len());
        for stack in page.items {
            let containers = observed.remove(&stack.id).unwrap_or_default();
            let last_command = commands.remove(&stack.last_seq);
            let applied = stack.current_version.is_some();
            let standing = Standing { applied, apply_ahead: applying.contains(&stack.id) };
            let (state, drift) = overview(ports, &stack, host.as_ref(), &containers).await?;
            let health = containers
                .iter()
                .filter_map(|container| container.health)
                .max_by_key(|health| severity(*health));
            items.push(ListedStack {
                stack,
                state,
                health,
                drift,
                containers,
                last_command,
                offers: standing.offers(),
            });
        }
        Ok(Page { items, more: page.more })
    }
}

/// From good to bad.
fn severity(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Starting => 1,
        Health::Unhealthy => 2,
    }
}

async fn newest_commands(
    ports: &ServerPorts,
    stacks: &[Stack],
) -> Result<BTreeMap<Seq, ShownCommand>, StoreError> {
    if stacks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let seqs: Vec<_> = stacks.iter().map(|stack| stack.last_seq).collect();
    let limit = u32::try_from(seqs.len()).unwrap_or(u32::MAX);
    let filter = CommandFilter { seqs, limit, ..CommandFilter::default() };
    let found = all_behind(ports, ports.queue.list(&filter).await?.items).await?;
    Ok(found.into_iter().map(|shown| (shown.command.seq, shown)).collect())
}

/// The stacks that no version is applied of yet, but will be.
async fn applying(ports: &ServerPorts, stacks: &[Stack]) -> Result<BTreeSet<StackId>, StoreError> {
    if stacks.iter().all(|stack| stack.current_version.is_some()) {
        return Ok(BTreeSet::new());
    }
    let filter = CommandFilter {
        statuses: vec![CommandStatus::Running, CommandStatus::Failed, CommandStatus::Pending],
        kinds: vec![CommandKind::Apply, CommandKind::Rollback, CommandKind::Deploy],
        limit: OPEN_APPLIES,
        ..CommandFilter::default()
    };
    let open = ports.queue.list(&filter).await?.items;
    Ok(open.into_iter().map(|command| command.stack_id).collect())
}

/// State and drift. One definition that cannot be read must not hide the other stacks.
async fn overview(
    ports: &ServerPorts,
    stack: &Stack,
    host: Option<&HostObservation>,
    containers: &[ObservedContainer],
) -> Result<(StackState, Option<usize>), StoreError> {
    match status_of(ports, stack.clone(), host, containers.to_vec()).await {
        Ok(status) => Ok((status.state, status.drift.map(|drift| drift.steps.len() + drift.blockers.len()))),
        Err(StatusError::Store(error)) => Err(error),
        Err(StatusError::Definition(_) | StatusError::StackNotFound | StatusError::Forbidden(_)) => {
            Ok((StackState::Unknown, None))
        }
    }
}
