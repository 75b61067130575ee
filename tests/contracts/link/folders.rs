//! Files that versions wrote into the folders of stacks.

use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{LinkError, StackFolder as _};
use core_monitor_domain::stack_version::SourceFile;
use uuid::Uuid;

use crate::bench::Bench;

contract! {
    files_arrive_as_they_are_now,
    without_a_worker_no_file_is_read,
}

const STACK: StackId = StackId(Uuid::from_u128(7));

async fn files_arrive_as_they_are_now(bench: &mut Bench) {
    let written = [("a", "1"), ("b", "1")].map(|(path, text)| (path.to_owned(), SourceFile::from(text)));
    bench.worker.folders().write(STACK, &written).await.unwrap();
    bench.worker.folders().put_by_hand(STACK, "a", "é \"2\"\n");
    bench.worker.folders().remove_by_hand(STACK, "b");
    let paths = ["a", "b", "c"].map(str::to_owned);
    let text = HostFile::Text { text: "é \"2\"\n".to_owned(), executable: false };
    let expected = [("a", text), ("b", HostFile::Gone)].map(|(path, file)| (path.to_owned(), file));
    assert_eq!(bench.link.read_written(STACK, &paths).await.unwrap(), expected.into());
}

async fn without_a_worker_no_file_is_read(bench: &mut Bench) {
    bench.end_worker().await;
    let read = bench.link.read_written(STACK, &["a".to_owned()]).await;
    assert!(matches!(read, Err(LinkError::WorkerAway { .. })), "{read:?}");
}
