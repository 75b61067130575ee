//! What can change about a user, and what follows from it.

use super::{Invitation, PasswordHash, Totp, TotpStep, User, UserGrants};
use crate::access::Action;
use crate::audit::Change;
use crate::ids::SessionId;
use crate::time::Timestamp;

/// A change of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// Other grants.
    Grants(UserGrants),
    /// Another invitation. A former one cannot be accepted any more; password and sessions stay until this one is.
    Invitation(Invitation),
    /// The user accepts the invitation with this hash and chooses a password. Their sessions end and one-time codes are off, so that
    /// this also helps who has lost both.
    Accept {
        /// The hash of the secret.
        invitation: [u8; 32],
        /// The hash of the password.
        password: PasswordHash,
    },
    /// Another password. All sessions end but the one in which it was chosen.
    Password {
        /// Its hash.
        password: PasswordHash,
        /// That session.
        keep: SessionId,
    },
    /// One-time codes are asked for from now on.
    SetUpTotp(Totp),
    /// They are not asked for any more.
    RemoveTotp,
    /// They sign in, with a code if they have some.
    SignIn {
        /// The step of the code.
        code: Option<TotpStep>,
    },
    /// They come from their provider, with what their groups there are worth.
    Arrive(UserGrants),
}

/// Why a change cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserChangeError {
    /// There is no such invitation, or its time has run out.
    #[error("the invitation is not valid")]
    NotInvited,
    /// The code, or a later one, was used before.
    #[error("the code was used before")]
    CodeUsed,
    /// They come from a provider, which has their password and says what they may do.
    #[error("the user comes from a provider")]
    Provided,
    /// They do not come from a provider.
    #[error("the user does not come from a provider")]
    NotProvided,
}

impl UserChange {
    /// Makes the change.
    pub fn apply(&self, user: &mut User, now: Timestamp) -> Result<(), UserChangeError> {
        match (self, &user.provided) {
            (Self::Arrive(_), None) => return Err(UserChangeError::NotProvided),
            (Self::Arrive(_), Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(UserChangeError::Provided),
        }
        match self {
            Self::Grants(grants) => user.grants = grants.clone(),
            Self::Invitation(invitation) => user.invitation = Some(invitation.clone()),
            Self::Accept { invitation, .. } if !user.is_invited(invitation, now) => {
                return Err(UserChangeError::NotInvited);
            }
            Self::Accept { password, .. } => {
                (user.password, user.totp, user.invitation) = (Some(password.clone()), None, None);
            }
            Self::Password { password, .. } => user.password = Some(password.clone()),
            Self::SetUpTotp(totp) => user.totp = Some(totp.clone()),
            Self::RemoveTotp => user.totp = None,
            Self::SignIn { code } => {
                if let (Some(totp), Some(step)) = (&mut user.totp, code) {
                    if *step <= totp.used {
                        return Err(UserChangeError::CodeUsed);
                    }
                    totp.used = *step;
                }
                user.signed_in_at = Some(now);
            }
            Self::Arrive(grants) => {
                (user.grants, user.signed_in_at) = (grants.clone(), Some(now));
            }
        }
        Ok(())
    }

    /// Whether a session of the user ends with it.
    pub fn ends(&self, session: SessionId) -> bool {
        match self {
            Self::Accept { .. } => true,
            Self::Password { keep, .. } => *keep != session,
            Self::Grants(_)
            | Self::Invitation(_)
            | Self::SetUpTotp(_)
            | Self::RemoveTotp
            | Self::SignIn { .. }
            | Self::Arrive(_) => false,
        }
    }

    /// How the audit calls it; `None` for signing in with a password, which it records with the session.
    pub fn audited(&self) -> Option<(Action, Change)> {
        Some(match self {
            Self::Grants(_) => (Action::SetUserGrants, Change::Replaced),
            Self::Invitation(_) => (Action::RenewInvitation, Change::Replaced),
            Self::Accept { .. } => (Action::AcceptInvitation, Change::Replaced),
            Self::Password { .. } => (Action::ChangePassword, Change::Replaced),
            Self::SetUpTotp(_) => (Action::SetUpTotp, Change::Created),
            Self::RemoveTotp => (Action::RemoveTotp, Change::Removed),
            Self::Arrive(_) => (Action::SignInWithProvider, Change::Replaced),
            Self::SignIn { .. } => return None,
        })
    }
}
