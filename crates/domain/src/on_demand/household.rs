//! Which services of a stack wake together, and which may sleep together.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::{DesiredStack, NamespaceMode, NetworkMode, ServiceSpec};
use crate::names::ServiceName;

use super::OnDemand;

/// The services of a stack, from the point of view of those that wake on demand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Household {
    /// For each service that wakes on demand, what has to be awake for it, itself included.
    wakes: BTreeMap<ServiceName, BTreeSet<ServiceName>>,
    /// What never sleeps, because a service that does not wake on demand needs it or is it.
    held: BTreeSet<ServiceName>,
}

impl Household {
    /// Of a stack and those of its services that wake on demand.
    pub fn of(stack: &DesiredStack, doors: &[(ServiceName, OnDemand)]) -> Self {
        let needs: BTreeMap<&ServiceName, Vec<&ServiceName>> =
            stack.services.iter().map(|service| (&service.name, needs(service))).collect();
        let mut wakes = BTreeMap::new();
        for (name, door) in doors {
            let begin = std::iter::once(name).chain(&door.companions);
            wakes.insert(name.clone(), closure(&needs, begin));
        }
        let awakened: BTreeSet<&ServiceName> = wakes.values().flatten().collect();
        let always = doors.iter().filter(|(_, door)| door.always_on).map(|(name, _)| name);
        let others = stack.services.iter().map(|service| &service.name);
        // A job has its turn when the stack is applied; nothing stays awake on its account.
        let jobs: BTreeSet<&ServiceName> =
            stack.services.iter().filter(|service| service.is_job).map(|service| &service.name).collect();
        let lasting = others.filter(|name| !awakened.contains(name) && !jobs.contains(name));
        Self { held: closure(&needs, lasting.chain(always)), wakes }
    }

    /// What has to be awake for a service that wakes on demand; empty for any other.
    pub fn wakes(&self, door: &ServiceName) -> BTreeSet<ServiceName> {
        self.wakes.get(door).cloned().unwrap_or_default()
    }

    /// What sleeps when this one does, while the `others` that wake on demand stay awake.
    pub fn sleeps<'n>(
        &self,
        door: &ServiceName,
        others: impl IntoIterator<Item = &'n ServiceName>,
    ) -> BTreeSet<ServiceName> {
        let mut kept = self.held.clone();
        // A service that is asked for itself has its own time to sleep.
        kept.extend(self.wakes.keys().filter(|name| *name != door).cloned());
        for other in others.into_iter().filter(|other| *other != door) {
            kept.extend(self.wakes(other));
        }
        self.wakes(door).into_iter().filter(|name| !kept.contains(name)).collect()
    }

    /// The services that wake on demand and that this one cannot do without.
    pub fn leased_by(&self, door: &ServiceName) -> BTreeSet<ServiceName> {
        let needed = self.wakes(door);
        needed.into_iter().filter(|name| name != door && self.wakes.contains_key(name)).collect()
    }

    /// Everything that may sleep, on its own account or with what needs it.
    pub fn sleepers(&self) -> BTreeSet<ServiceName> {
        let all = self.wakes.values().flatten();
        all.filter(|name| !self.held.contains(*name)).cloned().collect()
    }

    /// Whether it never sleeps.
    pub fn is_held(&self, door: &ServiceName) -> bool {
        self.held.contains(door)
    }
}

/// What a service cannot run without.
fn needs(service: &ServiceSpec) -> Vec<&ServiceName> {
    let mut needs: Vec<&ServiceName> =
        service.depends_on.iter().map(|dependency| &dependency.service).collect();
    if let NetworkMode::Service { service } = &service.container.network_mode {
        needs.push(service);
    }
    for mode in [&service.container.pid, &service.container.ipc] {
        if let NamespaceMode::Service { service } = mode {
            needs.push(service);
        }
    }
    needs
}

/// These and everything that they need, however far away.
fn closure<'a>(
    needs: &BTreeMap<&'a ServiceName, Vec<&'a ServiceName>>,
    begin: impl Iterator<Item = &'a ServiceName>,
) -> BTreeSet<ServiceName> {
    let mut all = BTreeSet::new();
    let mut open: Vec<&ServiceName> = begin.collect();
    while let Some(name) = open.pop() {
        if needs.contains_key(name) && all.insert(name.clone()) {
            open.extend(needs.get(name).into_iter().flatten());
        }
    }
    all
}

#[cfg(test)]
mod tests;
