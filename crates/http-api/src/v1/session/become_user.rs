//! `GET` and `POST /setup`, and `POST /invitations/accept`: how somebody becomes a user.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SessionBody, begun, visitor};
use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};
use crate::said;

/// Whether the first user is still to be created.
#[derive(Serialize, ToSchema)]
#[schema(as = Setup)]
pub(crate) struct SetupBody {
    /// Whether `set_up` waits for the setup token.
    #[schema(example = false)]
    open: bool,
}

/// The first user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetupRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats a secret")]
pub(crate) struct NewSetupBody {
    /// The setup token, which is in the file `setup-token` in the server's data folder.
    #[schema(format = Password, min_length = 1, example = "cms_Zm9yIHRoZSBkb2N1bWVudCBvbmx5LCBubyB0b2tlbiEh")]
    token: String,
    /// What the user will sign in with.
    #[schema(min_length = 1, max_length = 64, example = "ann")]
    name: String,
    /// The password: at least 12 characters, of any kind.
    #[schema(format = Password, min_length = 12, max_length = 512, example = "correct horse battery")]
    password: String,
}

/// An invitation to accept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InvitationRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats a secret")]
pub(crate) struct InvitationBody {
    /// The secret of the invitation.
    #[schema(format = Password, min_length = 1, example = "cmi_Zm9yIHRoZSBkb2N1bWVudCBvbmx5LCBubyBzZWNyZXQ")]
    invitation: String,
    /// The password: at least 12 characters, of any kind.
    #[schema(format = Password, min_length = 12, max_length = 512, example = "correct horse battery")]
    password: String,
}

answers!(Showing, Ticket, [InvalidRequest, Internal]);
answers!(
    Answers,
    Ticket,
    [
        InvalidRequest,
        InvitationInvalid,
        WeakPassword,
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

/// Show whether the first user is still to be created.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "Whether it is.", body = SetupBody), Showing)
)]
#[get("/setup")]
pub(crate) async fn show_setup(api: web::Data<Api>, _no_query: NoQuery) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(SetupBody { open: api.server.setup_is_open() }))
}

/// Create the first user, an administrator.
///
/// It takes the setup token, which the server writes into its data folder as long as there is no user. It is valid once. A session begins
/// as with `sign_in`.
#[utoipa::path(
    tag = "sessions",
    request_body(content = NewSetupBody, content_type = "application/json"),
    responses(
        (
            status = 201, description = "The user was created, and their session has begun.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The cookie of the session."))
        ),
        Answers,
    )
)]
#[post("/setup")]
pub(crate) async fn set_up(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["token", "name", "password"], &[])?;
    let name = texts.take("name").parse();
    let name =
        name.map_err(|error| Problem::new(ErrorCode::InvalidRequest, said::user_name_invalid(error)))?;
    let (token, password) = (texts.take("token"), texts.take("password"));
    let signed_in = api.server.set_up(token.trim(), name, password, visitor(&request)).await?;
    Ok(begun(&api, &request, signed_in))
}

/// Accept an invitation and choose a password.
///
/// The invitation is valid once. A session begins as with `sign_in`, and other sessions of the user end.
#[utoipa::path(
    tag = "sessions",
    request_body(content = InvitationBody, content_type = "application/json"),
    responses(
        (
            status = 201, description = "The password was set, and a session has begun.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The cookie of the session."))
        ),
        Answers,
    )
)]
#[post("/invitations/accept")]
pub(crate) async fn accept_invitation(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let mut texts = Texts::read(&body, &["invitation", "password"], &[])?;
    let (secret, password) = (texts.take("invitation"), texts.take("password"));
    let signed_in = api.server.accept_invitation(secret.trim(), password, visitor(&request)).await?;
    Ok(begun(&api, &request, signed_in))
}
