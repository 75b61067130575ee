//! `PATCH /secrets/{secret}`

use actix_web::{HttpResponse, patch, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NamedSecretDetailsBody, change, named};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};

/// What changes about a secret. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeNamedSecret)]
pub(crate) struct NamedSecretChangeBody {
    /// What it is for.
    #[serde(default)]
    #[schema(example = "The database of the shop", max_length = 500)]
    description: Option<String>,
    /// The stacks that may use it, as patterns of names in which `*` stands for anything.
    #[serde(default)]
    #[schema(example = json!(["shop-*"]), min_items = 1, max_items = 64)]
    stacks: Option<Vec<String>>,
}

answers!(Answers, Write, [SecretNotFound]);

/// Change what a secret is for, and which stacks may use it.
///
/// A stack that may not use it any more keeps what it has until it is applied, and cannot be applied with it.
#[utoipa::path(
    tag = "secrets",
    params(("secret" = String, Path, description = "The name of the secret.", example = "db-password")),
    request_body(content = NamedSecretChangeBody, content_type = "application/json"),
    responses((status = 200, description = "The secret.", body = NamedSecretDetailsBody), Answers)
)]
#[patch("/secrets/{secret}")]
pub(crate) async fn change_secret(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NamedSecretChangeBody { description, stacks } = body.json()?;
    let wanted = change(description, stacks)?;
    let details = api.server.change_secret(&caller.0, &named(&name)?, wanted).await?;
    Ok(HttpResponse::Ok().json(NamedSecretDetailsBody::from(details)))
}
