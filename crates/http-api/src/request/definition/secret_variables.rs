//! Secret variables in a request. Nothing here shows a value: not in `Debug`, and not in an error.

use std::collections::BTreeMap;
use std::fmt;

use core_monitor_domain::named_secret::NamedSecretNameError;
use core_monitor_domain::secret_variable::{
    Alphabet, Recipe, SecretChange, SecretName, SecretValue, SecretValueError,
};
use core_monitor_message::Message;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// What a version does to a secret variable. A secret variable that is not mentioned is kept from the version before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "a secret variable must be `{\"value\": \"...\"}`, `{\"generate\": {}}`, `{\"secret\": \"...\"}`, `{\"keep\": true}` or `{\"remove\": true}`; `generate` may have a `length` and an `alphabet`, which is `alphanumeric`, `lower_alphanumeric`, `url_safe`, `hex` or `digits`"
)]
#[schema(as = SecretVariable)]
pub(crate) enum SecretVariableBody {
    Given(GivenSecret),
    Generated(GeneratedSecret),
    Referenced(ReferencedSecret),
    Kept(KeptSecret),
    Removed(RemovedSecret),
}

/// A secret variable with this value from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenSecret {
    /// The value: encrypted when it is stored, and never returned.
    #[schema(format = Password, write_only, example = "correct horse battery staple")]
    value: String,
}

impl fmt::Debug for GivenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenSecret(hidden)")
    }
}

/// A secret variable with a new random value from now on. Nobody sees the value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GeneratedSecret {
    generate: SecretRecipe,
}

/// A secret variable with the value of a secret of the installation from now on: of its newest version whenever the stack is planned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferencedSecret {
    /// The name of the secret.
    #[schema(
        example = "db-password",
        min_length = 1,
        max_length = 64,
        pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
    )]
    secret: String,
}

/// How to generate a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretRecipe {
    /// Number of characters.
    #[serde(default = "usual_length")]
    #[schema(minimum = 8, maximum = 1024, default = 32, example = 32)]
    length: u16,
    /// Its characters.
    #[serde(default)]
    alphabet: SecretAlphabet,
}

fn usual_length() -> u16 {
    Recipe::USUAL
}

/// The characters of a generated value.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecretAlphabet {
    /// Letters and digits.
    #[default]
    Alphanumeric,
    /// Lower-case letters and digits.
    LowerAlphanumeric,
    /// Letters, digits, `-` and `_`.
    UrlSafe,
    /// Lower-case hexadecimal digits.
    Hex,
    /// Digits.
    Digits,
}

/// A secret variable with the value of the version before, which must have it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptSecret {
    /// Always true.
    #[schema(example = true)]
    keep: bool,
}

/// A secret variable that the version does not have any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemovedSecret {
    /// Always true.
    #[schema(example = true)]
    remove: bool,
}

/// Checks names, values and lengths.
pub(super) fn changes(
    bodies: BTreeMap<String, SecretVariableBody>,
) -> Result<BTreeMap<SecretName, SecretChange>, Problem> {
    bodies.into_iter().map(|(name, body)| Ok((secret_name(&name)?, change(&name, body)?))).collect()
}

fn secret_name(name: &str) -> Result<SecretName, Problem> {
    let shown: String = name.escape_debug().take(100).collect();
    name.parse().map_err(|_| refused(said::secret_name_invalid(shown)))
}

fn change(name: &str, body: SecretVariableBody) -> Result<SecretChange, Problem> {
    let wrong = |reason| refused(said::secret_variable_invalid(name, reason));
    match body {
        SecretVariableBody::Given(GivenSecret { value }) => {
            SecretValue::new(value).map(SecretChange::Set).map_err(|error| wrong(value_fault(error)))
        }
        SecretVariableBody::Generated(GeneratedSecret { generate: SecretRecipe { length, alphabet } }) => {
            Recipe::new(length, alphabet.into())
                .map(SecretChange::Generate)
                .map_err(|_| wrong(said::secret_length(Recipe::SHORTEST, Recipe::LONGEST)))
        }
        SecretVariableBody::Referenced(ReferencedSecret { secret }) => {
            let named = secret.parse().map(SecretChange::Refer);
            named.map_err(|_: NamedSecretNameError| wrong(said::named_secret_invalid()))
        }
        SecretVariableBody::Kept(KeptSecret { keep: true }) => Ok(SecretChange::Keep),
        SecretVariableBody::Removed(RemovedSecret { remove: true }) => Ok(SecretChange::Remove),
        SecretVariableBody::Kept(_) | SecretVariableBody::Removed(_) => {
            Err(wrong(said::secret_keep_or_remove()))
        }
    }
}

fn value_fault(error: SecretValueError) -> Message {
    match error {
        SecretValueError::Empty => said::secret_empty(),
        SecretValueError::Nul => said::secret_with_nul(),
        SecretValueError::TooLong => said::secret_too_long(SecretValue::LONGEST),
    }
}

fn refused(text: Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, text)
}

impl From<SecretAlphabet> for Alphabet {
    fn from(alphabet: SecretAlphabet) -> Self {
        match alphabet {
            SecretAlphabet::Alphanumeric => Self::Alphanumeric,
            SecretAlphabet::LowerAlphanumeric => Self::LowerAlphanumeric,
            SecretAlphabet::UrlSafe => Self::UrlSafe,
            SecretAlphabet::Hex => Self::Hex,
            SecretAlphabet::Digits => Self::Digits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<SecretName, SecretChange>, String> {
        let bodies = serde_json::from_str(text).map_err(|error| error.to_string())?;
        changes(bodies).map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn each_form_is_read() {
        let read = read(
            r#"{"A": {"value": "canary"}, "B": {"generate": {"length": 12, "alphabet": "hex"}},
                "C": {"generate": {}}, "D": {"keep": true}, "E": {"remove": true}, "F": {"secret": "db-password"}}"#,
        );
        let changes: Vec<_> = read.unwrap().into_values().collect();
        assert_eq!(
            changes,
            [
                SecretChange::Set(SecretValue::new("canary").unwrap()),
                SecretChange::Generate(Recipe::new(12, Alphabet::Hex).unwrap()),
                SecretChange::Generate(Recipe::default()),
                SecretChange::Keep,
                SecretChange::Remove,
                SecretChange::Refer("db-password".parse().unwrap()),
            ]
        );
    }

    #[test]
    fn an_error_never_repeats_a_value() {
        for text in [
            r#"{"A": "canary"}"#,
            r#"{"A": {"value": "canary", "more": 1}}"#,
            r#"{"A": {"value": ["canary"]}}"#,
            r#"{"A B": {"value": "canary"}}"#,
            r#"{"A": {"value": "canary\u0000"}}"#,
            r#"{"A": {"generate": {"length": 1}}}"#,
            r#"{"A": {"keep": false}}"#,
            r#"{"A": {"secret": "canary bird"}}"#,
        ] {
            let error = read(text).unwrap_err();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_body_is_not_printed_with_its_value() {
        let body: SecretVariableBody = serde_json::from_str(r#"{"value": "canary"}"#).unwrap();
        assert!(!format!("{body:?}").contains("canary"));
    }
}
