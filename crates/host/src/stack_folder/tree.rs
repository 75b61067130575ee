//! A directory tree that others may change at any time, walked one component at a time without following links.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use core_monitor_domain::ports::InTheWay;
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, mkdirat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

/// Flags to open a directory, but not a link to one.
const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Non-blocking, since opening a FIFO for reading would wait for a writer.
const CONTENT: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// An open directory.
#[derive(Debug)]
pub(super) struct Tree {
    root: OwnedFd,
}

/// What was found at a path.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    File {
        file: File,
        size: u64,
        executable: bool,
    },
    /// A folder with nothing in it: the engine makes one where a container mounts a file that is not there.
    EmptyFolder,
    /// A folder with something in it, a link or a device.
    Other,
    /// A parent is not a folder.
    Unreachable,
}

/// Why a file operation failed.
#[derive(Debug)]
pub(super) enum TreeError {
    Blocked { path: String, what: InTheWay },
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

/// The parent folder of a path; empty if the path has a single component.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

impl Tree {
    /// Opens a directory; `None` if it does not exist.
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

    /// Opens the parent folder of `path`, creating it if `make` is set.
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
            // A link, a socket, or a device without a driver.
            Err(Errno::LOOP | Errno::NXIO | Errno::NODEV) => return Ok(Found::Other),
            Err(error) => return Err(error.into()),
        };
        let stat = fstat(&file)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {}
            FileType::Directory if is_empty(&file)? => return Ok(Found::EmptyFolder),
            _ => return Ok(Found::Other),
        }
        let executable = Mode::from_raw_mode(stat.st_mode).contains(Mode::XUSR);
        let size = u64::try_from(stat.st_size).unwrap_or_default();
        Ok(Found::File { file: file.into(), size, executable })
    }

    /// Moves `staged` in `from` to `path`. Replaces whatever is there, even a link, unless it is a folder with something in
    /// it.
    pub(super) fn put(&self, from: &Path, staged: &str, path: &str) -> Result<(), TreeError> {
        let from = openat(CWD, from, DIRECTORY, Mode::empty())?;
        let folder = self.folder_of(path, true)?.ok_or(Errno::NOENT)?;
        let put = || renameat(&from, staged, &folder, name(path));
        let in_the_way = || TreeError::Blocked { path: path.to_owned(), what: InTheWay::Folder };
        match put() {
            Ok(()) => Ok(()),
            // The system only removes a folder that is empty, so nothing is lost even if somebody just put a file there.
            Err(Errno::ISDIR) => match unlinkat(&folder, name(path), AtFlags::REMOVEDIR) {
                Ok(()) | Err(Errno::NOENT) => match put() {
                    Err(Errno::ISDIR) => Err(in_the_way()),
                    moved => Ok(moved?),
                },
                Err(Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) => Err(in_the_way()),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Syncs a folder, so that files put into it survive a power failure.
    pub(super) fn sync(&self, folder: &str) -> Result<(), TreeError> {
        if let Some(folder) = self.folder_of(&format!("{folder}/."), false)? {
            rustix::fs::fsync(folder)?;
        }
        Ok(())
    }

    /// Removes a file and its parent folders that are then empty, including those left by an earlier interrupted removal.
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

/// Whether a directory has no entries.
fn is_empty(folder: &OwnedFd) -> io::Result<bool> {
    for entry in Dir::read_from(folder)? {
        if !matches!(entry?.file_name().to_bytes(), b"." | b"..") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes a directory if it is empty.
pub(super) fn remove_if_empty(path: &Path) -> io::Result<()> {
    match unlinkat(CWD, path, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::BUSY) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the directory `part` of `folder`, creating it if `make` is set.
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
                // Someone else created it first: open whatever it is with the same care.
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
            let what = if link { InTheWay::Link } else { InTheWay::NotAFolder };
            Err(TreeError::Blocked { path: path(), what })
        }
        Err(error) => Err(error.into()),
    }
}
