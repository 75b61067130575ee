//! A stack: the durable identity that versions, commands and containers belong to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{ContainerId, Seq, StackId, VersionNumber};
use crate::names::StackName;
use crate::time::Timestamp;

/// A stack as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Identity; survives a delete.
    pub id: StackId,
    /// Unique among the stacks that are not deleted.
    pub name: StackName,
    /// The version the last successful APPLY or ROLLBACK converged to. `None` until the first one.
    pub current_version: Option<VersionNumber>,
    /// The newest saved version. Saved is not applied.
    pub latest_version: VersionNumber,
    /// The newest command of this stack, whatever its status.
    pub last_seq: Seq,
    /// Who created it.
    pub created_by: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its definition or its applied version last changed.
    pub updated_at: Timestamp,
    /// Set when a DELETE is done: the row stays for the history, the name is free again.
    pub deleted_at: Option<Timestamp>,
    /// The container runs that STOP ended, so that APPLY can tell them from jobs that ended by themselves.
    #[serde(default)]
    pub stopped_runs: Vec<RunId>,
}

impl Stack {
    /// The precondition a writer quotes in `If-Match`.
    pub fn revision(&self) -> Revision {
        Revision { current_version: self.current_version, last_seq: self.last_seq }
    }
}

/// State of a stack a writer has seen: `v<current version>.<last seq>`, `v0` when nothing is applied.
///
/// It moves with every accepted command, so two editors who read the same state cannot both write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The applied version.
    pub current_version: Option<VersionNumber>,
    /// The newest command accepted for the stack.
    pub last_seq: Seq,
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.current_version.map_or(0, |v| v.0), self.last_seq)
    }
}

/// Text that is not a revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a revision of the form `v<version>.<seq>`")]
pub struct RevisionError(String);

impl FromStr for Revision {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Self, RevisionError> {
        let parsed =
            text.strip_prefix('v').and_then(|rest| rest.split_once('.')).and_then(|(version, seq)| {
                let version: u32 = version.parse().ok()?;
                Some(Self {
                    current_version: (version > 0).then_some(VersionNumber(version)),
                    last_seq: Seq(seq.parse().ok()?),
                })
            });
        parsed.ok_or_else(|| RevisionError(text.chars().take(60).collect()))
    }
}

/// One run of a container: the same container started again is another run.
///
/// Both parts come from the engine, so no clock of ours is compared with the engine's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId {
    /// The container.
    pub container: ContainerId,
    /// When the engine started it.
    pub started_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_reads_back_what_it_prints() {
        for (version, seq) in [(None, 1), (Some(VersionNumber(3)), 42)] {
            let revision = Revision { current_version: version, last_seq: Seq(seq) };
            assert_eq!(revision.to_string().parse(), Ok(revision));
        }
        assert_eq!("".parse::<Revision>(), Err(RevisionError(String::new())));
        assert!("v1".parse::<Revision>().is_err());
        assert!("v-1.2".parse::<Revision>().is_err());
    }
}
