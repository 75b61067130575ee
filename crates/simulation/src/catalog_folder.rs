//! A folder of the catalogue in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ports::{CatalogFile, CatalogFolder, CatalogFolderError, CatalogFolderLimits};

/// The files that a test has put there.
#[derive(Debug, Default)]
pub struct SimCatalogFolder {
    files: Mutex<BTreeMap<String, String>>,
}

impl SimCatalogFolder {
    /// Writes a file.
    pub fn put(&self, name: &str, text: &str) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), text.to_owned());
    }
}

#[async_trait]
impl CatalogFolder for SimCatalogFolder {
    async fn read(&self, limits: CatalogFolderLimits) -> Result<Vec<CatalogFile>, CatalogFolderError> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let most = usize::try_from(limits.file_bytes).unwrap_or(usize::MAX).saturating_add(1);
        let read = files.iter().filter(|(name, _)| is_entry(name)).take(limits.files);
        let read = read.map(|(name, text)| {
            let bytes = &text.as_bytes()[..most.min(text.len())];
            CatalogFile { name: name.clone(), text: String::from_utf8_lossy(bytes).into_owned() }
        });
        Ok(read.collect())
    }
}

fn is_entry(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "yaml")
}
