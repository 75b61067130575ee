//! Artifacts and record files: private files of the services in folders of their own.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, chown};
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;

use super::BackupError;

/// Where artifacts are in the data folder.
pub(super) const ARTIFACTS: &str = "artifacts";
/// Where record files are.
pub(super) const RECORDS: &str = "archive";

/// Whether a member of an archive is one of these files.
pub(super) fn is_kept(name: &Path) -> bool {
    let first = name.components().next().map(Component::as_os_str);
    [ARTIFACTS, RECORDS].into_iter().any(|folder| first == Some(folder.as_ref()))
}

/// The files below the data folder that are whole, sorted: drafts are left out.
pub(super) fn files(data_dir: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(ARTIFACTS).join("sha256"), PathBuf::from(RECORDS)];
    while let Some(folder) = folders.pop() {
        let path = data_dir.join(&folder);
        let entries = match std::fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(BackupError::file(&path, "read"))?,
        };
        for entry in entries {
            let entry = entry.map_err(BackupError::file(&path, "read"))?;
            let name = folder.join(entry.file_name());
            match entry.file_type().map_err(BackupError::file(&path, "read"))? {
                kind if kind.is_dir() => folders.push(name),
                kind if kind.is_file() && !entry.file_name().to_string_lossy().starts_with('.') => {
                    found.push(name);
                }
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Opens one of them; `None` if it was removed meanwhile, because nothing needed it.
pub(super) fn open(data_dir: &Path, name: &Path) -> Result<Option<File>, BackupError> {
    let path = data_dir.join(name);
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    match OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some).map_err(BackupError::file(&path, "read")),
    }
}

/// Writes a member of an archive below `draft`, for these owners.
pub(super) fn unpack(
    content: &mut impl Read,
    draft: &Path,
    name: &Path,
    owner: Option<(u32, u32)>,
) -> Result<(), BackupError> {
    if !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(BackupError::Foreign(format!("`{}` leads out of it", name.display())));
    }
    let hand_over = |path: &Path| match owner {
        Some((user, group)) => {
            chown(path, Some(user), Some(group)).map_err(BackupError::file(path, "handed over"))
        }
        None => Ok(()),
    };
    let mut folder = draft.to_owned();
    for part in name.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => hand_over(&folder)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(BackupError::file(&folder, "created")(error)),
        }
    }
    let path = draft.join(name);
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let mut file = opened.map_err(BackupError::file(&path, "created"))?;
    copy(content, &mut file, &path)?;
    file.sync_all().map_err(BackupError::file(&path, "written"))?;
    hand_over(&path)
}

fn copy(content: &mut impl Read, file: &mut File, path: &Path) -> Result<(), BackupError> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = content.read(&mut buffer).map_err(BackupError::Read)?;
        if length == 0 {
            return Ok(());
        }
        let read = buffer.get(..length).unwrap_or_default();
        io::Write::write_all(file, read).map_err(BackupError::file(path, "written"))?;
    }
}
