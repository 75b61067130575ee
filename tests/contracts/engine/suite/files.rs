//! Files in containers.

use core_monitor_domain::container_file::{Download, FileEntry, FileKind, FilePlace, FileRefusal, Upload};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, Feed, FilesError};

use crate::bench::{Bench, idle};

fn place(container: &ContainerId, path: &str) -> FilePlace {
    FilePlace { container: container.clone(), root: None, path: path.parse().unwrap() }
}

async fn read(mut content: Box<dyn Feed<Vec<u8>, EngineError>>) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(part) = content.next().await.unwrap() {
        assert!(part.len() <= 64 << 10, "a part has {} bytes", part.len());
        all.extend(part);
    }
    all
}

/// Writes a file in parts.
async fn write(
    bench: &Bench,
    at: &FilePlace,
    upload: Upload,
    parts: &[&[u8]],
) -> Result<(), FilesError<EngineError>> {
    let mut sink = bench.engine.put(at, upload).await?;
    for part in parts {
        sink.write(part.to_vec()).await?;
    }
    sink.finish().await
}

fn file(size: usize) -> Upload {
    Upload::File { size: size as u64, mode: None, uid: None, gid: None }
}

fn refusal<T>(result: Result<T, FilesError<EngineError>>) -> FileRefusal {
    match result {
        Err(FilesError::Refused(refusal)) => refusal,
        Err(FilesError::Failed(error)) => panic!("it failed: {error}"),
        Ok(_) => panic!("it was done"),
    }
}

async fn entry(bench: &Bench, id: &ContainerId, folder: &str, name: &str) -> FileEntry {
    let listing = bench.engine.list(&place(id, folder)).await.unwrap();
    assert!(!listing.cut);
    let found = listing.entries.into_iter().find(|entry| entry.name == name);
    found.unwrap_or_else(|| panic!("no `{name}` in `{folder}`"))
}

/// A container that was never started.
async fn created(bench: &Bench) -> ContainerId {
    bench.make(bench.container("web", idle())).await
}

pub(crate) async fn a_file_is_written_listed_and_read(bench: &Bench) {
    let id = created(bench).await;
    for start in [false, true] {
        if start {
            assert_eq!(bench.start(&id).await, "done");
        }
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(200_000).collect();
        let at = place(&id, "/tmp/BZh9");
        let upload = Upload::File { size: 200_000, mode: Some(0o4750), uid: Some(1_234), gid: Some(5_678) };
        write(bench, &at, upload, &[&bytes[..1], &bytes[1..70_000], &bytes[70_000..]]).await.unwrap();
        let found = entry(bench, &id, "/tmp", "BZh9").await;
        assert_eq!((found.kind, found.size, found.mode), (FileKind::File, 200_000, 0o4750));
        assert_eq!((found.uid, found.gid), (1_234, 5_678));
        // The owner and the mode of a file that is replaced are kept.
        write(bench, &at, file(5), &[b"short"]).await.unwrap();
        let read_back = bench.engine.fetch(&at, Download::Content).await.unwrap();
        let looks = &read_back.entry;
        assert_eq!((looks.size, looks.mode, looks.uid, looks.gid), (5, 0o4750, 1_234, 5_678));
        assert_eq!(read(read_back.content).await, b"short");
        let empty = place(&id, "/tmp/empty");
        write(bench, &empty, file(0), &[]).await.unwrap();
        let looks = entry(bench, &id, "/tmp", "empty").await;
        assert_eq!((looks.size, looks.mode, looks.uid), (0, 0o644, 0));
        assert!(read(bench.engine.fetch(&empty, Download::Content).await.unwrap().content).await.is_empty());
    }
}

pub(crate) async fn folders_are_listed_one_level_deep(bench: &Bench) {
    let id = created(bench).await;
    let root = bench.engine.list(&place(&id, "/")).await.unwrap();
    let names: Vec<_> = root.entries.iter().map(|entry| entry.name.as_str()).collect();
    for name in ["data", "etc", "tmp"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.contains(&"hostname"), "{names:?}");
    let folders = root.entries.iter().take_while(|entry| entry.kind == FileKind::Folder).count();
    assert!(root.entries.iter().skip(folders).all(|entry| entry.kind != FileKind::Folder));
    assert!(bench.engine.list(&place(&id, "/proc")).await.unwrap().entries.is_empty());
}

pub(crate) async fn a_whole_folder_is_an_archive(bench: &Bench) {
    let id = created(bench).await;
    for path in ["/etc", "/"] {
        let archive = bench.engine.fetch(&place(&id, path), Download::Archive).await.unwrap();
        assert_eq!((archive.entry.kind, archive.entry.size), (FileKind::Folder, 0));
        let bytes = read(archive.content).await;
        assert!(bytes.len() >= 1_024 && bytes.len() % 512 == 0 && bytes.ends_with(&[0; 1_024]));
    }
    write(bench, &place(&id, "/tmp"), Upload::Archive, &[&[0; 1_000], &[0; 24]]).await.unwrap();
}

pub(crate) async fn what_is_something_else_is_refused(bench: &Bench) {
    let id = created(bench).await;
    write(bench, &place(&id, "/tmp/file"), file(1), &[b"x"]).await.unwrap();
    let (engine, there) = (&bench.engine, place(&id, "/tmp/file"));
    assert!(matches!(
        refusal(engine.list(&there).await),
        FileRefusal::NotAFolder { kind: FileKind::File, .. }
    ));
    assert!(matches!(refusal(engine.put(&there, Upload::Archive).await), FileRefusal::NotAFolder { .. }));
    let folder = place(&id, "/tmp");
    let content = refusal(engine.fetch(&folder, Download::Content).await);
    assert!(matches!(content, FileRefusal::NotAFile { kind: FileKind::Folder, .. }), "{content:?}");
    for folder in ["/tmp", "/"] {
        let put = refusal(engine.put(&place(&id, folder), file(1)).await);
        assert!(matches!(put, FileRefusal::NotAFile { .. }), "{put:?}");
    }
    for path in ["/nothing", "/nothing/below", "/tmp/file/below"] {
        let nowhere = place(&id, path);
        assert_eq!(refusal(engine.list(&nowhere).await), FileRefusal::NotFound, "{path}");
        assert_eq!(refusal(engine.fetch(&nowhere, Download::Content).await), FileRefusal::NotFound);
        assert_eq!(refusal(engine.put(&nowhere, Upload::Archive).await), FileRefusal::NotFound);
    }
    assert_eq!(refusal(engine.put(&place(&id, "/nothing/below"), file(1)).await), FileRefusal::NoFolder);
    for path in ["/proc/x", "/dev/null", "/sys"] {
        assert_eq!(refusal(engine.put(&place(&id, path), file(1)).await), FileRefusal::Virtual, "{path}");
        assert_eq!(refusal(engine.put(&place(&id, path), Upload::Archive).await), FileRefusal::Virtual);
    }
}

pub(crate) async fn an_upload_that_is_not_as_announced_is_refused(bench: &Bench) {
    let id = created(bench).await;
    let at = place(&id, "/tmp/file");
    assert_eq!(refusal(write(bench, &at, file(5), &[b"four"]).await), FileRefusal::Interrupted);
    assert_eq!(refusal(write(bench, &at, file(5), &[b"four", b"fi"]).await), FileRefusal::Interrupted);
    let folder = place(&id, "/tmp");
    for no_tar in [
        &b"text that is longer than a block of a tar, which has 512 bytes".repeat(20)[..],
        b"\x1f\x8b\x08",
        b"",
    ] {
        let found = refusal(write(bench, &folder, Upload::Archive, &[no_tar]).await);
        assert!(matches!(found, FileRefusal::NotATar | FileRefusal::Interrupted), "{found:?}");
    }
    // Dropped in the middle.
    let mut sink = bench.engine.put(&at, file(1 << 20)).await.unwrap();
    sink.write(vec![0; 1_000]).await.unwrap();
    drop(sink);
    write(bench, &at, file(5), &[b"whole"]).await.unwrap();
    let whole = bench.engine.fetch(&at, Download::Content).await.unwrap();
    assert_eq!(read(whole.content).await, b"whole");
}

pub(crate) async fn a_missing_container_has_no_files(bench: &Bench) {
    let missing = place(&ContainerId::from("0".repeat(64).as_str()), "/");
    let failed = |error: Option<FilesError<EngineError>>| match error {
        Some(FilesError::Failed(error)) => error,
        other => panic!("{other:?}"),
    };
    let error = failed(bench.engine.list(&missing).await.err());
    assert!(matches!(error, EngineError::NotFound { .. }), "{error:?}");
    let error = failed(bench.engine.put(&missing, Upload::Archive).await.err());
    assert!(matches!(error, EngineError::NotFound { .. }), "{error:?}");
    let error = failed(bench.down.list(&missing).await.err());
    assert!(matches!(error, EngineError::Unavailable { .. }), "{error:?}");
}
