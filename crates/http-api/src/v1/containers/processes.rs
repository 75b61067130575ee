//! `GET /containers/{id}/top`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::terminal::ProcessList;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The processes of a container.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcessList)]
pub(crate) struct ProcessListBody {
    /// The heads of the columns.
    #[schema(example = json!(["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]))]
    titles: Vec<String>,
    /// A row for each process. Process ids are those of the host.
    #[schema(example = json!([["root", "4321", "4300", "0", "10:00", "?", "00:00:00", "nginx: master process"]]))]
    processes: Vec<Vec<String>>,
    /// Whether there are more than are shown.
    cut: bool,
}

answers!(
    Answers,
    Read,
    [InvalidRequest, ContainerNotFound, ContainerNotRunning, WorkerAway, EngineUnavailable]
);

/// List the processes of a container of a stack.
///
/// As `docker top` shows them, with `***` for the values of the stack's secret variables. Command lines may contain other passwords.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1")),
    responses((status = 200, description = "The processes.", body = ProcessListBody), Answers)
)]
#[get("/containers/{id}/top")]
pub(crate) async fn list_processes(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let ProcessList { titles, processes, cut } =
        api.server.list_processes(&caller.0, &ContainerId(id.into_inner())).await?;
    Ok(HttpResponse::Ok().json(ProcessListBody { titles, processes, cut }))
}
