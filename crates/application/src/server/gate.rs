//! The only way to the ports, which checks permissions first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::access::{
    Action, Decision, Forbidden, Grant, Refusal, Resource, Target, Visible, decide, decide_name, needs_target,
};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{SessionId, TokenId};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::session::{ProviderSignIns, SignInLimit, UserLimit};
use core_monitor_domain::stack::Stack;
use tokio::sync::{Mutex as AsyncMutex, OwnedSemaphorePermit, Semaphore};

use super::ServerPorts;
use super::authenticate_session::UsedLately;
use super::files::{FileUseError, TRANSFERS};
use super::known_changes::KnownChanges;
use super::known_lint::KnownLint;
use super::known_stacks::KnownStacks;
use super::known_statistics::KnownStatistics;
use super::on_demand::KnownOnDemand;
use super::read_logs::FollowedStacks;
use super::show_host::KnownSizes;
use super::show_readiness::LastAsked;
use super::shown_command::KnownProgress;
use super::stack_container::stack_container;
use super::terminals::Desk;

/// Decides whether an actor may perform an action on a resource, whatever was granted to it.
pub type Policy = Arc<dyn Fn(&Actor, Action, &Resource) -> Decision + Send + Sync>;

/// The use cases of the server, one method each.
///
/// The ports are private to this module, so that no use case can forget to check permissions.
#[derive(Clone)]
pub struct Server {
    ports: Arc<ServerPorts>,
    /// In the place of what was granted.
    policy: Option<Policy>,
    progress: Arc<KnownProgress>,
    writable: Arc<LastAsked>,
    statistics: Arc<KnownStatistics>,
    sizes: Arc<KnownSizes>,
    stacks: Arc<KnownStacks>,
    lint: Arc<KnownLint>,
    on_demand: Arc<KnownOnDemand>,
    changes: Arc<KnownChanges>,
    followed_stacks: Arc<FollowedStacks>,
    desk: Desk,
    transfers: Arc<Semaphore>,
    sign_ins: Arc<Mutex<SignInLimit>>,
    used_sessions: Arc<UsedLately<SessionId>>,
    used_tokens: Arc<UsedLately<TokenId>>,
    told_refusals: Arc<UsedLately<(String, Action)>>,
    user_attempts: Arc<Mutex<UserLimit>>,
    provider_sign_ins: Arc<Mutex<ProviderSignIns>>,
    launches: Arc<AsyncMutex<()>>,
}

/// Use cases that run before the caller is known. Each reads one port and reveals only whether something works, or whom
/// a token belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum BeforeIdentity {
    /// Authentication, by a token or a session, and whether what it found still holds.
    Authentication,
    /// The readiness check for load balancers.
    Readiness,
    /// A ticket, which says who is asking; permission is asked for right after.
    Ticket,
}

impl Server {
    /// The use cases over `ports`, for whom they were granted to.
    pub fn new(ports: ServerPorts) -> Self {
        Self::under(ports, None)
    }

    /// The use cases over `ports`, under a policy that does not ask what was granted.
    pub fn with_policy(ports: ServerPorts, policy: Policy) -> Self {
        Self::under(ports, Some(policy))
    }

    fn under(ports: ServerPorts, policy: Option<Policy>) -> Self {
        let desk = Desk::new(ports.terminals);
        let transfers = Arc::new(Semaphore::new(TRANSFERS));
        Self {
            ports: Arc::new(ports),
            policy,
            progress: Arc::default(),
            writable: Arc::default(),
            statistics: Arc::default(),
            sizes: Arc::default(),
            stacks: Arc::default(),
            lint: Arc::default(),
            on_demand: Arc::default(),
            changes: Arc::default(),
            followed_stacks: Arc::default(),
            desk,
            transfers,
            sign_ins: Arc::default(),
            used_sessions: Arc::default(),
            used_tokens: Arc::default(),
            told_refusals: Arc::default(),
            user_attempts: Arc::default(),
            provider_sign_ins: Arc::default(),
            launches: Arc::default(),
        }
    }

    /// Returns the ports if the actor is allowed to do this. Must be the first line of every use case.
    pub(super) async fn permit(
        &self,
        actor: &Actor,
        action: Action,
        resource: &Resource,
    ) -> Result<&ServerPorts, Forbidden> {
        let decision = self.decided(actor, action, resource).await;
        self.note_refusal_of(actor, action, resource, &decision).await;
        self.obey(actor, action, resource, decision)
    }

    /// Refuses a stack or template that is to be made under a name that nothing was granted for.
    pub(super) async fn permit_name(
        &self,
        actor: &Actor,
        action: Action,
        name: &str,
    ) -> Result<(), Forbidden> {
        let decision = match self.granted_to(actor).await {
            Ok(grants) => decide_name(actor, &grants, action, name),
            Err(error) => unknown(&error),
        };
        self.note_refusal_of(actor, action, &Resource::Installation, &decision).await;
        self.obey(actor, action, &Resource::Installation, decision).map(drop)
    }

    /// What the actor may see in lists that [`permit`](Self::permit) lets everybody read.
    pub(super) async fn visible_to(&self, actor: &Actor) -> Result<Visible, StoreError> {
        Ok(Visible::to(&self.granted_to(actor).await?))
    }

    /// What was granted to the actor.
    pub(super) async fn granted_to(&self, actor: &Actor) -> Result<Vec<Grant>, StoreError> {
        self.ports.granted().to(actor).await
    }

    /// Records in the audit that a person or token was refused: once a minute for each action, so that asking again and again
    /// fills nothing. What cannot be recorded is refused all the same.
    async fn note_refusal_of(&self, actor: &Actor, action: Action, resource: &Resource, decision: &Decision) {
        let Decision::Refused { why } = decision else { return };
        // A policy in the place of what was granted has no audit.
        if self.policy.is_some() || actor.principal().is_none() {
            return;
        }
        let (clock, key) = (&self.ports.clock, (actor.to_string(), action));
        if !self.told_refusals.begin(key, clock.elapsed()) {
            return;
        }
        let entry = AuditEntry::refused(actor, action, resource, *why, clock.now());
        if let Err(error) = self.ports.audit.record(&entry).await {
            tracing::warn!(%error, "the refusal is not in the audit");
        }
    }

    fn obey(
        &self,
        actor: &Actor,
        action: Action,
        resource: &Resource,
        decision: Decision,
    ) -> Result<&ServerPorts, Forbidden> {
        match decision {
            Decision::Allowed => Ok(&self.ports),
            Decision::Refused { why } => {
                tracing::warn!(actor = %actor, action = %action, resource = %resource, reason = %why, "refused");
                Err(Forbidden { actor: actor.clone(), action, why })
            }
        }
    }

    /// What was granted decides. Where that cannot be read, nothing is allowed.
    async fn decided(&self, actor: &Actor, action: Action, resource: &Resource) -> Decision {
        if let Some(policy) = &self.policy {
            return policy(actor, action, resource);
        }
        match self.looked_up(actor, action, resource).await {
            Ok(decision) => decision,
            Err(error) => unknown(&error),
        }
    }

    async fn looked_up(
        &self,
        actor: &Actor,
        action: Action,
        resource: &Resource,
    ) -> Result<Decision, StoreError> {
        let grants = self.granted_to(actor).await?;
        let found =
            if needs_target(&grants, resource) { target_of(&self.ports, resource).await? } else { None };
        Ok(decide(actor, &grants, action, resource, found.as_ref().map(Found::target)))
    }

    /// What is known about running commands.
    pub(super) fn known_progress(&self) -> &KnownProgress {
        &self.progress
    }

    /// The statistics that the worker told last.
    pub(super) fn known_statistics(&self) -> &KnownStatistics {
        &self.statistics
    }

    /// What the engine's objects took when it last added that up.
    pub(super) fn known_sizes(&self) -> &KnownSizes {
        &self.sizes
    }

    /// How the stacks stood when they were judged last.
    pub(super) fn known_stacks(&self) -> &KnownStacks {
        &self.stacks
    }

    /// What the lint said about the newest versions.
    pub(super) fn known_lint(&self) -> &KnownLint {
        &self.lint
    }

    /// What the applied versions declare about services that wake on demand.
    pub(super) fn known_on_demand(&self) -> &KnownOnDemand {
        &self.on_demand
    }

    /// What has changed lately.
    pub(super) fn known_changes(&self) -> &KnownChanges {
        &self.changes
    }

    /// The stacks whose logs are followed.
    pub(super) fn followed_stacks(&self) -> &Arc<FollowedStacks> {
        &self.followed_stacks
    }

    /// Whether the database was writable when it was last asked.
    pub(super) fn last_asked(&self) -> &LastAsked {
        &self.writable
    }

    /// Who may connect to which terminal, and how many there are.
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The right to transfer a file, until it is dropped.
    pub(super) fn transfer(&self) -> Result<OwnedSemaphorePermit, FileUseError> {
        let permit = Arc::clone(&self.transfers).try_acquire_owned();
        permit.map_err(|_| FileUseError::Busy { most: TRANSFERS })
    }

    /// How often somebody may try to sign in.
    pub(super) fn sign_ins(&self) -> MutexGuard<'_, SignInLimit> {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sign-ins that are under way at the provider of identities.
    pub(super) fn provider_sign_ins(&self) -> MutexGuard<'_, ProviderSignIns> {
        self.provider_sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the password of a user may be asked for.
    pub(super) fn user_attempts(&self) -> MutexGuard<'_, UserLimit> {
        self.user_attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn of whoever chooses ports for an instance, until they are claimed.
    pub(super) fn launches(&self) -> &AsyncMutex<()> {
        &self.launches
    }

    /// The refusals that were recorded a moment ago.
    pub(super) fn told_refusals(&self) -> &UsedLately<(String, Action)> {
        &self.told_refusals
    }

    /// The sessions whose use was written a moment ago.
    pub(super) fn used_sessions(&self) -> &UsedLately<SessionId> {
        &self.used_sessions
    }

    /// The tokens whose use was written a moment ago.
    pub(super) fn used_tokens(&self) -> &UsedLately<TokenId> {
        &self.used_tokens
    }

    /// The ports, for use cases without an actor.
    pub(super) fn before_identity(&self, _: BeforeIdentity) -> &ServerPorts {
        &self.ports
    }
}

fn unknown(error: &StoreError) -> Decision {
    tracing::warn!(%error, "cannot find out what was granted");
    Decision::Refused { why: Refusal::Unknown }
}

/// What a grant can be for.
enum Found {
    /// The name of a template, as grants mean it.
    Template(String),
    /// A stack.
    Stack(Box<Stack>),
}

impl Found {
    fn target(&self) -> Target<'_> {
        match self {
            Self::Template(name) => Target::named(name),
            Self::Stack(stack) => Target::from(&**stack),
        }
    }
}

/// The stack that a resource is or belongs to, or the template that it is; `None` if there is no such thing.
async fn target_of(ports: &ServerPorts, resource: &Resource) -> Result<Option<Found>, StoreError> {
    let stack = match resource {
        Resource::Template(name) => return Ok(Some(Found::Template(name.grant_name()))),
        Resource::Stack(id) => Some(*id),
        Resource::Container(id) => stack_container(ports, id).await?.map(|container| container.stack),
        Resource::Command(id) => ports.queue.find(*id).await?.map(|command| command.stack_id),
        Resource::Plan(id) => ports.plans.find(*id).await?.map(|plan| plan.stack_id),
        _ => None,
    };
    let Some(stack) = stack else { return Ok(None) };
    Ok(ports.stacks.find_with_deleted(stack).await?.map(|stack| Found::Stack(Box::new(stack))))
}

#[cfg(test)]
mod tests;
