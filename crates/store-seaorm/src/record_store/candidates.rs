//! What may leave, and what it says.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::ids::{CommandId, Seq};
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::{Idempotency, StoreError};
use core_monitor_domain::records::{CommandFacts, RecordedCommand};
use core_monitor_domain::release::Release;
use core_monitor_domain::time::Timestamp;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::entity::{command, command_event, creation, recorded_command, release, stack};
use crate::rows;

/// Commands after `after` that were over before `before` and that no record file has.
pub(super) async fn facts(
    tx: &DatabaseTransaction,
    before: Timestamp,
    after: Seq,
    limit: u32,
) -> Result<Vec<CommandFacts>, StoreError> {
    use command::Column;

    let over = [CommandStatus::Done, CommandStatus::Cancelled];
    let noted = recorded_command::Entity::find()
        .select_only()
        .column(recorded_command::Column::Seq)
        .filter(recorded_command::Column::Seq.into_expr().gt(after.0));
    let query = command::find()
        .filter(Column::Seq.gt(AsInteger(after)))
        .filter(Column::Status.is_in(over.map(AsText)))
        .filter(Column::FinishedAt.lt(AsMillis(before)))
        .filter(Column::Seq.not_in_subquery(noted.into_query()))
        .order_by_asc(Column::Seq)
        .limit(u64::from(limit));
    let found = rows::list::<command::Stored>(tx, query).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let needed = Needed::read(tx).await?;
    Ok(found.iter().map(|command| needed.facts(command)).collect())
}

/// What is kept, and refers to commands.
struct Needed {
    newest: Seq,
    /// The newest commands of stacks that are not deleted.
    last: BTreeSet<Seq>,
    /// The commands of the newest releases of these stacks.
    applied: BTreeSet<CommandId>,
    /// Those of the newest releases of their versions, and those that created something.
    referred_to: BTreeSet<CommandId>,
}

impl Needed {
    async fn read(tx: &DatabaseTransaction) -> Result<Self, StoreError> {
        let newest = command::Entity::find().select_only().expr(command::Column::Seq.max());
        let newest = rows::value::<Option<i64>>(tx, newest).await?.flatten().unwrap_or_default();
        let live = stack::find().filter(stack::Column::DeletedAt.is_null());
        let live = rows::list::<stack::Model>(tx, live).await?;
        let stacks: BTreeSet<_> = live.iter().map(|stack| stack.id).collect();
        let releases = release::Entity::find().order_by_asc(release::Column::ReleaseId);
        let (mut of_stack, mut of_version) = (BTreeMap::new(), BTreeMap::new());
        for release in rows::list::<release::Model>(tx, releases).await? {
            if stacks.contains(&release.stack_id) {
                of_stack.insert(release.stack_id, release.command_id);
                of_version.insert((release.stack_id, release.version), release.command_id);
            }
        }
        let creators = creation::Entity::find()
            .select_only()
            .column(creation::Column::CommandId)
            .distinct()
            .filter(creation::Column::CommandId.is_not_null());
        let creators = rows::values::<AsText<CommandId>>(tx, creators).await?;
        Ok(Self {
            newest: Seq(newest),
            last: live.iter().map(|stack| stack.last_seq).collect(),
            applied: of_stack.into_values().collect(),
            referred_to: of_version.into_values().chain(creators.into_iter().map(|cell| cell.0)).collect(),
        })
    }

    fn facts(&self, command: &Command) -> CommandFacts {
        CommandFacts {
            seq: command.seq,
            status: command.status,
            finished_at: command.finished_at,
            is_last: command.seq == self.newest
                || self.last.contains(&command.seq)
                || self.applied.contains(&command.id),
            is_referred_to: self.referred_to.contains(&command.id),
        }
    }
}

/// Everything that was recorded about these commands.
pub(super) async fn recorded(
    tx: &DatabaseTransaction,
    seqs: &[Seq],
) -> Result<Vec<RecordedCommand>, StoreError> {
    let places = || seqs.iter().copied().map(AsInteger);
    let query =
        command::find().filter(command::Column::Seq.is_in(places())).order_by_asc(command::Column::Seq);
    let commands = rows::list::<command::Stored>(tx, query).await?;
    let keys = rows::list::<command::Keyed>(tx, command::keys(seqs)).await?;
    let mut keys: BTreeMap<Seq, Idempotency> = keys.into_iter().collect();
    let ids = commands.iter().map(|command| AsText(command.id));
    let releases = release::Entity::find().filter(release::Column::CommandId.is_in(ids));
    let releases = rows::list::<release::Model>(tx, releases).await?;
    let mut releases: BTreeMap<CommandId, Release> =
        releases.into_iter().map(|release| (release.command_id, release)).collect();
    let lines = command_event::with_attachments(seqs);
    let mut events: BTreeMap<Seq, Vec<CommandEvent>> = BTreeMap::new();
    for event in rows::list::<command_event::Line>(tx, lines).await? {
        events.entry(event.seq).or_default().push(event);
    }
    let record = |command: Command| RecordedCommand {
        idempotency: keys.remove(&command.seq),
        release: releases.remove(&command.id),
        events: events.remove(&command.seq).unwrap_or_default(),
        command,
    };
    Ok(commands.into_iter().map(record).collect())
}
