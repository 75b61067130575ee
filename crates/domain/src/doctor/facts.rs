//! What a program can find out about its machine.

use crate::observation::ApiVersion;
use crate::records::ChainFault;
use crate::time::Timestamp;

/// May do everything, so that what it may do says nothing about others.
pub(super) const ROOT: u32 = 0;

/// Everything that was found out. Parts that do not concern the program are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineFacts {
    /// The user id the program runs as.
    pub user: u32,
    /// The wall clock.
    pub now: Timestamp,
    /// Path of the data folder.
    pub data_dir: String,
    /// Its state.
    pub folder: FolderState,
    /// The space on its disk, if that can be asked.
    pub space: Option<SpaceFacts>,
    /// The key file.
    pub key: KeyState,
    /// The database.
    pub database: DatabaseFacts,
    /// The lock of the worker.
    pub lock: LockState,
    /// The lease of the worker, once there was one.
    pub lease: Option<LeaseFacts>,
    /// What is stored, and whether the record files are as they were written.
    pub storage: Option<StorageFacts>,
    /// The server's address.
    pub listen: Option<ListenState>,
    /// The engine.
    pub engine: Option<EngineState>,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderState {
    /// It does not exist; whether this user can create it.
    Missing {
        /// Whether the folder above is writable.
        creatable: bool,
    },
    /// Something else is there, e.g. a file or a link.
    NotAFolder,
    /// It cannot be looked at.
    Unreadable(String),
    /// It is there.
    Found {
        /// Its owner.
        owner: u32,
        /// Its permissions.
        mode: u32,
        /// Whether this user can create files in it.
        writable: bool,
    },
}

impl FolderState {
    /// As whom the programs run, if `user` looks at the folder: root looks at what belongs to somebody else.
    pub fn user_of_programs(&self, user: u32) -> u32 {
        match self {
            Self::Found { owner, .. } if user == ROOT => *owner,
            _ => user,
        }
    }
}

/// The space on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpaceFacts {
    /// Bytes this user can still write.
    pub free: u64,
    /// Files this user can still create; `None` where the file system has no such limit.
    pub free_files: Option<u64>,
}

impl SpaceFacts {
    /// With fewer bytes, the disk counts as full: a definition with files needs that much, in the database and in its folder.
    pub const FULL: u64 = 16 << 20;
    /// With fewer files.
    const FULL_FILES: u64 = 16;

    /// Whether what is written next may fail. Saves are then refused, and commands wait until there is space.
    pub fn is_full(&self) -> bool {
        self.free < Self::FULL || self.free_files.is_some_and(|files| files < Self::FULL_FILES)
    }
}

/// The key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// There is none.
    Missing,
    /// It can be used.
    Usable,
    /// It can be used, and is encrypted with this file.
    Encrypted {
        /// The path of the file.
        with: String,
    },
    /// It can be used, and has an old key beside the one that seals: a rotation was not ended.
    BeingRotated,
    /// It cannot be used, in the words of what reads it.
    Unusable(String),
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseFacts {
    /// There is none.
    Missing,
    /// It cannot be opened.
    Unreadable(String),
    /// SQLite finds damage in it.
    Damaged(String),
    /// A newer release has used it, whose steps are unknown here.
    Newer(Vec<String>),
    /// The next start takes this many steps.
    Older(usize),
    /// It fits.
    Current,
}

/// The lock that only one worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockState {
    /// No worker holds it.
    Free,
    /// A worker holds it.
    Held {
        /// How it describes itself.
        holder: String,
    },
    /// It cannot be looked at.
    Unreadable(String),
}

/// The lease of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseFacts {
    /// Until when it lasts.
    pub expires_at: Timestamp,
}

/// The server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenState {
    /// Nothing listens there, and this user may.
    Free {
        /// The address.
        address: String,
    },
    /// A Core Monitor server answers there.
    Ours {
        /// The address.
        address: String,
    },
    /// Something else listens there.
    Taken {
        /// The address.
        address: String,
    },
    /// It cannot be listened on.
    Refused {
        /// The address.
        address: String,
        /// The system's reason.
        reason: String,
    },
}

/// The engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineState {
    /// The address is not one.
    Address(String),
    /// There is no socket at the path.
    NoSocket(String),
    /// This user may not open the socket.
    Denied {
        /// Its path.
        path: String,
        /// Its group.
        group: u32,
    },
    /// It does not answer.
    Silent {
        /// The address.
        address: String,
        /// What happened.
        reason: String,
    },
    /// It answers.
    Answers {
        /// Its version.
        version: String,
        /// The version of the API that is used with it.
        api: ApiVersion,
    },
}

/// What an installation stores.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StorageFacts {
    /// Bytes of the database.
    pub database: u64,
    /// Record files that are there.
    pub record_files: u64,
    /// Their bytes.
    pub record_bytes: u64,
    /// Stored artifacts.
    pub artifacts: u64,
    /// Their bytes.
    pub artifact_bytes: u64,
    /// What is wrong with the chain of record files.
    pub faults: Vec<ChainFault>,
}
