//! `GET /on-demand/report/table`

use actix_web::{HttpResponse, get, web};

use super::report::OnDemandReportQuery;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;

answers!(Answers, Read, [InvalidRequest]);

/// Show the state and the memory of services that wake on demand as a table of text.
#[utoipa::path(
    tag = "on-demand",
    params(OnDemandReportQuery),
    responses(
        (
            status = 200,
            description = "The table.",
            content_type = "text/plain; charset=utf-8",
            body = String,
            example = "=== Services Auto-Start - Status & RAM ===\n\nConfiguration:\n- shop/web (384 MiB) : 10 min timeout | start 11 s | 3.4 hits/day\n\n=== State ===\nshop/web : STOPPED | 42 min\n"
        ),
        Answers
    )
)]
#[get("/on-demand/report/table")]
pub(crate) async fn show_on_demand_table(
    api: web::Data<Api>,
    query: Query<OnDemandReportQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let table = api.server.show_on_demand_table(&caller.0, query.days()?).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(table))
}
