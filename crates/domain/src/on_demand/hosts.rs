//! Which service gets the requests to a host.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{HostPattern, OnDemand};
use crate::names::{ServiceName, StackName};

/// Who gets the requests to which hosts and beginnings of paths: the first one that asks for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<W>(BTreeMap<(HostPattern, String), W>);

impl<W> Default for Claims<W> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<W: Clone> Claims<W> {
    /// Gives these requests to `who`.
    ///
    /// # Errors
    /// Somebody has them already, and keeps them.
    pub fn claim(&mut self, host: HostPattern, path: String, who: W) -> Result<(), Clash<W>> {
        match self.0.entry((host, path)) {
            Entry::Vacant(free) => {
                free.insert(who);
                Ok(())
            }
            Entry::Occupied(taken) => {
                let (host, path) = taken.key().clone();
                Err(Clash { host, path, taken_by: taken.get().clone(), refused_to: who })
            }
        }
    }
}

/// A stack with the services that requests are for.
#[derive(Debug, Clone)]
pub struct Claimant<'a> {
    /// Its name.
    pub stack: &'a StackName,
    /// Those of its services that wake on demand.
    pub doors: Vec<(&'a ServiceName, &'a OnDemand)>,
}

/// Two services that want the same requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash<W = (StackName, ServiceName)> {
    /// The host.
    pub host: HostPattern,
    /// The beginning of the paths.
    pub path: String,
    /// Who gets the requests.
    pub taken_by: W,
    /// Who does not.
    pub refused_to: W,
}

impl<W> Clash<W> {
    /// The host with the beginning of the paths, as people write it.
    pub fn address(&self) -> String {
        let path = if self.path == "/" { "" } else { self.path.as_str() };
        format!("{}{path}", self.host)
    }
}

/// Every service that does not get requests which it asks for, if these are the stacks that there are. The most senior one comes first:
/// it keeps what it has.
pub fn clashes<'a>(stacks: impl IntoIterator<Item = Claimant<'a>>) -> Vec<Clash> {
    let mut claims = Claims::default();
    let mut clashes = Vec::new();
    for Claimant { stack, doors } in stacks {
        for (service, door) in doors {
            for (host, path) in door.claims() {
                clashes.extend(claims.claim(host, path, (stack.clone(), service.clone())).err());
            }
        }
    }
    clashes
}

#[cfg(test)]
mod tests;
