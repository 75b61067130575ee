//! Instances of templates; their ports are in [`host_port`](super::host_port).

use std::collections::BTreeMap;

use core_monitor_domain::ids::{StackId, TemplateId, VersionNumber};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::Instance;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, QuerySelect, QueryTrait, UpdateMany};

use super::template;
use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "instance")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) instance_key: AsText<InstanceKey>,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) template_version: AsInteger<VersionNumber>,
    pub(crate) assigned: Json,
    pub(crate) created_by: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) stopped_since: Option<AsMillis>,
    pub(crate) unlisted_since: Option<AsMillis>,
    pub(crate) is_held: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    /// Without its ports and what is applied.
    type Meaning = Instance;

    fn read(self) -> Result<Instance, DbErr> {
        Ok(Instance {
            template: self.template_id.0,
            key: self.instance_key.0,
            stack: self.stack_id.0,
            template_version: self.template_version.0,
            values: self.assigned.read(Column::Assigned)?,
            ports: BTreeMap::new(),
            applied: None,
            created_by: self.created_by.0,
            created_at: self.created_at.0,
            stopped_since: self.stopped_since.map(|cell| cell.0),
            unlisted_since: self.unlisted_since.map(|cell| cell.0),
            is_held: self.is_held,
        })
    }
}

/// The row for `instance`.
pub(crate) fn row(instance: &Instance) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        template_id: Set(AsText(instance.template)),
        instance_key: Set(AsText(instance.key.clone())),
        stack_id: Set(AsText(instance.stack)),
        template_version: Set(AsInteger(instance.template_version)),
        assigned: Set(Json::of(&instance.values)?),
        created_by: Set(AsActor(instance.created_by.clone())),
        created_at: Set(AsMillis(instance.created_at)),
        stopped_since: Set(instance.stopped_since.map(AsMillis)),
        unlisted_since: Set(instance.unlisted_since.map(AsMillis)),
        is_held: Set(instance.is_held),
    })
}

/// How many instances the template of another query has, as a value in it.
pub(crate) fn count_of_template() -> Expr {
    let same = Column::TemplateId.into_expr().eq(template::Column::TemplateId.into_expr());
    Entity::find().select_only().expr(Column::StackId.count()).filter(same).into_query().into()
}

/// The instances of `template`.
pub(crate) fn of(template: TemplateId) -> Select<Entity> {
    Entity::find().filter(Column::TemplateId.eq(AsText(template)))
}

/// The instance of `template` with this key.
pub(crate) fn one(template: TemplateId, key: &InstanceKey) -> Select<Entity> {
    of(template).filter(Column::InstanceKey.eq(AsText(key)))
}

/// The instance that `stack` is.
pub(crate) fn of_stack(stack: StackId) -> Select<Entity> {
    Entity::find().filter(Column::StackId.eq(AsText(stack)))
}

/// Whether an instance comes after this one, by template and key.
pub(crate) fn is_after(template: TemplateId, key: &InstanceKey) -> Condition {
    let same = Condition::all()
        .add(Column::TemplateId.eq(AsText(template)))
        .add(Column::InstanceKey.gt(AsText(key)));
    Condition::any().add(Column::TemplateId.gt(AsText(template))).add(same)
}

/// Sets the columns of `change` that are set, of the instance that `stack` is.
pub(crate) fn update(stack: StackId, change: ActiveModel) -> UpdateMany<Entity> {
    Entity::update_many().set(change).filter(Column::StackId.eq(AsText(stack)))
}
