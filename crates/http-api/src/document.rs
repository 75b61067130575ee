//! The `OpenAPI` document, Swagger UI, and the answer where there is no route.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody, ProblemItem};
use crate::v1;

mod plain;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Core Monitor",
        description = "Versions Docker stacks and applies them through one strictly ordered, durable queue.\n\n\
            **Definitions are written at once, the engine is written through the queue.** Creating a stack or saving a version \
            is done when the request is answered. Everything that touches the engine is accepted with `202` and a command, which \
            runs when every earlier one is `DONE` or `CANCELLED`; `?wait=SECONDS` answers when it has ended.\n\n\
            **Writes are safe to repeat** with an `Idempotency-Key`, and writes to an existing stack say in `If-Match` which \
            state they were made for.\n\n\
            **Errors** are problem bodies (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "stacks", description = "Stacks: durable identities with a definition, an applied version and containers"),
        (name = "projects", description = "Compose projects that run on the host, and their way to become stacks"),
        (name = "versions", description = "Immutable snapshots of a stack's definition"),
        (name = "lint", description = "What to reconsider in a definition before it is trusted with production"),
        (name = "plans", description = "What would be done, to be read and confirmed before it is"),
        (name = "commands", description = "Accepted writes, their place in the queue and what became of them"),
        (name = "registries", description = "Credentials for registries, sealed: stored, used, never shown"),
        (name = "monitoring", description = "Health, metrics, and the description of the API"),
    ),
    components(schemas(ProblemBody, ProblemItem)),
    security(("token" = [])),
    modifiers(&TokenScheme),
)]
struct Frame;

struct TokenScheme;

impl Modify for TokenScheme {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The first token is in the file `admin-token` in the server's data folder."))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The `OpenAPI` document of all routes.
pub fn openapi() -> Document {
    let (_, mut document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Frame::openapi())
        .configure(v1::routes)
        .split_for_parts();
    plain::write(&mut document);
    document
}

fn shared() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(openapi)
}

/// This document.
///
/// No token is needed: it describes the API and holds no data.
#[utoipa::path(
    tag = "monitoring",
    security(()),
    responses((status = 200, description = "An OpenAPI document.", body = Object))
)]
#[get("/openapi.json")]
pub(crate) async fn show_openapi() -> HttpResponse {
    HttpResponse::Ok().json(shared())
}

/// Adds Swagger UI, and the way to it from the root.
pub(crate) fn swagger_ui(config: &mut web::ServiceConfig) {
    let ui = Config::from("/api/v1/openapi.json").persist_authorization(true).try_it_out_enabled(true);
    let to_ui = async || HttpResponse::Found().insert_header((header::LOCATION, "/swagger-ui/")).finish();
    config
        .route("/", web::get().to(to_ui))
        .route("/swagger-ui", web::get().to(to_ui))
        .service(SwaggerUi::new("/swagger-ui/{_:.*}").config(ui));
}

/// The answer where no route fits: 405 when the address has other methods, 404 when it has none.
pub(crate) async fn fallback(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let shown: String = request.path().chars().take(200).collect();
    let allowed = methods_at(request.path());
    if allowed.is_empty() {
        return Err(Problem::new(ErrorCode::NotFound, format!("there is nothing at `{shown}`"))
            .with_hint("GET /api/v1/openapi.json lists every address, /swagger-ui/ shows them"));
    }
    let allowed = allowed.join(", ");
    Err(Problem::new(
        ErrorCode::MethodNotAllowed,
        format!("`{shown}` has {allowed}, not {}", request.method()),
    )
    .with_header(header::ALLOW, allowed))
}

fn methods_at(path: &str) -> Vec<&'static str> {
    let items = shared().paths.paths.iter();
    let item =
        items.filter(|(pattern, _)| ResourceDef::new(pattern.as_str()).is_match(path)).map(|(_, item)| item);
    item.flat_map(|item| {
        [
            ("GET", &item.get),
            // What can be read can be asked about, see `head_as_get`.
            ("HEAD", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ]
    })
    .filter_map(|(method, operation)| operation.is_some().then_some(method))
    .collect()
}

#[cfg(test)]
mod tests;
