//! The named secrets that a version asks for, and the versions of them that a plan gets.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::Project;
use serde_json::Value;

use super::{LatestSecret, NamedSecretName, NeededSecret, UnavailableSecret};
use crate::secret_variable::{SecretRef, SecretUses, replaced};

/// Every named secret that a definition asks for: by entries of `secrets` that a service uses, in the order of their keys, and
/// by secret variables.
pub fn needed(project: &Project, variables: &SecretUses) -> Vec<NeededSecret> {
    let is_used = |key: &String| {
        project.services.values().any(|service| {
            let built_with = service.build.iter().flat_map(|build| &build.secrets);
            service.secrets.iter().chain(built_with).any(|reference| reference.source == *key)
        })
    };
    let external = project.secrets.iter().filter(|(key, secret)| secret.external && is_used(key));
    let files = external.map(|(key, secret)| NeededSecret {
        name: secret.name.clone(),
        by: key.clone(),
        path: Some(format!("secrets.{key}")),
    });
    let references = variables.iter().filter_map(|(variable, used)| {
        let name = used.from.as_ref()?.to_string();
        Some(NeededSecret { name, by: variable.to_string(), path: None })
    });
    files.chain(references).collect()
}

/// A definition in which every named secret is that of one version.
#[derive(Debug)]
pub struct Pinned {
    /// The definition.
    pub project: Project,
    /// The versions in it.
    pub versions: BTreeSet<SecretRef>,
    /// What is not available; markers without a version stand for it.
    pub unavailable: Vec<UnavailableSecret>,
}

/// The definition of a stack with the newest version of each named secret, as far as they are `available`.
pub fn pinned(
    mut project: Project,
    variables: &SecretUses,
    available: &BTreeMap<NamedSecretName, LatestSecret>,
) -> Pinned {
    let find = |name: &str| name.parse::<NamedSecretName>().ok().and_then(|name| available.get(&name));
    let wanted = needed(&project, variables);
    let stack = project.name.clone();
    let lacking = |needed: &NeededSecret| UnavailableSecret::of(needed, &stack, find(&needed.name));
    let unavailable: Vec<_> = wanted.iter().filter_map(lacking).collect();
    let newest = |name: &str| {
        let found = find(name).filter(|secret| secret.is_for(&stack))?;
        Some(SecretRef::named(&found.name, found.id, found.number))
    };
    let versions = wanted.iter().filter_map(|needed| newest(&needed.name)).collect();
    for secret in project.secrets.values_mut().filter(|secret| secret.external) {
        secret.value = newest(&secret.name).map(|version| version.marker());
    }
    // The model has a marker of the variable; a plan has one of the secret.
    let markers: BTreeMap<SecretRef, String> = variables
        .iter()
        .filter_map(|(name, used)| {
            let newest = newest(used.from.as_ref()?.as_str())?;
            let variable = SecretRef { name: name.clone(), fingerprint: used.fingerprint.clone() };
            Some((variable, newest.marker()))
        })
        .collect();
    if !markers.is_empty() {
        project = with_markers(project, &markers);
    }
    Pinned { project, versions, unavailable }
}

fn with_markers(project: Project, markers: &BTreeMap<SecretRef, String>) -> Project {
    // A model is maps with string keys, lists and scalars: it can always be written as JSON, and only texts change.
    let Ok(mut tree) = serde_json::to_value(&project) else { return project };
    replace_in(&mut tree, markers);
    serde_json::from_value(tree).unwrap_or(project)
}

fn replace_in(value: &mut Value, markers: &BTreeMap<SecretRef, String>) {
    match value {
        Value::String(text) => {
            if let Some(other) = replaced(text, markers) {
                *text = other;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_in(item, markers)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| replace_in(entry, markers)),
        _ => {}
    }
}
