//! Versions of stacks, without their files.

use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::{StackVersion, keep_relative};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};

use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::many_versions::are;
use crate::rows::{Record, Template};

#[expect(clippy::struct_field_names, reason = "the names are those of the column and of the derive macro")]
#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "stack_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) parent_version: Option<AsInteger<VersionNumber>>,
    pub(crate) author: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) comment: String,
    pub(crate) compose_files: Json,
    pub(crate) variables: Json,
    pub(crate) content_hash: String,
    pub(crate) model: Json,
    pub(crate) warnings: Json,
    pub(crate) secrets: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = StackVersion;

    fn read(self) -> Result<StackVersion, DbErr> {
        let mut model = self.model.read(Column::Model)?;
        // Versions saved before paths were kept relative contain the absolute folder.
        keep_relative(&mut model, self.stack_id.0);
        Ok(StackVersion {
            stack_id: self.stack_id.0,
            version: self.version.0,
            parent_version: self.parent_version.map(|cell| cell.0),
            author: self.author.0,
            created_at: self.created_at.0,
            comment: self.comment,
            compose_files: self.compose_files.read(Column::ComposeFiles)?,
            variables: self.variables.read(Column::Variables)?,
            content_hash: self.content_hash,
            model,
            warnings: self.warnings.read(Column::Warnings)?,
            secrets: self.secrets.read(Column::Secrets)?,
            artifacts: Artifacts::new(),
        })
    }
}

/// The row for `version`.
pub(crate) fn row(version: &StackVersion) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(version.stack_id)),
        version: Set(AsInteger(version.version)),
        parent_version: Set(version.parent_version.map(AsInteger)),
        author: Set(AsActor(version.author.clone())),
        created_at: Set(AsMillis(version.created_at)),
        comment: Set(version.comment.clone()),
        compose_files: Set(Json::of(&version.compose_files)?),
        variables: Set(Json::of(&version.variables)?),
        content_hash: Set(version.content_hash.clone()),
        model: Set(Json::of(&version.model)?),
        warnings: Set(Json::of(&version.warnings)?),
        secrets: Set(Json::of(&version.secrets)?),
    })
}

/// How many versions with this number `stack` has, as a value in another query.
pub(crate) fn count(stack: StackId, version: VersionNumber) -> Expr {
    static COUNT: Template<Entity> =
        Template::new(|| Entity::find().select_only().expr(Column::Version.count()));
    let same = COUNT.clone().filter(Column::StackId.eq(AsText(stack)));
    same.filter(Column::Version.eq(AsInteger(version))).into_query().into()
}

/// The versions of `stack`.
pub(crate) fn of(stack: StackId) -> Select<Entity> {
    static ALL: Template<Entity> = Template::new(Entity::find);
    ALL.clone().filter(Column::StackId.eq(AsText(stack)))
}

/// These versions, of any stacks.
pub(crate) fn these(wanted: &[(StackId, VersionNumber)]) -> Select<Entity> {
    Entity::find().filter(are(Column::StackId, Column::Version, wanted))
}

/// One version of `stack`.
pub(crate) fn one(stack: StackId, version: VersionNumber) -> Select<Entity> {
    of(stack).filter(Column::Version.eq(AsInteger(version)))
}
