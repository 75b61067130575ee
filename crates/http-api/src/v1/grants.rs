//! What somebody may do and with which stacks, in bodies.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Permission, Role, Scope, StackSelector, StackSelectorError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::words::{PermissionWord, RoleWord};

/// How many patterns and labels a grant has at most.
const PATTERNS: usize = 100;

/// What somebody may do, and with which stacks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(crate) struct GrantBody {
    /// What they may do.
    #[schema(value_type = RoleWord, example = "deployer")]
    role: &'static str,
    /// What they may do besides. An administrator has every permission.
    #[schema(value_type = Vec<PermissionWord>, example = json!(["files"]))]
    permissions: Vec<&'static str>,
    /// The stacks that it is for, as patterns of names such as `shop-*` and labels such as `team=payments`; null if it is for
    /// everything.
    #[schema(example = json!(["shop-*", "team=payments"]))]
    stacks: Option<Vec<String>>,
}

impl From<&Grant> for GrantBody {
    fn from(grant: &Grant) -> Self {
        Self {
            role: grant.role.as_str(),
            permissions: grant.permissions.iter().map(|permission| permission.as_str()).collect(),
            stacks: selectors_of(&grant.stacks),
        }
    }
}

/// The patterns and labels of a scope; `None` if it is everything.
pub(crate) fn selectors_of(scope: &Scope) -> Option<Vec<String>> {
    match scope {
        Scope::Everything => None,
        Scope::Stacks(selectors) => Some(selectors.iter().map(StackSelector::to_string).collect()),
    }
}

/// What somebody is to be allowed, and with which stacks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantRequest)]
pub(crate) struct NewGrantBody {
    /// What they may do: `viewer` looks, `operator` also starts, stops and reads logs, `deployer` also saves and applies
    /// versions and launches instances, `administrator` does everything.
    #[schema(value_type = RoleWord, example = "deployer")]
    role: String,
    /// What they may do besides: none if left out.
    #[serde(default)]
    #[schema(value_type = Vec<PermissionWord>, example = json!(["files"]))]
    permissions: Vec<String>,
    /// The stacks that it is for; everything if null or left out. Each entry is a pattern of names in which `*` stands for anything, or
    /// a label that a stack has to have, as `key=value`. A template `shop` and its instances are meant by `shop-*`. Templates, and
    /// stacks that are to be created, have no labels, so only patterns are for them.
    #[serde(default)]
    #[schema(example = json!(["shop-*", "team=payments"]), min_items = 1, max_items = 100)]
    stacks: Option<Vec<String>>,
}

impl NewGrantBody {
    /// The grant.
    pub(crate) fn read(self) -> Result<Grant, Problem> {
        read(&self.role, self.permissions, self.stacks)
    }
}

/// The grant that these words say.
pub(crate) fn read(
    role: &str,
    permissions: Vec<String>,
    stacks: Option<Vec<String>>,
) -> Result<Grant, Problem> {
    let refused = |message| Problem::new(ErrorCode::InvalidRequest, message);
    let role: Role = role
        .parse()
        .map_err(|_| refused(said::no_such_role(role, Role::ALL.map(Role::as_str).join(", "))))?;
    let permission = |word: String| {
        let known = || Permission::ALL.map(Permission::as_str).join(", ");
        word.parse::<Permission>().map_err(|_| refused(said::no_such_permission(&word, known())))
    };
    let permissions = permissions.into_iter().map(permission).collect::<Result<_, _>>()?;
    let stacks = match stacks {
        None => Scope::Everything,
        Some(selectors) if selectors.is_empty() || selectors.len() > PATTERNS => {
            return Err(refused(said::patterns_of_token(PATTERNS)));
        }
        Some(selectors) => {
            let selector = |text: String| {
                text.parse::<StackSelector>().map_err(|error| {
                    refused(match error {
                        StackSelectorError::Pattern(error) => said::pattern_invalid(&text, error),
                        StackSelectorError::Label(error) => error.message(),
                    })
                })
            };
            Scope::Stacks(selectors.into_iter().map(selector).collect::<Result<BTreeSet<_>, _>>()?)
        }
    };
    Ok(Grant { role, permissions, stacks })
}
