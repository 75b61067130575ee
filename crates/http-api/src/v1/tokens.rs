//! API tokens. Their secrets are shown once and never again.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Permission};
use core_monitor_domain::actor::ActorName;
use core_monitor_domain::ports::Token;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::grants::selectors_of;
use crate::v1::words::{PermissionWord, RoleWord};

pub(crate) mod issue;
pub(crate) mod list;
pub(crate) mod revoke;
pub(crate) mod rotate;

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenBody {
    /// Its name, which is recorded with everything that its holder does.
    #[schema(example = "ci")]
    name: String,
    /// What its holder may do.
    #[schema(value_type = RoleWord, example = "deployer")]
    role: &'static str,
    /// What its holder may do besides. An administrator has every permission.
    #[schema(value_type = Vec<PermissionWord>, example = json!(["files"]))]
    permissions: Vec<&'static str>,
    /// The stacks that it is for, as patterns of names such as `shop-*` and labels such as `team=payments`; null if it is for
    /// everything.
    #[schema(example = json!(["shop-*"]))]
    stacks: Option<Vec<String>>,
    /// When it was created, or last got another secret.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// From when on it is not valid any more; null if it is until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-04-26T10:00:00Z")]
    expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; null if it never was.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-27T08:30:00Z")]
    used_at: Option<Timestamp>,
}

/// A token with its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedToken)]
pub(crate) struct IssuedTokenBody {
    token: TokenBody,
    /// The secret, for the header `Authorization: Bearer`. It is not stored, so nobody can show it again.
    #[schema(example = "cm_Zm9yIHRoZSBkb2N1bWVudCBvbmx5LCBubyB0b2tlbi4")]
    secret: String,
}

impl From<Token> for TokenBody {
    fn from(token: Token) -> Self {
        let Token { name, grant, created_at, expires_at, used_at, .. } = token;
        let Grant { role, permissions, stacks } = grant;
        let words =
            |permissions: BTreeSet<Permission>| permissions.into_iter().map(Permission::as_str).collect();
        Self {
            name: name.to_string(),
            role: role.as_str(),
            permissions: words(permissions),
            stacks: selectors_of(&stacks),
            created_at,
            expires_at,
            used_at,
        }
    }
}

fn named(text: &str) -> Result<ActorName, Problem> {
    // A name that no token can have is that of no token.
    text.parse().map_err(|_| token_not_found())
}

/// The error when no token has the name in the path.
pub(crate) fn token_not_found() -> Problem {
    Problem::new(ErrorCode::TokenNotFound, said::no_such_token())
}

#[cfg(test)]
mod tests;
