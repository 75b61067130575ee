//! Which services wake on demand, as the applied versions declare it.

use std::collections::BTreeMap;

use core_monitor_domain::desired::declared_on_demand;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::on_demand::Household;
use core_monitor_domain::on_demand::house::StackUnits;
use core_monitor_domain::ports::{StackFilter, StackStore, StoreError};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use tracing::warn;

use crate::build_source::{NotDesired, desired_stack};

/// How many stacks are read at once.
const PAGE: u32 = 100;

/// What is known of the applied versions: a version never changes, so each is read once.
#[derive(Debug, Default)]
pub(super) struct Declared {
    known: BTreeMap<StackId, (VersionNumber, Option<StackUnits>)>,
}

impl Declared {
    /// The stacks that have services which wake on demand, those that have been there longest first; `None` if nothing has changed
    /// since they were read last.
    pub(super) async fn read(
        &mut self,
        stacks: &dyn StackStore,
    ) -> Result<Option<Vec<StackUnits>>, StoreError> {
        let applied = applied(stacks).await?;
        let mut changed = false;
        self.known.retain(|id, _| {
            let kept = applied.iter().any(|(stack, _)| stack.id == *id);
            changed |= !kept;
            kept
        });
        for (stack, version) in &applied {
            if self.known.get(&stack.id).is_some_and(|(known, _)| known == version) {
                continue;
            }
            let Some(stored) = stacks.find_version(stack.id, *version).await? else { continue };
            let units = units(stacks, stack, &stored).await?;
            changed |= units.is_some() || self.known.get(&stack.id).is_some_and(|(_, units)| units.is_some());
            self.known.insert(stack.id, (*version, units));
        }
        if !changed {
            return Ok(None);
        }
        let units = applied.iter().filter_map(|(stack, _)| self.known.get(&stack.id)?.1.clone());
        Ok(Some(units.collect()))
    }
}

/// The stacks of which a version is applied, the oldest first.
async fn applied(stacks: &dyn StackStore) -> Result<Vec<(Stack, VersionNumber)>, StoreError> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = stacks.list(&StackFilter { name: None, after, limit: PAGE }).await?;
        after = page.items.last().map(|stack| stack.name.clone());
        all.extend(page.items.into_iter().filter_map(|stack| {
            let version = stack.current_version?;
            Some((stack, version))
        }));
        if !page.more {
            break;
        }
    }
    all.sort_by_key(|(stack, _)| (stack.created_at, stack.id));
    Ok(all)
}

/// What a version declares; `None` if nothing of it wakes on demand.
async fn units(
    stacks: &dyn StackStore,
    stack: &Stack,
    version: &StackVersion,
) -> Result<Option<StackUnits>, StoreError> {
    let doors = match declared_on_demand(&version.model) {
        Ok(doors) if doors.is_empty() => return Ok(None),
        Ok(doors) => doors,
        Err(error) => {
            // It was checked when it was saved, by a release that allowed it.
            warn!(stack = %stack.name, %error, "cannot read what wakes on demand; its services stay as they are");
            return Ok(None);
        }
    };
    // Only the names of the services and what they need matter here, so it may be any folder.
    let desired = match desired_stack(stacks, version, "/").await {
        Ok(desired) => desired,
        Err(NotDesired::Store(error)) => return Err(error),
        Err(NotDesired::Definition(error)) => {
            warn!(stack = %stack.name, %error, "cannot read the definition; its services stay as they are");
            return Ok(None);
        }
    };
    let household = Household::of(&desired, &doors);
    let (id, name) = (stack.id, stack.name.clone());
    Ok(Some(StackUnits { id, name, household, doors: doors.into_iter().collect() }))
}
