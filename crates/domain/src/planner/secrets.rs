//! Refuses a plan for a stack that asks for a named secret and does not get it.

use super::builder::Builder;
use crate::command::FailureCode;
use crate::desired::DesiredStack;

pub(super) fn check(builder: &mut Builder, desired: &DesiredStack) {
    for secret in &desired.named_secrets.unavailable {
        let (message, hint) = (secret.message(), Some(secret.hint()));
        builder.blocker(FailureCode::SecretUnavailable, &secret.needed.by, message, hint);
    }
}
