//! `GET /stacks/{id}/versions/{version}`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ListedVersion, ShownVersion};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::release::Release;
use core_monitor_domain::stack_version::{SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::NoQuery;
use crate::v1::lint::{FindingBody, SummaryBody, bodies};
use crate::v1::versions::artifacts::{VersionArtifactBody, artifacts};
use crate::v1::versions::model::ModelSchema;
use crate::v1::versions::{VersionSummary, warnings};

/// A version with all its details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(crate) struct VersionBody {
    #[serde(flatten)]
    summary: VersionSummary,
    /// Text of the first compose file, as it was written. The other files are under `files` below this path.
    #[schema(example = "services:\n  web:\n    image: nginx:1.27\n")]
    compose: String,
    /// Paths of the compose files, in the order they are merged.
    #[schema(example = json!(["compose.yaml"]))]
    compose_files: Vec<String>,
    /// Values for `${NAME}`.
    #[schema(example = json!({"TAG": "1.27"}))]
    variables: BTreeMap<String, String>,
    /// The secret variables, by name. Values are never returned: the model shows `${NAME}` in their place.
    #[schema(example = json!({"DB_PASSWORD": {"set_in": 1}}))]
    secret_variables: BTreeMap<String, UsedSecretBody>,
    /// The resolved model, in the format of `docker compose config --format json`.
    #[schema(value_type = ModelSchema)]
    model: ModelBody,
    /// Warnings about the definition, with positions.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it goes into production, by the rules of this release; null if this release no longer
    /// accepts the definition.
    findings: Option<Vec<FindingBody>>,
    /// Counts of the findings; null if `findings` is null.
    findings_summary: Option<SummaryBody>,
    /// The artifacts in the slots of its services.
    artifacts: Vec<VersionArtifactBody>,
    status: VersionStatus,
    /// What ran when the version was last applied successfully; null if it never was.
    runtime: Option<RuntimeBody>,
}

/// The model of a version, written as it is.
#[derive(Debug)]
struct ModelBody(StackVersion);

impl Serialize for ModelBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.model.serialize(serializer)
    }
}

/// A secret variable of a version, without its value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsedSecretVariable)]
pub(crate) struct UsedSecretBody {
    /// The version that gave it its value.
    #[schema(value_type = u32, example = 1)]
    set_in: VersionNumber,
}

/// Status of the version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionStatus {
    /// Whether it is the newest saved version.
    #[schema(example = true)]
    latest: bool,
    /// Whether it is the applied version.
    #[schema(example = true)]
    current: bool,
    /// When the last APPLY of or ROLLBACK to this version was DONE.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    last_applied_at: Option<Timestamp>,
}

/// What a successful APPLY or ROLLBACK left running.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Runtime)]
pub(crate) struct RuntimeBody {
    /// The command that applied it.
    #[schema(value_type = Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    /// The resolved images, by service.
    images: BTreeMap<String, ImageBody>,
    /// The containers at that time.
    containers: Vec<ReleasedContainerBody>,
}

/// A resolved image.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolvedImage)]
pub(crate) struct ImageBody {
    /// The reference in the definition.
    #[schema(example = "nginx:1.27")]
    reference: String,
    /// The image id it resolved to.
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    image_id: String,
    /// The registry's digest of the image; null for a local image.
    digest: Option<String>,
}

/// A container of a release.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReleasedContainer)]
pub(crate) struct ReleasedContainerBody {
    #[schema(example = "api")]
    service: String,
    #[schema(example = 1)]
    slot: u32,
    #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: String,
    #[schema(example = "shop-api-1")]
    name: String,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, VersionNotFound]);

/// Show a version.
#[utoipa::path(
    tag = "versions",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "Its number.", example = 1),
    ),
    responses((status = 200, description = "The version.", body = VersionBody), Answers)
)]
#[get("/stacks/{id}/versions/{version}")]
pub(crate) async fn show_version(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, number) = (StackId(path.0), VersionNumber(path.1));
    // It is linted anew.
    answer(&api, BlockingWork::Definition, async move |api| {
        let shown = api.server.show_version(&caller.0, stack, number).await?;
        Ok(Answer::ok(body(shown)))
    })
    .await
}

fn body(shown: ShownVersion) -> VersionBody {
    let ShownVersion { stack, version, compose, lint, release, record } = shown;
    let (findings, findings_summary) = lint.map(bodies).unzip();
    VersionBody {
        compose: compose.as_ref().and_then(SourceFile::text).unwrap_or_default().to_owned(),
        compose_files: version.compose_files.clone(),
        variables: version.variables.clone(),
        secret_variables: version
            .secrets
            .iter()
            .map(|(name, used)| (name.to_string(), UsedSecretBody { set_in: used.set_in }))
            .collect(),
        warnings: warnings(&version),
        findings,
        findings_summary,
        status: VersionStatus {
            latest: stack.latest_version == version.version,
            current: stack.current_version == Some(version.version),
            last_applied_at: release.as_ref().map(|release| release.at),
        },
        artifacts: artifacts(&version.artifacts),
        runtime: release.map(RuntimeBody::from),
        summary: ListedVersion::of(&version).with(Some(record)).into(),
        model: ModelBody(version),
    }
}

impl From<Release> for RuntimeBody {
    fn from(release: Release) -> Self {
        let image = |pin: core_monitor_domain::release::ImagePin| ImageBody {
            reference: pin.reference,
            image_id: pin.id.0,
            digest: pin.digest,
        };
        Self {
            command_id: release.command_id,
            images: release
                .images
                .into_iter()
                .map(|(service, pin)| (service.to_string(), image(pin)))
                .collect(),
            containers: release
                .containers
                .into_iter()
                .map(|container| ReleasedContainerBody {
                    service: container.service.to_string(),
                    slot: container.slot.0,
                    container_id: container.id.0,
                    name: container.name,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{WEB, World};

    #[actix_web::test]
    async fn a_version_has_its_text_and_its_meaning() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let body = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/1"), &[], "").await.json();
        assert_eq!(body["compose"], WEB);
        assert_eq!(body["model"]["name"], "shop");
        assert_eq!(body["model"]["services"]["web"]["image"], "test/busybox:1");
        assert_eq!(
            body["status"],
            serde_json::json!({"latest": true, "current": false, "last_applied_at": null})
        );
        assert!(body["runtime"].is_null());
        let missing = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/2"), &[], "").await;
        assert_eq!(missing.code(), "version-not-found");
    }

    #[actix_web::test]
    async fn a_secret_variable_is_named_and_its_value_is_never_returned() {
        let world = World::new().await;
        let definition = serde_json::json!({
            "name": "shop",
            "compose": "services: {web: {image: 'test/busybox:1', environment: {URL: 'db://${PASSWORD}@db'}}}",
            "secret_variables": {"PASSWORD": {"value": "kanary"}, "OTHER": {"generate": {}}},
        });
        let json = [("Content-Type", "application/json")];
        let made = world.send("POST", "/api/v1/stacks", &json, &definition.to_string()).await;
        let stack = made.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
        let shown = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/1"), &[], "").await;
        assert!(!made.text.contains("kanary") && !shown.text.contains("kanary"), "{}", shown.text);
        let body = shown.json();
        assert_eq!(
            body["secret_variables"],
            serde_json::json!({"OTHER": {"set_in": 1}, "PASSWORD": {"set_in": 1}})
        );
        assert_eq!(body["model"]["services"]["web"]["environment"]["URL"], "db://${PASSWORD}@db");
    }
}
