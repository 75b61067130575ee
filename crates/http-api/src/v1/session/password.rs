//! `POST /session/password`

use actix_web::{HttpRequest, HttpResponse, post, web};
use core_monitor_application::server::PasswordSignIn;
use core_monitor_domain::user::Password;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SessionBody, begun, former, visitor};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};
use crate::v1::account::totp::code;

/// What a user signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordSignInRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats the password")]
pub(crate) struct PasswordSignInBody {
    /// The name of the user. Its case does not matter.
    #[schema(min_length = 1, example = "ann")]
    name: String,
    /// Their password.
    #[schema(format = Password, min_length = 1, example = "correct horse battery")]
    password: String,
    /// The code that their app shows, if they have set that up.
    #[serde(default)]
    #[schema(example = "123456")]
    code: Option<String>,
}

answers!(
    Answers,
    Ticket,
    [
        InvalidRequest,
        SignInRefused,
        CodeNeeded,
        WrongCode,
        CrossSite,
        RequestTimeout,
        BodyTooLarge,
        UnsupportedMediaType,
        TooManySignIns,
        Internal,
        ServerBusy,
        DatabaseUnavailable,
        DatabaseCorrupt
    ]
);

/// Sign in as a user.
///
/// A session begins as with `sign_in`. Where `code-needed` is the answer, the name and the password are right, and the same request with a
/// one-time code is to follow. Attempts are limited for each address and in all, and wrong codes for each user.
#[utoipa::path(
    tag = "sessions",
    request_body(content = PasswordSignInBody, content_type = "application/json"),
    responses(
        (
            status = 201, description = "The session has begun.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The cookie of the session."))
        ),
        Answers,
    )
)]
#[post("/session/password")]
pub(crate) async fn sign_in_with_password(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["name", "password"], &["code"])?;
    let given = PasswordSignIn {
        name: texts.take("name"),
        password: Password::given(texts.take("password"))?,
        code: texts.take_if("code").map(|text| code(&text)).transpose()?,
    };
    let signed_in =
        api.server.sign_in_with_password(given, former(&api, &request), visitor(&request)).await?;
    Ok(begun(&api, &request, signed_in))
}
