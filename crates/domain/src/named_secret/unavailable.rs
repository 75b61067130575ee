//! A named secret that a stack asks for and does not get.

use core_monitor_message::Message;

use super::said;
use super::{LatestSecret, NeededSecret};

/// A named secret that a stack asks for and does not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnavailableSecret {
    /// Which, and where.
    pub needed: NeededSecret,
    /// Why.
    pub why: WhyUnavailable,
}

/// Why a stack does not get a named secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnavailable {
    /// There is none of this name.
    Unknown,
    /// It is for other stacks.
    ForOthers,
}

impl UnavailableSecret {
    /// Whether the stack of this name gets what it needs from what was found under the name.
    pub fn of(needed: &NeededSecret, stack: &str, found: Option<&LatestSecret>) -> Option<Self> {
        let why = match found {
            None => WhyUnavailable::Unknown,
            Some(secret) if !secret.is_for(stack) => WhyUnavailable::ForOthers,
            Some(_) => return None,
        };
        Some(Self { needed: needed.clone(), why })
    }

    /// What is wrong.
    pub fn message(&self) -> Message {
        let NeededSecret { name, by, .. } = &self.needed;
        match self.why {
            WhyUnavailable::Unknown => said::secret_unknown(by, name),
            WhyUnavailable::ForOthers => said::secret_for_others(by, name),
        }
    }

    /// What to try.
    pub fn hint(&self) -> Message {
        let name = &self.needed.name;
        match self.why {
            WhyUnavailable::Unknown => said::create_secret(name),
            WhyUnavailable::ForOthers => said::let_stack_use_secret(name),
        }
    }
}
