//! [`CommandQueue`]: putting commands into the queue, and reading it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Command, CommandKind, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::{CommandId, Seq, VersionNumber};
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, IfMatch,
    NewCommand, Page, QueueOverview, Retried, StoreError,
};
use core_monitor_domain::stack::Revision;
use core_monitor_domain::time::Timestamp;
use sea_orm::{DatabaseTransaction, FromQueryResult, Value};

use crate::command_record::{self, Replay, SELECT_EVENT, list_events};
use crate::command_row::{CommandRow, find_command, select_command};
use crate::database::Connections;
use crate::sql::{self, Conditions, Number, Row, millis, text};
use crate::store_error::Place;

/// The queue in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmCommandQueue {
    db: Arc<Connections>,
}

impl SeaOrmCommandQueue {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CommandQueue for SeaOrmCommandQueue {
    async fn enqueue(&self, new: NewCommand) -> Result<Enqueued, EnqueueError> {
        let tx = self.db.write().await?;
        match command_record::replay(&tx, &new.principal, new.idempotency.as_ref()).await? {
            Replay::Same(command) => return Ok(Enqueued::Replayed(*command)),
            Replay::Other => return Err(EnqueueError::IdempotencyMismatch),
            Replay::New => {}
        }
        check_stack(&tx, &new).await?;
        let command = Command {
            id: new.id,
            seq: Seq(0),
            stack_id: new.stack_id,
            payload: new.payload,
            status: CommandStatus::Pending,
            principal: new.principal,
            created_at: new.now,
            started_at: None,
            finished_at: None,
            attempt: 0,
            retry: 0,
            fence: None,
            claimed_by: None,
            cancel_requested_at: None,
            failure: None,
            result: None,
        };
        let command = command_record::append(&tx, command, new.idempotency.as_ref()).await?;
        tx.commit().await?;
        Ok(Enqueued::New(command))
    }

    async fn cancel(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Cancelled, StoreError> {
        let tx = self.db.write().await?;
        let Some(command) = by_id(&tx, id).await? else { return Ok(Cancelled::NotFound) };
        let (sql, kind) = match command.status {
            CommandStatus::Pending | CommandStatus::Failed => (
                "UPDATE command SET status = 'CANCELLED', finished_at = $2 WHERE seq = $1",
                EventKind::Cancelled,
            ),
            CommandStatus::Running if command.cancel_requested_at.is_none() => {
                ("UPDATE command SET cancel_requested_at = $2 WHERE seq = $1", EventKind::CancelRequested)
            }
            CommandStatus::Running => return Ok(Cancelled::Requested(command)),
            CommandStatus::Done | CommandStatus::Cancelled => return Ok(Cancelled::TooLate(command)),
        };
        let command = change(&tx, command, sql, Some(now), entry(kind, principal), now).await?;
        tx.commit().await?;
        Ok(match command.status {
            CommandStatus::Running => Cancelled::Requested(command),
            _ => Cancelled::Now(command),
        })
    }

    async fn retry(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Retried, StoreError> {
        let tx = self.db.write().await?;
        let Some(command) = by_id(&tx, id).await? else { return Ok(Retried::NotFound) };
        if command.status != CommandStatus::Failed {
            return Ok(Retried::NotFailed(command));
        }
        let sql = "UPDATE command SET status = 'PENDING', retry = retry + 1, attempt = 0, finished_at = NULL,
                          cancel_requested_at = NULL, failure = NULL
                   WHERE seq = $1";
        let command = change(&tx, command, sql, None, entry(EventKind::Retried, principal), now).await?;
        tx.commit().await?;
        Ok(Retried::Now(command))
    }

    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        find_command(self.db.reader(), select_command!(" WHERE command_id = $1"), [text(id)]).await
    }

    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        let open = filter.status.is_some_and(|status| !status.releases_queue());
        let mut conditions = if open { Conditions::starting_with(OPEN) } else { Conditions::default() };
        conditions.and("stack_id = ?", filter.stack_id.map(text));
        conditions.and("status = ?", filter.status.map(text));
        conditions.and("seq < ?", filter.before.map(|seq| Value::from(seq.0)));
        let (query, values) =
            conditions.query(select_command!(""), "seq DESC", filter.limit.saturating_add(1));
        let rows = sql::list::<CommandRow>(self.db.reader(), &query, values).await?;
        page(rows, filter.limit, CommandRow::into_command)
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError> {
        let mut conditions = Conditions::default();
        // A sub-query and not a condition on `c`: so the index on (seq, event_id) gives the order as well.
        let of_command = "e.seq = (SELECT seq FROM command WHERE command_id = ?)";
        conditions.and(of_command, filter.command_id.map(text));
        conditions.and("e.event_id > ?", Some(Value::from(filter.after)));
        let (query, values) = conditions.query(SELECT_EVENT, "e.event_id", filter.limit);
        list_events(self.db.reader(), &query, values).await
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        let last = "SELECT COALESCE(MAX(event_id), 0) AS n FROM command_event";
        Ok(sql::one::<Number>(self.db.reader(), last, []).await?.n)
    }

    async fn overview(&self) -> Result<QueueOverview, StoreError> {
        let tx = self.db.read().await?;
        let head = find_command(&tx, HEAD, []).await?;
        let pending = sql::one::<Number>(&tx, PENDING, []).await?.n;
        let pending = Place::new("command", "(count)").number("seq", pending)?;
        Ok(QueueOverview { head, pending })
    }

    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError> {
        let query = "SELECT kind, status, ended, timed, millis FROM command_total ORDER BY kind, status";
        let rows = sql::list::<TotalRow>(self.db.reader(), query, []).await?;
        rows.into_iter().map(TotalRow::into_total).collect()
    }
}

/// A row of `command_total`.
#[derive(Debug, FromQueryResult)]
struct TotalRow {
    kind: String,
    status: String,
    ended: i64,
    timed: i64,
    millis: i64,
}

impl Row for TotalRow {
    const TABLE: &'static str = "command_total";
}

impl TotalRow {
    fn into_total(self) -> Result<CommandTotal, StoreError> {
        let place = Place::new(Self::TABLE, &self.kind);
        let kind = CommandKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(CommandTotal {
            kind: kind.ok_or_else(|| place.corrupt("kind", format!("`{}` is no kind", self.kind)))?,
            status: place.parse("status", &self.status)?,
            ended: place.number("ended", self.ended)?,
            timed: place.number("timed", self.timed)?,
            time: Duration::from_millis(place.number("millis", self.millis)?),
        })
    }
}

/// In the words of the index `command_open`: SQLite takes a partial index only when its condition is repeated.
const OPEN: &str = "status IN ('PENDING', 'RUNNING', 'FAILED')";

/// How many commands wait.
pub(crate) const PENDING: &str = "SELECT COUNT(*) AS n FROM command
     WHERE status IN ('PENDING', 'RUNNING', 'FAILED') AND status = 'PENDING'";

/// The oldest command that is neither `DONE` nor `CANCELLED`.
pub(crate) const HEAD: &str =
    select_command!(" WHERE status IN ('PENDING', 'RUNNING', 'FAILED') ORDER BY seq LIMIT 1");

/// What [`check_stack`] looks at.
#[derive(Debug, FromQueryResult)]
struct StackState {
    current_version: Option<i64>,
    last_seq: i64,
    versions: i64,
}

impl Row for StackState {
    const TABLE: &'static str = "stack";
}

/// The stack is there, the version is there, and both are as the caller believes.
async fn check_stack(tx: &DatabaseTransaction, new: &NewCommand) -> Result<(), EnqueueError> {
    let version = new.payload.version();
    let state = sql::find::<StackState>(
        tx,
        "SELECT current_version, last_seq,
                (SELECT COUNT(*) FROM stack_version AS v WHERE v.stack_id = stack.stack_id AND v.version = $2)
                AS versions
         FROM stack WHERE stack_id = $1 AND deleted_at IS NULL",
        [text(new.stack_id), Value::from(version.map(|version| i64::from(version.0)))],
    );
    let state = state.await?.ok_or(EnqueueError::StackNotFound)?;
    if version.is_some() && state.versions == 0 {
        return Err(EnqueueError::VersionNotFound);
    }
    let place = Place::new(StackState::TABLE, &new.stack_id);
    let applied = state.current_version.map(|cell| place.number("current_version", cell)).transpose()?;
    let current = Revision { current_version: applied.map(VersionNumber), last_seq: Seq(state.last_seq) };
    match new.if_match {
        IfMatch::Exactly(expected) if expected != current => {
            Err(EnqueueError::PreconditionFailed { current })
        }
        _ => Ok(()),
    }
}

async fn by_id(tx: &DatabaseTransaction, id: CommandId) -> Result<Option<Command>, StoreError> {
    find_command(tx, select_command!(" WHERE command_id = $1"), [text(id)]).await
}

fn entry(kind: EventKind, principal: &str) -> EventEntry {
    EventEntry::status(kind, principal)
}

/// Runs an update of one command with its event, and reads the command again.
async fn change(
    tx: &DatabaseTransaction,
    command: Command,
    sql: &str,
    at: Option<Timestamp>,
    entry: EventEntry,
    now: Timestamp,
) -> Result<Command, StoreError> {
    let seq = Value::from(command.seq.0);
    sql::execute(tx, sql, std::iter::once(seq).chain(at.map(millis))).await?;
    command_record::record(tx, command.seq, EventEntry { attempt: command.attempt, ..entry }, now).await?;
    Ok(by_id(tx, command.id).await?.unwrap_or(command))
}

/// Cuts the one row off that was read to know whether there is more.
pub(crate) fn page<R, T>(
    mut rows: Vec<R>,
    limit: u32,
    read: impl Fn(R) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Page { items: rows.into_iter().map(read).collect::<Result<_, _>>()?, more })
}
