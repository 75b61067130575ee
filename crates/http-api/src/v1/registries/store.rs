//! `PUT /registries/{host}`

use actix_web::{HttpResponse, put, web};
use core_monitor_domain::registry::{Credentials, CredentialsError};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{RegistryBody, host};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;

/// Longest user name, password or token, in bytes. Tokens of cloud registries take a few thousand bytes.
const LONGEST: usize = 16 << 10;

/// Credentials for a registry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RegistryCredentials)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats a value")]
pub(crate) struct CredentialsBody {
    #[schema(example = "ann", min_length = 1)]
    username: String,
    /// The password, or a token.
    #[schema(format = Password, min_length = 1, example = "a password or a token")]
    password: String,
}

answers!(Answers, Write, [InvalidRegistry]);

/// Store the credentials of a registry, replacing earlier ones.
///
/// They are encrypted with the key in the file `secret.key` in the data folder, and used when an image is pulled from the
/// registry. They never appear in responses, events, plans or logs.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path,
        description = "The registry as it appears in image names: host and port, or `docker.io` for Docker Hub.",
        example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    request_body(content = CredentialsBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The credentials were replaced.", body = RegistryBody),
        (status = 201, description = "The credentials were stored.", body = RegistryBody),
        Answers,
    )
)]
#[put("/registries/{host}")]
pub(crate) async fn store_registry(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    let credentials = read(body.json::<Value>()?)?;
    let (stored, is_new) = api.server.store_registry(&caller.0, host, &credentials).await?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(RegistryBody::from(stored)))
}

fn read(value: Value) -> Result<Credentials, Problem> {
    let refuse = |message| Problem::new(ErrorCode::InvalidRegistry, message);
    let Value::Object(mut object) = value else { return Err(refuse(said::registry_body_form())) };
    let mut take = |key: &str| match object.remove(key) {
        None => Err(refuse(said::registry_key_missing(key))),
        Some(Value::String(text)) if text.is_empty() => Err(refuse(said::registry_key_empty(key))),
        Some(Value::String(text)) if text.len() > LONGEST => {
            Err(refuse(said::registry_key_too_long(key, LONGEST)))
        }
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(refuse(said::registry_key_not_a_string(key))),
    };
    let credentials = Credentials { username: take("username")?, password: take("password")? };
    match object.keys().next() {
        Some(key) => Err(refuse(said::registry_key_unknown(key))),
        None => match credentials.check() {
            Ok(()) => Ok(credentials),
            Err(CredentialsError::Colon) => Err(refuse(said::credentials_with_colon())),
            Err(CredentialsError::Control) => Err(refuse(said::credentials_with_control_character())),
        },
    }
}
