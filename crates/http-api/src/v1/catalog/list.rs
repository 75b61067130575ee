//! `GET /catalog`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use core_monitor_application::server::{BlockingWork, ShownCatalog, run_blocking_async};

use super::{CatalogBody, EntryBody, EntryProblemBody};
use crate::answer::Tagged;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List what the wizard can put into a stack.
///
/// The built-in entries, and those of the folder `catalog_folder`, which is read anew each time. `docs/reference/catalog.md`
/// describes the files.
#[utoipa::path(
    tag = "wizard",
    params(("If-None-Match" = Option<String>, Header, description = "An `ETag` that is known already.")),
    responses(
        (status = 200, description = "The catalogue.", body = CatalogBody,
            headers(("ETag" = String, description = "Changes when an entry does."))),
        (status = 304, description = "The catalogue is the one that is known already."),
        Answers,
    )
)]
#[get("/catalog")]
pub(crate) async fn list_catalog(
    api: Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let read = Data::clone(&api);
    let answer = run_blocking_async(BlockingWork::Read, async move || {
        let ShownCatalog { catalog, errors } = read.server.list_catalog(&caller.0).await?;
        let items = catalog.entries().into_iter().map(|entry| EntryBody::of(&catalog, entry)).collect();
        let body = CatalogBody { items, problems: errors.into_iter().map(EntryProblemBody::from).collect() };
        Tagged::json(&body)
    })
    .await?;
    answer.send(&api, &request)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn the_catalogue_has_built_in_entries_and_those_of_the_folder() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/catalog", &[], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let listed = answer.json();
        let postgres =
            listed["items"].as_array().unwrap().iter().find(|item| item["id"] == "postgres").unwrap();
        assert_eq!((&postgres["kind"], &postgres["origin"]), (&"component".into(), &"built_in".into()));
        assert_eq!(postgres["provides"][0]["interface"], "postgres");
        assert_eq!(postgres["ports"], serde_json::json!([5432]));
        let tag = answer.header("etag").unwrap().to_owned();
        let again = world.send("GET", "/api/v1/catalog", &[("If-None-Match", &tag)], "").await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        world.catalog.put("mine.yaml", "catalog: 1\nid: mine\n");
        let changed = world.send("GET", "/api/v1/catalog", &[("If-None-Match", &tag)], "").await;
        assert_eq!(changed.status, StatusCode::OK, "the folder is read anew");
        assert_eq!(changed.json()["problems"][0]["file"], "mine.yaml");
    }
}
