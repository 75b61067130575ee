//! A row of `command`, read as a [`Command`].

use core_monitor_domain::command::Command;
use core_monitor_domain::ids::{Epoch, Seq};
use core_monitor_domain::ports::StoreError;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::sql::{self, Row};
use crate::store_error::Place;

/// The columns of [`CommandRow`], by name: a later release may add others.
macro_rules! select_command {
    ($rest:literal) => {
        concat!(
            "SELECT seq, command_id, stack_id, payload, status, principal, created_at, started_at, finished_at, ",
            "attempt, retry, fence, claimed_by, cancel_requested_at, failure, result, idem_fingerprint FROM command",
            $rest
        )
    };
}
pub(crate) use select_command;

/// See [`select_command`].
#[derive(Debug, FromQueryResult)]
pub(crate) struct CommandRow {
    seq: i64,
    command_id: String,
    stack_id: String,
    payload: String,
    status: String,
    principal: String,
    created_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    attempt: i64,
    retry: i64,
    fence: Option<i64>,
    claimed_by: Option<String>,
    cancel_requested_at: Option<i64>,
    failure: Option<String>,
    result: Option<String>,
    pub(crate) idem_fingerprint: Option<String>,
}

impl Row for CommandRow {
    const TABLE: &'static str = "command";
}

impl CommandRow {
    /// Reads every cell.
    pub(crate) fn into_command(self) -> Result<Command, StoreError> {
        let place = Place::new(Self::TABLE, &self.seq);
        let time = |column, cell: Option<i64>| cell.map(|cell| place.time(column, cell)).transpose();
        Ok(Command {
            id: place.parse("command_id", &self.command_id)?,
            seq: Seq(self.seq),
            stack_id: place.parse("stack_id", &self.stack_id)?,
            payload: place.json("payload", &self.payload)?,
            status: place.parse("status", &self.status)?,
            created_at: place.time("created_at", self.created_at)?,
            started_at: time("started_at", self.started_at)?,
            finished_at: time("finished_at", self.finished_at)?,
            attempt: place.number("attempt", self.attempt)?,
            retry: place.number("retry", self.retry)?,
            fence: self.fence.map(Epoch),
            claimed_by: self.claimed_by.map(|cell| place.parse("claimed_by", &cell)).transpose()?,
            cancel_requested_at: time("cancel_requested_at", self.cancel_requested_at)?,
            failure: self.failure.map(|cell| place.json("failure", &cell)).transpose()?,
            result: self.result.map(|cell| place.json("result", &cell)).transpose()?,
            principal: self.principal,
        })
    }
}

/// The command a query finds.
pub(crate) async fn find_command(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Command>, StoreError> {
    sql::find::<CommandRow>(db, sql, values).await?.map(CommandRow::into_command).transpose()
}
