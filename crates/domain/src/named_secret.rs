//! Named secrets: values that belong to the installation, and that stacks use by their names.
//!
//! A definition names one, as `secrets: {x: {external: true}}` or through a secret variable, and never says which version of
//! it: the newest one counts when something is planned. In a plan, a [marker](crate::secret_variable::SecretRef) with the
//! version stands for the value, so that a plan that somebody confirms means one version, and that a new version changes the
//! hash of a container's definition like any other change.

use std::collections::BTreeSet;

use crate::access::{Action, Resource, StackPattern};
use crate::actor::Actor;
use crate::audit::{AuditDetail, AuditEntry, Change};
use crate::ids::{NamedSecretId, StackId, VersionNumber};
use crate::names::StackName;
use crate::sealed_secret::SealedSecret;
use crate::time::Timestamp;

mod change;
mod name;
mod needed;
pub(crate) mod said;
mod unavailable;
mod wanted;

pub use change::NamedSecretChange;
pub use name::{NamedSecretName, NamedSecretNameError};
pub use needed::NeededSecret;
pub use unavailable::{UnavailableSecret, WhyUnavailable};
pub use wanted::{Pinned, needed, pinned};

/// A named secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSecret {
    /// Its identity: one of the same name that is made after it was deleted is another one.
    pub id: NamedSecretId,
    /// What definitions call it. It never changes.
    pub name: NamedSecretName,
    /// What it is for; may be empty.
    pub description: String,
    /// The stacks that may use it.
    pub stacks: BTreeSet<StackPattern>,
    /// Its newest version.
    pub latest: NamedSecretVersion,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
}

/// A version of a named secret, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSecretVersion {
    /// 1, 2, 3... within the secret.
    pub number: VersionNumber,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
}

/// A version to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecretVersion {
    /// The secret.
    pub secret: NamedSecretId,
    /// Its number: the one after the newest.
    pub number: VersionNumber,
    /// The value, sealed for [`sealing_purpose`].
    pub sealed: SealedSecret,
}

/// What a plan has to know of a named secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestSecret {
    /// Its identity.
    pub id: NamedSecretId,
    /// Its name.
    pub name: NamedSecretName,
    /// The stacks that may use it.
    pub stacks: BTreeSet<StackPattern>,
    /// Its newest version.
    pub number: VersionNumber,
}

/// A stack whose applied or newest version uses a named secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretUser {
    /// Its name.
    pub name: StackName,
    /// Its id.
    pub id: StackId,
}

impl NamedSecret {
    /// Most bytes of a value, as many as in Swarm.
    pub const LONGEST_VALUE: usize = 500 << 10;
    /// Most named secrets.
    pub const MOST: u32 = 1_000;
    /// How many versions of one are kept; the oldest go.
    pub const VERSIONS: u32 = 100;
    /// Most patterns of one.
    pub const PATTERNS: usize = 64;
    /// Most characters of a description.
    pub const LONGEST_DESCRIPTION: usize = 500;
}

impl From<&NamedSecret> for LatestSecret {
    fn from(secret: &NamedSecret) -> Self {
        Self {
            id: secret.id,
            name: secret.name.clone(),
            stacks: secret.stacks.clone(),
            number: secret.latest.number,
        }
    }
}

impl LatestSecret {
    /// Whether the stack of this name may use it.
    pub fn is_for(&self, stack: &str) -> bool {
        self.stacks.iter().any(|pattern| pattern.matches(stack))
    }
}

impl AuditEntry {
    /// `by` did something to a named secret.
    pub fn of_secret(
        name: &NamedSecretName,
        action: Action,
        change: Change,
        by: &Actor,
        now: Timestamp,
    ) -> Self {
        let resource = Resource::Secret(name.clone());
        Self { at: now, actor: by.clone(), action, resource, change, detail: None }
    }

    /// `by` reads the value of a version of a named secret.
    pub fn secret_read(name: &NamedSecretName, number: VersionNumber, by: &Actor, now: Timestamp) -> Self {
        let detail = AuditDetail { name: Some(format!("version {number}")), ..AuditDetail::default() };
        let read = Self::of_secret(name, Action::ReadSecretValue, Change::Revealed, by, now);
        Self { detail: Some(detail), ..read }
    }
}

/// The purpose for sealing a value: it opens for this version of this secret only.
pub fn sealing_purpose(secret: NamedSecretId, number: VersionNumber) -> String {
    format!("named secret {secret} {number}")
}

#[cfg(test)]
mod tests;
