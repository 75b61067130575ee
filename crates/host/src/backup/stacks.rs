//! The folders of stacks, as they are unpacked.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown, lchown};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use rustix::fs::{Mode, OFlags};
use tar::{Entry, Header};

use super::input::InputState;
use super::{BackupError, STACKS};

/// Files that are being unpacked, and the folders that get their permissions once everything is in them.
#[derive(Debug)]
pub(super) struct StackFiles<'a> {
    draft: &'a Path,
    input: InputState,
    owners: Option<Owners>,
    folders: Vec<Folder>,
    /// How many there are.
    pub(super) count: u64,
}

impl<'a> StackFiles<'a> {
    /// Unpacks below `draft` for the data folder it is part of.
    pub(super) fn begin(draft: &'a Path, data_dir: &Path, input: InputState) -> Result<Self, BackupError> {
        let owners = if rustix::process::geteuid().is_root() { Some(Owners::of(data_dir)?) } else { None };
        Ok(Self { draft, input, owners, folders: Vec::new(), count: 0 })
    }

    /// Unpacks one member of the archive; nothing is written outside of the draft, whatever it is called.
    pub(super) fn unpack(
        &mut self,
        entry: &mut Entry<'_, impl Read>,
        name: &Path,
    ) -> Result<(), BackupError> {
        let path = self.draft.join(name);
        if !entry.unpack_in(self.draft).map_err(|error| self.input.blame(&path)(error))? {
            return Err(BackupError::Foreign(format!("`{}` leads out of it", name.display())));
        }
        let header = entry.header();
        let kind = header.entry_type();
        if kind.is_dir() {
            let folder = Folder {
                path,
                mode: mode_of(header)?,
                changed: changed_at(header)?,
                owner: owner_of(header)?,
            };
            if is_root_of_stacks(name)
                && let Some(owners) = &mut self.owners
            {
                owners.service = Some(folder.owner);
            }
            // Open to this process until it is filled, whatever its own permissions say.
            std::fs::set_permissions(&folder.path, Permissions::from_mode(0o700))
                .map_err(BackupError::file(&folder.path, "written"))?;
            self.folders.push(folder);
            return Ok(());
        }
        if let Some(owners) = &self.owners {
            let (user, group) = owners.here(owner_of(header)?);
            lchown(&path, Some(user), Some(group)).map_err(BackupError::file(&path, "handed over"))?;
            let mode = mode_of(header)?;
            // The system takes these away when the owner changes.
            if kind.is_file() && mode & 0o6000 != 0 {
                std::fs::set_permissions(&path, Permissions::from_mode(mode))
                    .map_err(BackupError::file(&path, "written"))?;
            }
        }
        self.count += u64::from(kind.is_file());
        Ok(())
    }
}

impl StackFiles<'_> {
    /// Gives the folders their owners, permissions and times, the deepest first: a folder that is closed or that is
    /// written to afterwards would not keep them.
    pub(super) fn finish(self) -> Result<(), BackupError> {
        for folder in self.folders.iter().rev() {
            let owner = self.owners.as_ref().map(|owners| owners.here(folder.owner));
            folder.finish(owner).map_err(BackupError::file(&folder.path, "written"))?;
        }
        Ok(())
    }
}

/// A folder, and what it is to be like.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    mode: u32,
    changed: u64,
    owner: (u32, u32),
}

impl Folder {
    fn finish(&self, owner: Option<(u32, u32)>) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = File::from(rustix::fs::open(&self.path, flags, Mode::empty())?);
        if let Some((user, group)) = owner {
            fchown(&folder, Some(user), Some(group))?;
        }
        folder.set_modified(UNIX_EPOCH + Duration::from_secs(self.changed))?;
        folder.set_permissions(Permissions::from_mode(self.mode))
    }
}

/// Whom files belong to on this machine.
#[derive(Debug)]
struct Owners {
    /// The user and group of the programs here.
    here: (u32, u32),
    /// The user and group of the programs where the backup was made, once they are known: the first member of the folders
    /// of stacks is the folder that the worker made for them.
    service: Option<(u32, u32)>,
}

impl Owners {
    fn of(data_dir: &Path) -> Result<Self, BackupError> {
        let found = data_dir.metadata().map_err(BackupError::file(data_dir, "examined"))?;
        Ok(Self { here: (found.uid(), found.gid()), service: None })
    }

    /// The programs may have another user here; the users of containers have the same numbers everywhere.
    fn here(&self, (user, group): (u32, u32)) -> (u32, u32) {
        let is_user = self.service.is_some_and(|service| service.0 == user);
        let is_group = self.service.is_some_and(|service| service.1 == group);
        (if is_user { self.here.0 } else { user }, if is_group { self.here.1 } else { group })
    }
}

fn is_root_of_stacks(name: &Path) -> bool {
    name.components().eq([Component::Normal(OsStr::new(STACKS))])
}

fn mode_of(header: &Header) -> Result<u32, BackupError> {
    header.mode().map(|mode| mode & 0o7777).map_err(BackupError::Read)
}

fn changed_at(header: &Header) -> Result<u64, BackupError> {
    header.mtime().map_err(BackupError::Read)
}

fn owner_of(header: &Header) -> Result<(u32, u32), BackupError> {
    let number = |found: io::Result<u64>| {
        let found = found.map_err(BackupError::Read)?;
        u32::try_from(found)
            .map_err(|_| BackupError::Foreign(format!("no user or group has the number {found}")))
    };
    Ok((number(header.uid())?, number(header.gid())?))
}

/// Removes a folder with everything in it, also what the owner may not write.
pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_folders(path)?;
            std::fs::remove_dir_all(path)
        }
        removed => removed,
    }
}

fn open_folders(folder: &Path) -> io::Result<()> {
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}
