//! A directory tree that others change at any moment, walked one step at a time and never through a link.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, fstat, mkdirat, openat, renameat, statat, unlinkat};
use rustix::io::Errno;

/// A directory and nothing that leads to one.
const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Opening a FIFO for reading would wait for somebody who writes.
const CONTENT: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// A directory that is held open.
#[derive(Debug)]
pub(super) struct Tree {
    root: OwnedFd,
}

/// What is at a path.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    File {
        file: File,
        size: u64,
        executable: bool,
    },
    /// A folder, a link, a device.
    Other,
    /// Something on the way there is no folder.
    Unreachable,
}

/// Why a file is not where it should be.
#[derive(Debug)]
pub(super) enum TreeError {
    Blocked { path: String, what: &'static str },
    Io(io::Error),
}

impl From<io::Error> for TreeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Errno> for TreeError {
    fn from(error: Errno) -> Self {
        Self::Io(error.into())
    }
}

/// The folder of a path; empty for a path of one part.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

impl Tree {
    /// `None`: it is not there.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, TreeError> {
        match openat(CWD, path, DIRECTORY, Mode::empty()) {
            Ok(root) => Ok(Some(Self { root })),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn create(path: &Path) -> Result<Self, TreeError> {
        let root = step(CWD, path, true, || path.display().to_string())?;
        Ok(Self { root: root.ok_or(Errno::NOENT)? })
    }

    /// The folder that `path` is in, made if it is missing and wanted.
    fn folder_of(&self, path: &str, make: bool) -> Result<Option<OwnedFd>, TreeError> {
        let mut folder = self.root.try_clone()?;
        let mut walked = 0;
        for part in parent(path).split('/').filter(|part| !part.is_empty()) {
            walked += part.len() + 1;
            let so_far = || path.get(..walked - 1).unwrap_or(path).to_owned();
            match step(&folder, Path::new(part), make, so_far)? {
                Some(next) => folder = next,
                None => return Ok(None),
            }
        }
        Ok(Some(folder))
    }

    pub(super) fn find(&self, path: &str) -> io::Result<Found> {
        let folder = match self.folder_of(path, false) {
            Ok(Some(folder)) => folder,
            Ok(None) => return Ok(Found::Nothing),
            Err(TreeError::Blocked { .. }) => return Ok(Found::Unreachable),
            Err(TreeError::Io(error)) => return Err(error),
        };
        let file = match openat(&folder, name(path), CONTENT, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(Found::Nothing),
            // A link, a socket, a device nobody is behind.
            Err(Errno::LOOP | Errno::NXIO | Errno::NODEV) => return Ok(Found::Other),
            Err(error) => return Err(error.into()),
        };
        let stat = fstat(&file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(Found::Other);
        }
        let executable = Mode::from_raw_mode(stat.st_mode).contains(Mode::XUSR);
        let size = u64::try_from(stat.st_size).unwrap_or_default();
        Ok(Found::File { file: file.into(), size, executable })
    }

    /// Moves `staged` in `from` to `path`. What is there goes, be it a link, unless it is a folder.
    pub(super) fn put(&self, from: &Path, staged: &str, path: &str) -> Result<(), TreeError> {
        let from = openat(CWD, from, DIRECTORY, Mode::empty())?;
        let folder = self.folder_of(path, true)?.ok_or(Errno::NOENT)?;
        match renameat(&from, staged, &folder, name(path)) {
            Ok(()) => Ok(()),
            Err(Errno::ISDIR) => Err(TreeError::Blocked {
                path: path.to_owned(),
                what: "a folder, where the version has a file",
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes what was put into a folder survive a loss of power.
    pub(super) fn sync(&self, folder: &str) -> Result<(), TreeError> {
        if let Some(folder) = self.folder_of(&format!("{folder}/."), false)? {
            rustix::fs::fsync(folder)?;
        }
        Ok(())
    }

    /// Removes a file, and the folders on the way to it that are empty then, also those that an earlier removal was about to.
    pub(super) fn remove(&self, path: &str) -> Result<(), TreeError> {
        let mut path = path;
        let mut flags = AtFlags::empty();
        while !path.is_empty() {
            let folder = self.folder_of(path, false)?;
            match folder.map_or(Ok(()), |folder| unlinkat(&folder, name(path), flags)) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) if flags == AtFlags::REMOVEDIR => {
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
            path = parent(path);
            flags = AtFlags::REMOVEDIR;
        }
        Ok(())
    }
}

/// Removes a directory unless there is something in it.
pub(super) fn remove_if_empty(path: &Path) -> io::Result<()> {
    match unlinkat(CWD, path, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the directory `part` of `folder`; makes it when it is missing and wanted.
fn step(
    folder: impl std::os::fd::AsFd,
    part: &Path,
    make: bool,
    path: impl Fn() -> String,
) -> Result<Option<OwnedFd>, TreeError> {
    let open = || openat(&folder, part, DIRECTORY, Mode::empty());
    match open() {
        Ok(next) => Ok(Some(next)),
        Err(Errno::NOENT) if make => {
            match mkdirat(&folder, part, Mode::from_raw_mode(0o755)) {
                // Somebody else was faster: whatever it is, it is opened as carefully.
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            let next = open()?;
            rustix::fs::fchmod(&next, Mode::from_raw_mode(0o755))?;
            Ok(Some(next))
        }
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP | Errno::NOTDIR) => {
            let link = statat(&folder, part, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink);
            let what = if link {
                "a symbolic link, which is never followed, where the version has a folder"
            } else {
                "no folder, where the version has one"
            };
            Err(TreeError::Blocked { path: path(), what })
        }
        Err(error) => Err(error.into()),
    }
}
