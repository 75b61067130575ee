//! [`SealedRecords`]: what is sealed in any table, for sealing it with another key.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ports::{
    SealedAnew, SealedKind, SealedPlace, SealedRecord, SealedRecords, StoreError,
};
use sea_orm::{EntityName as _, EntityTrait, IdenStatic as _, QuerySelect as _, Select};

use crate::database::Connections;
use crate::entity::{named_secret_version, registry, stack_secret, user};
use crate::store_error::store_error;

/// What is sealed in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmSealedRecords {
    db: Arc<Connections>,
}

impl SeaOrmSealedRecords {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

/// A column with something sealed, and the one that has the id of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column with the id of the key.
    pub key: &'static str,
    /// The column with the bytes.
    pub bytes: &'static str,
}

/// Every column of the database that [`SeaOrmSealedRecords`] reads and replaces.
pub fn sealed_columns() -> Vec<SealedColumn> {
    let column = |kind| match kind {
        SealedKind::Registry => SealedColumn {
            table: registry::Entity.table_name(),
            key: registry::Column::KeyId.as_str(),
            bytes: registry::Column::Sealed.as_str(),
        },
        SealedKind::SecretVariable => SealedColumn {
            table: stack_secret::Entity.table_name(),
            key: stack_secret::Column::KeyId.as_str(),
            bytes: stack_secret::Column::Sealed.as_str(),
        },
        SealedKind::OneTimeCodes => SealedColumn {
            table: user::Entity.table_name(),
            key: user::Column::TotpKey.as_str(),
            bytes: user::Column::TotpSecret.as_str(),
        },
        SealedKind::NamedSecret => SealedColumn {
            table: named_secret_version::Entity.table_name(),
            key: named_secret_version::Column::KeyId.as_str(),
            bytes: named_secret_version::Column::Sealed.as_str(),
        },
    };
    SealedKind::ALL.into_iter().map(column).collect()
}

#[async_trait]
impl SealedRecords for SeaOrmSealedRecords {
    async fn under_other_keys(
        &self,
        kind: SealedKind,
        key_id: &str,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        let db = self.db.reader();
        Ok(match kind {
            SealedKind::Registry => {
                let query = part(registry::under_other_keys(key_id), skip, limit);
                let rows = query.all(db).await.map_err(store_error)?;
                rows.into_iter().map(registry::Model::sealed_record).collect()
            }
            SealedKind::SecretVariable => {
                let query = part(stack_secret::under_other_keys(key_id), skip, limit);
                let rows = query.all(db).await.map_err(store_error)?;
                rows.into_iter().map(stack_secret::Model::sealed_record).collect()
            }
            SealedKind::OneTimeCodes => {
                let query = part(user::under_other_keys(key_id), skip, limit);
                let rows = query.all(db).await.map_err(store_error)?;
                rows.into_iter().filter_map(user::Model::sealed_record).collect()
            }
            SealedKind::NamedSecret => {
                let query = part(named_secret_version::under_other_keys(key_id), skip, limit);
                let rows = query.all(db).await.map_err(store_error)?;
                rows.into_iter().map(named_secret_version::Model::sealed_record).collect()
            }
        })
    }

    async fn replace(&self, records: &[SealedAnew]) -> Result<u64, StoreError> {
        let tx = self.db.write().await?;
        let mut replaced = 0;
        for SealedAnew { place, before, after } in records {
            let done = match place {
                SealedPlace::Registry(host) => registry::seal_anew(host, before, after).exec(&*tx).await,
                SealedPlace::SecretVariable(stack, secret) => {
                    stack_secret::seal_anew(*stack, secret, before, after).exec(&*tx).await
                }
                SealedPlace::OneTimeCodes(id) => user::seal_anew(*id, before, after).exec(&*tx).await,
                SealedPlace::NamedSecret(secret, number) => {
                    named_secret_version::seal_anew(*secret, *number, before, after).exec(&*tx).await
                }
            };
            replaced += done.map_err(store_error)?.rows_affected;
        }
        tx.commit().await?;
        Ok(replaced)
    }
}

fn part<E: EntityTrait>(query: Select<E>, skip: u64, limit: u32) -> Select<E> {
    query.offset(skip).limit(u64::from(limit))
}
