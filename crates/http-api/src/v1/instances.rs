//! Instances of templates.

use std::collections::BTreeMap;

use core_monitor_application::server::ListedInstance;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, StackName, TemplateName};
use core_monitor_domain::template::ParameterName;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::said;
use crate::v1::actor::ActorBody;
use crate::v1::stacks::ContainerCount;
use crate::v1::stacks::list::LastCommand;
use crate::v1::words::{HealthWord, InstancePhaseWord, health_word};

pub(crate) mod hold;
pub(crate) mod launch;
pub(crate) mod list;
pub(crate) mod power;
pub(crate) mod show;
pub(crate) mod upgrade;

/// The names in a path. One that no template or instance can have is not found.
pub(crate) fn names((template, key): &(String, String)) -> Result<(TemplateName, InstanceKey), Problem> {
    let template = template.parse().map_err(|_| template_not_found())?;
    Ok((template, key.parse().map_err(|_| instance_not_found())?))
}

pub(crate) fn instance_not_found() -> Problem {
    Problem::new(ErrorCode::InstanceNotFound, said::no_such_instance())
}

/// An instance of a template: a stack that was launched from it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Instance)]
pub(crate) struct InstanceBody {
    /// The template.
    #[schema(value_type = String, example = "preview")]
    template: TemplateName,
    /// Tells it apart from the other instances of the template.
    #[schema(value_type = String, example = "shop")]
    key: InstanceKey,
    /// The stack that it is: everything that can be done to a stack can be done to it.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, example = "preview-shop")]
    stack_name: StackName,
    /// The version of the template that it was made from.
    #[schema(value_type = u32, example = 1)]
    template_version: VersionNumber,
    /// Where it is in its life.
    #[schema(value_type = InstancePhaseWord, example = "serving")]
    phase: &'static str,
    /// The worst health of its containers; null if none has a health check.
    #[schema(value_type = Option<HealthWord>, example = "healthy")]
    health: Option<&'static str>,
    /// Where it is reached; null if it has neither a host nor a port of the host.
    #[schema(example = "http://shop.preview.localhost/")]
    url: Option<String>,
    /// The hosts that requests for it name.
    #[schema(example = json!(["shop.preview.localhost"]))]
    hosts: Vec<String>,
    /// The ports of the host that it is reached by, by parameter: those of its applied version. Nobody else gets them as long as it
    /// exists.
    #[schema(value_type = BTreeMap<String, u16>, example = json!({"PORT": 8002}))]
    ports: BTreeMap<ParameterName, u16>,
    /// The values that were given, without those of secrets.
    #[schema(value_type = BTreeMap<String, Value>, example = json!({"BRANCH": "main"}))]
    values: BTreeMap<ParameterName, Value>,
    /// Since when nothing of it runs; null while something does.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    stopped_since: Option<Timestamp>,
    /// Since when its key is not on the list of keys; null while it is, and without a list.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    unlisted_since: Option<Timestamp>,
    /// Somebody holds it, so it is not removed by itself.
    #[schema(example = false)]
    held: bool,
    /// When it is removed by itself, as things are now; null if never.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    removed_at: Option<Timestamp>,
    containers: ContainerCount,
    created_by: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// The newest command of its stack.
    last_command: Option<LastCommand>,
}

impl InstanceBody {
    pub(crate) fn of(template: &TemplateName, listed: ListedInstance) -> Self {
        let ListedInstance { instance, phase, url, hosts, sweep, stack } = listed;
        let ports = instance.reached().ports;
        Self {
            template: template.clone(),
            key: instance.key,
            stack_id: instance.stack,
            stack_name: stack.stack.name,
            template_version: instance.template_version,
            phase: phase.as_str(),
            health: stack.health.map(health_word),
            url,
            hosts: hosts.iter().map(ToString::to_string).collect(),
            ports,
            values: instance.values,
            stopped_since: instance.stopped_since,
            unlisted_since: instance.unlisted_since,
            held: instance.is_held,
            removed_at: sweep.map(|sweep| sweep.due),
            containers: ContainerCount::of(&stack.containers),
            created_by: instance.created_by.into(),
            created_at: instance.created_at,
            last_command: stack.last_command.map(LastCommand::from),
        }
    }
}

#[cfg(test)]
mod tests;
