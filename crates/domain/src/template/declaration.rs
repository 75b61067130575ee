//! What a template declares.

use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{Braced, Lifetime, Parameter, ParameterKind, ParameterName, Pattern, PortRange, said};
use crate::names::{InstanceKey, ServiceName};

/// What the compose file of a template declares under `x-core-monitor.template`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Declaration {
    /// What a list calls the template, in the words of its author.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Which keys its instances may have.
    pub key: KeyRule,
    /// Where an instance is reached; by its first host or port if `None`.
    pub url: Option<Braced>,
    /// The beginning of the paths under which a proxy reaches an instance; `/{template}/{key}/` if `None`.
    pub prefix: Option<Braced>,
    /// The services that make what the others serve, once: an instance is built when each of them has succeeded.
    pub build: BTreeSet<ServiceName>,
    /// How long its instances live.
    pub lifetime: Lifetime,
    /// The parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
}

/// Which keys the instances of a template may have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyRule {
    /// What they must match.
    pub pattern: Option<Pattern>,
    /// A key to check the template with, and to show in a form.
    pub example: Option<InstanceKey>,
}

impl KeyRule {
    /// Why an instance cannot have this key.
    pub fn refusal(&self, key: &InstanceKey) -> Option<Message> {
        let pattern = self.pattern.as_ref().filter(|pattern| !pattern.matches(key.as_str()))?;
        Some(said::template_key_pattern(key, pattern.as_str()))
    }
}

impl Declaration {
    /// Most services that build.
    pub const BUILDS: usize = 16;
    /// Most parameters.
    pub const PARAMETERS: usize = 64;

    /// The parameters that are ports of the host.
    pub fn host_ports(&self) -> impl Iterator<Item = (&ParameterName, PortRange)> {
        self.parameters.iter().filter_map(|parameter| match parameter.kind {
            ParameterKind::HostPort { range } => Some((&parameter.name, range)),
            _ => None,
        })
    }
}
