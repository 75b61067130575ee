//! The record of commands: who did what, when.

use core_monitor_domain::ids::{CommandId, Epoch, Seq, StackId};
use core_monitor_domain::journal::{Attachment, CommandEvent, Encoded, Entry, EventKind, JournalLine};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Func, SelectStatement};
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect, QueryTrait};

use super::{command, command_attachment};
use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::rows::{Record, Template};
use crate::statement::FixedRow;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "command_event")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) event_id: i64,
    pub(crate) seq: AsInteger<Seq>,
    pub(crate) at: AsMillis,
    pub(crate) kind: String,
    pub(crate) actor: AsActor,
    pub(crate) epoch: Option<AsInteger<Epoch>>,
    pub(crate) attempt: AsInteger<u32>,
    pub(crate) op: String,
    pub(crate) target: String,
    pub(crate) detail: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "command::Entity", from = "Column::Seq", to = "command::Column::Seq")]
    Command,
    #[sea_orm(
        belongs_to = "command_attachment::Entity",
        from = "Column::EventId",
        to = "command_attachment::Column::EventId"
    )]
    Attachment,
}

impl ActiveModelBehavior for ActiveModel {}

/// A line with the command it is about.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Line {
    event_id: i64,
    seq: AsInteger<Seq>,
    at: AsMillis,
    kind: String,
    actor: AsActor,
    epoch: Option<AsInteger<Epoch>>,
    attempt: AsInteger<u32>,
    op: String,
    target: String,
    detail: Json,
    /// The attachment. Lists leave it out.
    content: Option<Json>,
    command_id: AsText<CommandId>,
    stack_id: AsText<StackId>,
}

impl Record for Line {
    type Entity = Entity;
    type Meaning = CommandEvent;

    fn read(self) -> Result<CommandEvent, DbErr> {
        let kind = EventKind::ALL.iter().copied().find(|kind| kind.as_str() == self.kind);
        let (entry, inline) = entry(kind.unwrap_or(EventKind::Unknown), self.op, self.target, &self.detail);
        let (entry, attachment) = match self.content.map(|cell| Attachment::decode(cell.as_str())).transpose()
        {
            Ok(stored) => (entry, stored.or(inline)),
            Err(error) => (entry.encode().unreadable(error.to_string()), None),
        };
        let line = JournalLine {
            actor: self.actor.0,
            epoch: self.epoch.map(|cell| cell.0),
            attempt: self.attempt.0,
            entry,
            attachment,
        };
        Ok(CommandEvent {
            id: self.event_id,
            command_id: self.command_id.0,
            seq: self.seq.0,
            stack_id: self.stack_id.0,
            at: self.at.0,
            line,
        })
    }
}

/// The entry of a line, and its attachment if it is stored in `detail`. A `detail` that is not JSON is kept as its text:
/// one damaged line must not hide the others.
fn entry(kind: EventKind, op: String, target: String, detail: &Json) -> (Entry, Option<Attachment>) {
    match serde_json::from_str(detail.as_str()) {
        Ok(detail) => Entry::decode(Encoded { kind, op, target, detail }),
        Err(error) => {
            let detail = serde_json::Value::from(detail.as_str());
            let reason = format!("detail: it is not JSON: {error}");
            (Encoded { kind, op, target, detail }.unreadable(reason), None)
        }
    }
}

/// The row for `line`, of the command `seq`.
fn row(seq: Seq, line: JournalLine, at: Timestamp) -> Result<ActiveModel, StoreError> {
    let Encoded { kind, op, target, detail } = line.entry.encode();
    Ok(ActiveModel {
        event_id: NotSet,
        seq: Set(AsInteger(seq)),
        at: Set(AsMillis(at)),
        kind: Set(kind.as_str().to_owned()),
        actor: Set(AsActor(line.actor)),
        epoch: Set(line.epoch.map(AsInteger)),
        attempt: Set(AsInteger(line.attempt)),
        op: Set(op),
        target: Set(target),
        detail: Set(Json::of(&detail)?),
    })
}

/// Adds `line` to the record of the command `seq`, and answers with its number. Its attachment is a row of its own.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    seq: Seq,
    line: JournalLine,
    at: Timestamp,
) -> Result<i64, StoreError> {
    static INSERT: FixedRow = FixedRow::new();
    INSERT.insert(tx, row(seq, line, at)?).await
}

/// Every line in the order of the record, without attachments.
pub(crate) fn lines() -> Select<Entity> {
    static ALL: Template<Entity> = Template::new(|| {
        Entity::find()
            .join(JoinType::InnerJoin, Relation::Command.def())
            .columns([command::Column::CommandId, command::Column::StackId])
            .order_by_asc(Column::EventId)
    });
    ALL.clone()
}

/// Of the command `id`. A sub-query and not a condition on the table of commands: so the index on `seq` and `event_id`
/// gives the order as well.
pub(crate) fn of_command(id: CommandId) -> Expr {
    let seq = command::Entity::find()
        .select_only()
        .column(command::Column::Seq)
        .filter(command::Column::CommandId.eq(AsText(id)));
    Column::Seq.into_expr().eq(scalar(seq))
}

/// The lines of the command `seq` since its last retry, with attachments.
pub(crate) fn journal(seq: Seq) -> Select<Entity> {
    let last_retry = Entity::find()
        .select_only()
        .expr(Func::coalesce([Column::EventId.max(), 0.into()]))
        .filter(Column::Seq.eq(AsInteger(seq)))
        .filter(Column::Kind.eq(EventKind::Retried.as_str()));
    lines()
        .join(JoinType::LeftJoin, Relation::Attachment.def())
        .column(command_attachment::Column::Content)
        .filter(Column::Seq.eq(AsInteger(seq)))
        .filter(Column::EventId.into_expr().gt(scalar(last_retry)))
}

/// Every line of these commands with its attachment.
pub(crate) fn with_attachments(seqs: &[Seq]) -> Select<Entity> {
    lines()
        .join(JoinType::LeftJoin, Relation::Attachment.def())
        .column(command_attachment::Column::Content)
        .filter(Column::Seq.is_in(seqs.iter().copied().map(AsInteger)))
}

/// The number of the newest line; null when there is none.
pub(crate) fn last() -> Select<Entity> {
    Entity::find().select_only().expr(Column::EventId.max())
}

/// A query of one value, as that value.
fn scalar(query: impl QueryTrait<QueryStatement = SelectStatement>) -> Expr {
    query.into_query().into()
}
