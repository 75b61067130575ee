//! Files and folders that nobody but their owner may touch.
//!
//! What another user can write, or put a link in the place of, decides what this program reads and where it writes. So
//! nothing is followed, nothing is waited for, and what is open is examined, not what a path says.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::process::geteuid;

/// Why a file or folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// A symbolic link is in its place.
    #[error("`{}` is a symbolic link, and links are not followed here: put the file itself there", .0.display())]
    Link(PathBuf),
    /// A folder, a FIFO or a device is in its place.
    #[error("`{}` is not an ordinary file: remove it", .0.display())]
    NotAFile(PathBuf),
    /// Something other than a folder is in the place of the data folder.
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Somebody else owns it.
    #[error(
        "`{}` belongs to user {owner}, but this program runs as user {user}: {}",
        path.display(), whose(*owner, *user)
    )]
    ForeignOwner {
        /// The path.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// The user of this process.
        user: u32,
    },
    /// It belongs to somebody other than the folder it is in.
    #[error(
        "`{}` belongs to user {owner}, but its folder to user {user}: run `chown {user}` on it, if you know where it comes from",
        path.display()
    )]
    MixedOwners {
        /// The path.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// The owner of the folder.
        user: u32,
    },
    /// Others can read it.
    #[error("`{}` can be read by other users (mode {mode:o}): run `chmod 600` on it", path.display())]
    Readable {
        /// The path.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Others can write it.
    #[error(
        "the folder `{}` can be written by other users (mode {mode:o}): look for what they may have put there, then run \
         `chmod go-w` on it",
        path.display()
    )]
    Writable {
        /// The path.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It cannot be used at all.
    #[error("`{}` cannot be read", path.display())]
    Unusable {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Refuses a data folder that others own or can write, or in which the folder of stacks is like that. One that does not
/// exist yet is fine, and so is a link to one: it is the operator's, who may keep it on another disk.
pub fn check_data_folder(path: &Path) -> Result<(), PrivacyError> {
    check_folder(path)?;
    check_folder(&path.join("stacks"))
}

pub(crate) fn check_folder(path: &Path) -> Result<(), PrivacyError> {
    let found = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|source| PrivacyError::Unusable { path: path.to_owned(), source })?,
    };
    if !found.is_dir() {
        return Err(PrivacyError::NotAFolder(path.to_owned()));
    }
    let (owner, user) = (found.uid(), geteuid().as_raw());
    if owner != user {
        return Err(PrivacyError::ForeignOwner { path: path.to_owned(), owner, user });
    }
    let mode = found.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(PrivacyError::Writable { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Root changes nothing for the worse: a folder that is made root's is closed to the user of the services.
fn whose(owner: u32, user: u32) -> String {
    if user == 0 {
        return format!("run it as that user, e.g. with `sudo -u '#{owner}'`");
    }
    format!("run it as the owner, or run `chown {user}` on it")
}

/// Opens an ordinary file of this user that nobody else can read; `None` if there is nothing at this path.
pub fn open_private(path: &Path) -> Result<Option<File>, PrivacyError> {
    let user = geteuid().as_raw();
    open_private_of(path, user, |path, owner| PrivacyError::ForeignOwner { path, owner, user })
}

/// Opens the same for `user`, whose folder it is in.
pub(crate) fn open_private_in(path: &Path, user: u32) -> Result<Option<File>, PrivacyError> {
    open_private_of(path, user, |path, owner| PrivacyError::MixedOwners { path, owner, user })
}

fn open_private_of(
    path: &Path,
    user: u32,
    foreign: impl FnOnce(PathBuf, u32) -> PrivacyError,
) -> Result<Option<File>, PrivacyError> {
    // Opening a FIFO to read would wait for somebody who writes.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let unusable = |source| PrivacyError::Unusable { path: path.to_owned(), source };
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => return Err(PrivacyError::Link(path.to_owned())),
        // What cannot be opened without a partner, such as a socket.
        Err(rustix::io::Errno::NXIO) => return Err(PrivacyError::NotAFile(path.to_owned())),
        Err(error) => return Err(unusable(error.into())),
    };
    let found = file.metadata().map_err(unusable)?;
    if !found.is_file() {
        return Err(PrivacyError::NotAFile(path.to_owned()));
    }
    if found.uid() != user {
        return Err(foreign(path.to_owned(), found.uid()));
    }
    let mode = found.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PrivacyError::Readable { path: path.to_owned(), mode });
    }
    Ok(Some(file))
}

/// The first `limit` bytes of such a file.
pub fn read_private(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, PrivacyError> {
    let Some(file) = open_private(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    let read = file.take(limit).read_to_end(&mut bytes);
    read.map_err(|source| PrivacyError::Unusable { path: path.to_owned(), source })?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn refusal(path: &Path) -> String {
        read_private(path, 10).unwrap_err().to_string().replace(&path.display().to_string(), "FILE")
    }

    #[test]
    fn a_data_folder_that_others_can_write_or_own_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        check_data_folder(folder.path()).unwrap();
        check_data_folder(&folder.path().join("not there yet")).unwrap();
        for mode in [0o770, 0o702, 0o1777] {
            set_mode(folder.path(), mode);
            let refused = check_data_folder(folder.path()).unwrap_err();
            assert!(
                matches!(refused, PrivacyError::Writable { mode: found, .. } if found == mode),
                "{refused}"
            );
        }
        set_mode(folder.path(), 0o755);
        check_data_folder(folder.path()).unwrap();
        let stacks = folder.path().join("stacks");
        std::fs::write(&stacks, "").unwrap();
        assert!(
            matches!(check_data_folder(folder.path()), Err(PrivacyError::NotAFolder(found)) if found == stacks)
        );
        std::fs::remove_file(&stacks).unwrap();
        std::fs::create_dir(&stacks).unwrap();
        set_mode(&stacks, 0o777);
        assert!(
            matches!(check_data_folder(folder.path()), Err(PrivacyError::Writable { path, .. }) if path == stacks)
        );
        set_mode(&stacks, 0o700);
        check_data_folder(folder.path()).unwrap();
        // Only root can give a folder away.
        if std::os::unix::fs::chown(folder.path(), Some(12_345), None).is_ok() {
            let refused = check_data_folder(folder.path()).unwrap_err().to_string();
            assert!(refused.contains("belongs to user 12345") && !refused.contains("chown"), "{refused}");
            assert!(refused.ends_with("run it as that user, e.g. with `sudo -u '#12345'`"), "{refused}");
        }
    }

    #[test]
    fn links_fifos_and_files_of_others_are_refused_and_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        assert_eq!(read_private(&path, 10).unwrap(), None);
        std::fs::write(&path, "a secret").unwrap();
        set_mode(&path, 0o600);
        assert_eq!(read_private(&path, 3).unwrap().unwrap(), b"a s");
        set_mode(&path, 0o644);
        assert_eq!(refusal(&path), "`FILE` can be read by other users (mode 644): run `chmod 600` on it");

        let other = folder.path().join("other");
        std::fs::rename(&path, &other).unwrap();
        set_mode(&other, 0o600);
        symlink(&other, &path).unwrap();
        assert!(refusal(&path).starts_with("`FILE` is a symbolic link"));
        std::fs::remove_file(&path).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert_eq!(refusal(&path), "`FILE` is not an ordinary file: remove it");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(refusal(&path), "`FILE` is not an ordinary file: remove it");
    }
}
