//! `POST /convert/autostart`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{AutostartConfig, ConvertedService};
use core_monitor_domain::on_demand::HostPattern;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;
use crate::v1::message::{MessageBody, bodies};

/// A configuration to convert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AutostartConfig)]
pub(crate) struct AutostartBody {
    /// The text of `config.json`.
    #[schema(
        min_length = 1,
        example = "{\"services\": [{\"name\": \"paperless\", \"port\": 8000, \"timeout\": 180000, \"mode\": \"dynamic\", \"themeName\": \"ghost\", \"composeDir\": \"/opt/paperless-ngx\"}]}"
    )]
    config: String,
    /// The compose files, by the names of services in it. Without one, the declaration stands alone.
    #[serde(default)]
    #[schema(example = json!({"paperless": "services:\n  web:\n    image: paperless:2\n    ports: [\"8000:8000\"]\n"}))]
    compose: BTreeMap<String, String>,
    /// The domain below which each service has a host of its own name; none if null.
    #[serde(default)]
    #[schema(example = "example.org")]
    domain: Option<String>,
}

/// The definitions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AutostartDefinitions)]
pub(crate) struct AutostartDefinitionsBody {
    /// In the order of the configuration.
    items: Vec<AutostartDefinitionBody>,
}

/// What a service of the configuration becomes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AutostartDefinition)]
pub(crate) struct AutostartDefinitionBody {
    #[schema(example = "paperless")]
    name: String,
    /// Where its compose file is.
    #[schema(example = "/opt/paperless-ngx")]
    compose_dir: Option<String>,
    /// The compose file with the declaration, to be saved as a stack, or the declaration alone.
    #[schema(
        example = "services:\n  web:\n    image: paperless:2\n    ports: [\"8000:8000\"]\n    x-core-monitor:\n      on-demand:\n        hosts: [\"paperless.example.org\"]\n        port: 8000\n        mode: dynamic\n        theme: ghost\n        idle-timeout: 3m\n"
    )]
    compose: String,
    /// Whether it is the whole compose file.
    #[schema(example = true)]
    is_whole: bool,
    /// What remains to be done by hand.
    notes: Vec<MessageBody>,
}

impl From<ConvertedService> for AutostartDefinitionBody {
    fn from(service: ConvertedService) -> Self {
        Self {
            name: service.name,
            compose_dir: service.compose_dir,
            compose: service.compose,
            is_whole: service.is_whole,
            notes: bodies(&service.notes),
        }
    }
}

answers!(Answers, Write, [InvalidCommand]);

/// Convert the configuration of an autostart proxy to compose files.
///
/// For those who start containers by a proxy with a `config.json` of services, ports, modes, themes and timeouts. Nothing is
/// saved or run. A compose file that is given comes back with `x-core-monitor.on-demand` at the service that publishes the port,
/// and everything else as it was.
#[utoipa::path(
    tag = "stacks",
    request_body(content = AutostartBody, content_type = "application/json"),
    responses((status = 200, description = "The definitions.", body = AutostartDefinitionsBody), Answers)
)]
#[post("/convert/autostart")]
pub(crate) async fn convert_autostart(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let given = body.json::<AutostartBody>();
    let AutostartBody { config, compose, domain } =
        given.map_err(|problem| problem.or_hint(said::send_autostart_config()))?;
    let domain = domain.map(|domain| match domain.parse::<HostPattern>() {
        Ok(pattern) if pattern.wildcard().is_none() => Ok(pattern.as_str().to_owned()),
        Ok(_) => Err(Problem::new(ErrorCode::InvalidRequest, said::domain_with_wildcard())),
        Err(message) => Err(Problem::new(ErrorCode::InvalidRequest, message)),
    });
    let given = AutostartConfig { config, compose, domain: domain.transpose()? };
    let items = api.server.convert_autostart(&caller.0, given).await?;
    let items = items.into_iter().map(AutostartDefinitionBody::from).collect();
    Ok(HttpResponse::Ok().json(AutostartDefinitionsBody { items }))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::json;

    use crate::testing::{World, YAML};

    const ADDRESS: &str = "/api/v1/convert/autostart";
    const JSON: (&str, &str) = ("Content-Type", "application/json");
    const CONFIG: &str = r#"{"services": [{"name": "docs", "port": 8000, "timeout": 180000, "mode": "dynamic", "themeName": "ghost"}]}"#;

    #[actix_web::test]
    async fn a_configuration_becomes_a_stack_that_wakes_on_demand() {
        let world = World::new().await;
        let compose = "services:\n  web:\n    image: docs:1\n    ports: ['8000:80']\n";
        let body = json!({"config": CONFIG, "compose": {"docs": compose}, "domain": "example.org"});
        let answer = world.send("POST", ADDRESS, &[JSON], &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let item = answer.json()["items"][0].clone();
        assert_eq!((&item["is_whole"], &item["notes"]), (&json!(true), &json!([])));
        let compose = item["compose"].as_str().unwrap();
        let saved = world.send("POST", "/api/v1/stacks?name=docs", &[YAML], compose).await;
        assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
        world.succeed("docs").await;
        let listed = world.send("GET", "/api/v1/on-demand", &[], "").await.json();
        let web = &listed["items"][0];
        assert_eq!((&web["hosts"], &web["port"]), (&json!(["docs.example.org"]), &json!(80)));
        assert_eq!((&web["theme"], &web["idle_timeout_seconds"]), (&json!("ghost"), &json!(180)));
    }

    #[actix_web::test]
    async fn errors_have_their_places() {
        let world = World::new().await;
        let body = json!({"config": "{\"services\": [\n {\"name\": \"a\"}]}"}).to_string();
        let answer = world.send("POST", ADDRESS, &[JSON], &body).await;
        assert_eq!(answer.code(), "invalid-command", "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["line"], 2);
        assert_eq!(
            answer.json()["detail"],
            "the configuration has an error at line 2, column 2: `port` is missing"
        );
        let body = json!({"config": CONFIG, "domain": "http://x/"}).to_string();
        assert_eq!(world.send("POST", ADDRESS, &[JSON], &body).await.code(), "invalid-request");
    }

    #[actix_web::test]
    async fn what_is_not_json_says_what_happened_where_and_what_to_try() {
        let world = World::new().await;
        let send = async |headers: &[(&str, &str)], body: &str| {
            let answer = world.send("POST", ADDRESS, headers, body).await;
            let json = answer.json();
            let words = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (answer.code(), words(&json["detail"]), words(&json["hint"]["text"]), json["errors"][0].clone())
        };
        for body in ["services: []", "{\"config\": \"{}\",\n  nothing}", CONFIG, "[]", ""] {
            let (code, detail, hint, error) = send(&[JSON], body).await;
            assert_eq!(code, "invalid-request", "{body}: {detail}");
            assert!(hint.contains("as the string `config`"), "{body}: {hint}");
            assert!(body.len() < 3 || error["line"].is_u64() && error["column"].is_u64(), "{body}: {error}");
        }
        let (code, _, hint, _) = send(&[YAML], CONFIG).await;
        assert_eq!(code, "unsupported-media-type");
        assert!(hint.contains("Content-Type: application/json"), "{hint}");
        let (code, detail, _, error) = send(&[JSON], &json!({"config": "\nno json"}).to_string()).await;
        assert_eq!(code, "invalid-command");
        assert!(detail.contains("line 2, column 1: the configuration is not JSON"), "{detail}");
        assert!(error["hint"]["text"].as_str().unwrap().contains("config.json"), "{error}");
    }
}
