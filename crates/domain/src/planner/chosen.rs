//! Which services of a stack a power change is about.

use std::collections::BTreeSet;

use crate::command::PowerScope;
use crate::names::ServiceName;

/// The services that are started, stopped, restarted or paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All of the stack.
    All,
    /// The one that somebody named. Naming it also asks for what it does by itself: a job runs again.
    Named(ServiceName),
    /// Those that wake or sleep together. Whoever asked for them finds out by itself when they can be used.
    Together(BTreeSet<ServiceName>),
}

impl Chosen {
    /// One service that somebody named, or all.
    pub fn named(service: Option<&ServiceName>) -> Self {
        service.map_or(Self::All, |name| Self::Named(name.clone()))
    }

    /// What a WAKE or SLEEP is about.
    pub fn of(scope: &PowerScope) -> Self {
        if scope.services.is_empty() { Self::All } else { Self::Together(scope.services.clone()) }
    }

    /// Whether it is all of the stack.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Whether the service is among them.
    pub fn contains(&self, service: &ServiceName) -> bool {
        match self {
            Self::All => true,
            Self::Named(name) => name == service,
            Self::Together(names) => names.contains(service),
        }
    }
}
