//! [`PlanStore`]: plans to be confirmed by id.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::{PlanId, VersionNumber};
use core_monitor_domain::ports::{PlanStore, StoreError, StoredPlan};
use sea_orm::{FromQueryResult, Value};

use crate::database::Connections;
use crate::sql::{self, Row, json, millis, text};
use crate::store_error::Place;

/// Plans in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmPlanStore {
    db: Arc<Connections>,
}

impl SeaOrmPlanStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PlanStore for SeaOrmPlanStore {
    async fn save(&self, plan: &StoredPlan) -> Result<(), StoreError> {
        let values = [
            text(plan.id),
            text(plan.stack_id),
            Value::from(i64::from(plan.version.0)),
            text(&plan.author),
            millis(plan.created_at),
            millis(plan.observed_at),
            text(&plan.fingerprint),
            json(&plan.plan)?,
            json(&plan.impact)?,
        ];
        let tx = self.db.write().await?;
        sql::execute(
            &*tx,
            "INSERT INTO plan (plan_id, stack_id, version, author, created_at, observed_at, fingerprint, plan, impact)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values,
        )
        .await?;
        tx.commit().await
    }

    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        let query = "SELECT stack_id, version, author, created_at, observed_at, fingerprint, plan, impact
                     FROM plan WHERE plan_id = $1";
        let row = sql::find::<PlanRow>(self.db.reader(), query, [text(id)]).await?;
        row.map(|row| row.into_plan(id)).transpose()
    }
}

#[derive(Debug, FromQueryResult)]
struct PlanRow {
    stack_id: String,
    version: i64,
    author: String,
    created_at: i64,
    observed_at: i64,
    fingerprint: String,
    plan: String,
    impact: String,
}

impl Row for PlanRow {
    const TABLE: &'static str = "plan";
}

impl PlanRow {
    fn into_plan(self, id: PlanId) -> Result<StoredPlan, StoreError> {
        let place = Place::new(Self::TABLE, &id);
        Ok(StoredPlan {
            id,
            stack_id: place.parse("stack_id", &self.stack_id)?,
            version: place.number("version", self.version).map(VersionNumber)?,
            created_at: place.time("created_at", self.created_at)?,
            observed_at: place.time("observed_at", self.observed_at)?,
            plan: place.json("plan", &self.plan)?,
            impact: place.json("impact", &self.impact)?,
            author: self.author,
            fingerprint: self.fingerprint,
        })
    }
}
