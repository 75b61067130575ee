//! `GET /catalog/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{CatalogEntryError, ShownCatalog};

use super::EntryBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::said;

answers!(Answers, Read, [InvalidRequest, CatalogEntryNotFound]);

/// Show an entry of the catalogue.
#[utoipa::path(
    tag = "wizard",
    params(("id" = String, Path, description = "The entry.", example = "postgres")),
    responses((status = 200, description = "The entry.", body = EntryBody), Answers)
)]
#[get("/catalog/{id}")]
pub(crate) async fn show_catalog_entry(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let ShownCatalog { catalog, .. } = api.server.show_catalog_entry(&caller.0, &id).await?;
    match catalog.entry(&id) {
        Some(entry) => Ok(HttpResponse::Ok().json(EntryBody::of(&catalog, entry))),
        None => Err(CatalogEntryError::NotFound.into()),
    }
}

impl From<CatalogEntryError> for Problem {
    fn from(error: CatalogEntryError) -> Self {
        match error {
            CatalogEntryError::Forbidden(error) => error.into(),
            CatalogEntryError::NotFound => {
                Self::new(ErrorCode::CatalogEntryNotFound, said::no_such_catalog_entry())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn an_entry_is_shown_as_it_is_listed() {
        let world = World::new().await;
        let listed = world.send("GET", "/api/v1/catalog", &[], "").await.json();
        let one = world.send("GET", "/api/v1/catalog/postgres", &[], "").await.json();
        assert!(listed["items"].as_array().unwrap().contains(&one));
        let none = world.send("GET", "/api/v1/catalog/nope", &[], "").await;
        assert_eq!(none.code(), "catalog-entry-not-found");
    }
}
