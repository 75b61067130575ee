//! The files of a version on the host, where relative bind mounts find them.
//!
//! They are written when the plan is known to be carried out and before its first effect, and also when it is empty: a
//! changed file is no reason to replace a container, but the next one that starts has to see it.

use std::future::Future;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::command_event::EventEntry;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{FolderChanges, FolderError, StoreError};
use core_monitor_domain::stack_version::{FileEntry, SourceFile};
use tracing::{info, warn};

use super::backoff::Backoff;
use super::chain;
use super::context::Context;
use super::goal::{Goal, GoalKind};
use super::setback::Setback;

/// How many files, and how many bytes of them, are in memory at once. One larger file is all the same.
const BATCH_FILES: usize = 200;
const BATCH_BYTES: u64 = 8 << 20;
/// Paths that an event or a note names at most.
const NAMED: usize = 20;

/// Brings the folder to the version of `goal`; what a person should know is added to `notes`. A goal that is not about
/// definitions leaves it alone. `entries` are written to the journal before anything is done, and kept when nothing is.
pub(crate) async fn bring(
    context: &Context<'_>,
    goal: &Goal,
    entries: &mut Vec<EventEntry>,
    notes: &mut Vec<String>,
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
    begin(context, &changes, std::mem::take(entries)).await?;
    take_away(context, &changes).await?;
    write(context, version, &files, &changes).await?;
    note(notes, "written again after somebody had changed it", &changes.overwritten);
    note(notes, "no longer in the version, left because somebody had changed it", &changes.kept);
    Ok(())
}

/// Removes what versions wrote, when a DELETE takes the data along.
pub(crate) async fn clear(
    context: &Context<'_>,
    goal: &Goal,
    notes: &mut Vec<String>,
) -> Result<(), Setback> {
    let GoalKind::Delete { volumes: true } = goal.kind else { return Ok(()) };
    let changes = compare(context, &[]).await?;
    if changes.is_empty() {
        return Ok(());
    }
    begin(context, &changes, Vec::new()).await?;
    take_away(context, &changes).await?;
    note(notes, "left because somebody had changed it", &changes.kept);
    Ok(())
}

async fn compare(context: &Context<'_>, files: &[FileEntry]) -> Result<FolderChanges, Setback> {
    let compared = context.ports.folders.compare(context.command.stack_id, files).await;
    compared.map_err(|error| refused(&error))
}

/// Says what is going to be done. Everything after it may be done again by whoever comes next.
async fn begin(
    context: &Context<'_>,
    changes: &FolderChanges,
    mut entries: Vec<EventEntry>,
) -> Result<(), Setback> {
    let (written, removed) = (changes.write.len(), changes.remove.len());
    info!(seq = context.command.seq.0, written, removed, "bringing the stack's folder to the version");
    let detail = serde_json::json!({
        "write": named(&changes.write),
        "remove": named(&changes.remove),
        "written": written,
        "removed": removed,
    });
    entries.push(context.journal.folder(detail));
    context.journal.record(entries).await.map_err(Setback::Halted)?;
    context.tenure.may_act().await.map_err(Setback::Halted)
}

/// Before anything is written: a file of before may be in the way of a folder.
async fn take_away(context: &Context<'_>, changes: &FolderChanges) -> Result<(), Setback> {
    let gone = [changes.remove.as_slice(), changes.kept.as_slice()].concat();
    if gone.is_empty() {
        return Ok(());
    }
    let removed = context.ports.folders.remove(context.command.stack_id, &gone).await;
    removed.map_err(|error| refused(&error))
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
            let message = format!("`{}` of version {version} is not stored any more", entry.path);
            return Err(Setback::Failed(Box::new(Failure::new(FailureCode::DefinitionUnreadable, message))));
        };
        bytes += entry.size;
        batch.push((entry.path.clone(), file));
    }
    flush(context, &mut batch).await
}

async fn flush(context: &Context<'_>, batch: &mut Vec<(String, SourceFile)>) -> Result<(), Setback> {
    context.tenure.may_act().await.map_err(Setback::Halted)?;
    let written = context.ports.folders.write(context.command.stack_id, batch).await;
    batch.clear();
    written.map_err(|error| refused(&error))
}

/// Repeats a read until the store answers or this worker must stop.
async fn read<T, F>(context: &Context<'_>, attempt: impl Fn() -> F) -> Result<T, Setback>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut backoff = Backoff::default();
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(StoreError::Corrupt { what, .. }) => {
                let message = format!("what is stored cannot be read: {what}");
                let failure = Failure::new(FailureCode::DefinitionUnreadable, message)
                    .with_hint("restore the database from a backup, or save the files as a new version");
                return Err(Setback::Failed(Box::new(failure)));
            }
            Err(error) => {
                warn!(error = %chain(&error), "cannot read the files of a version for now");
                let delay = backoff.next(context.ports.ids.jitter());
                context.tenure.sleep(delay).await.map_err(Setback::Halted)?;
            }
        }
    }
}

fn refused(error: &FolderError) -> Setback {
    let failure = Failure::new(FailureCode::FolderBlocked, chain(error));
    Setback::Failed(Box::new(match error {
        FolderError::Blocked { path, .. } => failure
            .about(path)
            .with_hint("move it away on the host, or save a version that leaves this path alone, then retry"),
        FolderError::Unavailable { .. } => {
            failure.with_hint("mend the data folder on the worker's host, then retry the command")
        }
    }))
}

fn named(paths: &[String]) -> &[String] {
    paths.get(..NAMED).unwrap_or(paths)
}

fn note(notes: &mut Vec<String>, what: &str, paths: &[String]) {
    notes.extend(named(paths).iter().map(|path| format!("`{path}` in the stack's folder: {what}")));
    if let Some(more) = paths.len().checked_sub(NAMED).filter(|more| *more > 0) {
        notes.push(format!("and {more} more files: {what}"));
    }
}
