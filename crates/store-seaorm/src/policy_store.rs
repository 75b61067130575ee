//! [`PolicyStore`]: the policy on what may run, as one of the settings.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::policy::Policy;
use core_monitor_domain::ports::{PolicyError, PolicyStore, StoreError, StoredPolicy};
use core_monitor_domain::time::Timestamp;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::audit_log;
use crate::database::Connections;
use crate::entity::setting;
use crate::rows;
use crate::store_error::store_error;

/// The policy in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmPolicyStore {
    db: Arc<Connections>,
}

impl SeaOrmPolicyStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

/// The value of the setting.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    revision: u32,
    policy: Policy,
}

/// What may still be readable of a damaged one.
#[derive(Debug, Deserialize)]
struct Revision {
    revision: u32,
}

#[async_trait]
impl PolicyStore for SeaOrmPolicyStore {
    async fn current(&self) -> Result<StoredPolicy, StoreError> {
        read(text(self.db.reader()).await?.as_deref())
    }

    async fn replace(
        &self,
        revision: u32,
        policy: &Policy,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u32, PolicyError> {
        let tx = self.db.write().await?;
        let before = text(&*tx).await?;
        let replaced = match read(before.as_deref()) {
            Ok(stored) if stored.revision != revision => {
                return Err(PolicyError::Changed { revision: stored.revision });
            }
            Ok(stored) => stored.revision,
            // Nobody can read the revision of one that is damaged, so any will do.
            Err(_) => before.as_deref().and_then(revision_of).unwrap_or(revision),
        };
        let document = Document { revision: replaced.saturating_add(1), policy: policy.clone() };
        let text = serde_json::to_string(&document).map_err(corrupt)?;
        setting::policy(text).exec_without_returning(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, Policy::replaced(actor, now)).await?;
        tx.commit().await?;
        Ok(document.revision)
    }
}

async fn text(db: &impl ConnectionTrait) -> Result<Option<String>, StoreError> {
    rows::value::<String>(db, setting::value(setting::POLICY)).await
}

fn read(text: Option<&str>) -> Result<StoredPolicy, StoreError> {
    let Some(text) = text else { return Ok(StoredPolicy::default()) };
    let Document { revision, policy } = serde_json::from_str(text).map_err(corrupt)?;
    let policy = policy.checked().map_err(corrupt)?;
    Ok(StoredPolicy { revision, policy })
}

/// The revision of a policy that cannot be read otherwise, so that no later one has it again.
fn revision_of(text: &str) -> Option<u32> {
    serde_json::from_str(text).ok().map(|Revision { revision }| revision)
}

/// What nobody can read allows nothing.
fn corrupt(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    let what = format!("the setting `{}` is not a policy: {error}", setting::POLICY);
    StoreError::Corrupt { what, source: Some(Box::new(error)) }
}
