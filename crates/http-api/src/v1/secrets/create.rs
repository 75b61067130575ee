//! `POST /secrets`

use std::fmt;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::CreateSecret;
use core_monitor_domain::named_secret::NamedSecretNameError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NamedSecretDetailsBody, described, patterns, refused, value};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;

/// A secret to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateNamedSecret)]
pub(crate) struct NewNamedSecretBody {
    /// What definitions will call it: letters, digits and `_`, `.`, `-`. It cannot be changed.
    #[schema(
        example = "db-password",
        min_length = 1,
        max_length = 64,
        pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
    )]
    name: String,
    /// The value: a text of at most 500 KiB, encrypted when it is stored.
    #[schema(format = Password, write_only, min_length = 1, example = "correct horse battery staple")]
    value: String,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "The database of the shop", max_length = 500)]
    description: Option<String>,
    /// The stacks that may use it, as patterns of names in which `*` stands for anything: `["*"]` is all of them.
    #[schema(
        required = true,
        value_type = Vec<String>,
        example = json!(["shop-*"]),
        min_items = 1,
        max_items = 64
    )]
    stacks: Option<Vec<String>>,
}

impl fmt::Debug for NewNamedSecretBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewNamedSecretBody(hidden)")
    }
}

answers!(Answers, Write, [SecretExists, SecretsUnreadable]);

/// Create a secret.
///
/// Its value becomes version 1. A stack whose name matches `stacks` gets it as a file, by `secrets: {x: {external: true, name: …}}`, or as
/// the value of a secret variable. Whoever may deploy such a stack can make it show the value.
#[utoipa::path(
    tag = "secrets",
    request_body(content = NewNamedSecretBody, content_type = "application/json"),
    responses((status = 201, description = "The secret.", body = NamedSecretDetailsBody), Answers)
)]
#[post("/secrets")]
pub(crate) async fn create_secret(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NewNamedSecretBody { name, value: text, description, stacks } = body.json()?;
    let name =
        name.parse().map_err(|error: NamedSecretNameError| refused(said::secret_name_refused(error)))?;
    let request = CreateSecret {
        name,
        value: value(text)?,
        description: described(description.unwrap_or_default())?,
        stacks: patterns(stacks.ok_or_else(|| refused(said::stacks_of_secret_missing()))?)?,
    };
    let details = api.server.create_secret(&caller.0, request).await?;
    Ok(HttpResponse::Created().json(NamedSecretDetailsBody::from(details)))
}
