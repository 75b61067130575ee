//! The policy on what may run: showing it, replacing it, and trying what it would say.

use core_monitor_domain::access::{Action, Forbidden, Resource, Role};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::desired::DesiredError;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::policy::{Finding, InvalidPolicy, Policy, Rules, demands};
use core_monitor_domain::ports::{PolicyError, StoreError, StoredPolicy};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::folder_in;

use super::preview::{PreviewError, version_of};
use super::query_error::QueryError;
use super::{Server, ServerPorts};
use crate::build_source::desired_stack;

/// Why the policy was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplacePolicyError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It cannot be a policy.
    #[error(transparent)]
    Invalid(#[from] InvalidPolicy),
    /// Somebody else has replaced it.
    #[error("the policy was replaced meanwhile: it is at revision {revision} now")]
    Changed {
        /// Where it is now.
        revision: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PolicyError> for ReplacePolicyError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Changed { revision } => Self::Changed { revision },
            PolicyError::Store(error) => error.into(),
        }
    }
}

/// Whether somebody could apply a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Their role for the stack.
    pub role: Role,
    /// The stack.
    pub stack: StackId,
    /// The version; `None` for the newest.
    pub version: Option<VersionNumber>,
    /// A policy that is not stored; `None` for the one that counts now.
    pub policy: Option<Policy>,
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum TryPolicyError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It cannot be a policy.
    #[error(transparent)]
    Invalid(#[from] InvalidPolicy),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// This release can no longer carry out the saved definition.
    #[error(transparent)]
    Definition(#[from] DesiredError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PreviewError> for TryPolicyError {
    fn from(error: PreviewError) -> Self {
        match error {
            // What is tried is the definition: nobody has to have seen the engine for that.
            PreviewError::NotObserved | PreviewError::VersionNotFound => Self::VersionNotFound,
            PreviewError::Definition(error) => error.into(),
            PreviewError::Store(error) => error.into(),
        }
    }
}

impl Server {
    /// The policy that counts now.
    pub async fn show_policy(&self, actor: &Actor) -> Result<StoredPolicy, QueryError> {
        let ports = self.permit(actor, Action::ShowPolicy, &Resource::Installation).await?;
        Ok(ports.policies.current().await?)
    }

    /// Replaces the policy of this revision. It counts at once, also for commands that wait.
    pub async fn replace_policy(
        &self,
        actor: &Actor,
        revision: u32,
        policy: Policy,
    ) -> Result<StoredPolicy, ReplacePolicyError> {
        let ports = self.permit(actor, Action::ReplacePolicy, &Resource::Installation).await?;
        let policy = policy.checked()?;
        let revision = ports.policies.replace(revision, &policy, actor, ports.clock.now()).await?;
        Ok(StoredPolicy { revision, policy })
    }

    /// What the policy would refuse somebody who applies a version.
    pub async fn try_policy(&self, actor: &Actor, trial: Trial) -> Result<Vec<Finding>, TryPolicyError> {
        let ports = self.permit(actor, Action::TryPolicy, &Resource::Installation).await?;
        let policy = match trial.policy {
            Some(policy) => policy.checked()?,
            None => ports.policies.current().await?.policy,
        };
        let stack = ports.stacks.find(trial.stack).await?.ok_or(TryPolicyError::StackNotFound)?;
        let rules = policy.rules(Some(trial.role), stack.name.as_str());
        let version = trial.version.unwrap_or(stack.latest_version);
        Ok(findings(ports, &stack, version, &rules).await?)
    }
}

/// A version asks for what whoever wants to apply it may not give to the stack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy does not allow {} things that the version asks for", findings.len())]
pub struct NotAllowed {
    /// What, in the order of the definition. Never empty.
    pub findings: Vec<Finding>,
}

/// Whether `actor` may apply a version. What exists already would be left as it is, and the worker decides about each object: but
/// nobody should wait for a command that can do only a part of what it says. A version that is not there, or that this release
/// cannot read, is left to those who say more about it.
pub(super) async fn allowed(
    ports: &ServerPorts,
    actor: &Actor,
    stack: &Stack,
    version: VersionNumber,
) -> Result<Result<(), NotAllowed>, StoreError> {
    let rules = ports.rules_for(actor, stack.into()).await?;
    if rules.is_everything() {
        return Ok(Ok(()));
    }
    match findings(ports, stack, version, &rules).await {
        Ok(findings) if !findings.is_empty() => Ok(Err(NotAllowed { findings })),
        Err(PreviewError::Store(error)) => Err(error),
        _ => Ok(Ok(())),
    }
}

/// What of a version the rules do not allow.
async fn findings(
    ports: &ServerPorts,
    stack: &Stack,
    version: VersionNumber,
    rules: &Rules,
) -> Result<Vec<Finding>, PreviewError> {
    let version = version_of(ports, stack, version).await?;
    let stacks_dir = ports.stacks_dir_on(ports.observations.host().await?.as_ref());
    let desired = desired_stack(&*ports.stacks, &version, &stacks_dir).await?;
    Ok(rules.findings(demands(&desired, &folder_in(&stacks_dir, stack.id))))
}
