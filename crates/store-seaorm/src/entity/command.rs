//! The queue, with its whole history.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{
    Command, CommandKind, CommandPayload, CommandResult, CommandStatus, Failure, Lane,
};
use core_monitor_domain::ids::{CommandId, Epoch, PlanId, Seq, StackId, WorkerId};
use core_monitor_domain::ports::{Idempotency, Lease, OpenCommand, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, FromQueryResult, PartialModelTrait, QueryOrder, QuerySelect, QueryTrait};
use serde::Deserialize;

use super::worker_lease;
use crate::cell::{AsActor, AsInteger, AsMillis, AsText, CellError, Json};
use crate::rows::{Record, Template};
use crate::statement::{Bound, Fixed, FixedRow};

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "command")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) seq: AsInteger<Seq>,
    pub(crate) command_id: AsText<CommandId>,
    pub(crate) stack_id: AsText<StackId>,
    /// Follows from `kind` and `stack_id`.
    pub(crate) lane: String,
    /// Follows from `payload`.
    pub(crate) kind: String,
    pub(crate) payload: Json,
    pub(crate) status: AsText<CommandStatus>,
    pub(crate) principal: AsActor,
    pub(crate) idem_key: Option<String>,
    pub(crate) idem_fingerprint: Option<String>,
    pub(crate) created_at: AsMillis,
    pub(crate) started_at: Option<AsMillis>,
    pub(crate) finished_at: Option<AsMillis>,
    pub(crate) attempt: AsInteger<u32>,
    pub(crate) retry: AsInteger<u32>,
    pub(crate) fence: Option<AsInteger<Epoch>>,
    pub(crate) claimed_by: Option<AsText<WorkerId>>,
    pub(crate) cancel_requested_at: Option<AsMillis>,
    pub(crate) failure: Option<Json>,
    pub(crate) result: Option<Json>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a command is read from: the columns that follow from others are left out.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct Stored {
    seq: AsInteger<Seq>,
    command_id: AsText<CommandId>,
    stack_id: AsText<StackId>,
    kind: String,
    payload: Json,
    status: AsText<CommandStatus>,
    principal: AsActor,
    created_at: AsMillis,
    started_at: Option<AsMillis>,
    finished_at: Option<AsMillis>,
    attempt: AsInteger<u32>,
    retry: AsInteger<u32>,
    fence: Option<AsInteger<Epoch>>,
    claimed_by: Option<AsText<WorkerId>>,
    cancel_requested_at: Option<AsMillis>,
    failure: Option<Json>,
    result: Option<Json>,
}

impl Record for Stored {
    type Entity = Entity;
    type Meaning = Command;

    fn read(self) -> Result<Command, DbErr> {
        Ok(Command {
            id: self.command_id.0,
            seq: self.seq.0,
            stack_id: self.stack_id.0,
            payload: payload(&self.kind, &self.payload)?,
            status: self.status.0,
            principal: self.principal.0,
            created_at: self.created_at.0,
            started_at: self.started_at.map(|cell| cell.0),
            finished_at: self.finished_at.map(|cell| cell.0),
            attempt: self.attempt.0,
            retry: self.retry.0,
            fence: self.fence.map(|cell| cell.0),
            claimed_by: self.claimed_by.map(|cell| cell.0),
            cancel_requested_at: self.cancel_requested_at.map(|cell| cell.0),
            failure: self.failure.map(|cell| cell.read(Column::Failure).unwrap_or_else(Failure::unreadable)),
            result: self
                .result
                .map(|cell| cell.read(Column::Result).unwrap_or_else(CommandResult::unreadable)),
        })
    }
}

/// What tells how a stack stands of an open command.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct Open {
    seq: AsInteger<Seq>,
    stack_id: AsText<StackId>,
    kind: String,
    status: AsText<CommandStatus>,
}

impl Record for Open {
    type Entity = Entity;
    type Meaning = OpenCommand;

    fn read(self) -> Result<OpenCommand, DbErr> {
        let Self { seq, stack_id, kind, status } = self;
        let named = CommandKind::named(&kind);
        let kind =
            named.ok_or_else(|| CellError::new(Column::Kind, format!("`{kind}` is not a command kind")))?;
        Ok(OpenCommand { seq: seq.0, stack_id: stack_id.0, kind, status: status.0 })
    }
}

/// The key a command was sent with.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Keyed {
    seq: AsInteger<Seq>,
    idem_key: String,
    idem_fingerprint: String,
}

impl Record for Keyed {
    type Entity = Entity;
    type Meaning = (Seq, Idempotency);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.seq.0, Idempotency { key: self.idem_key, fingerprint: self.idem_fingerprint }))
    }
}

/// The keys of these commands, as far as they have one.
pub(crate) fn keys(seqs: &[Seq]) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Seq, Column::IdemKey, Column::IdemFingerprint])
        .filter(Column::Seq.is_in(seqs.iter().copied().map(AsInteger)))
        .filter(Column::IdemKey.is_not_null())
}

/// What an open command says about the plan that it confirms.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Confirming {
    payload: Json,
}

impl Record for Confirming {
    type Entity = Entity;
    /// `None` if the command cannot be read.
    type Meaning = Option<PlanId>;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        #[derive(Deserialize)]
        struct Payload {
            plan_id: PlanId,
        }
        Ok(self.payload.read::<Payload>(Column::Payload).ok().map(|payload| payload.plan_id))
    }
}

/// The open commands that confirm a plan.
pub(crate) fn confirming() -> Select<Entity> {
    // The others, which are most of them, are not even read.
    Entity::find()
        .select_only()
        .column(Column::Payload)
        .filter(open())
        .filter(Column::Payload.contains(r#""plan_id":""#))
}

/// What it asks for. One that cannot be read must not hide the other commands, or stop their lanes: only a kind that
/// nobody knows leaves nothing to show.
fn payload(kind: &str, stored: &Json) -> Result<CommandPayload, DbErr> {
    let unknown = || CellError::new(Column::Kind, format!("`{kind}` is no kind of command"));
    let kind = CommandKind::named(kind).ok_or_else(unknown)?;
    Ok(match stored.read::<CommandPayload>(Column::Payload) {
        Ok(payload) if payload.kind() == kind => payload,
        Ok(_) => CommandPayload::Unreadable { kind, reason: "it is of another kind".to_owned() },
        Err(error) => CommandPayload::Unreadable { kind, reason: error.to_string() },
    })
}

/// The row for a command that is new; it gets its `seq` from the database.
fn row(command: &Command, idempotency: Option<&Idempotency>) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        seq: NotSet,
        command_id: Set(AsText(command.id)),
        stack_id: Set(AsText(command.stack_id)),
        lane: Set(command.lane().to_string()),
        kind: Set(command.payload.kind().to_string()),
        payload: Set(Json::of(&command.payload)?),
        principal: Set(AsActor(command.principal.clone())),
        idem_key: Set(idempotency.map(|idempotency| idempotency.key.clone())),
        idem_fingerprint: Set(idempotency.map(|idempotency| idempotency.fingerprint.clone())),
        created_at: Set(AsMillis(command.created_at)),
        ..state(command)?
    })
}

/// Puts the row for a command that is new at the end of the queue, and answers with its place.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    command: &Command,
    idempotency: Option<&Idempotency>,
) -> Result<Seq, StoreError> {
    static INSERT: FixedRow = FixedRow::new();
    INSERT.insert(tx, row(command, idempotency)?).await.map(Seq)
}

/// Writes down how `command` stands now, if its status is still `from`. Whether it was.
pub(crate) async fn update(
    tx: &impl ConnectionTrait,
    command: &Command,
    from: CommandStatus,
) -> Result<bool, StoreError> {
    // One text for each status that is left: it is a word of the statement.
    static FROM: [FixedRow; CommandStatus::ALL.len()] = [const { FixedRow::new() }; CommandStatus::ALL.len()];
    let text = CommandStatus::ALL.iter().zip(&FROM).find(|(status, _)| **status == from);
    let Some((_, text)) = text else { return Ok(false) };
    let rows = text.update(tx, state(command)?, [AsInteger(command.seq).into()], |update, [seq]| {
        update.filter(Column::Seq.into_expr().eq(seq)).filter(Column::Status.into_expr().eq(word(from)))
    });
    Ok(rows.await? == 1)
}

/// The columns that change while a command goes through the queue.
fn state(command: &Command) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        status: Set(AsText(command.status)),
        started_at: Set(command.started_at.map(AsMillis)),
        finished_at: Set(command.finished_at.map(AsMillis)),
        attempt: Set(AsInteger(command.attempt)),
        retry: Set(AsInteger(command.retry)),
        fence: Set(command.fence.map(AsInteger)),
        claimed_by: Set(command.claimed_by.map(AsText)),
        cancel_requested_at: Set(command.cancel_requested_at.map(AsMillis)),
        failure: Set(command.failure.as_ref().map(Json::of).transpose()?),
        result: Set(command.result.as_ref().map(Json::of).transpose()?),
        ..Default::default()
    })
}

/// Every command.
pub(crate) fn find() -> Select<Entity> {
    static ALL: Template<Entity> = Template::new(|| Stored::select_cols(Entity::find().select_only()));
    ALL.clone()
}

/// The command `id`.
pub(crate) fn by_id(id: CommandId) -> Bound<Select<Entity>, 1> {
    static BY_ID: Fixed<Select<Entity>, 1> =
        Fixed::new(|[id]| find().filter(Column::CommandId.into_expr().eq(id)));
    BY_ID.with([AsText(id).into()])
}

/// The commands that a request of `by` with this key made.
pub(crate) fn with_key(by: &Actor, key: &str) -> Select<Entity> {
    // What the first releases wrote down counts too: a client may repeat a request across an upgrade.
    let names = [by.to_string(), by.former_text().unwrap_or_default().to_owned()];
    Entity::find().filter(Column::Principal.is_in(names)).filter(Column::IdemKey.eq(key))
}

/// The command `seq`, if it is `RUNNING` and claimed under `lease`, which holds at `now`.
pub(crate) fn claimed(seq: Seq, lease: &Lease, now: Timestamp) -> Bound<Select<Entity>, 4> {
    static CLAIMED: Fixed<Select<Entity>, 4> = Fixed::new(|terms| find().filter(is_claimed(terms)));
    CLAIMED.with(claim_terms(seq, lease, now))
}

/// The place of [`claimed`], for those who need no more of it.
pub(crate) fn claimed_place(seq: Seq, lease: &Lease, now: Timestamp) -> Bound<Select<Entity>, 4> {
    static PLACE: Fixed<Select<Entity>, 4> =
        Fixed::new(|terms| Entity::find().select_only().column(Column::Seq).filter(is_claimed(terms)));
    PLACE.with(claim_terms(seq, lease, now))
}

/// The condition of [`claimed`], for the values of [`claim_terms`].
fn is_claimed([seq, holder, epoch, now]: [Expr; 4]) -> Condition {
    Condition::all()
        .add(Column::Seq.into_expr().eq(seq))
        .add(Column::Status.into_expr().eq(word(CommandStatus::Running)))
        .add(Column::Fence.into_expr().eq(epoch.clone()))
        .add(Expr::exists(worker_lease::epoch_if([holder, epoch, now]).into_query()))
}

fn claim_terms(seq: Seq, lease: &Lease, now: Timestamp) -> [Value; 4] {
    let [holder, epoch, now] = worker_lease::terms(lease, now);
    [AsInteger(seq).into(), holder, epoch, now]
}

/// The places of the commands that run and are to be cancelled.
pub(crate) fn cancel_requested() -> Bound<Select<Entity>, 0> {
    static PLACES: Fixed<Select<Entity>, 0> = Fixed::new(|[]| {
        Entity::find()
            .select_only()
            .column(Column::Seq)
            .filter(Column::Status.into_expr().eq(word(CommandStatus::Running)))
            .filter(Column::CancelRequestedAt.is_not_null())
    });
    PLACES.with([])
}

/// Neither `DONE` nor `CANCELLED`, in the words of the indexes on open commands.
pub(crate) fn open() -> Expr {
    let over = [CommandStatus::Done, CommandStatus::Cancelled];
    Column::Status.into_expr().is_not_in(over.map(word))
}

/// The open commands of all lanes, oldest first.
pub(crate) fn first_open(most: u64) -> Select<Entity> {
    Open::select_cols(Entity::find().select_only()).filter(open()).order_by_asc(Column::Seq).limit(most)
}

/// A status that stands in the statement itself: SQLite takes a partial index only when its condition is repeated. It
/// looks into parameters for that, but then compiles the statement anew each time that one gets a value.
fn word(status: CommandStatus) -> Expr {
    Expr::Constant(status.as_str().into())
}

/// Commands of the lane of writes.
pub(crate) fn writes() -> Expr {
    Column::Lane.eq(AsText(Lane::Writes))
}

/// The oldest open command of the lane of writes.
pub(crate) fn head() -> Bound<Select<Entity>, 0> {
    static HEAD: Fixed<Select<Entity>, 0> =
        Fixed::new(|[]| find().filter(open()).filter(writes()).order_by_asc(Column::Seq).limit(1));
    HEAD.with([])
}

/// The open commands of the lane of writes, oldest first.
pub(crate) fn open_writes() -> Bound<Select<Entity>, 0> {
    static OPEN: Fixed<Select<Entity>, 0> =
        Fixed::new(|[]| find().filter(open()).filter(writes()).order_by_asc(Column::Seq));
    OPEN.with([])
}

/// The first of them, as many as `most`.
pub(crate) fn first_open_writes(most: Option<u64>) -> Select<Entity> {
    let query = find().filter(open()).filter(writes()).order_by_asc(Column::Seq);
    query.apply_if(most, QuerySelect::limit)
}

/// Every open command of the lanes of power changes, oldest first. Their names are between `power/` and `power0`.
pub(crate) fn open_power() -> Bound<Select<Entity>, 0> {
    static OPEN: Fixed<Select<Entity>, 0> = Fixed::new(|[]| {
        let lanes = Condition::all().add(Column::Lane.gt("power/")).add(Column::Lane.lt("power0"));
        find().filter(open()).filter(lanes).order_by_asc(Column::Seq)
    });
    OPEN.with([])
}

/// How many commands wait in the lane of writes.
pub(crate) fn pending() -> Select<Entity> {
    Entity::find()
        .select_only()
        .expr(Column::Seq.count())
        .filter(open())
        .filter(writes())
        .filter(Column::Status.eq(AsText(CommandStatus::Pending)))
}
