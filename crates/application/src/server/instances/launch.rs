//! Launching an instance: making it, or bringing it back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandKind, CommandPayload, OnFailure};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::ports::{CommandFilter, LaunchError, NewInstance, NewStack};
use core_monitor_domain::template::{Instance, Template};
use serde_json::Value;

use super::super::list_stacks::listed;
use super::super::open_commands::open_of;
use super::super::patience::settled_or_later;
use super::super::shown_command::shown;
use super::super::{Accepted, Patience, Server, ServerPorts, ShownCommand, StackState, Wanted, Write, said};
use super::making::{Making, Of, after, apply, chosen_version};
use super::{InstanceError, ListedInstance, newest_version, template_of};

/// How often other ports are chosen because another server took those that were.
const ATTEMPTS: u32 = 8;

/// The request.
#[derive(Clone)]
pub struct LaunchInstance {
    /// The template.
    pub template: TemplateName,
    /// The key.
    pub key: String,
    /// The version of the template; for a new instance the newest one if `None`, for one that exists the one that it has.
    pub version: Option<VersionNumber>,
    /// The values; for an instance that exists, those that it has if `None`.
    pub values: Option<BTreeMap<String, Value>>,
    /// Why.
    pub comment: String,
}

/// Values may be secrets and must not be logged.
impl fmt::Debug for LaunchInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.values.as_ref().map(|values| values.keys().collect::<Vec<_>>());
        let mut shown = f.debug_struct("LaunchInstance");
        shown.field("template", &self.template).field("key", &self.key).field("version", &self.version);
        shown.field("values", &names).finish_non_exhaustive()
    }
}

/// An instance that was launched.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchedInstance {
    /// It.
    pub listed: ListedInstance,
    /// Whether this request made it.
    pub is_new: bool,
    /// The command that brings it up; `None` if nothing has to be done.
    pub command: Option<ShownCommand>,
}

impl Server {
    /// Makes the instance if there is none with this key, changes it if the request says something else than it is, and brings it
    /// up if it is stopped. Whatever the order and number of such requests, there is one instance.
    pub async fn launch_instance(
        &self,
        actor: &Actor,
        request: LaunchInstance,
        patience: &Patience,
    ) -> Result<LaunchedInstance, InstanceError> {
        let resource = Resource::Template(request.template.clone());
        let ports = self.permit(actor, Action::LaunchInstance, &resource).await?;
        let template = template_of(ports, &request.template).await?;
        let key: InstanceKey = request.key.parse()?;
        Instance::stack_name(&template.name, &key)?;
        for _ in 0..ATTEMPTS {
            if let Some(instance) = ports.instances.find(template.id, &key).await? {
                return self.bring_up(ports, actor, (&template, instance), &request, patience).await;
            }
            match self.make(ports, actor, (&template, &key), &request).await? {
                Ok(stack) => {
                    let launched = self.launched(ports, (&template, &key), Some(stack), patience).await?;
                    return Ok(LaunchedInstance { is_new: true, ..launched });
                }
                // Somebody else has made it, or has taken a port of it, in the meantime.
                Err(LaunchError::Exists(_) | LaunchError::PortTaken { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(InstanceError::Busy)
    }

    /// Makes one. One at a time chooses its ports and claims them, so that not all choose the same.
    async fn make(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        (template, key): (&Template, &InstanceKey),
        request: &LaunchInstance,
    ) -> Result<Result<StackId, LaunchError>, InstanceError> {
        let _turn = self.launches().lock().await;
        let version = chosen_version(ports, template, request.version).await?;
        let (given, has) = (request.values.clone().unwrap_or_default(), BTreeMap::new());
        let avoid = BTreeSet::new();
        let making =
            Making { template, version, key, given: &given, are_kept: false, has: &has, avoid: &avoid };
        let (id, name) = (StackId(ports.ids.next_uuid()), Instance::stack_name(&template.name, key)?);
        let comment = comment_or(&request.comment, template, version);
        let made = making.version(ports, actor, comment, Of::New(id, &name)).await?;
        let launch = NewInstance {
            template: template.id,
            template_version: version,
            key: key.clone(),
            values: made.values,
            ports: made.ports,
            stack: NewStack { id, name, on_failure: OnFailure::Continue, version: made.version },
            apply: apply(ports, OnFailure::Continue),
        };
        Ok(ports.instances.launch(launch).await.map(|launched| launched.instance.stack))
    }

    /// Brings an instance to what the request says.
    async fn bring_up(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        (template, instance): (&Template, Instance),
        request: &LaunchInstance,
        patience: &Patience,
    ) -> Result<LaunchedInstance, InstanceError> {
        let at = (template, &instance.key);
        if self.change_if_other(ports, actor, (template, &instance), request).await? {
            return self.launched(ports, at, Some(instance.stack), patience).await;
        }
        let insists = request.values.is_some() || request.version.is_some();
        let wanted = match self.missing(ports, &instance, insists).await? {
            Missing::Nothing => return self.launched(ports, at, None, patience).await,
            Missing::Soon => return self.launched(ports, at, Some(instance.stack), patience).await,
            Missing::Start => CommandPayload::Start { service: None },
            Missing::Apply(version, on_failure) => {
                CommandPayload::Apply { version, options: apply(ports, on_failure).options }
            }
        };
        self.command(actor, instance.stack, wanted.into(), patience).await?;
        self.launched(ports, at, Some(instance.stack), patience).await
    }

    /// Puts a command of an instance at the end of the queue.
    pub(super) async fn command(
        &self,
        actor: &Actor,
        stack: StackId,
        wanted: Wanted,
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        Ok(self.enqueue(actor, stack, wanted, Write::unconditional(), patience).await?)
    }

    /// What keeps an instance from being up. `insists` says whether the request names what it is to be.
    async fn missing(
        &self,
        ports: &ServerPorts,
        instance: &Instance,
        insists: bool,
    ) -> Result<Missing, InstanceError> {
        let stack = ports.stacks.find(instance.stack).await?.ok_or(InstanceError::NotFound)?;
        let known = self.known_stacks();
        let (look, open) = (known.look(ports).await?, open_of(ports, &[stack.id]).await?);
        let listed = listed(ports, known, (&look, &open), vec![stack]).await?;
        let Some(listed) = listed.into_iter().next() else { return Err(InstanceError::NotFound) };
        let last =
            listed.last_command.as_ref().map(|shown| (shown.command.payload.kind(), shown.command.status));
        let is_open = last.is_some_and(|(_, status)| !status.is_settled());
        let stack = listed.stack;
        Ok(match last {
            // It is stopped, or will be: whatever runs now says nothing.
            Some((CommandKind::Stop, _)) => Missing::Start,
            Some(_) if is_open => Missing::Soon,
            // A version that was taken back is tried again only for whoever says what the instance is to be.
            _ if stack.current_version.is_none()
                || insists && stack.current_version != Some(stack.latest_version) =>
            {
                newest_version(ports, &stack).await?;
                Missing::Apply(stack.latest_version, after(&stack))
            }
            _ if matches!(listed.state, StackState::Stopped | StackState::Partial) => {
                // What was stopped is no difference; a container that somebody has removed is one, and a start makes none.
                match stack.current_version.filter(|_| listed.drift.is_some_and(|steps| steps > 0)) {
                    Some(applied) => Missing::Apply(applied, after(&stack)),
                    None => Missing::Start,
                }
            }
            _ => Missing::Nothing,
        })
    }

    /// The instance with its newest command, once that has ended or the caller's patience has. If the command has removed it, the
    /// instance is as it was before.
    pub(super) async fn launched(
        &self,
        ports: &ServerPorts,
        (template, key): (&Template, &InstanceKey),
        stack: Option<StackId>,
        patience: &Patience,
    ) -> Result<LaunchedInstance, InstanceError> {
        let (before, mut command) = (self.listed_instance(ports, template, key).await?, None);
        if let Some(stack) = stack
            && let Some(newest) = newest_command(ports, stack, Vec::new()).await?
        {
            let settled = settled_or_later(ports, newest, patience).await?;
            command = Some(shown(ports, self.known_progress(), settled).await?);
        }
        let listed = match self.listed_instance(ports, template, key).await {
            Err(InstanceError::NotFound) => before,
            listed => listed?,
        };
        Ok(LaunchedInstance { listed, is_new: false, command })
    }
}

/// What keeps an instance from being up.
enum Missing {
    /// It is up, or wakes when it is asked for.
    Nothing,
    /// A command that was accepted earlier will bring it up.
    Soon,
    /// It is stopped.
    Start,
    /// It is not as this version says: it was never applied, was taken back, or somebody has removed a container.
    Apply(VersionNumber, OnFailure),
}

/// The newest command of a stack, of one of these kinds; of any if there are none.
pub(in super::super) async fn newest_command(
    ports: &ServerPorts,
    stack: StackId,
    kinds: Vec<CommandKind>,
) -> Result<Option<Command>, InstanceError> {
    let filter = CommandFilter { stack_id: Some(stack), kinds, limit: 1, ..CommandFilter::default() };
    Ok(ports.queue.list(&filter).await?.items.into_iter().next())
}

/// What the history of the stack says, unless the caller says something.
pub(super) fn comment_or(comment: &str, template: &Template, version: VersionNumber) -> String {
    match comment {
        "" => said::instance_of(&template.name, version).to_string(),
        comment => comment.to_owned(),
    }
}
