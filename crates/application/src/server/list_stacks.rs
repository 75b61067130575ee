//! Listing stacks, each with what an overview shows of it.

use std::collections::BTreeMap;

use core_monitor_domain::access::{Action, Resource, Visible};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::CommandKind;
use core_monitor_domain::ids::Seq;
use core_monitor_domain::names::StackName;
use core_monitor_domain::observation::{Health, ObservedContainer};
use core_monitor_domain::offer::{Offer, Standing};
use core_monitor_domain::ports::{CommandFilter, OpenCommand, Page, StackFilter, StoreError};
use core_monitor_domain::stack::{Stack, StackLabel};

use super::known_stacks::{JudgedStack, KnownStacks, Look};
use super::open_commands::{OpenOf, open_of_all};
use super::show_overview::all_stacks;
use super::shown_command::all_behind;
use super::{QueryError, Server, ServerPorts, ShownCommand, StackState};

mod order;

pub use order::{NoPlace, StackOrder, StackPlace, StackSort};

/// How many stacks are looked through at once for those that are asked for.
const LOOKED_AT: u32 = 500;

/// Which stacks to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackQuery {
    /// Only the one with this name.
    pub name: Option<StackName>,
    /// In which order.
    pub order: StackOrder,
    /// Only those behind this place of the order.
    pub after: Option<StackPlace>,
    /// At most this many, at least 1.
    pub limit: u32,
    /// Only those whose name has this in it.
    pub contains: Option<String>,
    /// Only those with this label.
    pub label: Option<StackLabel>,
    /// Only those in one of these states; empty means any.
    pub states: Vec<StackState>,
    /// Only those that drift, or only those that do not.
    pub drifted: Option<bool>,
}

impl StackQuery {
    /// Whether the store alone finds them.
    fn is_plain(&self) -> bool {
        self.order.is_stored() && self.contains.is_none() && self.label.is_none() && !self.asks_for_state()
    }

    /// Whether it takes the states of stacks to know which of them are asked for.
    fn asks_for_state(&self) -> bool {
        !self.states.is_empty() || self.drifted.is_some()
    }

    fn filter(&self, limit: u32) -> StackFilter {
        let after = self.after.as_ref().map(|place| place.name().clone());
        StackFilter { name: self.name.clone(), after, limit }
    }

    /// Whether this stack is asked for by its name and its labels, and may be seen.
    fn names(&self, stack: &Stack, visible: &Visible) -> bool {
        visible.contains(stack.into())
            && self.label.as_ref().is_none_or(|label| stack.labels.has(label))
            && self.name.as_ref().is_none_or(|name| stack.name == *name)
            && self.contains.as_ref().is_none_or(|part| stack.name.as_str().contains(part.as_str()))
    }

    fn has_state(&self, judged: &JudgedStack) -> bool {
        let drifts = judged.drift.is_some_and(|drift| drift > 0);
        (self.states.is_empty() || self.states.contains(&judged.state))
            && self.drifted.is_none_or(|wanted| wanted == drifts)
    }
}

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
    /// A page of the list: of the stacks that the actor may see.
    pub async fn list_stacks(
        &self,
        actor: &Actor,
        query: &StackQuery,
    ) -> Result<Page<ListedStack>, QueryError> {
        let ports = self.permit(actor, Action::ListStacks, &Resource::Installation).await?;
        let visible = self.visible_to(actor).await?;
        let (known, open) = (self.known_stacks(), open_of_all(ports).await?);
        let look = known.look(ports).await?;
        let Page { items, more } = if query.is_plain() && visible.is_everything() {
            ports.stacks.list(&query.filter(query.limit)).await?
        } else if !query.order.is_stored() {
            sorted(ports, known, (&look, &open), (query, &visible)).await?
        } else {
            matching(ports, known, (&look, &open), (query, &visible)).await?
        };
        Ok(Page { items: listed(ports, known, (&look, &open), items).await?, more })
    }
}

/// What a list shows of these stacks, in their order.
pub(super) async fn listed(
    ports: &ServerPorts,
    known: &KnownStacks,
    (look, open): (&Look, &OpenOf),
    stacks: Vec<Stack>,
) -> Result<Vec<ListedStack>, StoreError> {
    let ids: Vec<_> = stacks.iter().map(|stack| stack.id).collect();
    let mut observed: BTreeMap<_, _> = ports.observations.containers_of(&ids).await?.into_iter().collect();
    let mut commands = newest_commands(ports, &stacks).await?;
    let standing = known.judge_all(ports, look, &stacks, open).await?;
    let mut items = Vec::with_capacity(stacks.len());
    for (stack, judged) in stacks.into_iter().zip(standing) {
        let containers = observed.remove(&stack.id).unwrap_or_default();
        let last_command = commands.remove(&stack.last_seq);
        let applied = stack.current_version.is_some();
        let open = open.get(&stack.id).map(Vec::as_slice).unwrap_or_default();
        let standing = Standing { applied, apply_ahead: open.iter().any(applies) };
        let health = containers.iter().filter_map(ObservedContainer::current_health).max();
        items.push(ListedStack {
            stack,
            state: judged.state,
            health,
            drift: judged.drift,
            containers,
            last_command,
            offers: standing.offers(),
        });
    }
    Ok(items)
}

/// The stacks that are asked for, from those that the store has.
async fn matching(
    ports: &ServerPorts,
    known: &KnownStacks,
    (look, open): (&Look, &OpenOf),
    (query, visible): (&StackQuery, &Visible),
) -> Result<Page<Stack>, StoreError> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut filter = query.filter(LOOKED_AT);
    let mut items = Vec::new();
    loop {
        let Page { items: stacks, more } = ports.stacks.list(&filter).await?;
        filter.after = stacks.last().map(|stack| stack.name.clone());
        let named: Vec<_> = stacks.into_iter().filter(|stack| query.names(stack, visible)).collect();
        let standing = known.judge_all(ports, look, &named, open).await?;
        let found = named.into_iter().zip(standing).filter(|(_, judged)| query.has_state(judged));
        items.extend(found.map(|(stack, _)| stack));
        if items.len() > limit || !more {
            let more = items.len() > limit;
            items.truncate(limit);
            return Ok(Page { items, more });
        }
    }
}

/// The stacks that are asked for, in an order that the store does not keep them in. All of them are looked at for each page:
/// there are not so many, and how they stand is known.
async fn sorted(
    ports: &ServerPorts,
    known: &KnownStacks,
    (look, open): (&Look, &OpenOf),
    (query, visible): (&StackQuery, &Visible),
) -> Result<Page<Stack>, StoreError> {
    let mut stacks = all_stacks(ports).await?;
    stacks.retain(|stack| query.names(stack, visible));
    let placed = |stack: Stack, state| (query.order.place(&stack, state), stack);
    let mut found: Vec<_> = if query.order.sort == StackSort::State || query.asks_for_state() {
        let standing = known.judge_all(ports, look, &stacks, open).await?;
        let asked = stacks.into_iter().zip(standing).filter(|(_, judged)| query.has_state(judged));
        asked.map(|(stack, judged)| placed(stack, judged.state)).collect()
    } else {
        stacks.into_iter().map(|stack| placed(stack, StackState::Unknown)).collect()
    };
    let order = |one: &StackPlace, other: &StackPlace| query.order.compare(one, other);
    if let Some(after) = &query.after {
        found.retain(|(place, _)| order(place, after).is_gt());
    }
    found.sort_by(|(one, _), (other, _)| order(one, other));
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    Ok(Page { items: found.into_iter().take(limit).map(|(_, stack)| stack).collect(), more })
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

/// Whether a command will apply a version.
fn applies(command: &OpenCommand) -> bool {
    matches!(command.kind, CommandKind::Apply | CommandKind::Rollback | CommandKind::Deploy)
}
