//! Writes the files of a version to the host, where relative bind mounts find them.
//!
//! They are written once it is clear that the plan will be carried out, before its first effect, and also if the plan
//! is empty: a changed file does not replace a container, but the next container to start must see it.

use std::future::Future;
use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::journal::{Entry, FolderChange};
use core_monitor_domain::ports::{FolderChanges, FolderError, StoreError};
use core_monitor_domain::stack_version::{FileEntry, SourceFile};
use core_monitor_message::Message;
use tracing::{info, warn};

use super::backoff::Backoff;
use super::chain;
use super::context::Context;
use super::goal::{Goal, GoalKind};
use super::journal::{Draft, Journal};
use super::said;
use super::setback::Setback;
use super::tenure::Halt;

/// How many files, and how many bytes of them, are held in memory at once. A single larger file is still written.
const BATCH_FILES: usize = 200;
const BATCH_BYTES: u64 = 8 << 20;
/// Longest time between two attempts to write to a disk that was full.
const LONGEST_WAIT_FOR_SPACE: Duration = Duration::from_secs(2);
/// Maximum number of paths noted one by one.
const NAMED: usize = 20;

/// Brings the folder to the version of `goal`, if the goal is to converge. `drafts` are written to the journal before
/// the first change and replaced by notes about what was found. If there is nothing to do, they are left as they are.
pub(crate) async fn bring(
    context: &Context<'_>,
    goal: &Goal,
    journal: &mut Journal,
    drafts: &mut Vec<Draft>,
) -> Result<(), Setback> {
    let GoalKind::Converge(_) = goal.kind else { return Ok(()) };
    let Some(version) = goal.version else { return Ok(()) };
    let stack = context.command.stack_id;
    let stacks = &*context.ports.stacks;
    let files = read(context, || stacks.list_files(stack, version)).await?;
    let changes = compare(context, &files).await?;
    if changes.is_empty() {
        return Ok(());
    }
    begin(context, &changes, journal, std::mem::take(drafts)).await?;
    take_away(context, &changes).await?;
    write(context, version, &files, &changes).await?;
    note(drafts, &changes.overwritten, said::folder_file_overwritten, said::folder_files_overwritten);
    note(drafts, &changes.kept, said::folder_file_left, said::folder_files_left);
    Ok(())
}

/// Removes the files that versions wrote, if a DELETE removes the data too.
pub(crate) async fn clear(context: &Context<'_>, goal: &Goal, journal: &mut Journal) -> Result<(), Setback> {
    let GoalKind::Delete { volumes: true, .. } = goal.kind else { return Ok(()) };
    let changes = compare(context, &[]).await?;
    if changes.is_empty() {
        return Ok(());
    }
    begin(context, &changes, journal, Vec::new()).await?;
    take_away(context, &changes).await?;
    let mut drafts = Vec::new();
    note(&mut drafts, &changes.kept, said::folder_file_kept, said::folder_files_kept);
    journal.record(context, drafts).await
}

async fn compare(context: &Context<'_>, files: &[FileEntry]) -> Result<FolderChanges, Setback> {
    let folders = &*context.ports.folders;
    on_disk(context, || folders.compare(context.command.stack_id, files)).await
}

/// Records what is about to be done. A worker that takes over may repeat everything after this.
async fn begin(
    context: &Context<'_>,
    changes: &FolderChanges,
    journal: &mut Journal,
    mut drafts: Vec<Draft>,
) -> Result<(), Setback> {
    let (written, removed) = (changes.write.len(), changes.remove.len());
    info!(seq = context.command.seq.0, written, removed, "bringing the stack's folder to the version");
    drafts
        .push(Entry::Folder(FolderChange::of(&changes.write, &changes.overwritten, &changes.remove)).into());
    journal.record(context, drafts).await?;
    context.tenure.may_act().await.map_err(Setback::Halted)
}

/// Removes old files first, because an old file may be where a folder has to go.
async fn take_away(context: &Context<'_>, changes: &FolderChanges) -> Result<(), Setback> {
    let gone = [changes.remove.as_slice(), changes.kept.as_slice()].concat();
    if gone.is_empty() {
        return Ok(());
    }
    let folders = &*context.ports.folders;
    on_disk(context, || folders.remove(context.command.stack_id, &gone)).await
}

async fn write(
    context: &Context<'_>,
    version: VersionNumber,
    files: &[FileEntry],
    changes: &FolderChanges,
) -> Result<(), Setback> {
    let stack = context.command.stack_id;
    let stacks = &*context.ports.stacks;
    let mut batch: Vec<(String, SourceFile)> = Vec::new();
    let mut bytes = 0;
    for entry in files.iter().filter(|entry| changes.write.binary_search(&entry.path).is_ok()) {
        if batch.len() >= BATCH_FILES || (bytes + entry.size > BATCH_BYTES && !batch.is_empty()) {
            flush(context, &mut batch).await?;
            bytes = 0;
        }
        let file = read(context, || stacks.read_file(stack, version, &entry.path)).await?;
        let Some(file) = file else {
            let message = said::stored_file_missing(&entry.path, version);
            return Err(Setback::Failed(Box::new(Failure::new(FailureCode::DefinitionUnreadable, message))));
        };
        bytes += entry.size;
        batch.push((entry.path.clone(), file));
    }
    flush(context, &mut batch).await
}

async fn flush(context: &Context<'_>, batch: &mut Vec<(String, SourceFile)>) -> Result<(), Setback> {
    let folders = &*context.ports.folders;
    on_disk(context, || async {
        context.tenure.may_act().await.map_err(Interrupted::Halted)?;
        Ok::<(), Interrupted>(folders.write(context.command.stack_id, batch).await?)
    })
    .await?;
    batch.clear();
    Ok(())
}

/// Why work on the folder did not happen.
enum Interrupted {
    Folder(FolderError),
    Halted(Halt),
}

impl From<FolderError> for Interrupted {
    fn from(error: FolderError) -> Self {
        Self::Folder(error)
    }
}

/// Repeats work on the folder while the disk is full, as writes to the database are: the cause is the same, and a command
/// that failed for it would stay failed after there is space again. Cancelling the command ends it.
async fn on_disk<T, E, F>(context: &Context<'_>, attempt: impl Fn() -> F) -> Result<T, Setback>
where
    E: Into<Interrupted>,
    F: Future<Output = Result<T, E>>,
{
    let mut backoff = Backoff::default();
    loop {
        let error = match attempt().await.map_err(Into::into) {
            Ok(done) => return Ok(done),
            Err(Interrupted::Halted(halt)) => return Err(Setback::Halted(halt)),
            Err(Interrupted::Folder(error)) if error.is_disk_full() => error,
            Err(Interrupted::Folder(error)) => return Err(refused(&error)),
        };
        warn!(error = %chain(&error), "there is no space left for the stack's folder; waiting until there is");
        let delay = backoff.next(context.ports.ids.jitter()).min(LONGEST_WAIT_FOR_SPACE);
        context.tenure.sleep(delay).await.map_err(Setback::Halted)?;
    }
}

/// Retries a read until the store answers or this worker must stop.
async fn read<T, F>(context: &Context<'_>, attempt: impl Fn() -> F) -> Result<T, Setback>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut backoff = Backoff::default();
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(StoreError::Corrupt { what, .. }) => {
                let message = said::stored_data_unreadable(what);
                let failure = Failure::new(FailureCode::DefinitionUnreadable, message)
                    .with_hint(said::restore_database_or_save_files());
                return Err(Setback::Failed(Box::new(failure)));
            }
            Err(error) => {
                warn!(error = %chain(&error), "cannot read the files of a version, retrying");
                let delay = backoff.next(context.ports.ids.jitter());
                context.tenure.sleep(delay).await.map_err(Setback::Halted)?;
            }
        }
    }
}

fn refused(error: &FolderError) -> Setback {
    let failure = Failure::new(FailureCode::FolderBlocked, error.message());
    Setback::Failed(Box::new(match error {
        FolderError::Blocked { path, .. } => {
            failure.about(path.as_str()).with_hint(said::move_blocking_path_away())
        }
        FolderError::Unavailable { .. } => failure.with_hint(said::check_data_folder()),
    }))
}

/// Notes the first `paths` one by one, and how many more there are.
fn note(
    drafts: &mut Vec<Draft>,
    paths: &[String],
    one: impl Fn(String) -> Message,
    more: impl Fn(usize) -> Message,
) {
    let mut note = |message| drafts.push(Entry::Noted(message).into());
    for path in paths.iter().take(NAMED) {
        note(one(path.clone()));
    }
    if let Some(rest) = paths.len().checked_sub(NAMED).filter(|rest| *rest > 0) {
        note(more(rest));
    }
}
