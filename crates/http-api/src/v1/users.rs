//! Users. Their passwords and invitations are shown to nobody.

use core_monitor_application::server::Invited;
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{User, UserGrants, UserName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::grants::{GrantBody, NewGrantBody};

pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod renew;
pub(crate) mod set_grants;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// What they sign in with.
    #[schema(example = "ann")]
    name: String,
    /// What was granted to them. One of them is enough to do something.
    grants: Vec<GrantBody>,
    /// Whether they have chosen a password, so that they can sign in.
    #[schema(example = true)]
    accepted: bool,
    /// Until when they can accept their invitation; null if there is none.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    invited_until: Option<Timestamp>,
    /// Whether signing in takes a one-time code besides the password.
    #[schema(example = false)]
    totp: bool,
    /// The address of the provider that they come from; null for who has a password here.
    #[schema(example = json!(null))]
    provider: Option<String>,
    /// When they were invited first.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When they last signed in; null if they never did.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-27T08:30:00Z")]
    signed_in_at: Option<Timestamp>,
}

/// A user with the secret of their invitation.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitedUser)]
pub(crate) struct InvitedUserBody {
    user: UserBody,
    /// The secret of the invitation: whoever has it chooses the password. It is not stored, so nobody can show it again. In the web UI
    /// it is accepted at `/invitation#<secret>`.
    #[schema(example = "cmi_Zm9yIHRoZSBkb2N1bWVudCBvbmx5LCBubyBzZWNyZXQ")]
    invitation: String,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.to_string(),
            grants: user.grants.iter().map(GrantBody::from).collect(),
            accepted: user.password.is_some(),
            invited_until: user.invitation.as_ref().map(|invitation| invitation.expires_at),
            totp: user.totp.is_some(),
            provider: user.provided.as_ref().map(|provided| provided.issuer().to_owned()),
            created_at: user.created_at,
            signed_in_at: user.signed_in_at,
        }
    }
}

impl From<Invited> for InvitedUserBody {
    fn from(invited: Invited) -> Self {
        Self { user: UserBody::from(&invited.user), invitation: invited.secret.expose().to_owned() }
    }
}

/// The user in the path. A name that no user can have is that of no user.
fn named(text: &str) -> Result<UserName, Problem> {
    text.parse().map_err(|_| user_not_found())
}

fn grants(bodies: Vec<NewGrantBody>) -> Result<UserGrants, Problem> {
    let grants = bodies.into_iter().map(NewGrantBody::read).collect::<Result<Vec<_>, _>>()?;
    UserGrants::new(grants)
        .map_err(|_| Problem::new(ErrorCode::InvalidRequest, said::number_of_grants(UserGrants::MOST)))
}

/// The error when no user has the name in the path.
pub(crate) fn user_not_found() -> Problem {
    Problem::new(ErrorCode::UserNotFound, said::no_such_user())
}

#[cfg(test)]
mod tests;
