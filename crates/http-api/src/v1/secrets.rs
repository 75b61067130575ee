//! Named secrets. Their values are shown only to those who may read them.

use std::collections::BTreeSet;

use core_monitor_application::server::{SecretDetails, SecretUseError, UsedSecret};
use core_monitor_domain::access::StackPattern;
use core_monitor_domain::named_secret::{
    NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, SecretUser,
};
use core_monitor_domain::ports::NamedSecretError;
use core_monitor_domain::secret_variable::{SecretValue, SecretValueError};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::actor::ActorBody;

pub(crate) mod add_version;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod show;
pub(crate) mod value;

/// A secret of the installation, without its value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedSecret)]
pub(crate) struct NamedSecretBody {
    /// What definitions call it.
    #[schema(example = "db-password")]
    name: String,
    /// What it is for; may be empty.
    #[schema(example = "The database of the shop")]
    description: String,
    /// The stacks that may use it, as patterns of names.
    #[schema(example = json!(["shop-*"]))]
    stacks: Vec<String>,
    /// The number of its newest version.
    #[schema(example = 3)]
    latest_version: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// Who made it.
    created_by: ActorBody,
    /// When its newest version was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-27T08:30:00Z")]
    updated_at: Timestamp,
    /// Who made its newest version.
    updated_by: ActorBody,
    /// The stacks whose applied or newest version asks for it, by name.
    used_by: Vec<SecretUserBody>,
}

/// A stack that uses a secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecretUser)]
pub(crate) struct SecretUserBody {
    /// Its id.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: String,
    /// Its name.
    #[schema(example = "shop")]
    name: String,
}

/// A secret of the installation with its versions, without their values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedSecretDetails)]
pub(crate) struct NamedSecretDetailsBody {
    #[serde(flatten)]
    secret: NamedSecretBody,
    /// The versions that are kept, the newest first.
    versions: Vec<NamedSecretVersionBody>,
}

/// A version of a secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NamedSecretVersion)]
pub(crate) struct NamedSecretVersionBody {
    /// Its number.
    #[schema(example = 3)]
    number: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-27T08:30:00Z")]
    created_at: Timestamp,
    /// Who made it.
    created_by: ActorBody,
}

impl From<UsedSecret> for NamedSecretBody {
    fn from(used: UsedSecret) -> Self {
        let UsedSecret { secret, users } = used;
        let body = |stack: SecretUser| SecretUserBody {
            stack_id: stack.id.to_string(),
            name: stack.name.to_string(),
        };
        Self {
            name: secret.name.to_string(),
            description: secret.description,
            stacks: secret.stacks.into_iter().map(String::from).collect(),
            latest_version: secret.latest.number.0,
            created_at: secret.created_at,
            created_by: secret.created_by.into(),
            updated_at: secret.latest.created_at,
            updated_by: secret.latest.created_by.into(),
            used_by: users.into_iter().map(body).collect(),
        }
    }
}

impl From<SecretDetails> for NamedSecretDetailsBody {
    fn from(details: SecretDetails) -> Self {
        let version = |version: NamedSecretVersion| NamedSecretVersionBody {
            number: version.number.0,
            created_at: version.created_at,
            created_by: version.created_by.into(),
        };
        Self { secret: details.used.into(), versions: details.versions.into_iter().map(version).collect() }
    }
}

/// The secret in the path. A name that no secret can have is that of no secret.
fn named(text: &str) -> Result<NamedSecretName, Problem> {
    text.parse().map_err(|_| secret_not_found())
}

/// The value in a body, which no error repeats.
fn value(text: String) -> Result<SecretValue, Problem> {
    SecretValue::of_named(text).map_err(|error| {
        refused(match error {
            SecretValueError::Empty => said::secret_value_empty(),
            SecretValueError::Nul => said::secret_value_with_nul(),
            SecretValueError::TooLong => said::secret_value_too_long(NamedSecret::LONGEST_VALUE),
        })
    })
}

/// What a body says about a secret.
fn change(description: Option<String>, stacks: Option<Vec<String>>) -> Result<NamedSecretChange, Problem> {
    Ok(NamedSecretChange {
        description: description.map(described).transpose()?,
        stacks: stacks.map(patterns).transpose()?,
    })
}

/// What a secret is for.
fn described(text: String) -> Result<String, Problem> {
    if text.chars().count() > NamedSecret::LONGEST_DESCRIPTION {
        return Err(refused(said::secret_description_too_long(NamedSecret::LONGEST_DESCRIPTION)));
    }
    Ok(text)
}

/// The stacks that may use a secret.
fn patterns(texts: Vec<String>) -> Result<BTreeSet<StackPattern>, Problem> {
    if texts.is_empty() || texts.len() > NamedSecret::PATTERNS {
        return Err(refused(said::number_of_patterns(NamedSecret::PATTERNS)));
    }
    let pattern = |text: String| {
        text.parse::<StackPattern>().map_err(|error| refused(said::pattern_invalid(&text, error)))
    };
    texts.into_iter().map(pattern).collect()
}

fn refused(message: core_monitor_message::Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, message)
}

fn secret_not_found() -> Problem {
    Problem::new(ErrorCode::SecretNotFound, said::no_such_secret())
}

/// The error when the secret has no version with the number in the path.
fn version_not_found(number: &str) -> Problem {
    let shown: String = number.escape_debug().take(20).collect();
    Problem::new(ErrorCode::SecretVersionNotFound, said::no_such_secret_version(shown))
}

impl From<SecretUseError> for Problem {
    fn from(error: SecretUseError) -> Self {
        match error {
            SecretUseError::Forbidden(error) => error.into(),
            SecretUseError::VersionNotFound(number) => version_not_found(&number.to_string()),
            SecretUseError::Vault(error) => {
                tracing::error!(%error, "the value of a secret cannot be sealed or opened");
                Self::new(ErrorCode::SecretsUnreadable, said::secret_not_openable())
                    .with_hint(said::restore_secret_key())
            }
            SecretUseError::Secret(error) => error.into(),
            SecretUseError::Store(error) => error.into(),
        }
    }
}

impl From<NamedSecretError> for Problem {
    fn from(error: NamedSecretError) -> Self {
        match error {
            NamedSecretError::NameTaken => Self::new(ErrorCode::SecretExists, said::secret_exists()),
            NamedSecretError::TooMany { most } => refused(said::too_many_named_secrets(most)),
            // A version that somebody else has added meanwhile is answered with the next one.
            NamedSecretError::NotFound | NamedSecretError::Changed => secret_not_found(),
            NamedSecretError::InUse { stacks } => {
                let names: Vec<_> = stacks.iter().map(|stack| stack.name.to_string()).collect();
                Self::new(ErrorCode::SecretInUse, said::secret_in_use(names.join(", ")))
                    .with_hint(said::let_go_of_secret())
            }
            NamedSecretError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
