//! The named secrets of a stack, in the versions that a plan gets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ContainerSpec, DesiredStack};
use crate::effect::secrets_in;
use crate::ids::VersionNumber;
use crate::named_secret::{NamedSecretName, UnavailableSecret};
use crate::secret_variable::SecretRef;

/// The named secrets of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedSecrets {
    /// The versions that the stack gets. No other marker of a named secret becomes a value, whoever has written it.
    pub pinned: BTreeSet<SecretRef>,
    /// What it asks for and does not get.
    pub unavailable: Vec<UnavailableSecret>,
}

/// The versions of the named secrets that a container is created with; a label on it says so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretVersions(BTreeMap<NamedSecretName, VersionNumber>);

impl SecretVersions {
    fn of(spec: &ContainerSpec, pinned: &BTreeSet<SecretRef>) -> Self {
        let used = secrets_in(spec).into_iter().filter(|secret| pinned.contains(secret));
        Self(used.filter_map(|secret| secret.as_named()).map(|(name, _, number)| (name, number)).collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of those of which a container with this label has another version.
    pub fn renewed_since(&self, label: &str) -> Vec<String> {
        let former: BTreeMap<&str, &str> = label.split(',').filter_map(|one| one.split_once('=')).collect();
        let is_renewed = |(name, number): &(&NamedSecretName, &VersionNumber)| {
            former.get(name.as_str()).is_some_and(|former| **former != number.to_string())
        };
        self.0.iter().filter(is_renewed).map(|(name, _)| name.to_string()).collect()
    }
}

/// `name=version`, with commas between them: the form of the label.
impl fmt::Display for SecretVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, number)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{name}={number}")?;
        }
        Ok(())
    }
}

impl DesiredStack {
    /// With these named secrets.
    #[must_use]
    pub fn with_named_secrets(mut self, secrets: NamedSecrets) -> Self {
        // Hardly any stack has one.
        for service in self.services.iter_mut().filter(|_| !secrets.pinned.is_empty()) {
            service.secrets = SecretVersions::of(&service.container, &secrets.pinned);
        }
        self.named_secrets = secrets;
        self
    }
}
