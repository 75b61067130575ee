//! What commands created.

use core_monitor_domain::creation::{Creation, CreationMark};
use core_monitor_domain::ids::{CommandId, ContainerId, StackId};
use core_monitor_domain::journal::EffectNumber;
use core_monitor_domain::observation::ObjectKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DeleteMany, FromQueryResult, QuerySelect, Select, UpdateMany};

use crate::cell::{AsInteger, AsText, CellError};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "creation")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) creation_id: i64,
    pub(crate) kind: String,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) name: String,
    pub(crate) command_id: Option<AsText<CommandId>>,
    pub(crate) retry: Option<AsInteger<u32>>,
    pub(crate) effect: Option<AsInteger<u64>>,
    pub(crate) object: Option<String>,
    pub(crate) container: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Creation;

    fn read(self) -> Result<Creation, DbErr> {
        let kind = ObjectKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        let kind = kind.ok_or_else(|| CellError::new(Column::Kind, format!("`{}` is no kind", self.kind)))?;
        let command = self.command_id.map(|cell| cell.0);
        let mark = match (command, self.retry, self.effect) {
            (Some(command), Some(retry), Some(effect)) => {
                Some(CreationMark { command, retry: retry.0, effect: EffectNumber(effect.0) })
            }
            _ => None,
        };
        let Self { name, object, .. } = self;
        let container = self.container.map(ContainerId);
        Ok(Creation { kind, stack_id: self.stack_id.0, name, command, mark, object, container })
    }
}

/// A record's number and object.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Numbered {
    creation_id: i64,
    object: String,
}

impl Record for Numbered {
    type Entity = Entity;
    type Meaning = (i64, String);

    fn read(self) -> Result<(i64, String), DbErr> {
        Ok((self.creation_id, self.object))
    }
}

/// The row for `creation`.
pub(crate) fn row(creation: &Creation) -> ActiveModel {
    ActiveModel {
        creation_id: NotSet,
        kind: Set(creation.kind.as_str().to_owned()),
        stack_id: Set(AsText(creation.stack_id)),
        name: Set(creation.name.clone()),
        command_id: Set(creation.command.map(AsText)),
        retry: Set(creation.mark.map(|mark| AsInteger(mark.retry))),
        effect: Set(creation.mark.map(|mark| AsInteger(mark.effect.0))),
        object: Set(creation.object.clone()),
        container: Set(creation.container.as_ref().map(ToString::to_string)),
    }
}

/// Sets the object of the creation with this mark, unless it has one.
pub(crate) fn complete(mark: &CreationMark, object: &str) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::Object, Expr::value(object))
        .filter(has_mark(mark))
        .filter(Column::Object.is_null())
}

/// Removes the creation with this mark, unless it has an object.
pub(crate) fn refused(mark: &CreationMark) -> DeleteMany<Entity> {
    Entity::delete_many().filter(has_mark(mark)).filter(Column::Object.is_null())
}

/// Removes the records of a volume.
pub(crate) fn volume_gone(stack_id: StackId, name: &str) -> DeleteMany<Entity> {
    of_stack(stack_id).filter(Column::Kind.eq(ObjectKind::Volume.as_str())).filter(Column::Name.eq(name))
}

/// Removes all but the named volumes of a stack.
pub(crate) fn stack_gone(stack_id: StackId) -> DeleteMany<Entity> {
    let is_unnamed = sea_orm::Condition::any()
        .add(Column::Kind.ne(ObjectKind::Volume.as_str()))
        .add(Column::Container.is_not_null());
    of_stack(stack_id).filter(is_unnamed)
}

/// The record of an anonymous volume.
pub(crate) fn of_anonymous(volume: &Creation) -> Select<Entity> {
    Entity::find().filter(Column::Container.is_not_null()).filter(Column::Name.eq(volume.name.as_str()))
}

/// Removes the record with this number.
pub(crate) fn gone(creation_id: i64) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::CreationId.eq(creation_id))
}

/// The containers of a stack whose ids are known.
pub(crate) fn containers_of(stack_id: StackId) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::CreationId, Column::Object])
        .filter(Column::StackId.eq(AsText(stack_id)))
        .filter(Column::Kind.eq(ObjectKind::Container.as_str()))
        .filter(Column::Object.is_not_null())
}

/// The records of the object of `claim`; none for a volume, which has no id.
pub(crate) fn of_object(claim: &Creation) -> Select<Entity> {
    Entity::find()
        .filter(Column::Kind.eq(claim.kind.as_str()))
        .filter(Column::Object.eq(claim.object.as_deref().unwrap_or_default()))
}

fn of_stack(stack_id: StackId) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::StackId.eq(AsText(stack_id)))
}

fn has_mark(mark: &CreationMark) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::CommandId.eq(AsText(mark.command)))
        .add(Column::Retry.eq(AsInteger(mark.retry)))
        .add(Column::Effect.eq(AsInteger(mark.effect.0)))
}
