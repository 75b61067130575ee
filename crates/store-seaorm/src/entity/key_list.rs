//! The lists of keys of templates.

use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::KeyList;
use sea_orm::ActiveValue::Set;
use sea_orm::DeleteMany;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::cell::{AsMillis, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "key_list")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
    pub(crate) source: Json,
    pub(crate) keys: Json,
    pub(crate) taken_at: Option<AsMillis>,
    pub(crate) asked_at: Option<AsMillis>,
    pub(crate) trouble: Option<Json>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (TemplateId, KeyList);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let list = KeyList {
            source: self.source.read(Column::Source)?,
            keys: self.keys.read(Column::Keys)?,
            taken_at: self.taken_at.map(|cell| cell.0),
            asked_at: self.asked_at.map(|cell| cell.0),
            trouble: self.trouble.map(|cell| cell.read(Column::Trouble)).transpose()?,
        };
        Ok((self.template_id.0, list))
    }
}

/// The row of a template.
pub(crate) fn row(template: TemplateId, list: &KeyList) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        template_id: Set(AsText(template)),
        source: Set(Json::of(&list.source)?),
        keys: Set(Json::of(&list.keys)?),
        taken_at: Set(list.taken_at.map(AsMillis)),
        asked_at: Set(list.asked_at.map(AsMillis)),
        trouble: Set(list.trouble.as_ref().map(Json::of).transpose()?),
    })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::column(Column::TemplateId)
        .update_columns([Column::Source, Column::Keys, Column::TakenAt, Column::AskedAt, Column::Trouble])
        .to_owned()
}

/// The list of a template.
pub(crate) fn of(template: TemplateId) -> Select<Entity> {
    Entity::find().filter(Column::TemplateId.eq(AsText(template)))
}

/// Removes the list of a template.
pub(crate) fn remove(template: TemplateId) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::TemplateId.eq(AsText(template)))
}
