//! Adapters for the operating system: clock, ids, a key file and the folders of stacks.
//!
//! The only crate that asks the operating system for the time or for random bytes. All other crates use ports, so that
//! tests can control both.
#![deny(missing_docs)]

mod artifacts;
mod backup;
mod catalog_folder;
mod clock;
mod disk;
mod host_mounts;
mod host_ports;
mod host_statistics;
mod http_probe;
mod ids;
pub mod machine;
mod private;
mod record_files;
mod stack_folder;
pub mod terminal;
mod theme_folder;
mod vault;

pub use artifacts::FolderArtifacts;
pub use backup::{
    BackupError, BackupFile, BackupManifest, BackupReport, BackupSource, DatabaseDraft, Restored,
    restore_backup, write_backup,
};
pub use catalog_folder::DirectoryCatalog;
pub use clock::SystemClock;
pub use disk::FolderDisk;
pub use host_mounts::SystemMounts;
pub use host_ports::ProcHostPorts;
pub use host_statistics::ProcHost;
pub use http_probe::TcpHttpProbe;
pub use ids::{RandomnessUnavailable, SystemIdSource};
pub use private::{PrivacyError, check_data_folder, open_private, read_private};
pub use record_files::FolderRecordFiles;
pub use stack_folder::DirectoryStackFolder;
pub use theme_folder::{ThemeFiles, ThemeFolder, ThemeMarks};
pub use vault::{KeyFileError, KeyFileVault, KeyLock, KeyRotation};
