//! The last observation of the containers of a stack.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::ObservedContainer;
use sea_orm::entity::prelude::*;

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "observation_stack")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    /// Hash of `body`, so that an unchanged body is not written again.
    pub(crate) hash: String,
    pub(crate) body: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (StackId, Vec<ObservedContainer>);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.stack_id.0, self.body.read(Column::Body)?))
    }
}

/// A row without its body.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct Hash {
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) hash: String,
}

impl Record for Hash {
    type Entity = Entity;
    type Meaning = (StackId, String);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.stack_id.0, self.hash))
    }
}
