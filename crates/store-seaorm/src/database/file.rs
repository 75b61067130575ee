//! The database file: where it is, whether it may be there, and how it comes into being.
//!
//! Nothing here opens the file of a database that exists: closing any descriptor of it would drop the locks that
//! SQLite holds through other descriptors of the same process (<https://www.sqlite.org/howtocorrupt.html>, 2.2).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt as _, OpenOptionsExt, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustix::fs::{FlockOperation, OFlags, flock, statfs};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::ConnectError;

/// The path in a database URL.
pub(super) fn path_of(url: &str) -> Result<PathBuf, ConnectError> {
    let refused = |reason| Err(ConnectError::Url { url: without_password(url), reason });
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return refused("PostgreSQL is not supported by this release");
    }
    if !url.starts_with("sqlite:") {
        return refused("it does not start with `sqlite:`");
    }
    if url.contains('?') {
        return refused("it has parameters, but the database settings cannot be changed");
    }
    match SqliteConnectOptions::from_str(url) {
        Ok(options) if url.contains(":memory:") || options.get_filename().as_os_str().is_empty() => {
            refused("it does not name a file, and the queue must survive a restart")
        }
        // The two programs need not have started in the same folder.
        Ok(options) if options.get_filename().is_relative() => refused("its path is not absolute"),
        Ok(options) => Ok(options.get_filename().to_owned()),
        Err(_) => refused("it is not well-formed"),
    }
}

/// `scheme://user:secret@host` with the secret left out.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        None => url.to_owned(),
    }
}

/// The lock held while a process opens and migrates the database.
#[derive(Debug)]
pub(super) struct Setup {
    _lock: File,
}

/// Creates the folder and the file if they are missing, readable only by their owner, and waits for the lock.
pub(super) fn prepare(path: &Path) -> Result<Setup, ConnectError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let failed = |path: &Path, attempt| {
        let path = path.to_owned();
        move |source: io::Error| ConnectError::File { path, attempt, source }
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed(folder, "created"))?;
    let kind = statfs(folder).map_err(|error| failed(folder, "examined")(error.into()))?.f_type;
    if let Some(kind) = network_file_system(kind) {
        return Err(ConnectError::NetworkFileSystem { path: folder.to_owned(), kind });
    }
    let lock_path = beside(path, "-setup");
    make_private(&lock_path)?;
    let lock =
        private().create(true).truncate(false).open(&lock_path).map_err(failed(&lock_path, "created"))?;
    flock(&lock, FlockOperation::LockExclusive)
        .map_err(|error| failed(&lock_path, "locked")(error.into()))?;
    // Also beside a database that is new: SQLite would use what is there.
    for part in ["-wal", "-shm", "-journal"] {
        make_private(&beside(path, part))?;
    }
    match private().create_new(true).open(path) {
        Ok(_) => sync_folder(folder).map_err(failed(folder, "written to the disk"))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => make_private(path)?,
        Err(error) => return Err(failed(path, "created")(error)),
    }
    Ok(Setup { _lock: lock })
}

fn private() -> OpenOptions {
    let mut options = File::options();
    // A link could lead to a file of somebody else, and a FIFO would wait for one.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.write(true).mode(0o600).custom_flags(flags.bits().cast_signed());
    options
}

/// Refuses anything but an ordinary file of this user, and closes it to others. It is not opened, see above; that nobody
/// replaces it in between follows from the folder, which others cannot write.
pub(super) fn make_private(path: &Path) -> Result<(), ConnectError> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|source| ConnectError::File {
            path: path.to_owned(),
            attempt: "examined",
            source,
        })?,
    };
    let refused = |reason: String| Err(ConnectError::NotPrivate { path: path.to_owned(), reason });
    if found.is_symlink() {
        return refused("it is a symbolic link".to_owned());
    }
    if !found.is_file() {
        return refused("it is not an ordinary file".to_owned());
    }
    if found.nlink() > 1 {
        return refused(
            "it has another name as well, under which it could be somebody else's file: make it a copy"
                .to_owned(),
        );
    }
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user {
        return refused(format!("it belongs to user {}, but this program runs as user {user}", found.uid()));
    }
    let mode = found.mode() & 0o777;
    if mode & 0o077 != 0 {
        let closed = fs::Permissions::from_mode(mode & 0o700);
        fs::set_permissions(path, closed).map_err(|source| ConnectError::File {
            path: path.to_owned(),
            attempt: "closed to others",
            source,
        })?;
        tracing::warn!(
            path = %path.display(),
            mode = format!("{mode:o}"),
            "other users could read or write this file; it is closed to them now"
        );
    }
    Ok(())
}

/// Without this, a power failure right after the first start could lose the directory entry of the file.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The name of a file system on which SQLite's write-ahead log is not safe, by the magic number of `statfs(2)`.
///
/// The log needs shared memory, which two machines do not have. FUSE may hide a network file system, so it is refused
/// altogether.
fn network_file_system(magic: i64) -> Option<&'static str> {
    Some(match magic & 0xffff_ffff {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        0x0102_1997 => "9P",
        0x6573_5546 => "FUSE",
        0x00c3_6400 => "Ceph",
        0x5346_414f => "AFS",
        0x7375_7245 => "Coda",
        0x0bd0_0bd0 => "Lustre",
        0x0116_1970 => "GFS2",
        0x7461_636f => "OCFS2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn check_url(url: &str, expected: &str) {
        let found = match path_of(url) {
            Ok(path) => path.display().to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{url}");
    }

    #[test]
    fn invalid_urls_are_refused_with_a_reason() {
        check_url("sqlite:///var/lib/core-monitor/a.db", "/var/lib/core-monitor/a.db");
        let refused = [
            ("sqlite:a.db", "sqlite:a.db", "its path is not absolute"),
            ("sqlite://data/a.db", "sqlite://data/a.db", "its path is not absolute"),
            (
                "sqlite::memory:",
                "sqlite::memory:",
                "it does not name a file, and the queue must survive a restart",
            ),
            ("sqlite:", "sqlite:", "it does not name a file, and the queue must survive a restart"),
            ("mysql://h/d", "mysql://h/d", "it does not start with `sqlite:`"),
            (
                "postgres://ann:secret@h/d",
                "postgres://ann:***@h/d",
                "PostgreSQL is not supported by this release",
            ),
            (
                "sqlite:a.db?mode=ro",
                "sqlite:a.db?mode=ro",
                "it has parameters, but the database settings cannot be changed",
            ),
        ];
        for (url, shown, reason) in refused {
            check_url(url, &format!("invalid database URL `{shown}`: {reason}"));
        }
    }

    #[test]
    fn shared_file_systems_are_known_and_local_ones_pass() {
        // As the kernel prints them with `stat -f -c %t`.
        let shared = [0x6969, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x6573_5546];
        assert_eq!(
            shared.map(network_file_system),
            [Some("NFS"), Some("CIFS"), Some("SMB2"), Some("9P"), Some("FUSE")]
        );
        // The kernel's type is signed on some platforms.
        assert_eq!(network_file_system(i64::from(0xff53_4d42_u32.cast_signed())), Some("CIFS"));
        // ext4, xfs, btrfs, overlayfs, tmpfs, zfs.
        let local = [0xef53, 0x5846_5342, 0x9123_683e, 0x794c_7630, 0x0102_1994, 0x2fc1_2fc1];
        assert_eq!(local.map(network_file_system), [None; 6]);
    }

    #[test]
    fn the_file_is_readable_by_its_owner_only_and_never_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("a.db");
        drop(prepare(&path).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::write(&path, "kept").unwrap();
        drop(prepare(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
    }

    #[test]
    fn files_that_others_made_or_can_write_are_refused_or_put_right() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let refusal = || prepare(&path).unwrap_err().to_string().replace(&path.display().to_string(), "FILE");
        drop(prepare(&path).unwrap());
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        drop(prepare(&path).unwrap());
        assert_eq!(mode(), 0o600, "closed to others");

        let elsewhere = folder.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(refusal(), "the file `FILE` is not used: it is a symbolic link");
        fs::remove_file(&path).unwrap();
        let fifo = |path: &Path| {
            let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600));
            rustix::fs::mknodat(rustix::fs::CWD, path, kind, mode, 0).unwrap();
        };
        fifo(&path);
        assert_eq!(refusal(), "the file `FILE` is not used: it is not an ordinary file");
        fs::remove_file(&path).unwrap();
        drop(prepare(&path).unwrap());

        // A log that another program of ours would write through a link.
        std::os::unix::fs::symlink(&elsewhere, beside(&path, "-wal")).unwrap();
        assert!(prepare(&path).unwrap_err().to_string().ends_with("it is a symbolic link"));
        fs::remove_file(beside(&path, "-wal")).unwrap();

        // SQLite would write into what is in the place of its other files, also if the database is new.
        for is_new in [false, true] {
            for part in ["-wal", "-shm", "-journal"] {
                if is_new {
                    fs::remove_file(&path).unwrap();
                }
                let part = beside(&path, part);
                fs::write(&elsewhere, "of somebody else").unwrap();
                fs::hard_link(&elsewhere, &part).unwrap();
                let refused = prepare(&path).unwrap_err().to_string();
                assert!(refused.contains("it has another name as well"), "{refused}");
                fs::remove_file(&part).unwrap();
                fifo(&part);
                let refused = prepare(&path).unwrap_err().to_string();
                assert!(refused.ends_with("is not used: it is not an ordinary file"), "{refused}");
                fs::remove_file(&part).unwrap();
                drop(prepare(&path).unwrap());
            }
        }

        let lock = beside(&path, "-setup");
        fs::remove_file(&lock).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &lock).unwrap();
        let refused = prepare(&path).unwrap_err().to_string();
        assert!(refused.ends_with("-setup` is not used: it is a symbolic link"), "{refused}");
        fs::remove_file(&lock).unwrap();
        fifo(&lock);
        let refused = prepare(&path).unwrap_err().to_string();
        assert!(refused.ends_with("-setup` is not used: it is not an ordinary file"), "{refused}");
    }
}
