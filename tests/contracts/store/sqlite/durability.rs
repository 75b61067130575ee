//! Processes that are killed during writes, and processes that write concurrently.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use core_monitor_domain::ids::CommandId;
use core_monitor_host::SystemClock;
use core_monitor_store_seaorm::{connect, default_url};
use sea_orm::ConnectionTrait;

use super::shell;
use crate::fixture::Fixture;

/// The program in `tests/src/bin` that enqueues commands and prints a line per acknowledged command.
struct Writer {
    child: Child,
    acks: Lines<BufReader<ChildStdout>>,
}

impl Writer {
    #[expect(clippy::disallowed_methods, reason = "the child is our own program")]
    fn start(folder: &Path, count: u32) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_queue-writer"))
            .args([folder.to_str().unwrap(), &count.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let acks = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, acks }
    }

    /// The next acknowledged command: sequence number and id.
    fn ack(&mut self) -> Option<(i64, CommandId)> {
        let line = self.acks.next()?.unwrap();
        let (seq, id) = line.split_once(' ')?;
        Some((seq.parse().unwrap(), id.parse().unwrap()))
    }

    /// SIGKILL, then everything it had acknowledged by then.
    fn kill(mut self) -> Vec<(i64, CommandId)> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.ack()).collect()
    }
}

async fn check_all_there(folder: &Path, acknowledged: &BTreeMap<i64, CommandId>) {
    let f = Fixture::over(&connect(&default_url(folder), folder, Arc::new(SystemClock)).await.unwrap());
    for (seq, id) in acknowledged {
        let command = f.queue.find(*id).await.unwrap();
        assert_eq!(command.map(|command| command.seq.0), Some(*seq), "an acknowledged command is lost");
    }
    let last = f.queue.overview().await.unwrap().pending + 1;
    let queue = f.queue().await;
    let seqs: Vec<u64> = queue.lines().map(|line| line.split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "the order has a gap");
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let f = Fixture::sqlite().await;
    f.stack("web").await;
    let folder = f.folder.as_ref().unwrap().path();
    let mut acknowledged = BTreeMap::new();
    for round in 0..12_u32 {
        let mut writer = Writer::start(folder, u32::MAX);
        // Killed after a different number of acknowledgements each time, nearly always during a write.
        for _ in 0..=(round * 7 % 23) {
            acknowledged.extend(writer.ack());
        }
        acknowledged.extend(writer.kill());
        check_all_there(folder, &acknowledged).await;
    }
    assert!(acknowledged.len() > 100, "only {} were acknowledged", acknowledged.len());
    let db = shell(&f).await;
    let check = sea_orm::Statement::from_string(db.get_database_backend(), "PRAGMA integrity_check");
    let verdict: String = db.query_one_raw(check).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(verdict, "ok");
}

#[tokio::test]
async fn processes_that_write_at_once_share_one_order() {
    let f = Fixture::sqlite().await;
    f.stack("web").await;
    let folder = f.folder.as_ref().unwrap().path();
    let mut writers: Vec<_> = (0..3).map(|_| Writer::start(folder, 100)).collect();
    let mut acknowledged = BTreeMap::new();
    for writer in &mut writers {
        let mut last = 0;
        while let Some((seq, id)) = writer.ack() {
            assert!(seq > last, "one writer's commands are in its order");
            last = seq;
            assert_eq!(acknowledged.insert(seq, id), None, "{seq} was given twice");
        }
        assert!(writer.child.wait().unwrap().success());
    }
    assert_eq!(acknowledged.len(), 300);
    check_all_there(folder, &acknowledged).await;
}
