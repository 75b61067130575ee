//! `GET /volumes`

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, HostStock};
use core_monitor_domain::inventory::InventoryVolume;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::v1::objects::{OwnerBody, PrunableBody, Shown, SizesQuery, UserBody};

/// The volumes on the host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VolumeList {
    /// By name.
    items: Vec<VolumeBody>,
    /// When the engine was asked.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// When the engine added up the sizes; null unless they were asked for.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:04:30Z")]
    sizes_at: Option<Timestamp>,
}

/// A volume.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Volume)]
pub(crate) struct VolumeBody {
    #[schema(example = "shop_data")]
    name: String,
    #[schema(example = "local")]
    driver: String,
    #[schema(example = json!({"backup": "daily"}))]
    labels: BTreeMap<String, String>,
    /// When it was created; null if the engine does not say so.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-12T08:00:00Z")]
    created_at: Option<Timestamp>,
    /// Its size in bytes; null unless sizes were asked for and its driver tells.
    #[schema(example = 52_428_800)]
    size: Option<u64>,
    belongs_to: OwnerBody,
    /// The containers that mount it.
    used_by: Vec<UserBody>,
    prunable: PrunableBody,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, NotObserved, WorkerAway, EngineUnavailable]);

/// List the volumes on the host, with who uses them.
///
/// Asks the engine through the worker.
#[utoipa::path(
    tag = "host",
    params(SizesQuery),
    responses((status = 200, description = "The volumes.", body = VolumeList), Answers)
)]
#[get("/volumes")]
pub(crate) async fn list_volumes(
    api: web::Data<Api>,
    query: Query<SizesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let sizes = query.sizes;
    answer(&api, BlockingWork::Read, async move |api| {
        let found = api.server.list_volumes(&caller.0, sizes).await?;
        let inventory = found.stock.inventory();
        Ok(Answer::ok(VolumeList {
            items: inventory.volumes.iter().map(|volume| body(&found, volume)).collect(),
            taken_at: inventory.taken_at,
            sizes_at: Shown::of(&found).sizes_at(),
        }))
    })
    .await
}

fn body(found: &HostStock, volume: &InventoryVolume) -> VolumeBody {
    let (stock, shown) = (&found.stock, Shown::of(found));
    let standing = stock.volume(volume, &BTreeSet::new());
    let sizes = stock.inventory().sizes.as_ref();
    VolumeBody {
        name: volume.name.clone(),
        driver: volume.driver.clone(),
        labels: volume.labels.clone(),
        created_at: volume.created_at,
        size: sizes.and_then(|sizes| sizes.volumes.get(&volume.name).copied()),
        belongs_to: shown.owner(&standing),
        used_by: shown.users(&standing),
        prunable: (&standing.prunable).into(),
    }
}
