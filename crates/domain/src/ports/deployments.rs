//! Versions that are saved together with the command that converges to them.

use super::{Idempotency, IfMatch};
use crate::actor::Actor;
use crate::artifact::{Artifacts, SlotKey};
use crate::command::{ApplyOptions, Command, CommandPayload, NewCommand};
use crate::ids::{CommandId, StackId, VersionNumber};
use crate::stack::Stack;
use crate::stack_version::StackVersion;
use crate::time::Timestamp;

/// The `APPLY` of a version that is saved with it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewApply {
    /// Its identity, from the id source.
    pub command_id: CommandId,
    /// Its options.
    pub options: ApplyOptions,
    /// See [`NewCommand::leaves_on_failure`].
    pub leaves_on_failure: bool,
}

impl NewApply {
    /// The command for the version with this number.
    pub fn command(
        self,
        stack_id: StackId,
        version: VersionNumber,
        principal: Actor,
        idempotency: Option<Idempotency>,
        now: Timestamp,
    ) -> NewCommand {
        NewCommand {
            id: self.command_id,
            stack_id,
            payload: CommandPayload::Apply { version, options: self.options },
            leaves_on_failure: self.leaves_on_failure,
            principal,
            idempotency,
            // That of the request was checked when the version was saved.
            if_match: IfMatch::Any,
            now,
        }
    }
}

/// A version that only brings an artifact, and the command for it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDeployment {
    /// Identity of the `DEPLOY` command, from the id source.
    pub command_id: CommandId,
    /// The stack.
    pub stack: StackId,
    /// The version it is made from: everything but the artifacts is the same.
    pub base: VersionNumber,
    /// The newest version that the caller has seen. The store refuses it with
    /// [`PreconditionFailed`](super::SaveError::PreconditionFailed) if another version was saved meanwhile.
    pub latest: VersionNumber,
    /// The slot.
    pub key: SlotKey,
    /// All artifacts of the new version.
    pub artifacts: Artifacts,
    /// The options of the command.
    pub options: ApplyOptions,
    /// Who deploys.
    pub author: Actor,
    /// Why.
    pub comment: String,
    /// The state of the stack that the caller expects.
    pub if_match: IfMatch,
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
    /// Now.
    pub now: Timestamp,
}

impl NewDeployment {
    /// The version with this number, made from `base`, without its artifacts.
    pub fn version(&self, base: StackVersion, number: VersionNumber) -> StackVersion {
        StackVersion {
            version: number,
            parent_version: Some(self.base),
            author: self.author.clone(),
            created_at: self.now,
            comment: self.comment.clone(),
            artifacts: Artifacts::new(),
            ..base
        }
    }

    /// The command that converges to the version with this number.
    pub fn command(self, number: VersionNumber) -> NewCommand {
        let SlotKey { service, slot } = self.key;
        NewCommand {
            id: self.command_id,
            stack_id: self.stack,
            payload: CommandPayload::Deploy { version: number, service, slot, options: self.options },
            leaves_on_failure: false,
            principal: self.author,
            idempotency: self.idempotency,
            if_match: self.if_match,
            now: self.now,
        }
    }
}

/// A version that was saved together with the command that converges to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// The stack afterwards.
    pub stack: Stack,
    /// The version.
    pub version: StackVersion,
    /// The `DEPLOY` or `APPLY` command.
    pub command: Command,
    /// The same request was accepted before, and this is its result.
    pub replayed: bool,
}
