//! `GET /stacks/{id}/versions/{version}`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{self, LintReport};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::refusal::{stack_not_found, version_not_found};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};
use crate::v1::versions::{VersionSummary, warnings};

/// A version with everything that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(crate) struct VersionBody {
    #[serde(flatten)]
    summary: VersionSummary,
    /// Text of the first compose file, as it was written. The other files are at `files` behind this address.
    #[schema(example = "services:\n  web:\n    image: nginx:1.27\n")]
    compose: String,
    /// Paths of the compose files, in the order they are applied.
    #[schema(example = json!(["compose.yaml"]))]
    compose_files: Vec<String>,
    /// Values for `${NAME}`.
    #[schema(example = json!({"TAG": "1.27"}))]
    variables: BTreeMap<String, String>,
    /// What the files mean: everything resolved, in the shape of `docker compose config --format json`.
    #[schema(value_type = Object, example = json!({"name": "shop", "services": {"web": {"image": "nginx:1.27"}}}))]
    model: serde_json::Value,
    /// What the author should know about the definition, with positions.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it runs in production, by the rules of this release; null when this release reads the
    /// definition more strictly than the one that saved it.
    findings: Option<Vec<FindingBody>>,
    /// Counts of the findings; null as they are.
    findings_summary: Option<SummaryBody>,
    status: VersionStatus,
    /// What ran when the version was last applied successfully; null when it never was.
    runtime: Option<RuntimeBody>,
}

/// Where the version stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionStatus {
    /// It is the newest saved version.
    #[schema(example = true)]
    latest: bool,
    /// It is the applied version.
    #[schema(example = true)]
    current: bool,
    /// When an APPLY or ROLLBACK to it was last DONE.
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
    /// Images by service, as they were resolved.
    images: BTreeMap<String, ImageBody>,
    /// The containers of that moment.
    containers: Vec<ReleasedContainerBody>,
}

/// An image as it was resolved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolvedImage)]
pub(crate) struct ImageBody {
    /// What the definition said.
    #[schema(example = "nginx:1.27")]
    reference: String,
    /// What it meant.
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    image_id: String,
    /// By which a registry would give the same image; null for a local one.
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

answers!(Answers, Read, [NotFound, StackNotFound, VersionNotFound]);

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
    path: web::Path<(Uuid, u32)>,
) -> Result<HttpResponse, Problem> {
    let (stack, number) = (StackId(path.0), VersionNumber(path.1));
    let stack = api.server.stacks.find(stack).await?.ok_or_else(stack_not_found)?;
    let version = api.server.stacks.find_version(stack.id, number).await?.ok_or_else(version_not_found)?;
    let release = api.server.stacks.last_release(stack.id, Some(number)).await?;
    let compose = match version.compose_files.first() {
        Some(path) => api.server.stacks.read_file(stack.id, number, path).await?,
        None => None,
    };
    let lint = server::lint_version(&api.server, &stack, &version).await?;
    Ok(HttpResponse::Ok().json(body(&stack, version, compose.as_ref(), lint, release)))
}

fn body(
    stack: &Stack,
    version: StackVersion,
    compose: Option<&SourceFile>,
    lint: Option<LintReport>,
    release: Option<Release>,
) -> VersionBody {
    let (findings, findings_summary) = lint.map(bodies).unzip();
    VersionBody {
        compose: compose.and_then(SourceFile::text).unwrap_or_default().to_owned(),
        compose_files: version.compose_files.clone(),
        variables: version.variables.clone(),
        // Maps with string keys, lists and scalars: it can always be written as JSON.
        model: serde_json::to_value(&version.model).unwrap_or_default(),
        warnings: warnings(&version),
        findings,
        findings_summary,
        status: VersionStatus {
            latest: stack.latest_version == version.version,
            current: stack.current_version == Some(version.version),
            last_applied_at: release.as_ref().map(|release| release.at),
        },
        runtime: release.map(RuntimeBody::from),
        summary: version.into(),
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
}
