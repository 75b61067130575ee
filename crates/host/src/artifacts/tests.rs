use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

async fn put(store: &FolderArtifacts, bytes: &[u8]) -> StoredArtifact {
    let mut draft = store.begin(1 << 20).await.unwrap();
    draft.write(bytes).await.unwrap();
    draft.keep(at(0)).await.unwrap()
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map(Iterator::count).unwrap_or_default()
}

#[tokio::test]
async fn an_artifact_is_private_and_named_by_its_digest() {
    let data = tempfile::tempdir().unwrap();
    let store = FolderArtifacts::new(data.path());
    let stored = put(&store, b"war").await;
    let hex = stored.digest.hex();
    let path = data.path().join("artifacts/sha256").join(&hex[..2]).join(&hex);
    let found = path.symlink_metadata().unwrap();
    assert_eq!((found.mode() & 0o777, std::fs::read(&path).unwrap()), (0o600, b"war".to_vec()));
    let folder = data.path().join("artifacts").metadata().unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    assert_eq!(files(&data.path().join("artifacts/incoming")), 0);
}

#[test]
fn a_draft_that_is_dropped_or_refused_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let store = FolderArtifacts::new(data.path());
    let incoming = data.path().join("artifacts/incoming");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut draft = store.begin(4 << 20).await.unwrap();
        draft.write(&vec![1; 3 << 20]).await.unwrap();
        assert_eq!(files(&incoming), 1);
        drop(draft);
        let mut draft = store.begin(4 << 20).await.unwrap();
        draft.write(b"no archive at all").await.unwrap();
        let limits = TreeLimits { bytes: 1 << 20, members: 10, path: 100 };
        assert!(matches!(draft.keep_tree(limits, at(0)).await, Err(ArtifactError::NotATree(_))));
        assert_eq!(store.list().await.unwrap(), []);
    });
    // A write that was on its way when its draft was dropped has the file until it ends, which this waits for.
    drop(runtime);
    assert_eq!(files(&incoming), 0);
}

#[tokio::test]
async fn what_a_killed_process_left_is_removed_and_a_draft_that_is_written_is_not() {
    let data = tempfile::tempdir().unwrap();
    let store = FolderArtifacts::new(data.path());
    let mut draft = store.begin(100).await.unwrap();
    let incoming = data.path().join("artifacts/incoming");
    std::fs::write(incoming.join("1-1"), "left by a process that was killed").unwrap();
    store.remove_remains(at(-1_000_000_000)).await.unwrap();
    assert_eq!(files(&incoming), 2, "too young");
    store.remove_remains(at(1_000_000_000)).await.unwrap();
    assert_eq!(files(&incoming), 1, "the one that is being written");
    draft.write(b"bytes").await.unwrap();
    draft.keep(at(0)).await.unwrap();
}

#[tokio::test]
async fn links_and_folders_of_others_are_refused() {
    let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = FolderArtifacts::new(data.path());
    symlink(elsewhere.path(), data.path().join("artifacts")).unwrap();
    let refused = store.begin(1).await.map(drop).unwrap_err();
    assert!(refused.to_string().contains("links are not followed"), "{refused}");
    std::fs::remove_file(data.path().join("artifacts")).unwrap();
    let stored = put(&store, b"war").await;
    let sha = data.path().join("artifacts/sha256");
    std::fs::set_permissions(&sha, std::fs::Permissions::from_mode(0o777)).unwrap();
    let refused = store.list().await.unwrap_err();
    assert!(refused.to_string().contains("others can write it"), "{refused}");
    std::fs::set_permissions(&sha, std::fs::Permissions::from_mode(0o700)).unwrap();
    let hex = stored.digest.hex();
    let path = sha.join(&hex[..2]).join(&hex);
    std::fs::rename(&path, data.path().join("moved")).unwrap();
    symlink(data.path().join("moved"), &path).unwrap();
    assert_eq!(store.open(&stored.digest).await.map(drop), Err(ArtifactError::Missing(stored.digest)));
    assert_eq!(store.list().await.unwrap(), [], "it is in nobody's way");
    // What is sent again takes the place of the link.
    put(&store, b"war").await;
    assert!(path.symlink_metadata().unwrap().is_file());
    assert!(store.open(&stored.digest).await.is_ok());
    assert_eq!(std::fs::read(data.path().join("moved")).unwrap(), b"war", "which was not followed");
    assert_eq!(files(elsewhere.path()), 0);
}

#[tokio::test]
async fn a_damaged_artifact_never_comes_whole() {
    let data = tempfile::tempdir().unwrap();
    let store = FolderArtifacts::new(data.path());
    let bytes = vec![7; 600_000];
    let stored = put(&store, &bytes).await;
    let hex = stored.digest.hex();
    let path = data.path().join("artifacts/sha256").join(&hex[..2]).join(&hex);
    for damage in [vec![7; 599_999], [vec![7; 599_999], vec![8]].concat()] {
        std::fs::write(&path, damage).unwrap();
        let mut open = store.open(&stored.digest).await.unwrap();
        let (ended, length) = loop_to_end(&mut *open.content).await;
        assert_eq!(ended, Err(ArtifactError::Damaged(stored.digest)));
        assert!(length < 599_999, "the last chunk is held back");
        let limits = TreeLimits { bytes: 1 << 20, members: 10, path: 100 };
        let paths = store.paths(&stored.digest, limits).await;
        assert_eq!(paths, Err(ArtifactError::Damaged(stored.digest)), "nor is it taken for another archive");
    }
    // The same bytes again heal it.
    put(&store, &bytes).await;
    let mut open = store.open(&stored.digest).await.unwrap();
    assert_eq!(loop_to_end(&mut *open.content).await, (Ok(()), 600_000));
}

async fn loop_to_end(
    feed: &mut dyn core_monitor_domain::ports::Feed<Vec<u8>, ArtifactError>,
) -> (Result<(), ArtifactError>, usize) {
    let mut length = 0;
    loop {
        match feed.next().await {
            Ok(Some(chunk)) => length += chunk.len(),
            Ok(None) => return (Ok(()), length),
            Err(error) => return (Err(error), length),
        }
    }
}
