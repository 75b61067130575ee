//! Sessions of browsers by the hashes of their secrets.

use std::net::IpAddr;

use core_monitor_domain::ids::SessionId;
use core_monitor_domain::session::Session;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::{AsActor, AsMillis, AsText, CellError};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) session_id: AsText<SessionId>,
    pub(crate) actor: AsActor,
    pub(crate) hash: Vec<u8>,
    pub(crate) created_at: AsMillis,
    pub(crate) used_at: AsMillis,
    pub(crate) client: String,
    pub(crate) address: Option<AsText<IpAddr>>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Session;

    fn read(self) -> Result<Session, DbErr> {
        let hash = self.hash.try_into().map_err(|hash: Vec<u8>| {
            CellError::new(Column::Hash, format!("{} bytes are no SHA-256 hash", hash.len()))
        })?;
        Ok(Session {
            id: self.session_id.0,
            actor: self.actor.0,
            hash,
            created_at: self.created_at.0,
            used_at: self.used_at.0,
            client: self.client,
            address: self.address.map(|address| address.0),
        })
    }
}

/// The row for `session`.
pub(crate) fn row(session: &Session) -> ActiveModel {
    ActiveModel {
        session_id: Set(AsText(session.id)),
        actor: Set(AsActor(session.actor.clone())),
        hash: Set(session.hash.to_vec()),
        created_at: Set(AsMillis(session.created_at)),
        used_at: Set(AsMillis(session.used_at)),
        client: Set(session.client.clone()),
        address: Set(session.address.map(AsText)),
    }
}
