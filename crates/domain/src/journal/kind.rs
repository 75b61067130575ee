//! The kinds of lines.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What kind of line it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the table and in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

kinds! {
    /// The command was accepted.
    Enqueued = "ENQUEUED",
    /// It waits behind a command that has failed, until somebody retries or cancels that one. Written when it joins the queue
    /// behind a failed command, and when the command that it waits behind fails.
    Held = "HELD",
    /// A worker started it.
    Claimed = "CLAIMED",
    /// A worker took it over from a dead one.
    Adopted = "ADOPTED",
    /// A plan was made.
    Planned = "PLANNED",
    /// A write to the engine is about to be requested. Committed before the request.
    Intent = "INTENT",
    /// The result of an effect. Committed after the engine answered, or after its state was checked instead.
    Outcome = "OUTCOME",
    /// Progress within an effect or a wait: layers of a pull, a health check's state.
    Progress = "PROGRESS",
    /// Something that a person should know although it succeeded.
    Noted = "NOTED",
    /// A temporary error; the worker will try again.
    Retrying = "RETRYING",
    /// Somebody asked to cancel.
    CancelRequested = "CANCEL_REQUESTED",
    /// It is done.
    Done = "DONE",
    /// It failed.
    Failed = "FAILED",
    /// It was cancelled.
    Cancelled = "CANCELLED",
    /// Somebody requested another attempt after a failure.
    Retried = "RETRIED",
    /// A line of a kind that this version does not know. It is shown as stored.
    Unknown = "UNKNOWN",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_serializes_as_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
