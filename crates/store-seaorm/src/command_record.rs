//! Adding to `command` and `command_event`, the same way for everybody who does.

use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::Seq;
use core_monitor_domain::ports::{Idempotency, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};

use crate::command_row::{CommandRow, select_command};
use crate::sql::{self, Number, Row, json, millis, text};
use crate::store_error::Place;

/// T1: puts a command at the end of the queue, with its event. A trigger moves the revision of its stack.
///
/// `command.seq` is ignored; the command comes back with the one it got.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    command: Command,
    idempotency: Option<&Idempotency>,
) -> Result<Command, StoreError> {
    let row = sql::one::<Number>(
        tx,
        "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, idem_key, idem_fingerprint,
                              created_at, started_at, finished_at, result)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING seq AS n",
        [
            text(command.id),
            text(command.stack_id),
            text(command.payload.kind()),
            json(&command.payload)?,
            text(command.status),
            text(&command.principal),
            Value::from(idempotency.map(|idempotency| idempotency.key.clone())),
            Value::from(idempotency.map(|idempotency| idempotency.fingerprint.clone())),
            millis(command.created_at),
            Value::from(command.started_at.map(Timestamp::as_millis)),
            Value::from(command.finished_at.map(Timestamp::as_millis)),
            command.result.as_ref().map_or(Ok(Value::from(None::<String>)), json)?,
        ],
    );
    let command = Command { seq: Seq(row.await?.n), ..command };
    let enqueued = EventEntry::status(EventKind::Enqueued, &command.principal);
    record(tx, command.seq, enqueued, command.created_at).await?;
    if command.status == CommandStatus::Done {
        let done = EventEntry::status(EventKind::Done, &command.principal);
        record(tx, command.seq, done, command.created_at).await?;
    }
    Ok(command)
}

/// What an idempotency key was used for before.
pub(crate) enum Replay {
    /// Nothing: the request is new.
    New,
    /// The same request.
    Same(Box<Command>),
    /// Another request.
    Other,
}

/// Looks the idempotency key up.
pub(crate) async fn replay(
    tx: &DatabaseTransaction,
    principal: &str,
    idempotency: Option<&Idempotency>,
) -> Result<Replay, StoreError> {
    let Some(idempotency) = idempotency else { return Ok(Replay::New) };
    let earlier = sql::find::<CommandRow>(
        tx,
        select_command!(" WHERE principal = $1 AND idem_key = $2"),
        [text(principal), text(&idempotency.key)],
    );
    match earlier.await? {
        None => Ok(Replay::New),
        Some(row) if row.idem_fingerprint.as_deref() == Some(&idempotency.fingerprint) => {
            Ok(Replay::Same(Box::new(row.into_command()?)))
        }
        Some(_) => Ok(Replay::Other),
    }
}

/// Adds one line to the record of a command.
pub(crate) async fn record(
    tx: &DatabaseTransaction,
    seq: Seq,
    entry: EventEntry,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = entry.bounded();
    sql::execute(
        tx,
        "INSERT INTO command_event (seq, at, kind, actor, epoch, attempt, op, target, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            Value::from(seq.0),
            millis(now),
            text(entry.kind.as_str()),
            Value::from(entry.actor),
            Value::from(entry.epoch.map(|epoch| epoch.0)),
            Value::from(i64::from(entry.attempt)),
            Value::from(entry.op),
            Value::from(entry.target),
            json(&entry.detail)?,
        ],
    )
    .await?;
    Ok(())
}

/// The query every list of events begins with.
pub(crate) const SELECT_EVENT: &str =
    "SELECT e.event_id, e.seq, e.at, e.kind, e.actor, e.epoch, e.attempt, e.op, e.target, e.detail,
            c.command_id, c.stack_id
     FROM command_event AS e JOIN command AS c ON c.seq = e.seq";

/// See [`SELECT_EVENT`].
#[derive(Debug, FromQueryResult)]
struct EventRow {
    event_id: i64,
    seq: i64,
    at: i64,
    kind: String,
    actor: String,
    epoch: Option<i64>,
    attempt: i64,
    op: String,
    target: String,
    detail: String,
    command_id: String,
    stack_id: String,
}

impl Row for EventRow {
    const TABLE: &'static str = "command_event";
}

impl EventRow {
    fn into_event(self) -> Result<CommandEvent, StoreError> {
        let place = Place::new(Self::TABLE, &self.event_id);
        let kind = EventKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        Ok(CommandEvent {
            id: self.event_id,
            command_id: place.parse("command_id", &self.command_id)?,
            seq: Seq(self.seq),
            stack_id: place.parse("stack_id", &self.stack_id)?,
            at: place.time("at", self.at)?,
            entry: EventEntry {
                kind: kind.ok_or_else(|| place.corrupt("kind", format!("`{}` is no kind", self.kind)))?,
                actor: self.actor,
                epoch: self.epoch.map(core_monitor_domain::ids::Epoch),
                attempt: place.number("attempt", self.attempt)?,
                op: self.op,
                target: self.target,
                detail: place.json("detail", &self.detail)?,
            },
        })
    }
}

/// The events a query that begins with [`SELECT_EVENT`] finds.
pub(crate) async fn list_events(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<CommandEvent>, StoreError> {
    sql::list::<EventRow>(db, sql, values).await?.into_iter().map(EventRow::into_event).collect()
}
