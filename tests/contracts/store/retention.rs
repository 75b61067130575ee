//! Retention over `RecordStore` and real files: what is old leaves, nothing that is needed does, everything stays readable, and
//! whoever is killed goes on.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_application::server::{
    ArchivedAudit, ArchivedQueue, RecordReader, Retention, RetentionError, RetentionPorts,
};
use core_monitor_domain::access::Grant;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::command::{Command, CommandKind, CommandStatus};
use core_monitor_domain::ids::{Seq, StackId, TokenId, VersionNumber};
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::{
    AuditFilter, AuditLog, Clock, CommandFilter, CommandQueue, EventFilter, RecordFiles, RecordStore,
    StackChange, StoreSizes, Token,
};
use core_monitor_domain::records::{ChainFault, RecordRetention, check_chain};
use core_monitor_domain::time::Timestamp;
use core_monitor_host::{FolderArtifacts, FolderRecordFiles};
use core_monitor_simulation::disk::SimDisk;
use tempfile::TempDir;

use crate::fixture::{Fixture, ann, at, done_with, failed, intent, outcome, release};

mod audit_chain;
mod failing;
mod needed;

use failing::Failing;

const DAY: i64 = 86_400;

/// A clock that stands still and waits for nothing.
struct Standing(Timestamp);

#[async_trait]
impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {}
}

/// A store, a folder for the files, and retention over both.
pub(crate) struct Kept<'f> {
    pub(crate) f: &'f Fixture,
    folder: TempDir,
}

impl<'f> Kept<'f> {
    pub(crate) fn new(f: &'f Fixture) -> Self {
        Self { f, folder: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn sizes(&self) -> StoreSizes {
        self.f.records.sizes().await.unwrap()
    }

    fn files(&self) -> FolderRecordFiles {
        FolderRecordFiles::new(self.folder())
    }

    /// A round on this day, with ports that may fail.
    async fn round_with(
        &self,
        day: i64,
        records: Arc<dyn RecordStore>,
        files: Arc<dyn RecordFiles>,
    ) -> Result<(), RetentionError> {
        let ports = RetentionPorts {
            records,
            files,
            artifacts: Arc::new(FolderArtifacts::new(self.folder())),
            clock: Arc::new(Standing(at(day * DAY))),
            disk: Arc::new(SimDisk::default()),
        };
        Retention::new(ports, RecordRetention::default()).round().await
    }

    pub(crate) async fn round(&self, day: i64) {
        self.round_with(day, Arc::clone(&self.f.records), Arc::new(self.files())).await.unwrap();
    }

    fn reader(&self) -> Arc<RecordReader> {
        Arc::new(RecordReader::new(Arc::clone(&self.f.records), Arc::new(self.files())))
    }

    pub(crate) fn queue(&self) -> ArchivedQueue {
        ArchivedQueue::new(Arc::clone(&self.f.queue), self.reader())
    }

    /// `count` finished commands of the stack on this day.
    async fn history(&self, stack: StackId, day: i64, count: i64) {
        let lease = self.f.lease(day * DAY).await;
        for number in 0..count {
            let second = day * DAY + number;
            let command = self.f.apply(stack).await;
            let seq = self.f.claim(&lease, second).await;
            let lines = vec![intent(1, "web-1"), outcome(1, "web-1")];
            self.f.worker.record(&lease, seq, lines, at(second)).await.unwrap();
            let change = StackChange {
                release: Some(release(stack, 1, command.id, second)),
                ..StackChange::default()
            };
            self.f.worker.finish(&lease, seq, done_with(change), at(second)).await.unwrap();
        }
        self.f.worker.release(&lease, at(day * DAY + count)).await.unwrap();
    }

    /// A history with everything in it: two stacks, failures, cancellations, a command that waits, the audit.
    pub(crate) async fn whole_history(&self) -> (StackId, StackId) {
        let one = self.f.stack("one").await.stack.id;
        let other = self.f.stack("other").await.stack.id;
        for number in 0..5_u8 {
            let token = Token {
                id: TokenId(self.f.id()),
                name: format!("ci-{number}").parse().unwrap(),
                hash: [number; 32],
                grant: Grant::administrator(),
                created_at: at(i64::from(number)),
                expires_at: None,
                used_at: None,
            };
            self.f.tokens.replace(&token, &ann()).await.unwrap();
        }
        self.history(one, 1, 6).await;
        self.history(other, 2, 3).await;
        // One that failed and was given up.
        let lease = self.f.lease(3 * DAY).await;
        let given_up = self.f.apply(one).await;
        self.f.run(&lease, 3 * DAY, failed()).await;
        self.f.queue.cancel(given_up.id, &Actor::from_stored("bob"), at(3 * DAY + 1)).await.unwrap();
        self.f.worker.release(&lease, at(3 * DAY + 2)).await.unwrap();
        self.history(one, 4, 2).await;
        (one, other)
    }
}

/// Everything that the API shows of commands, read page by page.
#[derive(Debug, PartialEq)]
pub(crate) struct Shown {
    commands: Vec<Command>,
    events: Vec<CommandEvent>,
    by_stack: Vec<CommandEvent>,
    by_stacks: Vec<CommandEvent>,
    each: Vec<Vec<CommandEvent>>,
    cancelled: Vec<Command>,
    oldest_first: Vec<Command>,
}

async fn pages(queue: &dyn CommandQueue, filter: CommandFilter) -> Vec<Command> {
    let mut all = Vec::new();
    let mut filter = CommandFilter { limit: 3, ..filter };
    loop {
        let page = queue.list(&filter).await.unwrap();
        filter.beyond = page.items.last().map(|command| command.seq);
        all.extend(page.items);
        if !page.more {
            return all;
        }
    }
}

async fn events(queue: &dyn CommandQueue, filter: EventFilter) -> Vec<CommandEvent> {
    let mut all: Vec<CommandEvent> = Vec::new();
    let mut filter = EventFilter { limit: 4, ..filter };
    loop {
        let some = queue.events(&filter).await.unwrap();
        let Some(last) = some.last() else { return all };
        filter.after = last.id;
        all.extend(some);
    }
}

pub(crate) async fn shown(queue: &dyn CommandQueue, stack: StackId) -> Shown {
    let commands = pages(queue, CommandFilter::default()).await;
    let mut each = Vec::new();
    for command in &commands {
        assert_eq!(queue.find(command.id).await.unwrap().as_ref(), Some(command));
        let of = EventFilter { command_id: Some(command.id), ..EventFilter::default() };
        each.push(events(queue, of).await);
    }
    let cancelled = CommandFilter { statuses: vec![CommandStatus::Cancelled], ..CommandFilter::default() };
    let oldest = CommandFilter {
        oldest_first: true,
        kinds: vec![CommandKind::Apply],
        stack_id: Some(stack),
        ..CommandFilter::default()
    };
    Shown {
        events: events(queue, EventFilter::default()).await,
        by_stack: events(queue, EventFilter { stack_id: Some(stack), ..EventFilter::default() }).await,
        by_stacks: events(queue, EventFilter { stacks: vec![stack], ..EventFilter::default() }).await,
        each,
        cancelled: pages(queue, cancelled).await,
        oldest_first: pages(queue, oldest).await,
        commands,
    }
}

async fn audit(log: &dyn AuditLog) -> Vec<AuditRecord> {
    let mut all: Vec<AuditRecord> = Vec::new();
    loop {
        let before = all.last().map(|record| record.id);
        let page = log.list(&AuditFilter { before, limit: 2, ..AuditFilter::default() }).await.unwrap();
        all.extend(page.items);
        if !page.more {
            return all;
        }
    }
}

contract! {
    what_left_is_read_as_before_and_what_is_needed_stays,
    an_open_command_and_its_journal_never_leave,
    a_file_that_somebody_changed_or_took_away_is_noticed,
    an_old_file_goes_and_the_chain_holds,
    the_files_of_a_deleted_stack_go_and_those_of_others_stay,
}

async fn what_left_is_read_as_before_and_what_is_needed_stays(f: &Fixture) {
    let kept = Kept::new(f);
    let (one, other) = kept.whole_history().await;
    let before = shown(&*kept.f.queue, one).await;
    let entries = audit(&*kept.f.audit).await;
    let size = kept.sizes().await;
    kept.round(80).await;
    assert_eq!(kept.sizes().await.events, size.events, "too early");
    kept.round(600).await;
    let left = kept.sizes().await;
    assert_eq!((left.audit, left.record_files), (0, 2));
    assert!(left.events < size.events / 2 && left.commands < size.commands / 2, "{left:?} of {size:?}");
    assert_eq!(shown(&kept.queue(), one).await, before);
    let log = ArchivedAudit::new(Arc::clone(&kept.f.audit), kept.reader());
    assert_eq!((audit(&log).await, entries.len()), (entries, 5));
    // The last command of each stack has everything, and its release is there for a rollback.
    for stack in [one, other] {
        let last = before.commands.iter().find(|command| command.stack_id == stack).unwrap();
        assert_eq!(kept.f.queue.find(last.id).await.unwrap().as_ref(), Some(last));
        let release = kept.f.stacks.last_release(stack, None).await.unwrap().unwrap();
        assert_eq!(release.command_id, last.id);
        let of = EventFilter { command_id: Some(last.id), limit: 100, ..EventFilter::default() };
        assert!(!kept.f.queue.events(&of).await.unwrap().is_empty());
    }
    // Nothing is left to do.
    kept.round(601).await;
    assert_eq!(kept.sizes().await.record_files, 2);
    // What goes on afterwards is read after what has left.
    kept.history(one, 602, 2).await;
    let after = shown(&kept.queue(), one).await;
    assert_eq!(after.events[..before.events.len()], before.events);
    assert!(after.events.is_sorted_by_key(|event| event.id));
    assert_eq!(kept.queue().last_event().await.unwrap(), after.events.last().unwrap().id);
}

async fn an_open_command_and_its_journal_never_leave(f: &Fixture) {
    let kept = Kept::new(f);
    let stack = kept.f.stack("one").await.stack.id;
    kept.history(stack, 1, 3).await;
    let lease = kept.f.lease(2 * DAY).await;
    kept.f.apply(stack).await;
    let failed = kept.f.run(&lease, 2 * DAY, failed()).await;
    let waiting = kept.f.apply(stack).await.seq;
    let journal = kept.f.worker.journal(failed).await.unwrap();
    kept.round(3_000).await;
    assert_eq!(kept.f.worker.journal(failed).await.unwrap(), journal);
    let open = CommandFilter { seqs: vec![failed, waiting], limit: 5, ..CommandFilter::default() };
    assert_eq!(kept.f.queue.list(&open).await.unwrap().items.len(), 2);
    kept.f
        .queue
        .retry(open_id(&kept, failed).await, &Actor::from_stored("ann"), at(3_001 * DAY))
        .await
        .unwrap();
}

async fn open_id(kept: &Kept<'_>, seq: Seq) -> core_monitor_domain::ids::CommandId {
    let filter = CommandFilter { seqs: vec![seq], limit: 1, ..CommandFilter::default() };
    kept.f.queue.list(&filter).await.unwrap().items[0].id
}

mod killed {
    use crate::fixture::Fixture;

    #[tokio::test]
    async fn simulation() {
        super::whoever_is_killed_at_any_step_goes_on_and_nothing_is_lost_or_doubled(async || {
            Fixture::simulation()
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::whoever_is_killed_at_any_step_goes_on_and_nothing_is_lost_or_doubled(Fixture::sqlite).await;
    }
}

async fn whoever_is_killed_at_any_step_goes_on_and_nothing_is_lost_or_doubled(
    fresh: impl AsyncFn() -> Fixture,
) {
    for loses_reply in [false, true] {
        for step in 0.. {
            let f = fresh().await;
            let kept = Kept::new(&f);
            let (one, _) = kept.whole_history().await;
            let before = shown(&*kept.f.queue, one).await;
            let failing = Failing::new(step, loses_reply);
            let records = failing.records(Arc::clone(&kept.f.records));
            let ended = kept.round_with(600, records, failing.files(kept.files())).await;
            assert_eq!(ended.is_err(), failing.has_failed(), "step {step}");
            assert_eq!(shown(&kept.queue(), one).await, before, "between, step {step}");
            kept.round(601).await;
            assert_eq!(shown(&kept.queue(), one).await, before, "step {step}, reply lost: {loses_reply}");
            let sizes = kept.sizes().await;
            assert_eq!((sizes.audit, sizes.record_files), (0, 2), "step {step}");
            assert_eq!(faults(&kept).await, []);
            if !failing.has_failed() {
                assert!(step > 4, "there are more steps than {step}");
                break;
            }
        }
    }
}

async fn faults(kept: &Kept<'_>) -> Vec<ChainFault> {
    let files = kept.f.records.files().await.unwrap();
    let mut found = Vec::new();
    for file in &files {
        found.push(kept.files().examine(&file.head.name()).await.unwrap());
    }
    check_chain(&files, &found)
}

async fn a_file_that_somebody_changed_or_took_away_is_noticed(f: &Fixture) {
    let kept = Kept::new(f);
    let (one, _) = kept.whole_history().await;
    kept.round(600).await;
    assert_eq!(faults(&kept).await, []);
    let left = pages(&kept.queue(), CommandFilter::default()).await;
    let gone = left.last().unwrap().id;
    let file = &kept.f.records.files().await.unwrap()[0];
    let path = kept.folder().join("archive").join(file.head.name());
    let good = std::fs::read(&path).unwrap();
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    std::fs::write(&path, bad).unwrap();
    assert_eq!(faults(&kept).await, [ChainFault::Changed(file.head.name())]);
    let refused = kept.queue().find(gone).await.unwrap_err().to_string();
    assert!(refused.contains(&file.head.name()), "{refused}");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(faults(&kept).await, [ChainFault::Missing(file.head.name())]);
    // What is in no file that is there is not found; the rest is shown all the same.
    assert_eq!(kept.queue().find(gone).await.unwrap(), None);
    assert!(
        !events(&kept.queue(), EventFilter { stack_id: Some(one), ..EventFilter::default() })
            .await
            .is_empty()
    );
    std::fs::write(&path, good).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(kept.queue().find(gone).await.unwrap().is_some());
}

async fn an_old_file_goes_and_the_chain_holds(f: &Fixture) {
    let kept = Kept::new(f);
    let (one, _) = kept.whole_history().await;
    kept.round(600).await;
    kept.history(one, 602, 3).await;
    kept.round(720).await;
    let files = kept.f.records.files().await.unwrap();
    assert_eq!(files.len(), 3);
    kept.round(600 + 3_651).await;
    let files = kept.f.records.files().await.unwrap();
    let removed = files.iter().filter(|file| file.removed_at.is_some()).count();
    assert_eq!((removed, faults(&kept).await), (2, Vec::new()));
    let there = std::fs::read_dir(kept.folder().join("archive")).unwrap();
    let there = there.filter(|entry| entry.as_ref().unwrap().file_name() != ".draft").count();
    assert_eq!(there, files.len() - removed);
    shown(&kept.queue(), one).await;
}

async fn the_files_of_a_deleted_stack_go_and_those_of_others_stay(f: &Fixture) {
    let kept = Kept::new(f);
    let (one, other) = kept.whole_history().await;
    let lease = kept.f.lease(10 * DAY).await;
    kept.f.apply(other).await;
    let change = StackChange { deleted: true, ..StackChange::default() };
    kept.f.run(&lease, 10 * DAY, done_with(change)).await;
    kept.round(50).await;
    let files = async |stack| {
        let version = VersionNumber(1);
        kept.f.stacks.list_files(stack, version).await.unwrap().len()
    };
    assert_eq!((files(one).await, files(other).await), (1, 1), "too early");
    kept.round(101).await;
    assert_eq!((files(one).await, files(other).await), (1, 0));
    // Both had the same content, which is still needed.
    let version = VersionNumber(1);
    assert!(kept.f.stacks.read_file(one, version, "compose.yml").await.unwrap().is_some());
}
