//! Stacks, the deleted ones among them.

use core_monitor_domain::command::{Found, OnFailure};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::{Revision, Stack};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QuerySelect, UpdateMany};

use super::stack_version;
use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::rows::{Record, Template};

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "stack")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) name: AsText<StackName>,
    pub(crate) current_version: Option<AsInteger<VersionNumber>>,
    pub(crate) latest_version: AsInteger<VersionNumber>,
    pub(crate) last_seq: AsInteger<Seq>,
    pub(crate) created_by: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) updated_at: AsMillis,
    pub(crate) deleted_at: Option<AsMillis>,
    pub(crate) stopped_runs: Json,
    pub(crate) on_failure: AsText<OnFailure>,
    pub(crate) labels: Json,
    pub(crate) settings_changes: AsInteger<u32>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Stack;

    fn read(self) -> Result<Stack, DbErr> {
        Ok(Stack {
            id: self.stack_id.0,
            name: self.name.0,
            current_version: self.current_version.map(|cell| cell.0),
            latest_version: self.latest_version.0,
            last_seq: self.last_seq.0,
            created_by: self.created_by.0,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            deleted_at: self.deleted_at.map(|cell| cell.0),
            stopped_runs: self.stopped_runs.read(Column::StoppedRuns)?,
            on_failure: self.on_failure.0,
            labels: self.labels.read(Column::Labels)?,
            settings_changes: self.settings_changes.0,
        })
    }
}

/// What the acceptance of a command depends on: the revision, whether the stack has the version that is asked for, and its
/// settings.
#[derive(Debug, FromQueryResult)]
pub(crate) struct State {
    current_version: Option<AsInteger<VersionNumber>>,
    last_seq: AsInteger<Seq>,
    on_failure: AsText<OnFailure>,
    settings_changes: AsInteger<u32>,
    versions: i64,
}

/// The state of the stack `id`, unless it is deleted.
pub(crate) fn state(id: StackId, version: Option<VersionNumber>) -> Select<Entity> {
    static COLUMNS: Template<Entity> = Template::new(|| {
        let columns = [
            Column::StackId,
            Column::CurrentVersion,
            Column::LastSeq,
            Column::OnFailure,
            Column::SettingsChanges,
        ];
        Entity::find().select_only().columns(columns).filter(Column::DeletedAt.is_null())
    });
    // A command that is about no version finds what it needs.
    let versions =
        version.map_or_else(|| Expr::Constant(1.into()), |version| stack_version::count(id, version));
    COLUMNS.clone().filter(Column::StackId.eq(AsText(id))).expr_as(versions, "versions")
}

impl Record for State {
    type Entity = Entity;
    type Meaning = Found;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let revision = Revision {
            current_version: self.current_version.map(|cell| cell.0),
            last_seq: self.last_seq.0,
            settings: self.settings_changes.0,
        };
        Ok(Found { revision, version: self.versions > 0, on_failure: self.on_failure.0 })
    }
}

/// The row for `stack`.
pub(crate) fn row(stack: &Stack) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(stack.id)),
        name: Set(AsText(stack.name.clone())),
        current_version: Set(stack.current_version.map(AsInteger)),
        latest_version: Set(AsInteger(stack.latest_version)),
        last_seq: Set(AsInteger(stack.last_seq)),
        created_by: Set(AsActor(stack.created_by.clone())),
        created_at: Set(AsMillis(stack.created_at)),
        updated_at: Set(AsMillis(stack.updated_at)),
        deleted_at: Set(stack.deleted_at.map(AsMillis)),
        stopped_runs: Set(Json::of(&stack.stopped_runs)?),
        on_failure: Set(AsText(stack.on_failure)),
        labels: Set(Json::of(&stack.labels)?),
        settings_changes: Set(AsInteger(stack.settings_changes)),
    })
}

/// Every stack, deleted or not.
pub(crate) fn find() -> Select<Entity> {
    static ALL: Template<Entity> = Template::new(Entity::find);
    ALL.clone()
}

/// The stack `id`, deleted or not.
pub(crate) fn with_deleted(id: StackId) -> Select<Entity> {
    find().filter(Column::StackId.eq(AsText(id)))
}

/// The stack `id`, unless it is deleted.
pub(crate) fn live(id: StackId) -> Select<Entity> {
    with_deleted(id).filter(Column::DeletedAt.is_null())
}

/// The stack called `name`; the index on live names gives it.
pub(crate) fn live_by_name(name: &StackName) -> Select<Entity> {
    find().filter(Column::Name.eq(AsText(name))).filter(Column::DeletedAt.is_null())
}

/// Sets the columns of `change` that are set, of the stack `id`.
pub(crate) fn update(id: StackId, change: ActiveModel) -> UpdateMany<Entity> {
    Entity::update_many().set(change).filter(Column::StackId.eq(AsText(id)))
}
