//! `GET` and `POST /session/oidc`, and `POST /session/oidc/code`: signing in with a provider of identities.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use core_monitor_domain::session::AT_THE_PROVIDER_FOR;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SessionBody, begun, former, visitor};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};
use crate::session_cookie::{Found, SessionCookie};

/// The provider that people may sign in with.
#[derive(Serialize, ToSchema)]
#[schema(as = SignInProvider)]
pub(crate) struct ProviderBody {
    /// What it is called; null if there is none.
    #[schema(example = "Example")]
    name: Option<String>,
}

/// Where a browser goes to sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderSignIn)]
pub(crate) struct AtProviderBody {
    /// The address at the provider. It comes back to `/signed-in` of the web UI.
    #[schema(example = "https://id.example.org/authorize?response_type=code")]
    address: String,
}

/// What a browser comes back with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProviderCodeRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats the code")]
pub(crate) struct CodeBody {
    /// The code of the provider. It is valid once.
    #[schema(format = Password, min_length = 1, example = "example")]
    code: String,
    /// What the provider was given with `begin_provider_sign_in`.
    #[schema(min_length = 1, example = "ZXhhbXBsZSBvZiBhIHN0YXRlIHdpdGggMzIgYnl0ZXM")]
    state: String,
}

answers!(Showing, Ticket, [InvalidRequest, Internal]);
answers!(
    Beginning,
    Ticket,
    [InvalidRequest, NoProvider, ProviderUnavailable, CrossSite, TooManySignIns, Internal, ServerBusy]
);
answers!(
    Ending,
    Ticket,
    [
        InvalidRequest,
        ProviderSignInRefused,
        NoProvider,
        UserExists,
        ProviderUnavailable,
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

/// Show the provider that people may sign in with.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The provider, if there is one.", body = ProviderBody), Showing)
)]
#[get("/session/oidc")]
pub(crate) async fn show_provider(api: web::Data<Api>, _no_query: NoQuery) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ProviderBody { name: api.server.provider_name() }))
}

/// Begin to sign in with the provider.
///
/// The browser gets a cookie for ten minutes: only where it is can the sign-in end. Attempts are limited for each address and in all.
#[utoipa::path(
    tag = "sessions",
    responses(
        (
            status = 200, description = "The sign-in goes on at the provider.", body = AtProviderBody,
            headers(("Set-Cookie" = String, description = "The cookie of the sign-in."))
        ),
        Beginning,
    )
)]
#[post("/session/oidc")]
pub(crate) async fn begin_provider_sign_in(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let there = api.server.begin_provider_sign_in(&visitor(&request)).await?;
    let cookie = api.provider_cookies.begin(
        SessionCookie::to_begin(request.headers()),
        &there.browser,
        AT_THE_PROVIDER_FOR,
    );
    Ok(HttpResponse::Ok()
        .insert_header((header::SET_COOKIE, cookie))
        .json(AtProviderBody { address: there.address }))
}

/// Sign in with the code of the provider.
///
/// A session begins as with `sign_in`. What the user may do follows from their groups at the provider, until they sign in again.
#[utoipa::path(
    tag = "sessions",
    request_body(content = CodeBody, content_type = "application/json"),
    responses(
        (
            status = 201, description = "The session has begun.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The cookie of the session."))
        ),
        Ending,
    )
)]
#[post("/session/oidc/code")]
pub(crate) async fn sign_in_with_provider(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["code", "state"], &[])?;
    let (code, state) = (texts.take("code"), texts.take("state"));
    let own = match api.provider_cookies.find(request.headers()).1 {
        Found::One(secret) => Some(secret),
        Found::Nothing | Found::Several => None,
    };
    let former = former(&api, &request);
    let signed_in = api.server.sign_in_with_provider(code, &state, own, former, visitor(&request)).await?;
    Ok(begun(&api, &request, signed_in))
}

#[cfg(test)]
mod tests;
