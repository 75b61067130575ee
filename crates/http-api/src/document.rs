//! The `OpenAPI` document, Swagger UI, and the response for unknown routes.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi as Derived;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody, ProblemItem};
use crate::said;
use crate::session_cookie::SessionCookies;
use crate::ui;
use crate::v1;
use crate::v1::events::detail::{
    CancelledDetail, DoneDetail, FailedDetail, IntentDetail, NotedDetail, OutcomeDetail, PlannedDetail,
    ProgressDetail, RetryingDetail,
};
use crate::v1::stacks::create::SavedBody;
use crate::v1::templates::create::SavedTemplateBody;
use crate::v1::versions::model::OPEN;

mod access;
mod answers;
mod events;
mod examples;
mod in_3_0;
mod plain;
mod unions;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Core Monitor",
        description = "Core Monitor keeps versions of Docker stacks and applies them through a durable queue.\n\n\
            **Definitions are saved immediately; the engine is changed through the queue.** Creating a stack or saving a \
            version is complete when the response arrives. A request that changes the engine returns `202` and a command. \
            These commands run in one order: each starts once every earlier one is `DONE` or `CANCELLED`. With the setting \
            `failure_scope = related`, a failed command holds up only those of its own stack and of stacks that share \
            objects with it. The `WAKE` and \
            `SLEEP` commands that the system creates itself are ordered in a lane of their own for each stack, and a failed \
            one blocks nothing. With `?wait=SECONDS`, the response waits until the command has ended.\n\n\
            **Writes can be repeated safely** with an `Idempotency-Key`. Writes to an existing stack send its `ETag` in \
            `If-Match`, so that they only apply to the state the client has seen.\n\n\
            **Errors** are problem bodies (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "stacks", description = "Stacks: durable identities with a definition, an applied version and containers"),
        (name = "artifacts", description = "Applications that were deployed, by their digest"),
        (name = "containers", description = "What goes on in the containers of stacks: terminals, commands, processes"),
        (name = "host", description = "What the host has and what happens there: images, volumes, networks, events, pruning"),
        (name = "overview", description = "What needs attention, and one stream of everything that changes"),
        (name = "alerts", description = "What people are told while they are not looking"),
        (name = "on-demand", description = "Services that wake at their first request and sleep when nobody uses them"),
        (name = "statistics", description = "What containers and the host use: now, as a stream, and over the last days"),
        (name = "projects", description = "Compose projects that run on the host, and their import as stacks"),
        (name = "versions", description = "Immutable snapshots of a stack's definition"),
        (name = "templates", description = "Definitions with parameters, and the stacks that are launched from them"),
        (name = "lint", description = "Checks of a definition before it goes into production"),
        (name = "wizard", description = "The catalogue of components, and choices that become a definition"),
        (name = "plans", description = "Previews of what an apply would do, to review and confirm"),
        (name = "commands", description = "Accepted writes, their position in the queue and their outcome"),
        (name = "sessions", description = "What browsers have in place of a token"),
        (name = "policy", description = "What definitions get of the host, by who applies them"),
        (name = "tokens", description = "API tokens: what their holders may do, and until when"),
        (name = "secrets", description = "Values of the installation that stacks use by name"),
        (name = "registries", description = "Registry credentials: stored encrypted and never returned"),
        (name = "monitoring", description = "Health, metrics, and the description of the API"),
    ),
    components(schemas(
        ProblemBody,
        ProblemItem,
        PlannedDetail,
        IntentDetail,
        OutcomeDetail,
        ProgressDetail,
        NotedDetail,
        RetryingDetail,
        DoneDetail,
        FailedDetail,
        CancelledDetail,
        // Not found by themselves, because only types of answers name them.
        SavedBody,
        SavedTemplateBody,
    )),
    security(("token" = []), ("session" = [])),
    modifiers(&Schemes),
)]
struct Frame;

/// Description of the token scheme.
const SCHEME_ABOUT: &str = "The first token is in the file `admin-token` in the server's data folder. The `security` of an \
    operation names the action that the token must permit; `x-permission` names the kind of resource and says whether the \
    operation changes anything. Currently every token is an administrator token and permits all actions.";

/// Description of the session scheme.
const SESSION_SCHEME_ABOUT: &str = "What a browser has in place of a token, after `POST /api/v1/session`: a cookie that scripts cannot \
    read. Its name goes on with `-` and eight digits of the installation, and begins with `__Host-` over TLS. A request that is not GET or HEAD also sends the session's `csrf_token` \
    in the header `X-CSRF-Token`. A request with an `Authorization` header is not looked at for a session.";

/// The name of the security scheme of tokens.
const SCHEME: &str = "token";
/// The name of the security scheme of sessions.
const SESSION_SCHEME: &str = "session";

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut Derived) {
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(SCHEME_ABOUT)).build();
        let cookie = ApiKeyValue::with_description(SessionCookies::PREFIX, SESSION_SCHEME_ABOUT);
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(SCHEME, SecurityScheme::Http(token));
        components.add_security_scheme(SESSION_SCHEME, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The `OpenAPI` document, in the order in which people read it.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    openapi: Value,
    info: Value,
    servers: Value,
    tags: Value,
    security: Value,
    paths: Value,
    components: Value,
}

impl From<Value> for Document {
    fn from(mut whole: Value) -> Self {
        let mut part = |name: &str| whole[name].take();
        Self {
            openapi: part("openapi"),
            info: part("info"),
            servers: part("servers"),
            tags: part("tags"),
            security: part("security"),
            paths: part("paths"),
            components: part("components"),
        }
    }
}

/// The `OpenAPI` document of all routes.
pub fn openapi() -> Document {
    // A document is made of strings, numbers, lists and maps, which can always be written as JSON.
    let mut document = serde_json::to_value(derived()).unwrap_or_default();
    let mut no_schemas = Map::new();
    let schemas = document["components"]["schemas"].as_object_mut().unwrap_or(&mut no_schemas);
    for name in OPEN {
        if let Some(schema) = schemas.get_mut(name) {
            schema["additionalProperties"] = Value::Bool(true);
        }
    }
    unions::write(schemas);
    events::write(schemas);
    answers::write(&mut document);
    examples::write(&mut document);
    document.into()
}

/// The document as the handlers and bodies give it.
fn derived() -> Derived {
    let (_, mut document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Frame::openapi())
        .configure(v1::routes)
        .split_for_parts();
    plain::write(&mut document);
    access::write(&mut document);
    document
}

/// The same document in `OpenAPI` 3.0.3, for generators that do not read 3.1.
pub fn openapi_3_0() -> Value {
    // A document is made of strings, numbers, lists and maps, which can always be written as JSON.
    in_3_0::rewritten(serde_json::to_value(openapi()).unwrap_or_default())
}

/// The paths and their operations.
fn routes() -> &'static Derived {
    static ROUTES: OnceLock<Derived> = OnceLock::new();
    ROUTES.get_or_init(derived)
}

fn shared() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(openapi)
}

/// Get this document.
///
/// No token is required: the document describes the API and contains no data.
#[utoipa::path(
    tag = "monitoring",
    responses((status = 200, description = "An OpenAPI document.", body = Object))
)]
#[get("/openapi.json")]
pub(crate) async fn show_openapi() -> HttpResponse {
    HttpResponse::Ok().json(shared())
}

/// The paths that lead to Swagger UI and to the web UI. They are not in the document.
const ENTRANCES: [&str; 2] = ["/swagger-ui", "/"];

/// Adds Swagger UI.
pub(crate) fn swagger_ui(config: &mut web::ServiceConfig) {
    let ui = Config::from("/api/v1/openapi.json").persist_authorization(false).try_it_out_enabled(true);
    let to_ui = async || HttpResponse::Found().insert_header((header::LOCATION, "/swagger-ui/")).finish();
    config
        .service(web::resource(ENTRANCES[0]).get(to_ui).default_service(web::to(fallback)))
        .service(SwaggerUi::new("/swagger-ui/{_:.*}").config(ui));
}

/// The response when no route matches: the web UI if it is asked for, 405 if the path supports other methods, else 404. A path that
/// does not exist is not found whatever the method, since no method would be allowed there.
pub(crate) async fn fallback(api: web::Data<Api>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if ui::is_meant(request.method(), request.path(), request.headers()) {
        return ui::answer(api.ui, &request);
    }
    let shown: String = request.path().chars().take(200).collect();
    let allowed = methods_at(request.path());
    if allowed.is_empty() {
        return Err(Problem::new(ErrorCode::NotFound, said::no_route(shown)).with_hint(said::see_routes()));
    }
    Err(method_problem(&request, &allowed))
}

/// The error for a method that the path does not support, although a route for other paths takes both.
pub(crate) fn wrong_method(request: &HttpRequest) -> Option<Problem> {
    let allowed = methods_at(request.path());
    let is_wrong = !allowed.is_empty() && !allowed.contains(&request.method().as_str());
    is_wrong.then(|| method_problem(request, &allowed))
}

fn method_problem(request: &HttpRequest, allowed: &[&str]) -> Problem {
    let shown: String = request.path().chars().take(200).collect();
    let allowed = allowed.join(", ");
    let text = said::method_not_allowed(&shown, &allowed, request.method());
    let problem = Problem::new(ErrorCode::MethodNotAllowed, text).with_header(header::ALLOW, allowed);
    // What takes a command of its own to delete has an address for that.
    let by_command = request.method() == Method::DELETE
        && methods_at(&format!("{}/delete", request.path())).contains(&"POST");
    if by_command { problem.with_hint(said::delete_with_post(shown)) } else { problem }
}

fn methods_at(path: &str) -> Vec<&'static str> {
    if ENTRANCES.contains(&path) {
        return vec!["GET", "HEAD"];
    }
    let items = routes().paths.paths.iter();
    let matching = items.filter(|(pattern, _)| ResourceDef::new(pattern.as_str()).is_match(path));
    // Of `/stacks/archive` and `/stacks/{id}`, the first is meant.
    let nearest = matching.min_by_key(|(pattern, _)| pattern.matches('{').count());
    let methods = nearest.into_iter().flat_map(|(_, item)| {
        [
            ("GET", &item.get),
            // Every GET also supports HEAD, see `head_as_get`.
            ("HEAD", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ]
    });
    methods.filter_map(|(method, operation)| operation.is_some().then_some(method)).collect()
}

#[cfg(test)]
mod problems;
#[cfg(test)]
mod tests;
