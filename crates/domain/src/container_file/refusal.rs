//! Why something cannot be done with a file.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{FileKind, said};

/// Why the engine, or we before it, refuse something about a file. It repeats no content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRefusal {
    /// There is nothing at this path.
    NotFound,
    /// It is no folder.
    NotAFolder {
        /// What it is.
        kind: FileKind,
        /// Where a link points to.
        target: Option<String>,
    },
    /// It is no file.
    NotAFile {
        /// What it is.
        kind: FileKind,
        /// Where a link points to.
        target: Option<String>,
    },
    /// A folder on the way is a symbolic link, which could lead out of the volume.
    LinkOnTheWay {
        /// The path of the link in the container.
        path: String,
    },
    /// Symbolic links lead in a circle.
    LinksInACircle,
    /// The container or the mount is read-only.
    ReadOnly,
    /// The disk is full.
    NoSpace,
    /// The file is larger than may be transferred.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        most: u64,
    },
    /// There is no folder for the file.
    NoFolder,
    /// The engine shows nothing that is put there: the kernel's files are in its place.
    Virtual,
    /// What was sent is no uncompressed tar.
    NotATar,
    /// A member of the tar is not put there.
    Member {
        /// Its name, shortened.
        name: String,
        /// What is wrong with it.
        fault: MemberFault,
    },
    /// The tar has too many folders to look at each.
    TooManyFolders {
        /// The limit.
        most: usize,
    },
    /// The content ended early, or was longer than announced. A part of it may have been written.
    Interrupted,
    /// The engine refuses it for a reason of its own.
    Refused {
        /// The engine's words.
        message: String,
    },
}

/// Why a member of a tar is not put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberFault {
    /// It has a part `..`.
    LeadsOut,
    /// It is a device.
    Device,
    /// It is a link, in a volume.
    Link,
    /// Its name is no UTF-8, so that its folders cannot be looked at in a volume.
    NotUtf8,
}

impl MemberFault {
    fn message(self) -> Message {
        match self {
            Self::LeadsOut => said::member_leads_out(),
            Self::Device => said::member_is_device(),
            Self::Link => said::member_is_link(),
            Self::NotUtf8 => said::member_is_no_utf8(),
        }
    }
}

impl FileRefusal {
    /// The reason for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::NotFound => said::file_not_found(),
            Self::NotAFolder { kind, target } => match target {
                Some(target) => said::link_instead_of_folder(target),
                None => said::path_not_a_folder(kind.words()),
            },
            Self::NotAFile { kind, target } => match target {
                Some(target) => said::link_instead_of_file(target),
                None => said::not_a_file(kind.words()),
            },
            Self::LinkOnTheWay { path } => said::link_on_the_way(path),
            Self::LinksInACircle => said::links_in_a_circle(),
            Self::ReadOnly => said::read_only(),
            Self::NoSpace => said::no_space(),
            Self::TooLarge { size, most } => said::transfer_too_large(size, most),
            Self::NoFolder => said::no_folder(),
            Self::Virtual => said::kernel_files(),
            Self::NotATar => said::not_a_tar(),
            Self::Member { name, fault } => said::member_refused(name, fault.message()),
            Self::TooManyFolders { most } => said::too_many_folders(most),
            Self::Interrupted => said::upload_interrupted(),
            Self::Refused { message } => said::refused_by_engine(message),
        }
    }
}
