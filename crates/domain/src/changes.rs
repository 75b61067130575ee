//! What has changed, in few words: enough for a screen to know what to read again.
//!
//! Two changes merge into one that says both, so whoever reads slowly gets one notice and misses nothing.

use std::collections::BTreeSet;

use crate::access::Resource;
use crate::audit::AuditEntry;
use crate::ids::StackId;
use crate::journal::{CommandEvent, EventKind};

/// What can have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeTopic {
    /// Stacks, their versions and settings.
    Stacks,
    /// Commands and their events.
    Commands,
    /// The containers of stacks.
    Observation,
    /// What the stacks share on the host: networks, volumes, images, and the containers of others.
    Host,
    /// Credentials of registries.
    Registries,
    /// Named secrets.
    Secrets,
    /// Sessions of browsers.
    Sessions,
    /// Tokens.
    Tokens,
    /// Users.
    Users,
    /// The audit.
    Audit,
}

impl ChangeTopic {
    /// Every topic.
    pub const ALL: [Self; 10] = [
        Self::Stacks,
        Self::Commands,
        Self::Observation,
        Self::Host,
        Self::Registries,
        Self::Secrets,
        Self::Sessions,
        Self::Tokens,
        Self::Users,
        Self::Audit,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stacks => "stacks",
            Self::Commands => "commands",
            Self::Observation => "observation",
            Self::Host => "host",
            Self::Registries => "registries",
            Self::Secrets => "secrets",
            Self::Sessions => "sessions",
            Self::Tokens => "tokens",
            Self::Users => "users",
            Self::Audit => "audit",
        }
    }
}

/// Merged changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    topics: BTreeSet<ChangeTopic>,
    stacks: BTreeSet<StackId>,
    /// More stacks than are named.
    any_stack: bool,
}

impl Changes {
    /// How many stacks are named at most. Of more, it is only said that it may be any.
    pub const NAMED: usize = 200;

    /// Everything may have changed.
    pub fn everything() -> Self {
        Self { topics: ChangeTopic::ALL.into(), stacks: BTreeSet::new(), any_stack: true }
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    /// What has changed.
    pub fn topics(&self) -> &BTreeSet<ChangeTopic> {
        &self.topics
    }

    /// The stacks about which something has changed; `None` if it may be any.
    pub fn stacks(&self) -> Option<&BTreeSet<StackId>> {
        (!self.any_stack).then_some(&self.stacks)
    }

    /// What somebody is told of it who sees only these stacks: nothing of others, not even that there was something.
    #[must_use]
    pub fn about(&self, seen: &BTreeSet<StackId>) -> Self {
        let of_stacks = [ChangeTopic::Stacks, ChangeTopic::Commands, ChangeTopic::Observation];
        let stacks: BTreeSet<StackId> = self.stacks.intersection(seen).copied().collect();
        if stacks.is_empty() && !self.any_stack {
            return Self::default();
        }
        let topics = self.topics.iter().copied().filter(|topic| of_stacks.contains(topic)).collect();
        Self { topics, stacks, any_stack: self.any_stack }
    }

    /// Something that is about no stack.
    pub fn note(&mut self, topic: ChangeTopic) {
        self.topics.insert(topic);
    }

    /// Something about a stack.
    pub fn note_stack(&mut self, topic: ChangeTopic, stack: StackId) {
        self.topics.insert(topic);
        if !self.any_stack && !stack.is_host() {
            self.stacks.insert(stack);
            self.limit();
        }
    }

    /// Something about stacks that are not known.
    pub fn note_any(&mut self, topic: ChangeTopic) {
        self.topics.insert(topic);
        self.any_stack = true;
        self.stacks.clear();
    }

    /// An event of a command. Steps and their progress change nothing of the stack: they become containers, which are
    /// observed.
    pub fn note_event(&mut self, event: &CommandEvent) {
        self.note_stack(ChangeTopic::Commands, event.stack_id);
        let changes_stack = match event.line.entry.encode().kind {
            EventKind::Intent
            | EventKind::Outcome
            | EventKind::Progress
            | EventKind::Planned
            | EventKind::Noted
            | EventKind::Retrying => false,
            EventKind::Enqueued
            | EventKind::Held
            | EventKind::Claimed
            | EventKind::Adopted
            | EventKind::CancelRequested
            | EventKind::Done
            | EventKind::Failed
            | EventKind::Cancelled
            | EventKind::Retried
            | EventKind::Unknown => true,
        };
        if changes_stack {
            self.note_stack(ChangeTopic::Stacks, event.stack_id);
        }
    }

    /// An entry of the audit.
    pub fn note_audit(&mut self, entry: &AuditEntry) {
        self.note(ChangeTopic::Audit);
        match &entry.resource {
            Resource::Stack(stack) => self.note_stack(ChangeTopic::Stacks, *stack),
            Resource::Registry(_) => self.note(ChangeTopic::Registries),
            // Whichever stacks use it: they may have drifted.
            Resource::Secret(_) => {
                self.note(ChangeTopic::Secrets);
                self.note_any(ChangeTopic::Stacks);
            }
            Resource::Token(_) => self.note(ChangeTopic::Tokens),
            Resource::User(_) => self.note(ChangeTopic::Users),
            Resource::Session(_) => self.note(ChangeTopic::Sessions),
            Resource::Installation
            | Resource::Template(_)
            | Resource::Command(_)
            | Resource::Plan(_)
            | Resource::Project(_)
            | Resource::Container(_)
            | Resource::Volume(_) => {}
        }
    }

    /// Says also what the other one says.
    pub fn merge(&mut self, other: &Self) {
        self.topics.extend(&other.topics);
        self.any_stack |= other.any_stack;
        self.stacks.extend(&other.stacks);
        self.limit();
    }

    fn limit(&mut self) {
        if self.any_stack || self.stacks.len() > Self::NAMED {
            self.any_stack = true;
            self.stacks.clear();
        }
    }
}

#[cfg(test)]
mod tests;
