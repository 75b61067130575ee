//! [`CatalogFolder`] on a disk.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::ports::{CatalogFile, CatalogFolder, CatalogFolderError, CatalogFolderLimits};

/// The files of a folder; what lies in folders below it is not looked at.
#[derive(Debug, Clone)]
pub struct DirectoryCatalog {
    folder: PathBuf,
}

impl DirectoryCatalog {
    /// The folder, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl CatalogFolder for DirectoryCatalog {
    async fn read(&self, limits: CatalogFolderLimits) -> Result<Vec<CatalogFile>, CatalogFolderError> {
        let folder = self.folder.clone();
        let read = tokio::task::spawn_blocking(move || files(&folder, limits)).await;
        let unreadable = |reason: String| CatalogFolderError::Unreadable { reason };
        read.map_err(|error| unreadable(error.to_string()))?.map_err(|error| unreadable(error.to_string()))
    }
}

fn files(folder: &Path, limits: CatalogFolderLimits) -> io::Result<Vec<CatalogFile>> {
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for file in listed {
        let name = file?.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|extension| extension == "yaml") {
            names.push(name);
        }
    }
    names.sort();
    names.truncate(limits.files);
    let mut files = Vec::new();
    for name in names {
        let path = folder.join(&name);
        // Anything else, such as a pipe, could be read forever.
        if !path.metadata().is_ok_and(|found| found.is_file()) {
            continue;
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        files.push(CatalogFile { name, text: String::from_utf8_lossy(&bytes).into_owned() });
    }
    Ok(files)
}
