//! Changing an instance: other values, or another version of its template.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::ports::{IfMatch, InstanceChange, LaunchError, SaveError};
use core_monitor_domain::secret_variable::{SecretKey, SecretName, SecretValue};
use core_monitor_domain::stack::Revision;
use core_monitor_domain::template::{Instance, Template};
use serde_json::Value;

use super::super::{Patience, Server, ServerPorts};
use super::launch::{comment_or, newest_command};
use super::making::{Making, Of, after, apply, chosen_version, given_before};
use super::{InstanceError, LaunchInstance, LaunchedInstance, instance_of, newest_version, template_of};

/// How often a change is made again because the stack or its ports have changed meanwhile.
const ATTEMPTS: u32 = 8;

/// The request.
#[derive(Debug, Clone)]
pub struct UpgradeInstance {
    /// The template.
    pub template: TemplateName,
    /// The key.
    pub key: InstanceKey,
    /// The version of the template; the newest one if `None`.
    pub version: Option<VersionNumber>,
    /// Why.
    pub comment: String,
}

impl Server {
    /// Makes the instance from another version of its template, with the values, ports and secrets that it has.
    pub async fn upgrade_instance(
        &self,
        actor: &Actor,
        request: UpgradeInstance,
        patience: &Patience,
    ) -> Result<LaunchedInstance, InstanceError> {
        let resource = Resource::Template(request.template.clone());
        let ports = self.permit(actor, Action::UpgradeInstance, &resource).await?;
        let template = template_of(ports, &request.template).await?;
        let instance = instance_of(ports, &template, &request.key).await?;
        let version = chosen_version(ports, &template, request.version).await?;
        let wish = LaunchInstance {
            template: request.template,
            key: request.key.to_string(),
            version: Some(version),
            values: None,
            comment: request.comment,
        };
        let is_changed = self.change_if_other(ports, actor, (&template, &instance), &wish).await?
            || self.apply_again(ports, actor, instance.stack).await?;
        let command = is_changed.then_some(instance.stack);
        self.launched(ports, (&template, &request.key), command, patience).await
    }

    /// Gives an instance other ports in place of those that it is to leave, unless somebody has done something to its stack since it
    /// was looked at.
    pub(in super::super) async fn move_instance(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        (instance, seen): (&Instance, Revision),
        (template, leave): (&TemplateName, BTreeSet<u16>),
        comment: String,
    ) -> Result<(), InstanceError> {
        let template = template_of(ports, template).await?;
        let _turn = self.launches().lock().await;
        let (version, given) = (instance.template_version, given_before(instance));
        let if_match = IfMatch::Exactly(seen);
        let wanted =
            Wanted { version, given: &given, are_kept: true, leave: &leave, if_match, comment: &comment };
        change(ports, actor, (&template, instance), wanted).await
    }

    /// Applies the newest version of an instance again if it is not the one that runs, such as one that was taken back, and says
    /// whether it did. What is under way is waited for.
    pub(in super::super) async fn apply_again(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        stack: StackId,
    ) -> Result<bool, InstanceError> {
        let stack = ports.stacks.find(stack).await?.ok_or(InstanceError::NotFound)?;
        let newest = newest_command(ports, stack.id, Vec::new()).await?;
        let is_busy = newest.is_some_and(|newest| !newest.status.is_settled());
        if is_busy || stack.current_version == Some(stack.latest_version) {
            return Ok(false);
        }
        newest_version(ports, &stack).await?;
        let options = apply(ports, after(&stack)).options;
        let again = CommandPayload::Apply { version: stack.latest_version, options };
        self.command(actor, stack.id, again.into(), &Patience::default()).await?;
        Ok(true)
    }

    /// Changes an instance if the request says something else than it is, and says whether it did.
    pub(in super::super) async fn change_if_other(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        (template, instance): (&Template, &Instance),
        request: &LaunchInstance,
    ) -> Result<bool, InstanceError> {
        let (_turn, leave) = (self.launches().lock().await, BTreeSet::new());
        for _ in 0..ATTEMPTS {
            // As it is now: the same request may have been sent twice.
            let instance = instance_of(ports, template, &instance.key).await?;
            let version = request.version.unwrap_or(instance.template_version);
            let given = request.values.clone().unwrap_or_else(|| given_before(&instance));
            if version == instance.template_version && !is_other(ports, &instance, &given).await? {
                return Ok(false);
            }
            let (if_match, comment) = (IfMatch::Any, request.comment.as_str());
            let are_kept = request.values.is_none();
            let wanted = Wanted { version, given: &given, are_kept, leave: &leave, if_match, comment };
            match change(ports, actor, (template, &instance), wanted).await {
                Err(InstanceError::Save(SaveError::PreconditionFailed { .. }) | InstanceError::Busy) => {}
                done => return done.map(|()| true),
            }
        }
        Err(InstanceError::Busy)
    }
}

/// Whether these values are others than those of an instance. Secrets are not stored as they are, so their fingerprints are
/// compared. A JSON null is no value.
async fn is_other(
    ports: &ServerPorts,
    instance: &Instance,
    given: &BTreeMap<String, Value>,
) -> Result<bool, InstanceError> {
    let stack = ports.stacks.find(instance.stack).await?.ok_or(InstanceError::NotFound)?;
    let version = ports.stacks.find_version(stack.id, stack.latest_version).await?;
    let secrets = version.ok_or(InstanceError::NotFound)?.secrets;
    let key = SecretKey::new(ports.vault.derive(SecretKey::PURPOSE));
    let mut plain = given_before(instance);
    plain.retain(|_, value| !value.is_null());
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        let secret = name.parse::<SecretName>().ok().and_then(|name| Some((secrets.get(&name)?, name)));
        let is_same = match secret {
            Some((used, name)) => {
                let value = value.as_str().and_then(|text| SecretValue::new(text).ok());
                let reference = value.map(|value| key.reference(stack.id, &name, &value));
                reference.is_some_and(|reference| reference.fingerprint == used.fingerprint)
            }
            None => plain.remove(name).as_ref() == Some(value),
        };
        if !is_same {
            return Ok(true);
        }
    }
    // What was given before and is not any more.
    Ok(!plain.is_empty())
}

/// What an instance is to be.
struct Wanted<'a> {
    version: VersionNumber,
    given: &'a BTreeMap<String, Value>,
    /// See [`Making::are_kept`].
    are_kept: bool,
    /// Ports that it has and is to leave.
    leave: &'a BTreeSet<u16>,
    /// The state of its stack that is expected.
    if_match: IfMatch,
    comment: &'a str,
}

async fn change(
    ports: &ServerPorts,
    actor: &Actor,
    (template, instance): (&Template, &Instance),
    Wanted { version, given, are_kept, leave, if_match, comment }: Wanted<'_>,
) -> Result<(), InstanceError> {
    let stack = ports.stacks.find(instance.stack).await?.ok_or(InstanceError::NotFound)?;
    let parent = ports.stacks.find_version(stack.id, stack.latest_version).await?;
    let parent = parent.ok_or(InstanceError::NotFound)?;
    let mut has = instance.ports.clone();
    has.retain(|_, port| !leave.contains(port));
    let key = &instance.key;
    let making = Making { template, version, key, given, are_kept, has: &has, avoid: leave };
    let comment = comment_or(comment, template, version);
    let made = making.version(ports, actor, comment, Of::Next(&stack, &parent)).await?;
    let change = InstanceChange {
        stack: stack.id,
        template_version: version,
        values: made.values,
        ports: made.ports,
        if_match,
        version: made.version,
        apply: apply(ports, after(&stack)),
    };
    ports.instances.change(change).await.map(drop).map_err(|error: LaunchError| error.into())
}
