//! `GET /networks`

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, HostStock};
use core_monitor_domain::inventory::InventoryNetwork;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::objects::{OwnerBody, PrunableBody, Shown, UserBody};

/// The networks on the host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NetworkList {
    /// By name.
    items: Vec<NetworkBody>,
    /// When the engine was asked.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
}

/// A network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Network)]
pub(crate) struct NetworkBody {
    #[schema(example = "d4972c6e3e2adcfeb643088f3409c7ee650dcdc25c6ca4506e5badaa8d37c4f7")]
    network_id: String,
    /// Not necessarily unique.
    #[schema(example = "shop_default")]
    name: String,
    #[schema(example = "bridge")]
    driver: String,
    #[schema(example = json!({}))]
    labels: BTreeMap<String, String>,
    #[schema(example = json!(["172.18.0.0/16"]))]
    subnets: Vec<String>,
    /// Nothing outside can be reached from it.
    #[schema(example = false)]
    internal: bool,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-12T08:00:00Z")]
    created_at: Option<Timestamp>,
    belongs_to: OwnerBody,
    /// The containers that are attached to it.
    used_by: Vec<UserBody>,
    prunable: PrunableBody,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotObserved, WorkerAway, EngineUnavailable]);

/// List the networks on the host, with who uses them.
///
/// Asks the engine through the worker.
#[utoipa::path(
    tag = "host",
    responses((status = 200, description = "The networks.", body = NetworkList), Answers)
)]
#[get("/networks")]
pub(crate) async fn list_networks(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    answer(&api, BlockingWork::Read, async move |api| {
        let found = api.server.list_networks(&caller.0).await?;
        let inventory = found.stock.inventory();
        Ok(Answer::ok(NetworkList {
            items: inventory.networks.iter().map(|network| body(&found, network)).collect(),
            taken_at: inventory.taken_at,
        }))
    })
    .await
}

fn body(found: &HostStock, network: &InventoryNetwork) -> NetworkBody {
    let shown = Shown::of(found);
    let standing = found.stock.network(network, &BTreeSet::new());
    NetworkBody {
        network_id: network.id.to_string(),
        name: network.name.clone(),
        driver: network.driver.clone(),
        labels: network.labels.clone(),
        subnets: network.subnets.clone(),
        internal: network.internal,
        created_at: network.created_at,
        belongs_to: shown.owner(&standing),
        used_by: shown.users(&standing),
        prunable: (&standing.prunable).into(),
    }
}
