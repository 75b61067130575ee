//! What a service takes: a slot of `x-core-monitor.deploy`.

use std::time::Duration;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{Artifact, ArtifactDigest, ArtifactForm, Pattern, SlotName, said};
use crate::desired::Hook;

/// A place in the containers of a service into which artifacts are put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploySlot {
    /// Its name within the service.
    pub name: SlotName,
    /// Absolute path in the container. A file's target that ends with `/` is a folder, in which the file has its own name or
    /// `file_name`. A tree's target is the folder with its files.
    pub target: String,
    /// What it takes.
    pub form: ArtifactForm,
    /// Which names of artifacts it takes; `None` means any.
    pub pattern: Option<Pattern>,
    /// The name that a file gets in the folder; `None` keeps its own.
    pub file_name: Option<String>,
    /// The largest artifact in bytes, as it is sent.
    pub max_size: u64,
    /// Owner of the files.
    pub owner: Owner,
    /// Permission bits of the files; folders have the same, and the executable bit wherever they are readable.
    pub mode: u32,
    /// How a running container takes notice.
    pub activate: Activation,
    /// How it shows that it works; `None`: the ordinary readiness of the service is all.
    pub verify: Option<Verification>,
}

/// Numeric owner of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// How a running container takes notice of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// By itself: nothing is done.
    #[default]
    None,
    /// Its main process gets a signal, such as `HUP`.
    Signal(String),
    /// A program runs next to the main process. It also runs after a new container with the artifact was started.
    Exec(Hook),
    /// It is restarted.
    Restart,
}

/// How a container shows that an artifact works. All that is given has to be reached, in this order, within the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Its log has a line with this in it, written after the artifact was put in.
    pub log: Option<Pattern>,
    /// Its health check passes, begun after the artifact became active.
    pub health: bool,
    /// It answers a request.
    pub http: Option<HttpCheck>,
    /// The time for all of it.
    pub within_ms: u64,
}

impl Verification {
    /// Whether nothing has to be reached.
    pub fn is_empty(&self) -> bool {
        self.log.is_none() && !self.health && self.http.is_none()
    }

    /// The time for all of it.
    pub fn within(&self) -> Duration {
        Duration::from_millis(self.within_ms)
    }
}

/// A request to a container, at its own address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpCheck {
    /// The port in the container.
    pub port: u16,
    /// The path, beginning with `/`.
    pub path: String,
    /// The status that it has to answer with.
    pub status: u16,
}

/// Why a slot does not take an artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong, one sentence.
    pub message: Message,
    /// It is too large, rather than of the wrong kind.
    pub too_large: bool,
}

impl DeploySlot {
    /// The limit of a slot that declares none.
    pub const DEFAULT_MAX_SIZE: u64 = 200 << 20;
    /// The time of a verification that declares none.
    pub const DEFAULT_WITHIN: Duration = Duration::from_mins(1);
    /// The permissions of a slot that declares none.
    pub const DEFAULT_MODE: u32 = 0o644;

    /// Whether it takes an artifact that is called `file_name` and has `size` bytes, as far as this is known.
    pub fn check(&self, file_name: &str, size: Option<u64>) -> Result<(), Refusal> {
        let refuse = |message, too_large| Err(Refusal { message, too_large });
        if let Some(size) = size.filter(|size| *size > self.max_size) {
            return refuse(said::artifact_too_large(size, self.max_size, &self.name), true);
        }
        let plain = !matches!(file_name, "" | "." | "..")
            && file_name.len() <= 255
            && !file_name.contains(|c: char| c == '/' || c == '\\' || c.is_control());
        if !plain {
            let shown: String = file_name.chars().take(60).collect();
            return refuse(said::artifact_name_unusable(shown.escape_debug()), false);
        }
        match &self.pattern {
            Some(pattern) if !pattern.matches(file_name) => {
                refuse(said::artifact_name_does_not_match(file_name, pattern, &self.name), false)
            }
            _ => Ok(()),
        }
    }

    /// Whether it takes an artifact of this form.
    pub fn check_form(&self, form: ArtifactForm) -> Result<(), Refusal> {
        if form == self.form {
            return Ok(());
        }
        Err(Refusal { message: said::artifact_of_other_form(&self.name, self.form, form), too_large: false })
    }

    /// Where the artifact is in the container: the path of a file, the folder of a tree, without a `/` at the end.
    pub fn path_of(&self, artifact: &Artifact) -> String {
        match self.target.strip_suffix('/') {
            Some(folder) if self.form == ArtifactForm::File => {
                format!("{folder}/{}", self.file_name.as_deref().unwrap_or(&artifact.file_name))
            }
            Some("") | None => self.target.clone(),
            Some(folder) => folder.to_owned(),
        }
    }

    /// What it puts into a container for this artifact.
    pub fn content(&self, artifact: &Artifact) -> SlotContent {
        SlotContent {
            digest: artifact.digest,
            path: self.path_of(artifact),
            form: artifact.form,
            owner: self.owner,
            mode: self.mode,
        }
    }
}

/// What was put into a container for a slot, or is to be put there. Equal contents make no difference to the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotContent {
    /// The artifact.
    pub digest: ArtifactDigest,
    /// The path of a file, the folder of a tree.
    pub path: String,
    /// What it is.
    pub form: ArtifactForm,
    /// Owner of the files.
    pub owner: Owner,
    /// Permission bits of the files.
    pub mode: u32,
}

#[cfg(test)]
mod tests;
