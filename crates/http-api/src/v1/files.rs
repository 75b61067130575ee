//! Files in containers and volumes.

use core_monitor_application::server::FilesOf;
use core_monitor_domain::container_file::FileEntry;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::described::answers;
use crate::v1::words::FileKindWord;

pub(crate) mod download;
pub(crate) mod list;
#[cfg(test)]
mod tests;
pub(crate) mod upload;

// What reading a file, a folder or its archive may be answered with.
answers!(
    ContainerReadAnswers,
    Read,
    [
        InvalidRequest,
        ContainerNotFound,
        InvalidPath,
        PathNotFound,
        PathRefused,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);
answers!(
    VolumeReadAnswers,
    Read,
    [
        InvalidRequest,
        VolumeNotFound,
        VolumeNotMounted,
        InvalidPath,
        PathNotFound,
        PathRefused,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);

/// Which file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileQuery {
    /// An absolute path; `/` without it. In a volume, `/` is the volume.
    path: Option<String>,
}

impl FileQuery {
    fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }
}

/// A file, a folder, or something else in a folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerFile)]
pub(crate) struct FileEntryBody {
    /// Its name.
    #[schema(example = "nginx.conf")]
    name: String,
    /// Whether the name has bytes that are no UTF-8. `name` has U+FFFD for them, and no path can name the entry: download the
    /// folder that it is in.
    #[schema(example = false)]
    name_replaced: bool,
    /// What it is.
    #[schema(value_type = FileKindWord, example = "file")]
    kind: &'static str,
    /// Its size in bytes; 0 for what is no file.
    #[schema(example = 1024)]
    size: u64,
    /// Its permissions, in octal digits.
    #[schema(example = "0644")]
    mode: String,
    /// The number of its owner.
    #[schema(example = 0)]
    uid: u64,
    /// The number of its group.
    #[schema(example = 0)]
    gid: u64,
    /// When its content was last changed.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:00Z")]
    modified: Option<Timestamp>,
    /// Where a symbolic link points to; it is not followed.
    #[schema(example = "/proc/mounts")]
    target: Option<String>,
}

impl From<FileEntry> for FileEntryBody {
    fn from(entry: FileEntry) -> Self {
        let FileEntry { name, name_replaced, kind, size, mode, uid, gid, modified, target } = entry;
        let (kind, mode) = (kind.as_str(), format!("{mode:04o}"));
        Self { name, name_replaced, kind, size, mode, uid, gid, modified, target }
    }
}

fn of_container(id: String) -> FilesOf {
    FilesOf::Container(ContainerId(id))
}

fn of_volume(name: String) -> FilesOf {
    FilesOf::Volume(name)
}
