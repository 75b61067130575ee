//! The command that a plan was made for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::command::CommandPayload;

/// The command that a plan was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanFor {
    /// APPLY, with the images that references resolve to now.
    #[default]
    Apply,
    /// ROLLBACK, with the images of the version's last release.
    Rollback,
    /// PRUNE.
    Prune,
    /// DELETE.
    Delete,
}

impl PlanFor {
    /// All.
    pub const ALL: [Self; 4] = [Self::Apply, Self::Rollback, Self::Prune, Self::Delete];

    /// Whether confirming such a plan confirms the command. Comparing the plan's steps is not enough: where the images are
    /// the same at the moment, the plans are equal, but the two commands resolve the images anew when their turn comes.
    ///
    /// A ROLLBACK that refreshes the images does what an APPLY does, so a plan for either shows it.
    pub fn confirms(self, payload: &CommandPayload) -> bool {
        match payload {
            CommandPayload::Apply { .. } => self == Self::Apply,
            CommandPayload::Rollback { refresh_images, .. } => *refresh_images || self == Self::Rollback,
            CommandPayload::Prune { .. } => self == Self::Prune,
            CommandPayload::Delete { .. } => self == Self::Delete,
            _ => false,
        }
    }

    /// The command that is confirmed where this one is not: a plan for the host never confirms what happens to a stack.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Apply => Self::Rollback,
            Self::Rollback | Self::Prune | Self::Delete => Self::Apply,
        }
    }
}

/// The word in requests.
impl fmt::Display for PlanFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Apply => "apply",
            Self::Rollback => "rollback",
            Self::Prune => "prune",
            Self::Delete => "delete",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::ApplyOptions;
    use crate::ids::VersionNumber;

    #[test]
    fn a_plan_confirms_only_the_command_it_was_made_for() {
        let (version, options) = (VersionNumber(1), ApplyOptions::default());
        let apply = CommandPayload::Apply { version, options: options.clone() };
        let rollback =
            |refresh_images| CommandPayload::Rollback { version, refresh_images, options: options.clone() };
        let confirms = |payload: &CommandPayload| {
            (PlanFor::Apply.confirms(payload), PlanFor::Rollback.confirms(payload))
        };
        assert_eq!(confirms(&apply), (true, false));
        assert_eq!(confirms(&rollback(false)), (false, true));
        assert_eq!(confirms(&rollback(true)), (true, true));
        assert_eq!(confirms(&CommandPayload::wake()), (false, false));
    }
}
