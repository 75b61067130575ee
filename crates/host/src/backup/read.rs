//! Restoring an archive.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tar::{Archive, Entry};

use super::input::Input;
use super::kept::{self, ARTIFACTS, RECORDS};
use super::stacks::{StackFiles, remove_tree};
use super::{BackupError, BackupManifest, DATABASE, END, KEY, MANIFEST, STACKS};
use crate::vault::hex;

/// Where the archive is unpacked before anything gets its place.
const DRAFT: &str = ".restoring";
/// No manifest is longer.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the archive said about itself.
    pub manifest: BackupManifest,
    /// The database in its place.
    pub database: PathBuf,
    /// Files of the folders of stacks.
    pub stack_files: u64,
}

/// Unpacks an archive, lets `check` look at the database, and puts everything into `data_dir`, which must hold no
/// installation. Until then, nothing in the folder is changed but a draft that is removed after an error.
pub fn restore_backup<E: From<BackupError>>(
    input: impl Read,
    data_dir: &Path,
    check: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<Restored, E> {
    for name in [DATABASE, KEY, STACKS, ARTIFACTS, RECORDS, "core-monitor.db-wal"] {
        let path = data_dir.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Occupied(path).into());
        }
    }
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o700);
    folder.create(data_dir).map_err(BackupError::file(data_dir, "created"))?;
    let draft = Draft::begin(data_dir)?;
    let (manifest, stacks) = draft.unpack(input, data_dir)?;
    check(&draft.path.join(DATABASE))?;
    let stack_files = stacks.count;
    // Not before the check: what is closed would be harder to remove again.
    stacks.finish()?;
    draft.put_in_place(data_dir)?;
    Ok(Restored { manifest, database: data_dir.join(DATABASE), stack_files })
}

/// A folder for what was read, removed with everything in it when it is dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn begin(data_dir: &Path) -> Result<Self, BackupError> {
        let path = data_dir.join(DRAFT);
        match remove_tree(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(BackupError::file(&path, "removed")(error));
            }
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(&path).map_err(BackupError::file(&path, "created"))?;
        Ok(Self { path })
    }

    fn unpack(
        &self,
        input: impl Read,
        data_dir: &Path,
    ) -> Result<(BackupManifest, StackFiles<'_>), BackupError> {
        let (input, state) = Input::new(input);
        let mut stacks = StackFiles::begin(&self.path, data_dir, state)?;
        let mut archive = Archive::new(input);
        archive.set_preserve_permissions(true);
        archive.set_preserve_mtime(true);
        let owner = if rustix::process::geteuid().is_root() {
            let found = data_dir.metadata().map_err(BackupError::file(data_dir, "examined"))?;
            Some((found.uid(), found.gid()))
        } else {
            None
        };
        let mut entries = archive.entries().map_err(BackupError::Read)?;
        let mut next = || entries.next().transpose().map_err(BackupError::Read);
        let manifest = match next()? {
            Some(mut entry) if is_named(&entry, MANIFEST) => read_manifest(&mut entry)?,
            _ => return Err(BackupError::Foreign(format!("it does not begin with `{MANIFEST}`"))),
        };
        let (mut digest, mut end) = (None, None);
        while let Some(mut entry) = next()? {
            let name = entry.path().map_err(BackupError::Read)?.into_owned();
            let first = name.components().next().map(Component::as_os_str);
            if is_named(&entry, DATABASE) {
                digest = Some(self.private_file(&mut entry, DATABASE)?);
            } else if is_named(&entry, KEY) {
                self.private_file(&mut entry, KEY)?;
            } else if is_named(&entry, END) {
                let mut text = String::new();
                entry.by_ref().take(100).read_to_string(&mut text).map_err(BackupError::Read)?;
                end = Some(text);
            } else if kept::is_kept(&name) && entry.header().entry_type().is_file() {
                kept::unpack(&mut entry, &self.path, &name, owner)?;
            } else if first == Some(OsStr::new(STACKS)) {
                stacks.unpack(&mut entry, &name)?;
            } else {
                return Err(BackupError::Foreign(format!("it has `{}`", name.display())));
            }
        }
        match (digest, end) {
            (Some(digest), Some(end)) if digest == end => Ok((manifest, stacks)),
            (Some(_), Some(_)) => Err(BackupError::Checksum),
            _ => Err(BackupError::Read(io::Error::from(io::ErrorKind::UnexpectedEof))),
        }
    }

    /// Writes a file that only its owner may read, and returns its checksum.
    fn private_file(&self, content: &mut impl Read, name: &str) -> Result<String, BackupError> {
        let path = self.path.join(name);
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = opened.map_err(BackupError::file(&path, "created"))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = content.read(&mut buffer).map_err(BackupError::Read)?;
            if length == 0 {
                break;
            }
            hash.update(&buffer[..length]);
            file.write_all(&buffer[..length]).map_err(BackupError::file(&path, "written"))?;
        }
        file.sync_all().map_err(BackupError::file(&path, "written"))?;
        Ok(hex(&hash.finalize()))
    }

    /// The database last: a folder without it holds no installation.
    fn put_in_place(self, data_dir: &Path) -> Result<(), BackupError> {
        let owner = data_dir.metadata().map_err(BackupError::file(data_dir, "examined"))?;
        for name in [STACKS, ARTIFACTS, RECORDS, KEY, DATABASE] {
            let (from, to) = (self.path.join(name), data_dir.join(name));
            if from.symlink_metadata().is_err() {
                continue;
            }
            if rustix::process::geteuid().is_root() && matches!(name, KEY | DATABASE) {
                chown(&from, Some(owner.uid()), Some(owner.gid()))
                    .map_err(BackupError::file(&from, "handed over"))?;
            }
            std::fs::rename(&from, &to).map_err(BackupError::file(&to, "created"))?;
        }
        let synced = File::open(data_dir).and_then(|folder| folder.sync_all());
        synced.map_err(BackupError::file(data_dir, "written to the disk"))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // The next restore removes what stays.
        let _ = remove_tree(&self.path);
    }
}

fn is_named<R: Read>(entry: &Entry<'_, R>, name: &str) -> bool {
    entry.header().entry_type().is_file() && entry.path_bytes() == name.as_bytes()
}

fn read_manifest(entry: &mut impl Read) -> Result<BackupManifest, BackupError> {
    let foreign =
        |error: serde_json::Error| BackupError::Foreign(format!("`{MANIFEST}` is unreadable: {error}"));
    let mut text = Vec::new();
    entry.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(BackupError::Read)?;
    // The version first: a newer layout may have other fields.
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(foreign)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let found = u32::try_from(format).unwrap_or(u32::MAX);
    if found > BackupManifest::FORMAT {
        return Err(BackupError::Newer { found, known: BackupManifest::FORMAT });
    }
    serde_json::from_value(value).map_err(foreign)
}
