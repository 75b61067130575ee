//! Versions of templates, without their files.

use std::collections::BTreeMap;

use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::template::TemplateVersion;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{FromQueryResult, JoinType, QuerySelect};

use super::template;
use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "template_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) author: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) comment: String,
    pub(crate) compose_files: Json,
    pub(crate) variables: Json,
    pub(crate) content_hash: String,
    pub(crate) declaration: Json,
    pub(crate) warnings: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "template::Entity",
        from = "Column::TemplateId",
        to = "template::Column::TemplateId"
    )]
    Template,
}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = TemplateVersion;

    fn read(self) -> Result<TemplateVersion, DbErr> {
        Ok(TemplateVersion {
            template: self.template_id.0,
            version: self.version.0,
            author: self.author.0,
            created_at: self.created_at.0,
            comment: self.comment,
            content_hash: self.content_hash,
            variables: self.variables.read(Column::Variables)?,
            declaration: self.declaration.read(Column::Declaration)?,
            warnings: self.warnings.read(Column::Warnings)?,
        })
    }
}

/// What a source has besides its files.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Parts {
    compose_files: Json,
    variables: Json,
}

impl Record for Parts {
    type Entity = Entity;
    type Meaning = (Vec<String>, BTreeMap<String, String>);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.compose_files.read(Column::ComposeFiles)?, self.variables.read(Column::Variables)?))
    }
}

/// The parts of the source of a version.
pub(crate) fn parts(template: TemplateId, version: VersionNumber) -> Select<Entity> {
    one(template, version).select_only().columns([
        Column::TemplateId,
        Column::Version,
        Column::ComposeFiles,
        Column::Variables,
    ])
}

/// The row for `version`, made from `source`.
pub(crate) fn row(version: &TemplateVersion, source: &Source) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        template_id: Set(AsText(version.template)),
        version: Set(AsInteger(version.version)),
        author: Set(AsActor(version.author.clone())),
        created_at: Set(AsMillis(version.created_at)),
        comment: Set(version.comment.clone()),
        compose_files: Set(Json::of(&source.compose_files)?),
        variables: Set(Json::of(&source.variables)?),
        content_hash: Set(version.content_hash.clone()),
        declaration: Set(Json::of(&version.declaration)?),
        warnings: Set(Json::of(&version.warnings)?),
    })
}

/// The newest version of each of these templates.
pub(crate) fn latest_of(templates: impl Iterator<Item = TemplateId>) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Template.def())
        .filter(Column::TemplateId.is_in(templates.map(AsText)))
        .filter(Column::Version.into_expr().eq(template::Column::LatestVersion.into_expr()))
}

/// The versions of `template`.
pub(crate) fn of(template: TemplateId) -> Select<Entity> {
    Entity::find().filter(Column::TemplateId.eq(AsText(template)))
}

/// One version of `template`.
pub(crate) fn one(template: TemplateId, version: VersionNumber) -> Select<Entity> {
    of(template).filter(Column::Version.eq(AsInteger(version)))
}
