//! The stacks that somebody sees in what is about all of them.

use std::collections::BTreeSet;

use core_monitor_domain::access::Visible;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{EventFilter, Page, StackFilter, StoreError};
use core_monitor_domain::stack::Stack;

use super::show_overview::all_stacks;
use super::{Server, ServerPorts};

/// The stacks that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SeenStacks {
    /// All of them, and what belongs to none.
    All,
    /// Only these.
    Only(BTreeSet<StackId>),
}

impl SeenStacks {
    /// Whether what belongs to this stack is seen.
    pub(super) fn has(&self, stack: StackId) -> bool {
        self.only().is_none_or(|only| only.contains(&stack))
    }

    /// Which ones, if not all.
    pub(super) fn only(&self) -> Option<&BTreeSet<StackId>> {
        match self {
            Self::All => None,
            Self::Only(only) => Some(only),
        }
    }

    /// These, and those that were seen before unless all are seen now.
    pub(super) fn and_before(&self, before: &Self) -> Self {
        match (self, before) {
            (Self::All, _) => Self::All,
            (Self::Only(now), Self::All) => Self::Only(now.clone()),
            (Self::Only(now), Self::Only(before)) => Self::Only(now.union(before).copied().collect()),
        }
    }

    /// What is seen of the events that `filter` means; `None` if that is nothing.
    pub(super) fn of_events(&self, filter: EventFilter) -> Option<EventFilter> {
        let Self::Only(only) = self else { return Some(filter) };
        match filter.stack_id {
            Some(stack) => only.contains(&stack).then_some(filter),
            None if only.is_empty() => None,
            None => Some(EventFilter { stacks: only.iter().copied().collect(), ..filter }),
        }
    }
}

impl Server {
    /// The stacks that the actor sees, as its grants and the names and labels of stacks are now.
    pub(super) async fn seen_by(&self, ports: &ServerPorts, actor: &Actor) -> Result<SeenStacks, StoreError> {
        let visible = self.visible_to(actor).await?;
        if visible.is_everything() {
            return Ok(SeenStacks::All);
        }
        let stacks = all_stacks(ports).await?.into_iter();
        let seen = stacks.filter(|stack| visible.contains(stack.into())).map(|stack| stack.id);
        Ok(SeenStacks::Only(seen.collect()))
    }
}

/// A page of the stacks that are seen, by name.
pub(super) async fn seen_page(
    ports: &ServerPorts,
    filter: &StackFilter,
    visible: &Visible,
) -> Result<Page<Stack>, StoreError> {
    if visible.is_everything() {
        return ports.stacks.list(filter).await;
    }
    let mut items = all_stacks(ports).await?;
    items.retain(|stack| {
        visible.contains(stack.into())
            && filter.name.as_ref().is_none_or(|name| stack.name == *name)
            && filter.after.as_ref().is_none_or(|after| stack.name > *after)
    });
    let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}
