//! Files in containers, through a link.

use core_monitor_domain::container_file::{Download, FilePlace, FileRefusal, Upload};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Feed, FilesError, LinkError};

use crate::bench::Bench;

contract! {
    a_file_is_written_and_read_byte_for_byte,
    refusals_arrive_with_their_reason,
    an_upload_that_is_dropped_or_wrong_is_not_made_whole,
    a_worker_that_is_lost_is_an_error_both_ways,
}

fn place(bench: &Bench, path: &str) -> FilePlace {
    FilePlace { container: bench.web.clone(), root: None, path: path.parse().unwrap() }
}

fn file(size: usize) -> Upload {
    Upload::File { size: size as u64, mode: None, uid: None, gid: None }
}

async fn read(mut content: Box<dyn Feed<Vec<u8>, LinkError>>) -> Result<Vec<u8>, LinkError> {
    let mut all = Vec::new();
    while let Some(part) = content.next().await? {
        all.extend(part);
    }
    Ok(all)
}

fn refusal<T>(result: Result<T, FilesError<LinkError>>) -> FileRefusal {
    match result {
        Err(FilesError::Refused(refusal)) => refusal,
        Err(FilesError::Failed(error)) => panic!("it failed: {error}"),
        Ok(_) => panic!("it was done"),
    }
}

/// How an upload ends that is as long as `size`, but of which only `parts` come.
async fn write(
    bench: &Bench,
    path: &str,
    size: usize,
    parts: &[Vec<u8>],
) -> Result<(), FilesError<LinkError>> {
    let mut sink = bench.link.put_file(&place(bench, path), file(size)).await?;
    for part in parts {
        sink.write(part.clone()).await?;
    }
    sink.finish().await
}

async fn a_file_is_written_and_read_byte_for_byte(bench: &mut Bench) {
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1_000_000).collect();
    let parts: Vec<_> = bytes.chunks(60_000).map(<[u8]>::to_vec).collect();
    write(bench, "/tmp/file", bytes.len(), &parts).await.unwrap();
    let listing = bench.link.list_files(&place(bench, "/tmp")).await.unwrap();
    assert_eq!((listing.entries.len(), listing.entries[0].size), (1, 1_000_000));
    let fetched = bench.link.fetch_file(&place(bench, "/tmp/file"), Download::Content).await.unwrap();
    assert_eq!(fetched.entry, listing.entries[0]);
    assert!(read(fetched.content).await.unwrap() == bytes);
    let archive = bench.link.fetch_file(&place(bench, "/tmp"), Download::Archive).await.unwrap();
    assert_eq!(read(archive.content).await.unwrap().len(), 1_024);
}

async fn refusals_arrive_with_their_reason(bench: &mut Bench) {
    let nothing = place(bench, "/nothing");
    assert_eq!(refusal(bench.link.list_files(&nothing).await), FileRefusal::NotFound);
    assert_eq!(refusal(bench.link.fetch_file(&nothing, Download::Content).await), FileRefusal::NotFound);
    let put = async {
        let mut sink = bench.link.put_file(&nothing, Upload::Archive).await?;
        // Where the worker is another process, it is told with the first part or at the end.
        sink.write(vec![0; 1_024]).await?;
        sink.finish().await
    };
    assert_eq!(refusal(put.await), FileRefusal::NotFound);
    let missing = FilePlace { container: ContainerId::from("c0"), ..nothing };
    let error = bench.link.list_files(&missing).await.err();
    assert!(matches!(error, Some(FilesError::Failed(LinkError::NotFound { .. }))), "{error:?}");
}

async fn an_upload_that_is_dropped_or_wrong_is_not_made_whole(bench: &mut Bench) {
    let part = || vec![b'x'; 1_000];
    assert_eq!(refusal(write(bench, "/tmp/short", 1_001, &[part()]).await), FileRefusal::Interrupted);
    assert_eq!(refusal(write(bench, "/tmp/long", 999, &[part()]).await), FileRefusal::Interrupted);
    let mut sink = bench.link.put_file(&place(bench, "/tmp/left"), file(2_000)).await.unwrap();
    sink.write(part()).await.unwrap();
    drop(sink);
    write(bench, "/tmp/after", 1_000, &[part()]).await.unwrap();
    let listing = bench.link.list_files(&place(bench, "/tmp")).await.unwrap();
    let names: Vec<_> = listing.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["after"]);
}

async fn a_worker_that_is_lost_is_an_error_both_ways(bench: &mut Bench) {
    let parts = vec![vec![b'x'; 50_000]; 80];
    write(bench, "/tmp/file", 4_000_000, &parts).await.unwrap();
    let mut fetched = bench.link.fetch_file(&place(bench, "/tmp/file"), Download::Content).await.unwrap();
    let mut sink = bench.link.put_file(&place(bench, "/tmp/other"), file(2_000)).await.unwrap();
    fetched.content.next().await.unwrap().unwrap();
    sink.write(vec![b'x'; 1_000]).await.unwrap();
    bench.end_worker().await;
    let lost = read(fetched.content).await;
    assert!(matches!(lost, Err(LinkError::WorkerAway { .. })), "{:?}", lost.map(|all| all.len()));
    let lost = sink.finish().await.err();
    assert!(matches!(lost, Some(FilesError::Failed(LinkError::WorkerAway { .. }))), "{lost:?}");
}
