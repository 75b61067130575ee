//! Stored plans: what is shown and what is compared.

use std::io::{BufReader, Read as _, Write as _};

use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::PlanHead;
use core_monitor_domain::ports::{StoreError, StoredPlan};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QuerySelect};

use crate::cell::{AsActor, AsInteger, AsMillis, AsText, CellError, Json};
use crate::rows::Record;

/// A plan whose JSON is larger is compressed.
const PACKED_FROM: usize = 64 << 10;
/// No plan is larger when it is unpacked: a damaged row must not take all memory.
const LARGEST: u64 = 64 << 20;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) plan_id: AsText<PlanId>,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) author: AsActor,
    pub(crate) created_at: AsMillis,
    pub(crate) observed_at: AsMillis,
    /// Empty if `packed` has it.
    pub(crate) record: Json,
    pub(crate) packed: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = StoredPlan;

    fn read(self) -> Result<StoredPlan, DbErr> {
        Ok(StoredPlan {
            id: self.plan_id.0,
            stack_id: self.stack_id.0,
            version: self.version.0,
            author: self.author.0,
            created_at: self.created_at.0,
            observed_at: self.observed_at.0,
            plan: match &self.packed {
                None => self.record.read(Column::Record)?,
                Some(packed) => {
                    let unpacked = GzDecoder::new(packed.as_slice()).take(LARGEST);
                    serde_json::from_reader(BufReader::new(unpacked))
                        .map_err(|error| CellError::new(Column::Packed, error))?
                }
            },
        })
    }
}

/// What decides whether a plan is kept.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Head {
    plan_id: AsText<PlanId>,
    stack_id: AsText<StackId>,
    created_at: AsMillis,
}

impl Record for Head {
    type Entity = Entity;
    type Meaning = PlanHead;

    fn read(self) -> Result<PlanHead, DbErr> {
        let Self { plan_id, stack_id, created_at } = self;
        Ok(PlanHead { id: plan_id.0, stack_id: stack_id.0, created_at: created_at.0 })
    }
}

/// The heads of all plans.
pub(crate) fn heads() -> Select<Entity> {
    Entity::find().select_only().columns([Column::PlanId, Column::StackId, Column::CreatedAt])
}

/// The row for `plan`. A small one stays readable for a person with a shell.
pub(crate) fn row(plan: &StoredPlan) -> Result<ActiveModel, StoreError> {
    let record = Json::of(&plan.plan)?;
    let (record, packed) = if record.as_str().len() <= PACKED_FROM {
        (record, None)
    } else {
        (Json::empty(), Some(pack(record.as_str().as_bytes())?))
    };
    Ok(ActiveModel {
        plan_id: Set(AsText(plan.id)),
        stack_id: Set(AsText(plan.stack_id)),
        version: Set(AsInteger(plan.version)),
        author: Set(AsActor(plan.author.clone())),
        created_at: Set(AsMillis(plan.created_at)),
        observed_at: Set(AsMillis(plan.observed_at)),
        record: Set(record),
        packed: Set(packed),
    })
}

fn pack(json: &[u8]) -> Result<Vec<u8>, StoreError> {
    let packing = || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(json)?;
        encoder.finish()
    };
    packing().map_err(|error: std::io::Error| StoreError::Corrupt {
        what: "a plan cannot be compressed".to_owned(),
        source: Some(Box::new(error)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_plan_takes_little_space() {
        let step = |number: u32| {
            format!(
                r#"{{"id":{number},"op":"create_container","subject":"shop-web-{number}","after":[1,2,3]}}"#
            )
        };
        let json = (0..20_000).map(step).collect::<Vec<_>>().join(",");
        let packed = pack(json.as_bytes()).unwrap();
        assert!(packed.len() * 8 < json.len(), "{} of {} bytes", packed.len(), json.len());
    }
}
