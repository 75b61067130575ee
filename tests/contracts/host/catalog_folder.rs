//! `CatalogFolder`: the `.yaml` files in their order, within the limits.

use core_monitor_domain::ports::{CatalogFile, CatalogFolder, CatalogFolderError, CatalogFolderLimits};
use core_monitor_host::DirectoryCatalog;
use core_monitor_simulation::catalog_folder::SimCatalogFolder;

const LIMITS: CatalogFolderLimits = CatalogFolderLimits { files: 10, file_bytes: 100 };

const FILES: [(&str, &str); 4] =
    [("b.yaml", "id: b\n"), ("a.yaml", "é\n"), ("notes.txt", "x"), ("c.yaml", "c")];

fn file(name: &str, text: &str) -> CatalogFile {
    CatalogFile { name: name.to_owned(), text: text.to_owned() }
}

async fn reads(folder: &dyn CatalogFolder) {
    let all = folder.read(LIMITS).await.unwrap();
    assert_eq!(all, [file("a.yaml", "é\n"), file("b.yaml", "id: b\n"), file("c.yaml", "c")]);
    let first = folder.read(CatalogFolderLimits { files: 2, ..LIMITS }).await.unwrap();
    assert_eq!(first.len(), 2);
    let short = folder.read(CatalogFolderLimits { file_bytes: 3, ..LIMITS }).await.unwrap();
    assert_eq!(short[1], file("b.yaml", "id: "), "one byte more than fits says that it is too large");
}

#[tokio::test]
async fn in_memory() {
    let folder = SimCatalogFolder::default();
    assert_eq!(folder.read(LIMITS).await, Ok(Vec::new()));
    for (name, text) in FILES {
        folder.put(name, text);
    }
    reads(&folder).await;
}

#[tokio::test]
async fn on_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let missing = DirectoryCatalog::new(folder.path().join("missing"));
    assert_eq!(missing.read(LIMITS).await, Ok(Vec::new()));
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::create_dir(folder.path().join("d.yaml")).unwrap();
    reads(&DirectoryCatalog::new(folder.path().to_owned())).await;
    let file = DirectoryCatalog::new(folder.path().join("a.yaml"));
    assert!(matches!(file.read(LIMITS).await, Err(CatalogFolderError::Unreadable { .. })));
}
