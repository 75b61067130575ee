//! The database file: where it is, whether it may be there, and how it comes into being.
//!
//! Nothing here opens the file of a database that exists: closing any descriptor of it would drop the locks that
//! SQLite holds through other descriptors of the same process (<https://www.sqlite.org/howtocorrupt.html>, 2.2).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustix::fs::{FlockOperation, flock, statfs};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::ConnectError;

/// The path in a database URL.
pub(super) fn path_of(url: &str) -> Result<PathBuf, ConnectError> {
    let refused = |reason| Err(ConnectError::Url { url: without_password(url), reason });
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return refused("PostgreSQL is not supported by this release");
    }
    if !url.starts_with("sqlite:") {
        return refused("it does not begin with `sqlite:`");
    }
    if url.contains('?') {
        return refused("it has parameters, and the settings of the database are not for choice");
    }
    match SqliteConnectOptions::from_str(url) {
        Ok(options) if url.contains(":memory:") || options.get_filename().as_os_str().is_empty() => {
            refused("it names no file, and a queue must survive the program")
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

/// Held while a process opens and migrates the database.
#[derive(Debug)]
pub(super) struct Setup {
    _lock: File,
}

/// Makes the folder and the file if they are missing, readable by their owner only, and waits for its turn.
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
    let lock =
        private().create(true).truncate(false).open(&lock_path).map_err(failed(&lock_path, "created"))?;
    flock(&lock, FlockOperation::LockExclusive)
        .map_err(|error| failed(&lock_path, "locked")(error.into()))?;
    match private().create_new(true).open(path) {
        Ok(_) => sync_folder(folder).map_err(failed(folder, "written to the disk"))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(path, "created")(error)),
    }
    Ok(Setup { _lock: lock })
}

fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true).mode(0o600);
    options
}

/// Without this, a power cut right after the first start could lose the name of the file with everything in it.
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
/// The log is coordinated through shared memory, which two machines do not have. FUSE may be anything, among it
/// network file systems, so it is refused as a whole.
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
    fn a_url_names_a_file_or_says_why_not() {
        check_url("sqlite:///var/lib/core-monitor/a.db", "/var/lib/core-monitor/a.db");
        let refused = [
            ("sqlite:a.db", "sqlite:a.db", "its path is not absolute"),
            ("sqlite://data/a.db", "sqlite://data/a.db", "its path is not absolute"),
            ("sqlite::memory:", "sqlite::memory:", "it names no file, and a queue must survive the program"),
            ("sqlite:", "sqlite:", "it names no file, and a queue must survive the program"),
            ("mysql://h/d", "mysql://h/d", "it does not begin with `sqlite:`"),
            (
                "postgres://ann:secret@h/d",
                "postgres://ann:***@h/d",
                "PostgreSQL is not supported by this release",
            ),
            (
                "sqlite:a.db?mode=ro",
                "sqlite:a.db?mode=ro",
                "it has parameters, and the settings of the database are not for choice",
            ),
        ];
        for (url, shown, reason) in refused {
            check_url(url, &format!("the database URL `{shown}` cannot be used: {reason}"));
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
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        std::fs::write(&path, "kept").unwrap();
        drop(prepare(&path).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "kept");
    }
}
