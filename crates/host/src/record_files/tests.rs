use std::os::unix::fs::PermissionsExt as _;

use core_monitor_domain::records::RecordSubject;
use core_monitor_domain::time::Timestamp;

use super::*;

fn head(number: u32, last: i64) -> RecordHead {
    RecordHead {
        format: RecordHead::FORMAT,
        number,
        subject: RecordSubject::Commands,
        first: 1,
        last,
        records: 2,
        previous: None,
        made_at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("archive")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_read_as_it_was_written_and_others_can_read_it_too() {
    let data = tempfile::tempdir().unwrap();
    let files = FolderRecordFiles::new(data.path());
    let lines = vec!["{\"a\":1}".to_owned(), "{\"b\":\"\u{e9}\"}".to_owned()];
    let head = head(1, 2);
    let written = files.write(&head, lines.clone()).await.unwrap();
    assert_eq!(files.read(&head.name(), &written.digest).await.unwrap(), lines);
    assert_eq!(files.examine(&head.name()).await.unwrap(), Some((written.digest, head.clone())));
    let path = data.path().join("archive").join(head.name());
    let found = path.metadata().unwrap();
    assert_eq!((found.len(), found.permissions().mode() & 0o777), (written.size, 0o600));
    let mut text = String::new();
    GzDecoder::new(std::fs::read(&path).unwrap().as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.starts_with("{\"format\":1,\"number\":1,\"subject\":\"commands\""), "{text}");
    files.remove(&head.name()).await.unwrap();
    files.remove(&head.name()).await.unwrap();
    assert_eq!(files.examine(&head.name()).await.unwrap(), None);
    let missing = RecordFileError::Missing(head.name());
    assert_eq!(files.read(&head.name(), &written.digest).await, Err(missing));
}

#[tokio::test]
async fn what_a_killed_writer_left_is_replaced() {
    let data = tempfile::tempdir().unwrap();
    let files = FolderRecordFiles::new(data.path());
    files.write(&head(1, 2), vec!["{}".to_owned()]).await.unwrap();
    // Written and not noted.
    files.write(&head(2, 7), vec!["{}".to_owned()]).await.unwrap();
    // Not even written to its end.
    std::fs::write(data.path().join("archive/.draft"), "half a file").unwrap();
    files.write(&head(2, 9), vec!["{}".to_owned()]).await.unwrap();
    assert_eq!(names(data.path()), ["000001-commands-1-2.jsonl.gz", "000002-commands-1-9.jsonl.gz"]);
}

#[tokio::test]
async fn one_writes_at_a_time() {
    let data = tempfile::tempdir().unwrap();
    let files = FolderRecordFiles::new(data.path());
    let held = begin(&data.path().join("archive")).unwrap();
    assert_eq!(files.write(&head(1, 2), Vec::new()).await, Err(RecordFileError::Busy));
    drop(held);
    files.write(&head(1, 2), Vec::new()).await.unwrap();
}

#[tokio::test]
async fn every_changed_byte_is_noticed() {
    let data = tempfile::tempdir().unwrap();
    let files = FolderRecordFiles::new(data.path());
    let head = head(1, 2);
    let written = files.write(&head, vec!["{\"a\":1}".to_owned()]).await.unwrap();
    let path = data.path().join("archive").join(head.name());
    let good = std::fs::read(&path).unwrap();
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 1;
        std::fs::write(&path, bad).unwrap();
        let damaged = RecordFileError::Damaged(head.name());
        assert_eq!(files.read(&head.name(), &written.digest).await, Err(damaged), "{place}");
        let found = files.examine(&head.name()).await.unwrap();
        assert_ne!(found, Some((written.digest, head.clone())), "{place}");
    }
}
