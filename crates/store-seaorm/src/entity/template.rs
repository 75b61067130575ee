//! Templates, the deleted ones among them.

use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::Template;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QuerySelect, UpdateMany};

use super::instance;
use crate::cell::{AsActor, AsInteger, AsMillis, AsText};
use crate::rows::{self, Record};

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "template")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
    pub(crate) name: AsText<TemplateName>,
    pub(crate) latest_version: AsInteger<VersionNumber>,
    pub(crate) created_by: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) updated_at: AsMillis,
    pub(crate) deleted_at: Option<AsMillis>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Template;

    fn read(self) -> Result<Template, DbErr> {
        Ok(Template {
            id: self.template_id.0,
            name: self.name.0,
            latest_version: self.latest_version.0,
            created_by: self.created_by.0,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// A template with the number of its instances.
#[derive(Debug)]
pub(crate) struct Listed {
    template: Model,
    instances: AsInteger<u64>,
}

impl FromQueryResult for Listed {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let template = Model::from_query_result(row, pre)?;
        Ok(Self { template, instances: row.try_get(pre, "instances")? })
    }
}

impl Record for Listed {
    type Entity = Entity;
    type Meaning = (Template, u64);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.template.read()?, self.instances.0))
    }
}

/// The templates that are not deleted, each with the number of its instances.
pub(crate) fn listed() -> Select<Entity> {
    live().expr_as(instance::count_of_template(), "instances")
}

/// The row for `template`.
pub(crate) fn row(template: &Template) -> ActiveModel {
    ActiveModel {
        template_id: Set(AsText(template.id)),
        name: Set(AsText(template.name.clone())),
        latest_version: Set(AsInteger(template.latest_version)),
        created_by: Set(AsActor(template.created_by.clone())),
        created_at: Set(AsMillis(template.created_at)),
        updated_at: Set(AsMillis(template.updated_at)),
        deleted_at: Set(None),
    }
}

fn live() -> Select<Entity> {
    Entity::find().filter(Column::DeletedAt.is_null())
}

/// The template `id`, unless it is deleted.
pub(crate) fn live_by_id(id: TemplateId) -> Select<Entity> {
    live().filter(Column::TemplateId.eq(AsText(id)))
}

/// The template `id`, which something else says is there.
pub(crate) async fn existing(db: &impl ConnectionTrait, id: TemplateId) -> Result<Template, StoreError> {
    let what = || format!("table `template`, row `{id}`: it is gone or deleted");
    let found = rows::find::<Model>(db, live_by_id(id)).await?;
    found.ok_or_else(|| StoreError::Corrupt { what: what(), source: None })
}

/// The template called `name`; the index on live names gives it.
pub(crate) fn live_by_name(name: &TemplateName) -> Select<Entity> {
    live().filter(Column::Name.eq(AsText(name)))
}

/// Sets the columns of `change` that are set, of the template `id`.
pub(crate) fn update(id: TemplateId, change: ActiveModel) -> UpdateMany<Entity> {
    Entity::update_many().set(change).filter(Column::TemplateId.eq(AsText(id)))
}
