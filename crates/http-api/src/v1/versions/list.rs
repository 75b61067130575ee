//! `GET /stacks/{id}/versions`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};
use crate::v1::versions::VersionSummary;

/// Which versions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListVersionsQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Versions.
    VersionPage of VersionSummary
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, NotFound, StackNotFound]);

/// List the versions of a stack, newest first.
#[utoipa::path(
    tag = "versions",
    params(ListVersionsQuery, ("id" = Uuid, Path, description = "The stack.")),
    responses((status = 200, description = "A page of the list.", body = VersionPage), Answers)
)]
#[get("/stacks/{id}/versions")]
pub(crate) async fn list_versions(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<ListVersionsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let stack = StackId(*id);
    let before = Cursor::read(query.cursor.as_deref())?.map(VersionNumber);
    let limit = limit(query.limit)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_versions(&caller.0, stack, before, limit).await?;
        let next =
            page.more.then(|| page.items.last().map(|version| Cursor::write(&version.version))).flatten();
        let items = page.items.into_iter().map(VersionSummary::from).collect();
        Ok(Answer::ok(VersionPage { items, next }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::{WEB, World, YAML};

    #[actix_web::test]
    async fn the_newest_version_comes_first() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        for _ in 0..2 {
            world.send("POST", &address, &[YAML, ("If-Match", "*")], WEB).await;
        }
        let first = world.send("GET", &format!("{address}?limit=2"), &[], "").await.json();
        let numbers = |page: &serde_json::Value| -> Vec<_> {
            page["items"].as_array().unwrap().iter().map(|v| v["version"].as_u64().unwrap()).collect()
        };
        assert_eq!(numbers(&first), [3, 2]);
        let next = first["next"].as_str().unwrap();
        let second = world.send("GET", &format!("{address}?limit=2&cursor={next}"), &[], "").await.json();
        assert_eq!(numbers(&second), [1]);
        assert_eq!(second["next"], serde_json::Value::Null);
    }

    #[actix_web::test]
    async fn an_unknown_stack_has_no_versions() {
        let world = World::new().await;
        let address = "/api/v1/stacks/0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10/versions";
        assert_eq!(world.send("GET", address, &[], "").await.status, StatusCode::NOT_FOUND);
    }
}
