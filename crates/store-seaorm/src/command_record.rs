//! Adding to `command` and `command_event`, the same way for everybody who does.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{
    Command, Decision, FailureScope, LaneKind, OpenQueue, OpenWrite, TOLD, WriteLane,
};
use core_monitor_domain::ids::{CommandId, Seq};
use core_monitor_domain::journal::JournalLine;
use core_monitor_domain::ports::{Idempotency, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect};

use crate::cell::{AsText, Json};
use crate::entity::command::Column;
use crate::entity::{command, command_attachment, command_event, setting, stack_object};
use crate::rows;
use crate::store_error::store_error;

/// T1: puts a command at the end of the queue, with its lines. A trigger moves the revision of its stack.
///
/// The command comes back with the place it got.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    accepted: Decision,
    idempotency: Option<&Idempotency>,
) -> Result<Command, StoreError> {
    let Decision { command, lines, .. } = accepted;
    let seq = command::insert(tx, &command, idempotency).await?;
    let command = Command { seq, ..command };
    for line in lines {
        record(tx, command.seq, line, command.created_at).await?;
    }
    Ok(command)
}

/// T2 to T9: writes down what has become of a command, with its lines. The transaction has read the command before.
pub(crate) async fn save(
    tx: &DatabaseTransaction,
    decision: Decision,
    now: Timestamp,
) -> Result<Command, StoreError> {
    let from = decision.from();
    let Decision { command, lines, .. } = decision;
    let updated = match from {
        Some(from) => command::update(tx, &command, from).await?,
        None => false,
    };
    if !updated {
        let what = format!(
            "table `command`, row `{}`, column `status`: it is not what it was at the beginning of the transaction",
            command.seq
        );
        return Err(StoreError::Corrupt { what, source: None });
    }
    for line in lines {
        record(tx, command.seq, line, now).await?;
    }
    Ok(command)
}

/// The part of the queue that decides what may start in these lanes. Where nothing waits in them, the other ones are not
/// read.
pub(crate) async fn queue_for(db: &impl ConnectionTrait, lanes: LaneKind) -> Result<OpenQueue, StoreError> {
    let (write, power) = match lanes {
        LaneKind::Writes => match next_write(db).await? {
            None => (None, Vec::new()),
            Some(next) => (Some(next), open_power(db).await?),
        },
        LaneKind::Power => match open_power(db).await? {
            power if power.is_empty() => (None, power),
            power => (next_write(db).await?, power),
        },
    };
    Ok(OpenQueue { write, power })
}

/// The write that runs or starts next.
async fn next_write(db: &impl ConnectionTrait) -> Result<Option<Command>, StoreError> {
    if failure_scope(db).await? == FailureScope::Everything {
        return head(db).await;
    }
    let writes = rows::list::<command::Stored>(db, command::open_writes()).await?;
    let lane = related_lane(db, &writes).await?;
    let next = lane.next().map(|next| next.seq);
    Ok(writes.into_iter().find(|write| Some(write.seq) == next))
}

/// The lane of writes, as far as its order depends on it.
pub(crate) async fn write_lane(db: &impl ConnectionTrait) -> Result<WriteLane, StoreError> {
    if failure_scope(db).await? == FailureScope::Everything {
        let open = head(db).await?.iter().map(OpenWrite::from).collect();
        return Ok(WriteLane { open, ..WriteLane::default() });
    }
    let writes = rows::list::<command::Stored>(db, command::open_writes()).await?;
    related_lane(db, &writes).await
}

/// Tells a command that has just joined the queue if it waits behind a failed one, in its record.
pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    command: &Command,
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    if command.lane().is_power() {
        return Ok(());
    }
    match write_lane(tx).await?.held(command, by) {
        Some(line) => record(tx, command.seq, line, now).await,
        None => Ok(()),
    }
}

/// Tells those that wait behind a command which has just failed.
pub(crate) async fn tell_waiting(
    tx: &DatabaseTransaction,
    failed: &Command,
    now: Timestamp,
) -> Result<(), StoreError> {
    let scope = failure_scope(tx).await?;
    // Where everything waits behind the oldest one, only those are read that are told.
    let most = (scope == FailureScope::Everything).then_some(TOLD as u64 + 1);
    let writes = rows::list::<command::Stored>(tx, command::first_open_writes(most)).await?;
    let lane = match scope {
        FailureScope::Everything => {
            WriteLane { open: writes.iter().map(OpenWrite::from).collect(), ..WriteLane::default() }
        }
        FailureScope::Related => related_lane(tx, &writes).await?,
    };
    for (seq, line) in lane.held_by(failed, &writes) {
        record(tx, seq, line, now).await?;
    }
    Ok(())
}

async fn related_lane(db: &impl ConnectionTrait, writes: &[Command]) -> Result<WriteLane, StoreError> {
    let stacks: BTreeSet<_> = writes.iter().map(|write| write.stack_id).collect();
    let mut objects = BTreeMap::<_, BTreeSet<_>>::new();
    for (stack, object) in rows::list::<stack_object::Model>(db, stack_object::of_all(stacks)).await? {
        objects.entry(stack).or_default().insert(object);
    }
    let open = writes.iter().map(OpenWrite::from).collect();
    Ok(WriteLane { scope: FailureScope::Related, open, objects })
}

/// What a failed write holds up.
pub(crate) async fn failure_scope(db: &impl ConnectionTrait) -> Result<FailureScope, StoreError> {
    let value = rows::value::<String>(db, setting::value(setting::FAILURE_SCOPE)).await?;
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or_default())
}

/// The oldest open command of the lane of writes.
pub(crate) async fn head(db: &impl ConnectionTrait) -> Result<Option<Command>, StoreError> {
    rows::find::<command::Stored>(db, command::head()).await
}

/// Every open power change, oldest first.
pub(crate) async fn open_power(db: &impl ConnectionTrait) -> Result<Vec<Command>, StoreError> {
    rows::list::<command::Stored>(db, command::open_power()).await
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
    by: &Actor,
    idempotency: Option<&Idempotency>,
) -> Result<Replay, StoreError> {
    let Some(idempotency) = idempotency else { return Ok(Replay::New) };
    let earlier = command::with_key(by, &idempotency.key)
        .select_only()
        .columns([Column::CommandId, Column::IdemFingerprint])
        .into_tuple::<(AsText<CommandId>, String)>();
    let Some((AsText(id), fingerprint)) = earlier.one(tx).await.map_err(store_error)? else {
        return Ok(Replay::New);
    };
    if fingerprint != idempotency.fingerprint {
        return Ok(Replay::Other);
    }
    let command = rows::find::<command::Stored>(tx, command::by_id(id)).await?;
    Ok(command.map_or(Replay::New, |command| Replay::Same(Box::new(command))))
}

/// Adds one line to the record of a command.
pub(crate) async fn record(
    tx: &DatabaseTransaction,
    seq: Seq,
    line: JournalLine,
    now: Timestamp,
) -> Result<(), StoreError> {
    let attachment = line.attachment.as_ref().map(|attachment| Json::of(&attachment.encode())).transpose()?;
    let event = command_event::insert(tx, seq, line, now).await?;
    let Some(content) = attachment else { return Ok(()) };
    let row = command_attachment::ActiveModel { event_id: Set(event), content: Set(content) };
    command_attachment::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}
