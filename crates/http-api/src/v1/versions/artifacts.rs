//! The artifacts of versions.

use core_monitor_application::server::ArtifactChange;
use core_monitor_domain::artifact::{Artifact, ArtifactForm, Artifacts, SlotKey};
use serde::Serialize;
use utoipa::ToSchema;

/// An artifact in a slot of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionArtifact)]
pub(crate) struct VersionArtifactBody {
    /// The service.
    #[schema(example = "web")]
    service: String,
    /// Its slot.
    #[schema(example = "app")]
    slot: String,
    #[serde(flatten)]
    artifact: ArtifactBody,
}

/// An artifact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Artifact)]
pub(crate) struct ArtifactBody {
    /// The name it was sent with.
    #[schema(example = "shop.war")]
    file_name: String,
    /// SHA-256 of what is stored: a file as it was sent, a tree as the tar that was made of it.
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    digest: String,
    /// Bytes of what is stored.
    #[schema(example = 52_428_800)]
    size: u64,
    /// What it is: one file, or a tree of files.
    #[schema(value_type = ArtifactFormBody)]
    form: ArtifactFormBody,
    /// How many files it has.
    #[schema(example = 1)]
    files: usize,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ArtifactForm)]
pub(crate) enum ArtifactFormBody {
    /// One file.
    File,
    /// A tree of files.
    Tree,
}

/// The difference in one slot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArtifactChange)]
pub(crate) struct ArtifactChangeBody {
    /// The service.
    #[schema(example = "web")]
    service: String,
    /// Its slot.
    #[schema(example = "app")]
    slot: String,
    /// The old artifact; null if there was none.
    before: Option<ArtifactBody>,
    /// The new artifact; null if it has none any more.
    after: Option<ArtifactBody>,
}

/// The artifacts of a version, by service and slot.
pub(crate) fn artifacts(artifacts: &Artifacts) -> Vec<VersionArtifactBody> {
    let body = |(key, artifact): (&SlotKey, &Artifact)| VersionArtifactBody {
        service: key.service.to_string(),
        slot: key.slot.to_string(),
        artifact: artifact.into(),
    };
    artifacts.iter().map(body).collect()
}

/// The artifacts that differ.
pub(super) fn changes(changes: Vec<ArtifactChange>) -> Vec<ArtifactChangeBody> {
    let body = |change: ArtifactChange| ArtifactChangeBody {
        service: change.key.service.to_string(),
        slot: change.key.slot.to_string(),
        before: change.from.as_ref().map(ArtifactBody::from),
        after: change.to.as_ref().map(ArtifactBody::from),
    };
    changes.into_iter().map(body).collect()
}

impl From<&Artifact> for ArtifactBody {
    fn from(artifact: &Artifact) -> Self {
        Self {
            file_name: artifact.file_name.clone(),
            digest: artifact.digest.to_string(),
            size: artifact.size,
            form: match artifact.form {
                ArtifactForm::File => ArtifactFormBody::File,
                ArtifactForm::Tree => ArtifactFormBody::Tree,
            },
            files: artifact.paths.len().max(1),
        }
    }
}
