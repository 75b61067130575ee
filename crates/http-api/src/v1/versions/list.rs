//! `GET /stacks/{id}/versions`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::stack_not_found;
use crate::request::{Cursor, PageBody, Query, limit};
use crate::v1::versions::VersionSummary;

/// Which versions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListVersionsQuery {
    /// At most so many, from 1 to 200; 50 when left out.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the part before.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

answers!(Answers, Read, [NotFound, StackNotFound]);

/// List the versions of a stack, newest first.
#[utoipa::path(
    tag = "versions",
    params(ListVersionsQuery, ("id" = Uuid, Path, description = "The stack.")),
    responses((status = 200, description = "A part of the list.", body = PageBody<VersionSummary>), Answers)
)]
#[get("/stacks/{id}/versions")]
pub(crate) async fn list_versions(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<ListVersionsQuery>,
) -> Result<HttpResponse, Problem> {
    let stack = StackId(*id);
    let before = Cursor::read(query.cursor.as_deref())?.map(VersionNumber);
    let limit = limit(query.limit)?;
    api.server.stacks.find(stack).await?.ok_or_else(stack_not_found)?;
    let page = api.server.stacks.list_versions(stack, before, limit).await?;
    let next = page.more.then(|| page.items.last().map(|version| Cursor::write(&version.version))).flatten();
    let items = page.items.into_iter().map(VersionSummary::from).collect();
    Ok(HttpResponse::Ok().json(PageBody { items, next }))
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
        assert!(second.get("next").is_none());
    }

    #[actix_web::test]
    async fn an_unknown_stack_has_no_versions() {
        let world = World::new().await;
        let address = "/api/v1/stacks/0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10/versions";
        assert_eq!(world.send("GET", address, &[], "").await.status, StatusCode::NOT_FOUND);
    }
}
