//! `GET /compose/schema`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::{ComposeAttribute, ComposeSupport};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Tagged;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::words::ComposeSupportWord;

/// What can be written in a compose file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComposeSchema)]
pub(crate) struct ComposeSchemaBody {
    /// Every attribute, in the order in which people know them.
    attributes: Vec<AttributeBody>,
}

/// An attribute of the Compose format, or of `x-core-monitor` of a service or of the whole file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComposeAttribute)]
pub(crate) struct AttributeBody {
    /// Where it is: `*` is any name, and `[]` an item of a list.
    #[schema(example = "services.*.healthcheck.interval")]
    path: &'static str,
    /// The last part of it.
    #[schema(example = "interval")]
    name: &'static str,
    /// What its value can be: `string`, `integer`, `number`, `boolean`, `null`, `list`, `map`, or what a string or number
    /// stands for, such as `duration`, `size`, `path`, `port`, `address` and `cidr`.
    #[schema(example = json!(["duration"]))]
    kinds: &'static [&'static str],
    /// The words it can be, or the usual ones; empty if it is free.
    #[schema(example = json!([]))]
    values: &'static [&'static str],
    /// Whether it must be there if what it is in is.
    #[schema(example = false)]
    required: bool,
    /// What becomes of it.
    #[schema(value_type = ComposeSupportWord, example = "full")]
    support: &'static str,
    /// The first release of the engine that carries it out; null if every one does, or none.
    #[schema(example = json!(null))]
    engine: Option<&'static str>,
    summary: SummaryText,
}

/// What an attribute is for, in one sentence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComposeSummary)]
pub(crate) struct SummaryText {
    #[schema(example = "Time between two checks.")]
    en: &'static str,
    #[schema(example = "Temps entre deux contrôles.")]
    fr: &'static str,
}

/// The words for what becomes of an attribute.
pub(crate) const SUPPORT: [&str; 5] = ["full", "newer_engine", "note", "ignored", "refused"];

fn support(support: ComposeSupport) -> (&'static str, Option<&'static str>) {
    let [full, newer_engine, note, ignored, refused] = SUPPORT;
    match support {
        ComposeSupport::Applied | ComposeSupport::Resolved => (full, None),
        ComposeSupport::Since(version) => (newer_engine, Some(version.release)),
        ComposeSupport::Note => (note, None),
        ComposeSupport::NotApplied => (ignored, None),
        ComposeSupport::Refused => (refused, None),
    }
}

impl From<&'static ComposeAttribute> for AttributeBody {
    fn from(attribute: &'static ComposeAttribute) -> Self {
        let (support, engine) = support(attribute.support);
        Self {
            path: &attribute.path,
            name: attribute.name,
            kinds: &attribute.kinds,
            values: &attribute.values,
            required: attribute.is_required,
            support,
            engine,
            summary: SummaryText { en: attribute.en, fr: attribute.fr },
        }
    }
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// Show what can be written in a compose file.
///
/// Every attribute with what it is for, what it can be and what becomes of it: for editors that complete and explain, what
/// `x-core-monitor` of a service and of the whole file takes included. It changes with releases only.
#[utoipa::path(
    tag = "lint",
    params(("If-None-Match" = Option<String>, Header, description = "An `ETag` that is known already.")),
    responses(
        (status = 200, description = "The attributes.", body = ComposeSchemaBody,
            headers(("ETag" = String, description = "Changes when an attribute does."))),
        (status = 304, description = "The attributes are those that are known already."),
        Answers,
    )
)]
#[get("/compose/schema")]
pub(crate) async fn show_compose_schema(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let attributes = api.server.show_compose_schema(&caller.0).await?;
    let body = ComposeSchemaBody { attributes: attributes.iter().map(AttributeBody::from).collect() };
    Tagged::json(&body)?.send(&api, &request)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    const SCHEMA: &str = "/api/v1/compose/schema";

    #[actix_web::test]
    async fn an_editor_learns_what_it_can_offer() {
        let world = World::new().await;
        let answer = world.send("GET", SCHEMA, &[], "").await;
        let body = answer.json();
        let attributes = body["attributes"].as_array().unwrap();
        assert!(attributes.len() > 300, "{}", attributes.len());
        let at = |path: &str| attributes.iter().find(|of| of["path"] == path).unwrap();
        assert_eq!(
            *at("services.*.healthcheck.interval"),
            json!({
                "path": "services.*.healthcheck.interval",
                "name": "interval",
                "kinds": ["duration"],
                "values": [],
                "required": false,
                "support": "full",
                "engine": null,
                "summary": {"en": "Time between two checks.", "fr": "Temps entre deux contrôles."},
            })
        );
        let since = at("services.*.volumes[].volume.subpath");
        assert_eq!((&since["support"], &since["engine"]), (&json!("newer_engine"), &json!("26.0")));
        assert_eq!(at("services.*.develop")["support"], "ignored");
        let mode = at("services.*.x-core-monitor.on-demand.mode");
        assert_eq!((&mode["kinds"], &mode["values"]), (&json!(["string"]), &json!(["dynamic", "blocking"])));
    }

    #[actix_web::test]
    async fn what_is_known_is_not_sent_again() {
        let world = World::new().await;
        let first = world.send("GET", SCHEMA, &[], "").await;
        let tag = first.header("etag").unwrap();
        let again = world.send("GET", SCHEMA, &[("If-None-Match", tag)], "").await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
        let other = world.send("GET", SCHEMA, &[("If-None-Match", "\"other\"")], "").await;
        assert_eq!(other.text, first.text);
    }
}
