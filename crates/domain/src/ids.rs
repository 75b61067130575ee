//! All identifier types. No id is generated here: ids come from the [`IdSource`](crate::ports::IdSource) port or from
//! the engine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! engine_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as the engine returned it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The first twelve characters of the digest, as `docker ps` shows them.
            pub fn short(&self) -> &str {
                let hex = self.0.strip_prefix("sha256:").unwrap_or(&self.0);
                hex.get(..12).unwrap_or(hex)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

uuid_id!(
    /// A stack. The id stays in use after the stack is deleted.
    StackId
);
impl StackId {
    /// No stack: what a command that is about the host as a whole has in its place. No list shows it, and nothing belongs to it.
    pub const HOST: Self = Self(Uuid::nil());

    /// Whether it stands for the host.
    pub fn is_host(self) -> bool {
        self == Self::HOST
    }
}

uuid_id!(
    /// One accepted write.
    CommandId
);
uuid_id!(
    /// One stored plan.
    PlanId
);
uuid_id!(
    /// A template. The id stays in use after the template is deleted.
    TemplateId
);
uuid_id!(
    /// This installation. Containers with another installation's id are foreign.
    InstanceId
);
uuid_id!(
    /// One run of a worker process. A restarted worker has a new id.
    WorkerId
);
uuid_id!(
    /// Id of a named secret. One that was deleted and made again has another.
    NamedSecretId
);
uuid_id!(
    /// Id of a user. One who was removed and invited again has another.
    UserId
);
uuid_id!(
    /// One API token. The secret itself is never stored.
    TokenId
);
uuid_id!(
    /// One session of a browser. Not its secret: whoever knows the id can only name it.
    SessionId
);

number_id!(
    /// Place of a command in the queue. Starts at 1, without gaps.
    Seq(i64)
);
number_id!(
    /// Fencing number of a worker's lease; each takeover increases it by one.
    Epoch(i64)
);
number_id!(
    /// Number of a stack version: 1, 2, 3...
    VersionNumber(u32)
);
number_id!(
    /// Place of a step in its plan, from 1.
    StepId(u32)
);
number_id!(
    /// Replica number of a container within its service, from 1.
    Slot(u32)
);

engine_id!(
    /// A container, by the engine's id of 64 hexadecimal digits.
    ContainerId
);
engine_id!(
    /// A network, by the engine's id of 64 hexadecimal digits. Names are ambiguous, ids are not.
    NetworkId
);
engine_id!(
    /// An image, `sha256:...` of its configuration.
    ImageId
);
