//! The catalogue of this installation: the built-in entries, and those of its folder.

use std::sync::LazyLock;

use core_monitor_catalog::{Catalog, EntryError, Limits};
use core_monitor_compose::Span;
use core_monitor_domain::ports::{CatalogFile, CatalogFolderError, CatalogFolderLimits};

use super::{ServerPorts, run_blocking, said};

/// The name that stands for the folder in errors.
const FOLDER: &str = "catalog";

/// Read once: nothing changes them while the program runs. A test says that they have no errors.
static BUILT_IN: LazyLock<Catalog> = LazyLock::new(|| Catalog::built_in().0);

/// The entries, with what is wrong in the folder.
#[derive(Debug, Clone)]
pub struct ShownCatalog {
    /// The entries.
    pub catalog: Catalog,
    /// The errors of the files that were left out.
    pub errors: Vec<EntryError>,
}

/// Reads the folder anew, so that an entry can be tried as it is written.
pub(super) async fn known_catalog(ports: &ServerPorts) -> ShownCatalog {
    let limits = Limits::default();
    let read = CatalogFolderLimits { files: limits.entries + 1, file_bytes: limits.file_bytes as u64 };
    let files = match ports.catalog.read(read).await {
        Ok(files) => files,
        Err(CatalogFolderError::Unreadable { reason }) => {
            tracing::warn!(reason, "the folder of the catalogue cannot be read");
            let span = Span { file: FOLDER.to_owned(), line: 1, column: 1, length: 1 };
            let error = EntryError { span, message: said::catalog_folder_unreadable(), hint: None };
            return ShownCatalog { catalog: BUILT_IN.clone(), errors: vec![error] };
        }
    };
    if files.is_empty() {
        return ShownCatalog { catalog: BUILT_IN.clone(), errors: Vec::new() };
    }
    run_blocking(move || {
        let mut catalog = BUILT_IN.clone();
        let files = files.iter().map(|CatalogFile { name, text }| (name.as_str(), text.as_str()));
        let errors = catalog.add_folder(files, &limits);
        ShownCatalog { catalog, errors }
    })
    .await
}
