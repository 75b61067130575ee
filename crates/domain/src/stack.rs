//! A stack: the permanent identity that versions, commands and containers belong to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::command::{IfMatch, OnFailure};
use crate::ids::{ContainerId, Seq, StackId, VersionNumber};
use crate::names::StackName;
use crate::time::Timestamp;

mod labels;
pub(crate) mod said;

pub use labels::{StackLabel, StackLabelError, StackLabels};

/// A stack as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// Identity; survives a delete.
    pub id: StackId,
    /// Unique among the stacks that are not deleted.
    pub name: StackName,
    /// The version the last successful APPLY or ROLLBACK converged to. `None` until the first one.
    pub current_version: Option<VersionNumber>,
    /// The newest saved version. It need not be applied.
    pub latest_version: VersionNumber,
    /// The newest command of this stack, whatever its status.
    pub last_seq: Seq,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its definition or its applied version last changed.
    pub updated_at: Timestamp,
    /// Set when a DELETE is done: the row is kept for the history, and the name is free again.
    pub deleted_at: Option<Timestamp>,
    /// The container runs that STOP ended, so that APPLY can distinguish them from jobs that completed.
    #[serde(default)]
    pub stopped_runs: Vec<RunId>,
    /// What its commands do on failure, unless the request says otherwise.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// What grants can be for, beside its name. Nothing in a definition sets them.
    #[serde(default)]
    pub labels: StackLabels,
    /// How often its settings were changed, its labels among them.
    #[serde(default)]
    pub settings_changes: u32,
}

impl Stack {
    /// What stands for the host where a command needs a stack: deleted from the beginning, so that no list shows it.
    pub fn host() -> Self {
        let beginning = Timestamp::beginning();
        Self {
            id: StackId::HOST,
            name: StackName::of_host(),
            current_version: None,
            latest_version: Self::HOST_VERSION,
            last_seq: Seq(0),
            created_by: Actor::server(),
            created_at: beginning,
            updated_at: beginning,
            deleted_at: Some(beginning),
            stopped_runs: Vec::new(),
            on_failure: OnFailure::Hold,
            labels: StackLabels::none(),
            settings_changes: 0,
        }
    }

    /// The version that the plans for the host name.
    pub const HOST_VERSION: VersionNumber = VersionNumber(1);

    /// The precondition for `If-Match`.
    pub fn revision(&self) -> Revision {
        Revision {
            current_version: self.current_version,
            last_seq: self.last_seq,
            settings: self.settings_changes,
        }
    }

    /// The stack with other settings; `None` if it has them already.
    ///
    /// What is already as wanted is no reason to refuse, whatever the precondition: a request that is repeated because its
    /// answer was lost meets the state that it made itself.
    pub fn configured(
        &self,
        change: SettingsChange,
        if_match: IfMatch,
    ) -> Result<Option<Self>, SettingsRefused> {
        let on_failure = change.on_failure.unwrap_or(self.on_failure);
        if on_failure == self.on_failure {
            return Ok(None);
        }
        let settings_changes = self.settings_changed(if_match)?;
        Ok(Some(Self { on_failure, settings_changes, ..self.clone() }))
    }

    /// The stack with these labels in the place of its own; `None` if they are the same. The precondition counts as for
    /// [other settings](Self::configured).
    pub fn labelled(&self, labels: StackLabels, if_match: IfMatch) -> Result<Option<Self>, SettingsRefused> {
        if labels == self.labels {
            return Ok(None);
        }
        let settings_changes = self.settings_changed(if_match)?;
        Ok(Some(Self { labels, settings_changes, ..self.clone() }))
    }

    /// How often the settings were changed, after another change.
    fn settings_changed(&self, if_match: IfMatch) -> Result<u32, SettingsRefused> {
        let current = self.revision();
        match if_match {
            IfMatch::Exactly(expected) if expected != current => Err(SettingsRefused { current }),
            IfMatch::Exactly(_) | IfMatch::Any => Ok(self.settings_changes.saturating_add(1)),
        }
    }
}

/// A change of the settings of a stack. What is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SettingsChange {
    /// See [`Stack::on_failure`].
    pub on_failure: Option<OnFailure>,
}

/// The settings stay as they are, because the stack has changed since the caller read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingsRefused {
    /// The current revision.
    pub current: Revision,
}

/// The state of a stack as seen by a writer: `v<current version>.<last seq>`, `v0` if nothing is applied, and after it
/// `.<number>` if its settings were changed.
///
/// It changes with every accepted command and every change of the settings, so of two editors who read the same state, only
/// one can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The applied version.
    pub current_version: Option<VersionNumber>,
    /// The newest command accepted for the stack.
    pub last_seq: Seq,
    /// How often the settings of the stack were changed.
    pub settings: u32,
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.current_version.map_or(0, |v| v.0), self.last_seq)?;
        if self.settings > 0 { write!(f, ".{}", self.settings) } else { Ok(()) }
    }
}

/// Text that is not a revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a revision of the form `v<version>.<seq>` or `v<version>.<seq>.<settings>`")]
pub struct RevisionError(String);

impl FromStr for Revision {
    type Err = RevisionError;

    fn from_str(text: &str) -> Result<Self, RevisionError> {
        let parsed =
            text.strip_prefix('v').and_then(|rest| rest.split_once('.')).and_then(|(version, seq)| {
                let version: u32 = version.parse().ok()?;
                let (seq, settings) = match seq.split_once('.') {
                    // One text for each revision: it is compared by caches, too.
                    Some((seq, settings)) => (seq, settings.parse().ok().filter(|number| *number > 0)?),
                    None => (seq, 0),
                };
                Some(Self {
                    current_version: (version > 0).then_some(VersionNumber(version)),
                    last_seq: Seq(seq.parse().ok()?),
                    settings,
                })
            });
        parsed.ok_or_else(|| RevisionError(text.chars().take(60).collect()))
    }
}

/// One run of a container: each start of the same container is a new run.
///
/// Both parts come from the engine, so our clocks are not compared with the engine's.
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
    fn a_revision_parses_its_own_text() {
        for (version, seq, settings) in [(None, 1, 0), (Some(VersionNumber(3)), 42, 0), (None, 7, 2)] {
            let revision = Revision { current_version: version, last_seq: Seq(seq), settings };
            assert_eq!(revision.to_string().parse(), Ok(revision));
        }
        assert_eq!("".parse::<Revision>(), Err(RevisionError(String::new())));
        for text in ["v1", "v-1.2", "v1.2.0", "v1.2.x", "v1.2.3.4"] {
            assert!(text.parse::<Revision>().is_err(), "{text}");
        }
    }

    fn stack() -> Stack {
        let now = Timestamp::from_millis(0).unwrap();
        Stack {
            id: StackId(uuid::Uuid::nil()),
            name: "shop".parse().unwrap(),
            current_version: None,
            latest_version: VersionNumber(1),
            last_seq: Seq(4),
            created_by: Actor::server(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            stopped_runs: Vec::new(),
            on_failure: OnFailure::Hold,
            labels: StackLabels::none(),
            settings_changes: 0,
        }
    }

    #[test]
    fn settings_change_the_revision_and_what_is_as_wanted_changes_nothing() {
        let before = stack();
        let to = |on_failure| SettingsChange { on_failure: Some(on_failure) };
        let seen = IfMatch::Exactly(before.revision());
        let after = before.configured(to(OnFailure::Rollback), seen).unwrap().unwrap();
        assert_eq!(
            (after.on_failure, after.revision().to_string().as_str()),
            (OnFailure::Rollback, "v0.4.1")
        );
        // Somebody else who read the same state comes too late, unless they want the same.
        let refused = SettingsRefused { current: after.revision() };
        assert_eq!(after.configured(to(OnFailure::Hold), seen), Err(refused));
        assert_eq!(after.configured(to(OnFailure::Rollback), seen), Ok(None));
        assert_eq!(after.configured(SettingsChange::default(), seen), Ok(None));
        let again = after.configured(to(OnFailure::Hold), IfMatch::Any).unwrap().unwrap();
        assert_eq!(again.revision().to_string(), "v0.4.2");
    }

    #[test]
    fn labels_are_replaced_by_who_has_seen_the_stack_as_it_is() {
        let labels = |text| serde_json::from_str::<StackLabels>(text).unwrap();
        let (before, team) = (stack(), labels(r#"{"team":"payments"}"#));
        let seen = IfMatch::Exactly(before.revision());
        let after = before.labelled(team.clone(), seen).unwrap().unwrap();
        assert_eq!((&after.labels, after.revision().to_string().as_str()), (&team, "v0.4.1"));
        assert_eq!((&after.name, after.on_failure), (&before.name, before.on_failure));
        let refused = SettingsRefused { current: after.revision() };
        assert_eq!(after.labelled(labels(r#"{"env":"test"}"#), seen), Err(refused));
        assert_eq!(after.labelled(team, seen), Ok(None), "a repeated request");
        let again = after.labelled(StackLabels::none(), IfMatch::Any).unwrap().unwrap();
        assert_eq!((again.labels, again.settings_changes), (StackLabels::none(), 2));
    }
}
