//! `POST /secrets/{secret}/versions`

use std::fmt;

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NamedSecretDetailsBody, named, value};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};

/// Another value for a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddSecretVersion)]
pub(crate) struct NewSecretVersionBody {
    /// The value: a text of at most 500 KiB, encrypted when it is stored.
    #[schema(format = Password, write_only, min_length = 1, example = "correct horse battery staple")]
    value: String,
}

impl fmt::Debug for NewSecretVersionBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewSecretVersionBody(hidden)")
    }
}

answers!(Answers, Write, [SecretNotFound, SecretsUnreadable]);

/// Give a secret another value.
///
/// It becomes the newest version. The stacks that use the secret have drifted until they are applied: a plan replaces the containers of the
/// services that use it. A plan that was made before is stale. Of the versions, the newest 100 are kept.
#[utoipa::path(
    tag = "secrets",
    params(("secret" = String, Path, description = "The name of the secret.", example = "db-password")),
    request_body(content = NewSecretVersionBody, content_type = "application/json"),
    responses((status = 201, description = "The secret.", body = NamedSecretDetailsBody), Answers)
)]
#[post("/secrets/{secret}/versions")]
pub(crate) async fn add_secret_version(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NewSecretVersionBody { value: text } = body.json()?;
    let new = value(text)?;
    let details = api.server.add_secret_version(&caller.0, &named(&name)?, new).await?;
    Ok(HttpResponse::Created().json(NamedSecretDetailsBody::from(details)))
}
