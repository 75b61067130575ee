//! Errors on the wire.

use std::time::Duration;

use bytes::Bytes;
use core_monitor_domain::ports::LinkError;
use serde::{Deserialize, Serialize};

/// Maximum length of a transferred message.
const LONGEST_MESSAGE: usize = 8 << 10;

/// Encodes the body of an error frame.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Refusal {
    NotFound { message: String },
    Conflict { message: String },
    Busy { message: String },
    Late { after_ms: u64 },
    Refused { message: String },
}

/// Encodes the body of an error frame.
pub(crate) fn encode(error: &LinkError) -> Bytes {
    let refusal = match error {
        LinkError::NotFound { message } => Refusal::NotFound { message: bounded(message) },
        LinkError::Conflict { message } => Refusal::Conflict { message: bounded(message) },
        LinkError::Busy { message } => Refusal::Busy { message: bounded(message) },
        LinkError::Timeout { after } => {
            Refusal::Late { after_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX) }
        }
        LinkError::Refused { message } => Refusal::Refused { message: bounded(message) },
        LinkError::WorkerAway { .. } | LinkError::OtherRelease { .. } => {
            Refusal::Refused { message: bounded(&error.to_string()) }
        }
    };
    serde_json::to_vec(&refusal).unwrap_or_default().into()
}

/// Decodes the body of an error frame.
pub(crate) fn decode(body: &[u8]) -> LinkError {
    match serde_json::from_slice(body) {
        Ok(Refusal::NotFound { message }) => LinkError::NotFound { message },
        Ok(Refusal::Conflict { message }) => LinkError::Conflict { message },
        Ok(Refusal::Busy { message }) => LinkError::Busy { message },
        Ok(Refusal::Late { after_ms }) => LinkError::Timeout { after: Duration::from_millis(after_ms) },
        Ok(Refusal::Refused { message }) => LinkError::Refused { message },
        Err(_) => garbled("its refusal"),
    }
}

/// The error for a complete message that cannot be parsed. It may contain secrets, so it is not quoted.
pub(crate) fn garbled(what: &str) -> LinkError {
    LinkError::Refused {
        message: format!("{what} could not be understood; are both programs from the same release?"),
    }
}

fn bounded(message: &str) -> String {
    message[..message.floor_char_boundary(LONGEST_MESSAGE)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: &LinkError) {
        assert_eq!(decode(&encode(error)), *error);
    }

    #[test]
    fn errors_keep_their_kind() {
        check(&LinkError::NotFound { message: "no such container: c0".into() });
        check(&LinkError::Conflict { message: "it is not running".into() });
        check(&LinkError::Busy { message: "too much".into() });
        check(&LinkError::Timeout { after: Duration::from_millis(1500) });
        check(&LinkError::Refused { message: "the engine is away".into() });
    }

    #[test]
    fn long_messages_are_cut_and_garbage_is_not_quoted() {
        let LinkError::Refused { message } =
            decode(&encode(&LinkError::Refused { message: "é".repeat(5_000) }))
        else {
            panic!("another error");
        };
        assert_eq!(message.len(), LONGEST_MESSAGE);
        assert!(!decode(b"secret").to_string().contains("secret"));
    }
}
