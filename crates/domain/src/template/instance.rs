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
    /// What the version of its stack was made from that is applied; `None` as long as none is. Nobody else gets these ports
    /// either. It differs from the above while the newest version waits for its turn, and after it was taken back.
    pub applied: Option<MadeFrom>,
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

/// What a version of the stack of an instance was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeFrom {
    /// The version of the template.
    pub template_version: VersionNumber,
    /// The values that were given, without those of secrets.
    pub values: BTreeMap<ParameterName, Value>,
    /// The ports of the host, by parameter.
    pub ports: BTreeMap<ParameterName, u16>,
}

impl Instance {
    /// What its newest version was made from.
    pub fn newest(&self) -> MadeFrom {
        MadeFrom {
            template_version: self.template_version,
            values: self.values.clone(),
            ports: self.ports.clone(),
        }
    }

    /// What tells where it is reached: what the applied version was made from, or the newest one as long as none is applied.
    pub fn reached(&self) -> MadeFrom {
        self.applied.clone().unwrap_or_else(|| self.newest())
    }

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
