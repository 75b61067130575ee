//! Hashes that show whether an existing object matches its definition.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{ContainerSpec, NetworkSpec, VolumeSpec};
use crate::stack_version::hex;

/// Fingerprint of a container, network or volume definition, written as a label on the object created from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpecHash(pub Arc<str>);

impl SpecHash {
    /// Increased when the meaning of a field changes, so that existing containers are replaced deliberately. Adding an
    /// optional field does not require it: an absent field does not change the hash.
    const FORMAT: &'static str = "1";

    /// Hash of a container definition: every field, and the name chosen for it.
    pub fn of_container(container_name: Option<&str>, spec: &ContainerSpec) -> Self {
        Self::of(&serde_json::to_value((container_name, spec)))
    }

    /// Hash of a network definition.
    pub fn of_network(spec: &NetworkSpec) -> Self {
        Self::of(&serde_json::to_value(spec))
    }

    /// Hash of a volume definition.
    pub fn of_volume(spec: &VolumeSpec) -> Self {
        Self::of(&serde_json::to_value(spec))
    }

    fn of(json: &serde_json::Result<Value>) -> Self {
        // These types are maps with string keys, lists and scalars; serializing them cannot fail. If that ever changes,
        // the empty text gives a hash that matches no earlier one: a replacement, not a wrong "unchanged".
        let mut canonical = String::new();
        if let Ok(value) = json {
            write_canonical(value, None, &mut canonical);
        }
        let mut hash = Sha256::new();
        hash.update(Self::FORMAT.as_bytes());
        hash.update(canonical.as_bytes());
        Self(hex(&hash.finalize()).into())
    }

    /// Eight digits for temporary container names.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

/// Serializes to JSON with sorted keys and without nulls, empty lists and empty maps, so that a new optional field does
/// not change existing hashes. Three cases in which absence has its own meaning are kept: an empty `command` or
/// `entrypoint` clears the image's, and a null in `environment` unsets the image's variable.
fn write_canonical(value: &Value, key: Option<&str>, out: &mut String) {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map
                .iter()
                .filter(|(name, value)| key == Some("environment") || says_something(name, value))
                .collect();
            out.push('{');
            for (name, value) in sorted {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(value, Some(name), out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for value in list {
                write_canonical(value, None, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn says_something(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty() || name == "command" || name == "entrypoint",
        Value::Object(map) => {
            map.iter().any(|(inner, value)| name == "environment" || says_something(inner, value))
        }
        _ => true,
    }
}

impl fmt::Display for SpecHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_command_differs_from_no_command() {
        let keep = ContainerSpec::default();
        let clear = ContainerSpec { command: Some(Vec::new()), ..ContainerSpec::default() };
        assert_ne!(SpecHash::of_container(None, &keep), SpecHash::of_container(None, &clear));
    }

    #[test]
    fn unsetting_a_variable_is_a_change() {
        let mut spec = ContainerSpec::default();
        let without = SpecHash::of_container(None, &spec);
        spec.environment.insert("A".into(), None);
        let unset = SpecHash::of_container(None, &spec);
        spec.environment.insert("A".into(), Some(String::new()));
        let empty = SpecHash::of_container(None, &spec);
        assert_ne!(without, unset);
        assert_ne!(unset, empty);
    }

    #[test]
    fn the_hash_of_an_empty_definition_is_fixed() {
        // Changing this value replaces every container of every installation: increase FORMAT deliberately or not at
        // all.
        insta::assert_snapshot!(SpecHash::of_container(None, &ContainerSpec::default()));
    }
}
