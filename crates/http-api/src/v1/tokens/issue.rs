//! `POST /tokens`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{IssueToken, IssuedToken};
use core_monitor_domain::time::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{IssuedTokenBody, TokenBody};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, time_in_body};
use crate::said;
use crate::v1::grants;
use crate::v1::words::{PermissionWord, RoleWord};

/// A token to issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TokenRequest)]
pub(crate) struct NewTokenBody {
    /// Its name: at most 64 characters on one line. No two tokens have the same.
    #[schema(example = "ci", min_length = 1, max_length = 64)]
    name: String,
    /// What its holder may do: `viewer` looks, `operator` also starts, stops and reads logs, `deployer` also saves and applies
    /// versions and launches instances, `administrator` does everything.
    #[schema(value_type = RoleWord, example = "deployer")]
    role: String,
    /// What its holder may do besides: none if left out.
    #[serde(default)]
    #[schema(value_type = Vec<PermissionWord>, example = json!(["files"]))]
    permissions: Vec<String>,
    /// The stacks that it is for; everything if null or left out. Each entry is a pattern of names in which `*` stands for anything, or
    /// a label that a stack has to have, as `key=value`. A template `shop` and its instances are meant by `shop-*`. Templates, and
    /// stacks that are to be created, have no labels, so only patterns are for them.
    #[serde(default)]
    #[schema(example = json!(["shop-*", "team=payments"]), min_items = 1, max_items = 100)]
    stacks: Option<Vec<String>>,
    /// From when on it is not valid any more; null if it is until it is revoked.
    #[serde(default, deserialize_with = "time_in_body")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2030-01-26T10:00:00Z")]
    expires_at: Option<Timestamp>,
}

answers!(Answers, Write, [TokenExists]);

/// Issue an API token.
///
/// Its secret is in this answer and nowhere else: only its hash is stored. It is in the audit who issued it.
#[utoipa::path(
    tag = "tokens",
    request_body(content = NewTokenBody, content_type = "application/json"),
    responses((status = 201, description = "The token with its secret.", body = IssuedTokenBody), Answers)
)]
#[post("/tokens")]
pub(crate) async fn issue_token(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let request = request(body.json()?)?;
    let issued = api.server.issue_token(&caller.0, request).await?;
    Ok(HttpResponse::Created().json(IssuedTokenBody::from(issued)))
}

fn request(body: NewTokenBody) -> Result<IssueToken, Problem> {
    let refused = |message| Problem::new(ErrorCode::InvalidRequest, message);
    let name = body.name.parse().map_err(|error| refused(said::token_name_invalid(error)))?;
    let grant = grants::read(&body.role, body.permissions, body.stacks)?;
    Ok(IssueToken { name, grant, expires_at: body.expires_at })
}

impl From<IssuedToken> for IssuedTokenBody {
    fn from(issued: IssuedToken) -> Self {
        let secret = issued.secret.expose().to_owned();
        Self { token: TokenBody::from(issued.token), secret }
    }
}
