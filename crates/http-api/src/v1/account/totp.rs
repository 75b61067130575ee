//! `/account/totp`: one-time codes.

use actix_web::{HttpResponse, post, put, web};
use core_monitor_domain::user::{OneTimeCode, Password};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};
use crate::said;

/// A secret for one-time codes.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpDraft)]
pub(crate) struct TotpDraftBody {
    /// The secret, to be typed into an authenticator app.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same as a link, which apps read from a QR code.
    #[schema(
        example = "otpauth://totp/Core%20Monitor:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Core%20Monitor"
    )]
    link: String,
}

/// One-time codes to be asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TotpRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats a secret")]
pub(crate) struct NewTotpBody {
    /// The secret of the draft.
    #[schema(format = Password, example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The code that the app shows now.
    #[schema(example = "123456")]
    code: String,
    /// The own password.
    #[schema(format = Password, example = "correct horse battery")]
    password: String,
}

/// The own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnPassword)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats the password")]
pub(crate) struct OwnPasswordBody {
    /// The own password.
    #[schema(format = Password, example = "correct horse battery")]
    password: String,
}

answers!(Drafting, Act, [InvalidRequest, NotAUser]);
answers!(SettingUp, Write, [NotAUser, WrongPassword, WrongCode, TooManySignIns]);
answers!(Removing, Write, [NotAUser, WrongPassword, TooManySignIns]);

/// Get a secret for one-time codes.
///
/// Nothing changes until `set_up_totp` has got a code of it.
#[utoipa::path(
    tag = "account",
    responses((status = 200, description = "The secret.", body = TotpDraftBody), Drafting)
)]
#[post("/account/totp/draft")]
pub(crate) async fn draft_totp(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let draft = api.server.draft_totp(&caller.0, session.as_ref()).await?;
    Ok(HttpResponse::Ok().json(TotpDraftBody { secret: draft.secret, link: draft.link }))
}

/// Ask for one-time codes when signing in from now on.
#[utoipa::path(
    tag = "account",
    request_body(content = NewTotpBody, content_type = "application/json"),
    responses((status = 204, description = "Signing in takes a code."), SettingUp)
)]
#[put("/account/totp")]
pub(crate) async fn set_up_totp(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["secret", "code", "password"], &[])?;
    let (secret, code) = (texts.take("secret"), code(&texts.take("code"))?);
    let password = Password::given(texts.take("password"))?;
    api.server.set_up_totp(&caller.0, session.as_ref(), &secret, &code, &password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for one-time codes no more.
#[utoipa::path(
    tag = "account",
    request_body(content = OwnPasswordBody, content_type = "application/json"),
    responses((status = 204, description = "The password alone is enough."), Removing)
)]
#[post("/account/totp/remove")]
pub(crate) async fn remove_totp(
    api: web::Data<Api>,
    _no_query: NoQuery,
    body: Body,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let password = Password::given(Texts::read(&body, &["password"], &[])?.take("password"))?;
    api.server.remove_totp(&caller.0, session.as_ref(), &password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The code that somebody typed.
pub(crate) fn code(text: &str) -> Result<OneTimeCode, Problem> {
    text.parse().map_err(|_| Problem::new(ErrorCode::WrongCode, said::code_has_six_digits()))
}
