//! Which services wake on demand, as the applied versions declare it.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::desired::{DesiredStack, SpecHash, declared_on_demand};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
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
pub(crate) struct Declared {
    known: BTreeMap<StackId, (VersionNumber, Option<DeclaredStack>)>,
    /// Something has changed that nobody was told yet, because the database could not be read to the end.
    untold: bool,
}

/// A stack that has services which wake on demand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeclaredStack {
    /// What the house is told.
    pub(crate) units: StackUnits,
    /// For each of these services, a fingerprint of all that wakes with it: with another one, it takes another time to start.
    pub(crate) definitions: BTreeMap<ServiceName, String>,
}

impl Declared {
    /// The stacks that have services which wake on demand, those that have been there longest first; `None` if nothing has changed
    /// since they were read last.
    pub(crate) async fn read(
        &mut self,
        stacks: &dyn StackStore,
    ) -> Result<Option<Vec<DeclaredStack>>, StoreError> {
        let applied = applied(stacks).await?;
        let untold = &mut self.untold;
        self.known.retain(|id, _| {
            let kept = applied.iter().any(|(stack, _)| stack.id == *id);
            *untold |= !kept;
            kept
        });
        for (stack, version) in &applied {
            if self.known.get(&stack.id).is_some_and(|(known, _)| known == version) {
                continue;
            }
            let Some(stored) = stacks.find_version(stack.id, *version).await? else { continue };
            let units = declared_by(stacks, stack, &stored).await?;
            self.untold |=
                units.is_some() || self.known.get(&stack.id).is_some_and(|(_, units)| units.is_some());
            self.known.insert(stack.id, (*version, units));
        }
        if !std::mem::take(&mut self.untold) {
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
pub(crate) async fn declared_by(
    stacks: &dyn StackStore,
    stack: &Stack,
    version: &StackVersion,
) -> Result<Option<DeclaredStack>, StoreError> {
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
    let definitions =
        doors.iter().map(|(door, _)| (door.clone(), fingerprint(&desired, &household.wakes(door)))).collect();
    let (id, name) = (stack.id, stack.name.clone());
    let units = StackUnits { id, name, household, doors: doors.into_iter().collect() };
    Ok(Some(DeclaredStack { units, definitions }))
}

/// Of everything that these services are made from.
fn fingerprint(stack: &DesiredStack, services: &BTreeSet<ServiceName>) -> String {
    let own = stack.services.iter().filter(|service| services.contains(&service.name));
    let hashes = own.map(|service| SpecHash::of_container(None, &service.container));
    hashes.map(|hash| hash.short().to_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::on_demand::Household;
    use core_monitor_domain::ports::{MockStackStore, Page};

    use super::*;
    use crate::worker::fixture;

    #[tokio::test]
    async fn a_change_is_told_although_the_database_failed_in_the_middle_of_it() {
        let there = fixture::stack();
        let units = StackUnits {
            id: StackId(uuid::Uuid::from_u128(99)),
            name: "gone".parse().unwrap(),
            household: Household::default(),
            doors: BTreeMap::new(),
        };
        let gone = DeclaredStack { units, definitions: BTreeMap::new() };
        let mut declared = Declared::default();
        declared.known.insert(gone.units.id, (VersionNumber(1), Some(gone)));

        let mut stacks = MockStackStore::new();
        stacks.expect_list().returning(move |_| Ok(Page { items: vec![there.clone()], more: false }));
        stacks
            .expect_find_version()
            .times(1)
            .returning(|_, _| Err(StoreError::Unavailable { reason: "locked".to_owned(), source: None }));
        stacks.expect_find_version().returning(|_, _| Ok(None));
        assert!(declared.read(&stacks).await.is_err());
        assert_eq!(declared.read(&stacks).await.unwrap(), Some(Vec::new()), "one stack is gone");
        assert_eq!(declared.read(&stacks).await.unwrap(), None, "it is told once");
    }
}
