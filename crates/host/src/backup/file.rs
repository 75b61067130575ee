//! The file that an archive is written to.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::BackupError;

/// A file that gets its name only once it is whole and on the disk. Dropping it before removes what was written.
#[derive(Debug)]
pub struct BackupFile {
    file: File,
    draft: PathBuf,
    path: PathBuf,
    is_whole: bool,
}

impl BackupFile {
    /// Begins a file at `path`, which must not exist. Only its owner may read it: it contains every definition.
    pub fn create(path: &Path) -> Result<Self, BackupError> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".part-{}", std::process::id()));
        let draft = PathBuf::from(draft);
        let mut options = OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(0o600).open(&draft);
        let file = opened.map_err(BackupError::file(&draft, "created"))?;
        Ok(Self { file, draft, path: path.to_owned(), is_whole: false })
    }

    /// Gives the file its name. It survives a power failure from here on.
    pub fn finish(mut self) -> Result<(), BackupError> {
        self.file.sync_all().map_err(BackupError::file(&self.draft, "written to the disk"))?;
        match give_name(&self.draft, &self.path, &WAYS) {
            Ok(()) => self.is_whole = true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(BackupError::Exists(self.path.clone()));
            }
            Err(error) => return Err(BackupError::file(&self.path, "created")(error)),
        }
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            // Some file systems of other machines cannot be asked for this, and the file itself is on the disk.
            Err(error) if cannot(&error) => Ok(()),
            synced => synced.map_err(BackupError::file(folder, "written to the disk")),
        }
    }
}

/// Gives a file its name without replacing what somebody has put there meanwhile.
type Way = fn(&Path, &Path) -> io::Result<()>;

/// The first is right wherever it is known. FAT and most shares of other machines have no links, older ones do not know the
/// first either, and backups are often written to exactly these; the last way can replace what comes in its last moment.
const WAYS: [Way; 3] = [rename_once, link, look_and_rename];

fn give_name(draft: &Path, path: &Path, ways: &[Way]) -> io::Result<()> {
    let mut tried = Err(io::ErrorKind::Unsupported.into());
    for way in ways {
        tried = way(draft, path);
        if !tried.as_ref().is_err_and(cannot) {
            break;
        }
    }
    tried
}

fn rename_once(draft: &Path, path: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE)?)
}

fn link(draft: &Path, path: &Path) -> io::Result<()> {
    std::fs::hard_link(draft, path)?;
    std::fs::remove_file(draft)
}

fn look_and_rename(draft: &Path, path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => std::fs::rename(draft, path),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

/// Whether a file system says that it does not have this; they have no common word for it.
fn cannot(error: &io::Error) -> bool {
    use rustix::io::Errno;

    let words = [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP, Errno::PERM, Errno::MLINK];
    error.kind() == io::ErrorKind::Unsupported
        || words.iter().any(|word| error.raw_os_error() == Some(word.raw_os_error()))
}

impl Write for BackupFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for BackupFile {
    fn drop(&mut self) {
        if !self.is_whole {
            // Nothing more can be done about a draft that stays.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(_: &Path, _: &Path) -> io::Result<()> {
        Err(rustix::io::Errno::PERM.into())
    }

    #[test]
    fn a_file_system_without_links_gets_backups_too() {
        let ways: [&[Way]; 4] =
            [&WAYS, &[unknown, link], &[unknown, unknown, look_and_rename], &[link, unknown]];
        for (number, ways) in ways.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            let (draft, path) = (folder.path().join("draft"), folder.path().join("a.tar"));
            std::fs::write(&draft, "whole").unwrap();
            give_name(&draft, &path, ways).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole", "{number}");
            assert!(!draft.exists(), "{number}");

            std::fs::write(&draft, "another").unwrap();
            let refused = give_name(&draft, &path, ways).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists, "{number}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole", "{number}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(give_name(&folder.path().join("a"), &folder.path().join("b"), &[unknown]).is_err());
    }

    #[test]
    fn an_error_names_the_file_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let refused = BackupFile::create(&folder.path().join("missing/a.tar")).unwrap_err().to_string();
        assert!(refused.contains("a.tar.part-") && refused.ends_with("cannot be created"), "{refused}");
        let path = folder.path().join("a.tar");
        let file = BackupFile::create(&path).unwrap();
        std::fs::write(&path, "of somebody else").unwrap();
        assert!(matches!(file.finish(), Err(BackupError::Exists(occupied)) if occupied == path));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the draft is removed");
    }
}
