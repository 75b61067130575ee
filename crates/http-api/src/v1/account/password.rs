//! `PUT /account/password`

use actix_web::{HttpResponse, put, web};
use core_monitor_domain::user::Password;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordChange)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats a password")]
pub(crate) struct PasswordChangeBody {
    /// The password so far.
    #[schema(format = Password, example = "correct horse battery")]
    password: String,
    /// The new one: at least 12 characters, of any kind.
    #[schema(format = Password, min_length = 12, max_length = 512, example = "staple of another kind")]
    new_password: String,
}

answers!(Answers, Write, [NotAUser, WrongPassword, WeakPassword, TooManySignIns]);

/// Change the own password.
///
/// All other sessions of the user end.
#[utoipa::path(
    tag = "account",
    request_body(content = PasswordChangeBody, content_type = "application/json"),
    responses((status = 204, description = "The password was changed."), Answers)
)]
#[put("/account/password")]
pub(crate) async fn change_password(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["password", "new_password"], &[])?;
    let current = Password::given(texts.take("password"))?;
    let new = texts.take("new_password");
    api.server.change_password(&caller.0, session.as_ref(), &current, new).await?;
    Ok(HttpResponse::NoContent().finish())
}
