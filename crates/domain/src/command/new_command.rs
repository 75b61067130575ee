//! A command before it is accepted.

use super::{CommandPayload, PowerChange};
use crate::actor::{Actor, Principal, SystemPart};
use crate::ids::{CommandId, StackId};
use crate::stack::Revision;
use crate::time::Timestamp;

/// A command to be accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCommand {
    /// Its identity, from the id source.
    pub id: CommandId,
    /// The stack it changes.
    pub stack_id: StackId,
    /// What is requested.
    pub payload: CommandPayload,
    /// The request leaves out what to do on failure: the default of the stack takes the place of what the payload says, in the
    /// transaction that accepts the command. So the stored payload always says what will happen.
    pub leaves_on_failure: bool,
    /// Who requests it.
    pub principal: Actor,
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
    /// The state of the stack that the caller expects.
    pub if_match: IfMatch,
    /// Now.
    pub now: Timestamp,
}

/// The idempotency key of a write, unique per principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key.
    pub key: String,
    /// `sha256:` of method, route and body: the same key with a different request is an error.
    pub fingerprint: String,
}

/// The precondition of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any state.
    Any,
    /// Only this state.
    Exactly(Revision),
}

impl IfMatch {
    /// Whether a stack in this state may be written.
    pub fn allows(self, current: Revision) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(expected) => expected == current,
        }
    }
}

impl From<PowerChange> for CommandPayload {
    fn from(change: PowerChange) -> Self {
        match change {
            PowerChange::Wake(scope) => Self::Wake(scope),
            PowerChange::Sleep(mode, scope) => Self::Sleep { mode, scope },
        }
    }
}

impl NewCommand {
    /// A power change of `stack_id` by `part`, for `on_behalf_of` if given. It is not an edit, so it has no
    /// precondition.
    pub fn power(
        id: CommandId,
        stack_id: StackId,
        change: PowerChange,
        part: SystemPart,
        on_behalf_of: Option<Principal>,
        now: Timestamp,
    ) -> Self {
        let principal = Actor::System { part, on_behalf_of };
        let (idempotency, if_match) = (None, IfMatch::Any);
        let payload = change.into();
        Self { id, stack_id, payload, leaves_on_failure: false, principal, idempotency, if_match, now }
    }
}
