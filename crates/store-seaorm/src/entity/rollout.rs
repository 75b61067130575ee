//! The newest rollouts of templates.

use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::Rollout;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "rollout")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
    /// What the progress says too, for the question which ones are open.
    pub(crate) is_open: bool,
    pub(crate) progress: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (TemplateId, Rollout);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.template_id.0, self.progress.read(Column::Progress)?))
    }
}

/// The row of a template.
pub(crate) fn row(template: TemplateId, rollout: &Rollout) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        template_id: Set(AsText(template)),
        is_open: Set(rollout.state.is_open()),
        progress: Set(Json::of(rollout)?),
    })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::column(Column::TemplateId).update_columns([Column::IsOpen, Column::Progress]).to_owned()
}

/// The rollout of a template.
pub(crate) fn of(template: TemplateId) -> Select<Entity> {
    Entity::find().filter(Column::TemplateId.eq(AsText(template)))
}

/// Those that are not over.
pub(crate) fn open() -> Select<Entity> {
    Entity::find().filter(Column::IsOpen.eq(true))
}
