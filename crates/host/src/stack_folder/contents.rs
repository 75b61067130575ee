//! What is in the place of written files now.

use std::collections::BTreeMap;
use std::io::Read as _;

use core_monitor_domain::drift::{HostFile, LONGEST_TEXT};
use core_monitor_domain::ports::FolderError;

use super::tree::Found;
use super::{OpenFolder, unavailable};

impl OpenFolder {
    /// Only what a version wrote is read: nothing else in the folder is anybody's business.
    pub(super) fn read_written(&self, paths: &[String]) -> Result<BTreeMap<String, HostFile>, FolderError> {
        let written = paths.iter().filter(|path| self.record.files.contains_key(*path));
        written.map(|path| Ok((path.clone(), content(self.find(path)?, path)?))).collect()
    }
}

fn content(found: Found, path: &str) -> Result<HostFile, FolderError> {
    match found {
        Found::Nothing => Ok(HostFile::Gone),
        Found::EmptyFolder | Found::Other | Found::Unreachable => Ok(HostFile::Other),
        Found::File { file, executable, .. } => {
            let mut bytes = Vec::new();
            // One byte more than a text may have shows that it is longer.
            let read = file.take(LONGEST_TEXT as u64 + 1).read_to_end(&mut bytes);
            read.map_err(|error| unavailable(&format!("read {path}"), error))?;
            Ok(HostFile::of(&bytes, executable))
        }
    }
}
