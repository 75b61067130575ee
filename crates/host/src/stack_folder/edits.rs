//! Which written files somebody else has changed since. Asked with every observation, so a file is only read again if its
//! times, its size or its inode say that it may have changed.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{EditedFile, FileEdit};
use core_monitor_domain::ports::FolderError;

use super::record::Written;
use super::tree::Found;
use super::{OpenFolder, PRIVATE, hash, unavailable};

/// Maximum number of files named per stack. A person who has changed more has moved the whole folder.
const NAMED: usize = 200;

/// The files that were as they were written when they were last read, by stack and path.
pub(super) type Known = HashMap<(StackId, String), Stamp>;

/// What changes when a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    written: String,
}

impl Stamp {
    fn of(file: &File, written: &Written) -> io::Result<Self> {
        let found = file.metadata()?;
        Ok(Self {
            inode: found.ino(),
            size: found.size(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
            written: written.identity(),
        })
    }
}

/// Longer than a tick of the clock that file systems use.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

impl Stamp {
    /// Whether the next change will show in the times.
    fn is_settled(&self) -> bool {
        #[expect(
            clippy::disallowed_methods,
            reason = "compared with the times that the same kernel gives to files"
        )]
        let now = SystemTime::now();
        let (seconds, nanos) = self.changed;
        let since_epoch = u64::try_from(seconds).ok().zip(u32::try_from(nanos).ok());
        let changed = since_epoch.map(|(seconds, nanos)| UNIX_EPOCH + Duration::new(seconds, nanos));
        changed.and_then(|changed| now.duration_since(changed).ok()).is_some_and(|age| age >= SETTLED_AFTER)
    }
}

/// The edited files of all stacks.
pub(super) fn of_all(root: &Path, known: &mut Known) -> Result<Vec<EditedFile>, FolderError> {
    let (mut edited, mut right) = (Vec::new(), Known::new());
    let unreadable = |error| unavailable("list the records of written files", error);
    let records = match std::fs::read_dir(root.join(PRIVATE)) {
        Ok(records) => records,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(edited),
        Err(error) => return Err(unreadable(error)),
    };
    for record in records {
        let name = record.map_err(unreadable)?.file_name();
        let stack = name.to_str().and_then(|name| name.strip_suffix(".json")?.parse().ok());
        let Some(stack): Option<StackId> = stack else { continue };
        // One folder that cannot be read hides no other; an apply says what is wrong with it.
        let found = OpenFolder::open(root.to_owned(), stack)
            .and_then(|folder| folder.edited(stack, known, &mut right));
        edited.extend(found.unwrap_or_default().into_iter().take(NAMED));
    }
    edited.sort();
    *known = right;
    Ok(edited)
}

impl OpenFolder {
    /// `known` is what was read before, and `right` gets what is still valid of it.
    fn edited(
        &self,
        stack_id: StackId,
        known: &Known,
        right: &mut Known,
    ) -> Result<Vec<EditedFile>, FolderError> {
        let mut edited = Vec::new();
        for (path, written) in &self.record.files {
            let edit = match self.find(path)? {
                Found::Nothing => Some(FileEdit::Removed),
                Found::EmptyFolder | Found::Other | Found::Unreachable => Some(FileEdit::Changed),
                found @ Found::File { .. } => {
                    let key = (stack_id, path.clone());
                    let stamp =
                        found.stamp(written).map_err(|e| unavailable(&format!("inspect {path}"), e))?;
                    let is_right = known.get(&key) == Some(&stamp)
                        || hash(found, path)?.is_some_and(|found| written.is(&found));
                    // Later changes within the same tick of the clock would not show in its times.
                    if is_right && stamp.is_settled() {
                        right.insert(key, stamp);
                    }
                    (!is_right).then_some(FileEdit::Changed)
                }
            };
            edited.extend(edit.map(|edit| EditedFile { stack_id, path: path.clone(), edit }));
        }
        Ok(edited)
    }
}

impl Found {
    fn stamp(&self, written: &Written) -> io::Result<Stamp> {
        match self {
            Self::File { file, .. } => Stamp::of(file, written),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
