//! The artifacts of versions, by slot.

use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, SlotKey, SlotName};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{ArtifactUse, StoreError};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect};

use crate::cell::{AsInteger, AsText, CellError, Json};
use crate::many_versions::are;
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "version_artifact")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) service: AsText<ServiceName>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) slot: AsText<SlotName>,
    pub(crate) digest: AsText<ArtifactDigest>,
    pub(crate) size: AsInteger<u64>,
    pub(crate) file_name: String,
    pub(crate) form: String,
    pub(crate) paths: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (VersionNumber, SlotKey, Artifact);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let unknown = || CellError::new(Column::Form, format!("`{}` is no form", self.form));
        let form = ArtifactForm::named(&self.form).ok_or_else(unknown)?;
        let paths = self.paths.read(Column::Paths)?;
        let key = SlotKey { service: self.service.0, slot: self.slot.0 };
        let (digest, size, file_name) = (self.digest.0, self.size.0, self.file_name);
        Ok((self.version.0, key, Artifact { digest, size, file_name, form, paths }))
    }
}

/// The row for an artifact of a version.
pub(crate) fn row(
    stack: StackId,
    version: VersionNumber,
    key: &SlotKey,
    artifact: &Artifact,
) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(stack)),
        version: Set(AsInteger(version)),
        service: Set(AsText(key.service.clone())),
        slot: Set(AsText(key.slot.clone())),
        digest: Set(AsText(artifact.digest)),
        size: Set(AsInteger(artifact.size)),
        file_name: Set(artifact.file_name.clone()),
        form: Set(artifact.form.as_str().to_owned()),
        paths: Set(Json::of(&artifact.paths)?),
    })
}

/// The artifacts of the versions of `stack` from the first to the last of these, in order.
pub(crate) fn between(stack: StackId, first: VersionNumber, last: VersionNumber) -> Select<Entity> {
    Entity::find()
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Version.gte(AsInteger(first)))
        .filter(Column::Version.lte(AsInteger(last)))
        .order_by_asc(Column::Version)
}

/// Which slot of which version has an artifact.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Use {
    stack_id: AsText<StackId>,
    version: AsInteger<VersionNumber>,
    service: AsText<ServiceName>,
    slot: AsText<SlotName>,
    file_name: String,
}

impl Record for Use {
    type Entity = Entity;
    type Meaning = ArtifactUse;

    fn read(self) -> Result<ArtifactUse, DbErr> {
        Ok(ArtifactUse {
            stack_id: self.stack_id.0,
            version: self.version.0,
            key: SlotKey { service: self.service.0, slot: self.slot.0 },
            file_name: self.file_name,
        })
    }
}

/// The slots of these versions that have an artifact.
pub(crate) fn uses_of(wanted: &[(StackId, VersionNumber)]) -> Select<Entity> {
    uses().filter(are(Column::StackId, Column::Version, wanted))
}

/// The slots of all versions, without the paths of trees.
pub(crate) fn uses() -> Select<Entity> {
    Entity::find().select_only().columns([
        Column::StackId,
        Column::Version,
        Column::Service,
        Column::Slot,
        Column::FileName,
    ])
}
