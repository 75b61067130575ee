//! `GET /secrets`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::named_secret::NamedSecretName;
use serde::Deserialize;
use utoipa::IntoParams;

use super::NamedSecretBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};

/// Which secrets to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSecretsQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Secrets of the installation.
    NamedSecretPage of NamedSecretBody
}

answers!(Answers, Read, [InvalidRequest]);

/// List the secrets of the installation, by name.
///
/// Definitions use them by name, as external `secrets` or through secret variables. The list has no values.
#[utoipa::path(
    tag = "secrets",
    params(ListSecretsQuery),
    responses((status = 200, description = "A page of the list.", body = NamedSecretPage), Answers)
)]
#[get("/secrets")]
pub(crate) async fn list_secrets(
    api: web::Data<Api>,
    query: Query<ListSecretsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = Cursor::read::<String>(query.cursor.as_deref())?;
    // A place in the list need not be a name of today.
    let after = after.and_then(|name| name.parse::<NamedSecretName>().ok());
    let page = api.server.list_secrets(&caller.0, after, limit(query.limit)?).await?;
    let last = page.secrets.last().map(|used| Cursor::write(&used.secret.name.as_str()));
    let next = last.filter(|_| page.has_more);
    let items = page.secrets.into_iter().map(NamedSecretBody::from).collect();
    Ok(HttpResponse::Ok().json(NamedSecretPage { items, next }))
}
