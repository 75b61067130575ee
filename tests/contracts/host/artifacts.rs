//! `ArtifactStore`: bytes by their digest, whole or not at all.

use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{ArtifactError, ArtifactStore, StoredArtifact, TreeLimits};
use core_monitor_domain::time::Timestamp;
use core_monitor_host::FolderArtifacts;
use core_monitor_simulation::artifacts::SimArtifacts;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const LIMITS: TreeLimits = TreeLimits { bytes: 1 << 20, members: 100, path: 200 };

struct Fixture {
    store: Box<dyn ArtifactStore>,
    _folder: Option<tempfile::TempDir>,
}

fn simulation() -> Fixture {
    Fixture { store: Box::new(SimArtifacts::default()), _folder: None }
}

fn folder() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    Fixture { store: Box::new(FolderArtifacts::new(folder.path())), _folder: Some(folder) }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

async fn put(store: &dyn ArtifactStore, chunks: &[Vec<u8>]) -> StoredArtifact {
    let mut draft = store.begin(64 << 20).await.unwrap();
    for chunk in chunks {
        draft.write(chunk).await.unwrap();
    }
    let digest = draft.digest().await.unwrap();
    let stored = draft.keep(at(0)).await.unwrap();
    assert_eq!(stored.digest, digest);
    stored
}

async fn read(store: &dyn ArtifactStore, digest: &ArtifactDigest) -> Result<Vec<u8>, ArtifactError> {
    let mut open = store.open(digest).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = open.content.next().await? {
        assert!(!chunk.is_empty() && chunk.len() <= 256 << 10);
        bytes.extend(chunk);
    }
    assert_eq!(bytes.len() as u64, open.size);
    Ok(bytes)
}

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        $(
            mod $name {
                #[tokio::test]
                async fn simulation() {
                    super::$name(super::simulation()).await;
                }

                #[tokio::test]
                async fn folder() {
                    super::$name(super::folder()).await;
                }
            }
        )*
    };
}

contract! {
    what_was_stored_is_read_again,
    the_limit_holds,
    the_same_bytes_are_stored_once,
    two_who_send_the_same_bytes_at_once_both_succeed,
    nothing_is_visible_before_it_is_kept,
    only_what_was_not_used_lately_is_removed,
    a_tree_is_stored_as_its_canonical_tar,
    what_is_no_tree_is_refused,
}

async fn what_was_stored_is_read_again(fixture: Fixture) {
    let store = &*fixture.store;
    for bytes in [Vec::new(), b"war".to_vec(), vec![7; 1_000_000]] {
        let stored = put(store, std::slice::from_ref(&bytes)).await;
        assert_eq!(stored.digest, ArtifactDigest::of(&bytes));
        assert_eq!((stored.size, stored.used_at), (bytes.len() as u64, at(0)));
        assert_eq!(read(store, &stored.digest).await.unwrap(), bytes);
    }
    let missing = ArtifactDigest::of(b"never stored");
    assert_eq!(read(store, &missing).await, Err(ArtifactError::Missing(missing)));
}

async fn the_limit_holds(fixture: Fixture) {
    let mut draft = fixture.store.begin(10).await.unwrap();
    draft.write(b"12345").await.unwrap();
    draft.write(b"67890").await.unwrap();
    assert_eq!(draft.write(b"1").await, Err(ArtifactError::TooLarge { limit: 10 }));
    drop(draft);
    assert_eq!(fixture.store.list().await.unwrap(), []);
}

async fn the_same_bytes_are_stored_once(fixture: Fixture) {
    let one = put(&*fixture.store, &[b"ab".to_vec(), b"c".to_vec()]).await;
    let other = put(&*fixture.store, &[b"abc".to_vec()]).await;
    assert_eq!(one, other);
    assert_eq!(fixture.store.list().await.unwrap(), [one]);
}

async fn two_who_send_the_same_bytes_at_once_both_succeed(fixture: Fixture) {
    let store = &*fixture.store;
    let mut one = store.begin(100).await.unwrap();
    let mut other = store.begin(100).await.unwrap();
    for byte in *b"abc" {
        one.write(&[byte]).await.unwrap();
        other.write(&[byte]).await.unwrap();
    }
    let one = one.keep(at(1)).await.unwrap();
    let other = other.keep(at(2)).await.unwrap();
    assert_eq!(one.digest, other.digest);
    assert_eq!(read(store, &one.digest).await.unwrap(), b"abc");
    assert_eq!(store.list().await.unwrap(), [other]);
}

async fn nothing_is_visible_before_it_is_kept(fixture: Fixture) {
    let store = &*fixture.store;
    let mut draft = store.begin(1 << 20).await.unwrap();
    draft.write(&vec![1; 600_000]).await.unwrap();
    let digest = draft.digest().await.unwrap();
    assert_eq!(store.list().await.unwrap(), []);
    assert_eq!(read(store, &digest).await, Err(ArtifactError::Missing(digest)));
    drop(draft);
    assert_eq!(store.list().await.unwrap(), []);
}

async fn only_what_was_not_used_lately_is_removed(fixture: Fixture) {
    let store = &*fixture.store;
    let digest = put(store, &[b"war".to_vec()]).await.digest;
    assert!(!store.remove_unused(&digest, at(0)).await.unwrap());
    assert_eq!(store.use_again(&digest, at(10)).await.unwrap().used_at, at(10));
    assert!(!store.remove_unused(&digest, at(10)).await.unwrap());
    assert_eq!(read(store, &digest).await.unwrap(), b"war");
    assert!(store.remove_unused(&digest, at(11)).await.unwrap());
    assert!(store.remove_unused(&digest, at(11)).await.unwrap(), "it is gone");
    assert_eq!(store.use_again(&digest, at(12)).await, Err(ArtifactError::Missing(digest)));
    assert_eq!(store.list().await.unwrap(), []);
}

fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, text) in members {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_mode(0o600);
        header.set_mtime(17);
        header.set_size(text.len() as u64);
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

async fn a_tree_is_stored_as_its_canonical_tar(fixture: Fixture) {
    let store = &*fixture.store;
    let mut draft = store.begin(1 << 20).await.unwrap();
    draft.write(&tar(&[("./css/site.css", "p {}"), ("index.html", "hello")])).await.unwrap();
    let (stored, paths) = draft.keep_tree(LIMITS, at(0)).await.unwrap();
    assert_eq!(paths, ["css/site.css", "index.html"]);
    assert_eq!(store.paths(&stored.digest, LIMITS).await.unwrap(), paths);
    let bytes = read(store, &stored.digest).await.unwrap();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let members = archive.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        let header = entry.header();
        assert_eq!((header.uid().unwrap(), header.mtime().unwrap()), (0, 0));
        format!("{:o} {}", header.mode().unwrap(), entry.path().unwrap().display())
    });
    assert_eq!(members.collect::<Vec<_>>(), ["755 css/", "644 css/site.css", "644 index.html"]);
    // What the canonical tar is sent as gives the same artifact.
    let mut draft = store.begin(1 << 20).await.unwrap();
    draft.write(&bytes).await.unwrap();
    assert_eq!(draft.keep_tree(LIMITS, at(0)).await.unwrap(), (stored, paths));
    assert_eq!(store.list().await.unwrap(), [stored]);
}

async fn what_is_no_tree_is_refused(fixture: Fixture) {
    let store = &*fixture.store;
    let large = tar(&[("a", &"x".repeat(2 << 20))]);
    for (bytes, words, is_large) in [
        (b"no archive".to_vec(), "this is neither a tar nor a tar.gz nor a zip", false),
        (tar(&[("../../etc/passwd", "x")]), "has `..` in its path", false),
        (large, "larger than 1048576 bytes", true),
    ] {
        let mut draft = store.begin(8 << 20).await.unwrap();
        draft.write(&bytes).await.unwrap();
        let refused = draft.keep_tree(LIMITS, at(0)).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
        assert!(matches!(refused, ArtifactError::NotATree(tree) if tree.too_large == is_large));
    }
    assert_eq!(store.list().await.unwrap(), []);
}

#[test]
fn the_digest_does_not_depend_on_the_chunks() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let fixture = folder();
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let chunks = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300_000), 0..5);
    let checked = runner.run(&chunks, |chunks| {
        runtime.block_on(async {
            let whole = chunks.concat();
            let stored = put(&*fixture.store, &chunks).await;
            prop_assert_eq!(stored.digest, ArtifactDigest::of(&whole));
            prop_assert_eq!(read(&*fixture.store, &stored.digest).await.unwrap(), whole);
            Ok(())
        })
    });
    checked.unwrap();
}
