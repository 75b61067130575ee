//! `PUT /registries/{host}`

use actix_web::{HttpResponse, put, web};
use core_monitor_application::server;
use core_monitor_domain::registry::Credentials;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{RegistryBody, host, not_found};
use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::Body;

/// Longest user name, password or token, in bytes. Tokens of cloud registries have a few thousand.
const LONGEST: usize = 16 << 10;

/// What a registry is shown.
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

/// Store credentials for a registry, in the place of earlier ones.
///
/// They are sealed with the key in the file `secret.key` of the data folder, and shown to the registry when an image of it
/// is fetched. No answer, event, plan or log has them.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path,
        description = "The registry as image names begin: `docker.io` for Docker Hub, else host and port.",
        example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    request_body(content = CredentialsBody, content_type = "application/json"),
    responses(
        (status = 200, description = "Stored in the place of others.", body = RegistryBody),
        (status = 201, description = "Stored.", body = RegistryBody),
        Answers,
    )
)]
#[put("/registries/{host}")]
pub(crate) async fn store_registry(
    api: web::Data<Api>,
    name: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    let credentials = read(body.json::<Value>()?)?;
    let is_new = server::store_registry(&api.server, host.clone(), &credentials).await?;
    let stored = api.server.registries.find(&host).await?.ok_or_else(|| not_found(&host))?;
    let mut answer = if is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(RegistryBody::from(stored)))
}

fn read(value: Value) -> Result<Credentials, Problem> {
    let refuse = |message: String| Problem::new(ErrorCode::InvalidRegistry, message);
    let Value::Object(mut object) = value else { return Err(refuse("the body is not an object".to_owned())) };
    let mut take = |key: &str| match object.remove(key) {
        None => Err(refuse(format!("`{key}` is missing"))),
        Some(Value::String(text)) if text.is_empty() => Err(refuse(format!("`{key}` is empty"))),
        Some(Value::String(text)) if text.len() > LONGEST => {
            Err(refuse(format!("`{key}` has more than {LONGEST} bytes")))
        }
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(refuse(format!("`{key}` is not a text"))),
    };
    let credentials = Credentials { username: take("username")?, password: take("password")? };
    match object.keys().next() {
        Some(key) => Err(refuse(format!("unknown key `{key}`, there are `username` and `password`"))),
        None => Ok(credentials),
    }
}
