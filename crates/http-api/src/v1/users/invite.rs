//! `POST /users`

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{InvitedUserBody, grants};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;
use crate::v1::grants::NewGrantBody;

/// Somebody to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserRequest)]
pub(crate) struct NewUserBody {
    /// What they will sign in with: letters, digits and `.`, `_`, `-`, `@`, `+`, such as an address of e-mail. Its case does not matter.
    #[schema(example = "ann", min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    /// What they may do, one or more.
    #[schema(min_items = 1, max_items = 16)]
    grants: Vec<NewGrantBody>,
}

answers!(Answers, Write, [UserExists]);

/// Invite somebody as a user.
///
/// The answer has the secret of the invitation, which is valid for seven days. Hand it to them: with it they choose a password, and then
/// they can sign in. What is granted can be changed at any time.
#[utoipa::path(
    tag = "users",
    request_body(content = NewUserBody, content_type = "application/json"),
    responses((status = 201, description = "The user with their invitation.", body = InvitedUserBody), Answers)
)]
#[post("/users")]
pub(crate) async fn invite_user(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NewUserBody { name, grants: wanted } = body.json()?;
    let name = name
        .parse()
        .map_err(|error| Problem::new(ErrorCode::InvalidRequest, said::user_name_invalid(error)))?;
    let invited = api.server.invite_user(&caller.0, name, grants(wanted)?).await?;
    Ok(HttpResponse::Created().json(InvitedUserBody::from(invited)))
}
