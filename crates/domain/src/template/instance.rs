//! An instance: a stack that was launched from a template.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Life, ParameterName};
use crate::actor::Actor;
use crate::ids::{StackId, TemplateId, VersionNumber};
use crate::names::{InstanceKey, NameError, StackName, TemplateName};
use crate::time::Timestamp;

/// An instance as stored. It exists as long as its stack does.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// The template.
    pub template: TemplateId,
    /// Unique within the template.
    pub key: InstanceKey,
    /// The stack that it is.
    pub stack: StackId,
    /// The version of the template that the newest version of the stack was made from.
    pub template_version: VersionNumber,
    /// The values that were given, without those of secrets.
    pub values: BTreeMap<ParameterName, Value>,
    /// The ports of the host that it has, by parameter. Nobody else gets them as long as it exists.
    pub ports: BTreeMap<ParameterName, u16>,
    /// Who launched it.
    pub created_by: Actor,
    /// When it was launched.
    pub created_at: Timestamp,
    /// Since when nothing of it runs; `None` while something does.
    pub stopped_since: Option<Timestamp>,
    /// Since when its key is missing from the list of keys; `None` while it is not, and without a list.
    pub unlisted_since: Option<Timestamp>,
    /// Whether it is held: then it is removed only by somebody who asks for that.
    pub is_held: bool,
}

impl Instance {
    /// The name of the stack of an instance.
    pub fn stack_name(template: &TemplateName, key: &InstanceKey) -> Result<StackName, NameError> {
        StackName::new(format!("{template}-{key}"))
    }

    /// What decides how long it lives on. Whether it is held is another question.
    pub fn life(&self) -> Life {
        Life {
            created_at: self.created_at,
            stopped_since: self.stopped_since,
            unlisted_since: self.unlisted_since,
        }
    }
}
