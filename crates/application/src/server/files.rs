//! Files in containers and volumes of stacks: what the use cases share.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditDetail, AuditEntry, Change};
use core_monitor_domain::container_file::{
    Download, FilePath, FilePathError, FilePlace, FileRefusal, Upload,
};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{FilesError, LinkError, StoreError};

use super::ServerPorts;
use super::stack_container::stack_container;

mod fetch;
mod list;
mod put;
mod volume;

pub use fetch::Fetched;
pub use list::ListedFolder;
pub use put::PutFile;

/// How many files are transferred or folders listed at a time. Each of them keeps the engine busy.
pub(super) const TRANSFERS: usize = 32;

/// Whose files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesOf {
    /// Those of a container, by id or name.
    Container(ContainerId),
    /// Those of a volume, by name.
    Volume(String),
}

impl FilesOf {
    fn resource(&self) -> Resource {
        match self {
            Self::Container(id) => Resource::Container(id.clone()),
            Self::Volume(name) => Resource::Volume(name.clone()),
        }
    }

    fn list(&self) -> Action {
        match self {
            Self::Container(_) => Action::ListContainerFiles,
            Self::Volume(_) => Action::ListVolumeFiles,
        }
    }

    fn fetch(&self, form: Download) -> Action {
        match (self, form) {
            (Self::Container(_), Download::Content) => Action::DownloadContainerFile,
            (Self::Container(_), Download::Archive) => Action::DownloadContainerFolder,
            (Self::Volume(_), Download::Content) => Action::DownloadVolumeFile,
            (Self::Volume(_), Download::Archive) => Action::DownloadVolumeFolder,
        }
    }

    fn put(&self, upload: Upload) -> Action {
        match (self, upload) {
            (Self::Container(_), Upload::File { .. }) => Action::UploadContainerFile,
            (Self::Container(_), Upload::Archive) => Action::UploadContainerFolder,
            (Self::Volume(_), Upload::File { .. }) => Action::UploadVolumeFile,
            (Self::Volume(_), Upload::Archive) => Action::UploadVolumeFolder,
        }
    }
}

/// Why nothing can be done with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileUseError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No stack has such a container, as far as the worker has seen.
    #[error("no stack has such a container")]
    ContainerNotFound,
    /// No stack has such a volume, as far as the worker has seen.
    #[error("no stack has such a volume")]
    VolumeNotFound,
    /// No container of a stack has the volume mounted, and the engine shows files only in containers.
    #[error("no container of a stack mounts the volume")]
    VolumeNotMounted,
    /// The path is none.
    #[error(transparent)]
    Path(#[from] FilePathError),
    /// It cannot be done with this file.
    #[error("{}", .0.message())]
    Refused(FileRefusal),
    /// There are as many transfers as there may be.
    #[error("{most} files are being transferred")]
    Busy {
        /// The limit.
        most: usize,
    },
    /// The worker does not answer.
    #[error(transparent)]
    Link(LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An error about a place. Paths in a volume are those that were asked for, not those in the container.
fn told(place: &FilePlace, error: FilesError<LinkError>) -> FileUseError {
    match error {
        FilesError::Refused(FileRefusal::LinkOnTheWay { path }) => {
            let root = place.root.as_ref().map_or("", FilePath::as_str);
            let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
            FileUseError::Refused(FileRefusal::LinkOnTheWay { path: below })
        }
        FilesError::Refused(refusal) => FileUseError::Refused(refusal),
        FilesError::Failed(LinkError::NotFound { .. }) => FileUseError::ContainerNotFound,
        FilesError::Failed(error) => FileUseError::Link(error),
    }
}

/// What was found: where the engine has it, and what the audit calls it.
#[derive(Debug)]
struct Found {
    place: FilePlace,
    resource: Resource,
    name: String,
    /// The path as it was asked for.
    path: FilePath,
}

/// The place of a path.
async fn find(ports: &ServerPorts, of: &FilesOf, path: &str, writes: bool) -> Result<Found, FileUseError> {
    let path: FilePath = path.parse()?;
    match of {
        FilesOf::Container(id) => {
            let container = stack_container(ports, id).await?.ok_or(FileUseError::ContainerNotFound)?;
            let place = FilePlace { container: container.id.clone(), root: None, path: path.clone() };
            Ok(Found { place, resource: Resource::Container(container.id), name: container.name, path })
        }
        FilesOf::Volume(name) => {
            let mount = volume::find(ports, name, writes).await?;
            let root: FilePath = mount.target.parse()?;
            let place = FilePlace { container: mount.container, path: path.below(&root)?, root: Some(root) };
            Ok(Found { place, resource: Resource::Volume(name.clone()), name: mount.name, path })
        }
    }
}

/// Records a transfer before it begins, or that it did not end well.
async fn record(
    ports: &ServerPorts,
    actor: &Actor,
    action: Action,
    found: &Found,
    (change, bytes, reason): (Change, Option<u64>, Option<&str>),
) -> Result<(), StoreError> {
    let detail = AuditDetail {
        name: Some(found.name.clone()),
        path: AuditDetail::text(found.path.as_str()),
        bytes,
        reason: reason.map(str::to_owned),
        ..AuditDetail::default()
    };
    let entry = AuditEntry {
        at: ports.clock.now(),
        actor: actor.clone(),
        action,
        resource: found.resource.clone(),
        change,
        detail: Some(detail),
    };
    ports.audit.record(&entry).await
}
