//! What may run: which definitions get what of the host, by who applies them and to which stack.
//!
//! Everything that a definition can ask of the host beyond a plain container is a [`Demand`]. A [`Policy`] chooses the
//! [`Rules`] for a role and a stack, and the rules decide about each demand. It is asked with the definition when a version is
//! saved, a plan is made or a command is accepted, and with the final request right before the engine gets it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Role, StackPattern};

mod audited;
mod demand;
mod finding;
mod of_container;
mod of_image;
mod of_objects;
mod preset;
mod restricted;
mod rules;
pub(crate) mod said;
mod valid;
mod values;

pub use demand::{Demand, Own, demands};
pub use finding::Finding;
pub use of_container::{of_attachment, of_container, of_hook};
pub use of_image::{of_build, of_image};
pub use of_objects::{of_network, of_volume};
pub use preset::Preset;
pub use restricted::{NotRestricted, Restricted};
pub use rules::Rules;
pub use valid::InvalidPolicy;
pub use values::{mount_of, mounted};

/// The policy of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The first rule that is for a role and a stack decides. Where none is, it is the preset `locked`.
    pub rules: Vec<PolicyRule>,
}

/// What may run, for some roles and stacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// The roles; empty for all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
    /// The stacks, by patterns of their names; empty for all of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stacks: BTreeSet<StackPattern>,
    /// What is allowed in general.
    pub preset: Preset,
    /// What is allowed instead of what the preset says about it. At most one entry for each of [`Restricted`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Allowance>,
}

/// What is allowed of one thing that is restricted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// What it is about.
    pub what: Restricted,
    /// The allowed values, as [`Restricted`] describes them; none if it is empty.
    pub values: Vec<String>,
}

/// As long as nobody has decided: administrators may run anything, everybody else what is in the preset `careful`.
impl Default for Policy {
    fn default() -> Self {
        let rule = |roles: &[Role], preset| PolicyRule {
            roles: roles.iter().copied().collect(),
            stacks: BTreeSet::new(),
            preset,
            allow: Vec::new(),
        };
        Self { rules: vec![rule(&[Role::Administrator], Preset::Open), rule(&[], Preset::Careful)] }
    }
}

impl Policy {
    /// What somebody with this role may run in the stack of this name; `None` if nobody's role is for it any more.
    pub fn rules(&self, role: Option<Role>, stack: &str) -> Rules {
        let Some(role) = role else { return Rules::of(Preset::Locked, &[]) };
        match self.rules.iter().find(|one| one.is_for(role, stack)) {
            Some(PolicyRule { preset, allow, .. }) => Rules::of(*preset, allow),
            None => Rules::of(Preset::Locked, &[]),
        }
    }

    /// What Core Monitor may run by itself. It only brings back what somebody was allowed to apply, so it is what
    /// administrators may.
    pub fn own_rules(&self, stack: &str) -> Rules {
        self.rules(Some(Role::Administrator), stack)
    }
}

impl PolicyRule {
    fn is_for(&self, role: Role, stack: &str) -> bool {
        (self.roles.is_empty() || self.roles.contains(&role))
            && (self.stacks.is_empty() || self.stacks.iter().any(|pattern| pattern.matches(stack)))
    }
}

#[cfg(test)]
mod tests;
