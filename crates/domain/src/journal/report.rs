//! Progress of effects and waits.

use serde::{Deserialize, Serialize};

use crate::plan::{Operation, Step};
use crate::text::{Label, Text};
use crate::time::Timestamp;

/// Maximum number of build output lines in an entry.
const BUILD_LINES: usize = 40;
/// Maximum number of paths in an entry.
const PATHS: usize = 20;

/// Progress of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepProgress {
    /// What kind of step it is.
    pub operation: Operation,
    /// What it acts on, by name.
    pub target: Label,
    /// The progress.
    pub report: Report,
}

impl StepProgress {
    /// The progress of `step`.
    pub fn of(step: &Step, report: Report) -> Self {
        Self { operation: step.action.op(), target: step.action.subject().into(), report }
    }
}

/// The progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Report {
    /// A wait: the container's state.
    State {
        /// For instance `starting`.
        state: Text<64>,
        /// When the wait is given up; `None` in records of earlier releases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A pull, totalled over the layers.
    Pull {
        /// In the engine's words: `Downloading`, `Extracting`.
        status: Text<64>,
        /// Number of layers.
        layers: u64,
        /// Bytes so far.
        current: u64,
        /// Known total in bytes.
        total: u64,
    },
    /// A build.
    Build {
        /// `Building`.
        status: Text<64>,
        /// The current step.
        step: Option<Text<512>>,
        /// Output since the last entry, at most 40 lines.
        lines: Vec<Text<256>>,
        /// Earlier lines that were dropped because there were too many.
        #[serde(default, skip_serializing_if = "is_zero")]
        skipped: u64,
    },
}

impl Report {
    /// Output of a build since the last report. Only the last 40 lines are kept.
    pub fn build(step: Option<&str>, lines: &[String], skipped: u64) -> Self {
        let more = lines.len().saturating_sub(BUILD_LINES);
        Self::Build {
            status: "Building".into(),
            step: step.map(Text::new),
            lines: lines.iter().skip(more).map(|line| Text::new(line.as_str())).collect(),
            skipped: skipped.saturating_add(u64::try_from(more).unwrap_or(u64::MAX)),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Upcoming changes in the stack's folder on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderChange {
    /// The first files that will be written.
    pub write: Vec<Text<256>>,
    /// The first files that will be removed.
    pub remove: Vec<Text<256>>,
    /// The first of the written ones that somebody else had changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overwritten: Vec<Text<256>>,
    /// The total number of files to write.
    pub written: u64,
    /// The total number of files to remove.
    pub removed: u64,
}

impl FolderChange {
    /// What is about to be done.
    pub fn of(write: &[String], overwritten: &[String], remove: &[String]) -> Self {
        let first =
            |paths: &[String]| paths.iter().take(PATHS).map(|path| Text::new(path.as_str())).collect();
        let count = |paths: &[String]| u64::try_from(paths.len()).unwrap_or(u64::MAX);
        Self {
            write: first(write),
            remove: first(remove),
            overwritten: first(overwritten),
            written: count(write),
            removed: count(remove),
        }
    }
}
