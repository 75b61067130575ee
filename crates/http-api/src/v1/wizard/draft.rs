//! `POST /wizard`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{
    BlockingWork, DraftError, Edge, GraphNode, Project, WizardDraft, WizardPort, WizardVariable, Wrote,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{WizardBody, WizardProblemBody};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::v1::lint::FindingBody;
use crate::v1::message::MessageBody;
use crate::v1::versions::model::ModelSchema;
use crate::v1::words::{GraphEdgeKindWord, GraphNodeKindWord};

/// What choices become.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardDraft)]
pub(crate) struct DraftBody {
    /// The compose file.
    #[schema(example = "name: shop\n\nservices:\n  db:\n    image: postgres:17.6\n")]
    compose: String,
    /// The variables it needs.
    variables: Vec<DraftVariableBody>,
    graph: GraphBody,
    /// What to reconsider before it goes into production; none while the definition has errors.
    findings: Vec<FindingBody>,
    /// What is wrong with the choices. While there is one, nothing can be saved.
    problems: Vec<WizardProblemBody>,
    /// The ports of the host that it publishes.
    ports: Vec<DraftPortBody>,
    /// Which lines of the compose file each component wrote.
    origin: Vec<OriginBody>,
    /// The resolved model; null if the definition has errors.
    #[schema(value_type = Option<ModelSchema>)]
    model: Option<Project>,
    /// What the file of the base loses and gains, as a unified diff; null without a base.
    #[schema(example = "--- a/compose.yaml\n+++ b/compose.yaml\n")]
    changes: Option<String>,
}

/// A variable of the compose file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardVariable)]
pub(crate) struct DraftVariableBody {
    #[schema(example = "DB_PASSWORD")]
    name: String,
    /// Whether its value is encrypted when it is stored and never returned.
    #[schema(example = true)]
    secret: bool,
    /// Whether the server generates its value when the version is saved.
    #[schema(example = true)]
    generated: bool,
}

/// Services, volumes and networks, and what joins them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardGraph)]
pub(crate) struct GraphBody {
    nodes: Vec<NodeBody>,
    edges: Vec<EdgeBody>,
}

/// A service, volume or network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GraphNode)]
pub(crate) struct NodeBody {
    /// Unique in the graph.
    #[schema(example = "service/db")]
    id: String,
    #[schema(value_type = GraphNodeKindWord)]
    kind: &'static str,
    /// Its name in the compose file.
    #[schema(example = "db")]
    label: String,
    /// The index of the component that wrote it; null if the wizard did not.
    #[schema(example = 0)]
    component: Option<usize>,
}

/// What joins two of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GraphEdge)]
pub(crate) struct EdgeBody {
    /// The id of the one that needs the other.
    #[schema(example = "service/web")]
    source: String,
    /// The id of the other.
    #[schema(example = "service/db")]
    target: String,
    #[schema(value_type = GraphEdgeKindWord)]
    kind: &'static str,
    /// The condition of a dependency.
    #[schema(example = "service_healthy")]
    condition: Option<String>,
}

/// A port of the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardPort)]
pub(crate) struct DraftPortBody {
    /// The address; null for all of the host.
    #[schema(example = "127.0.0.1")]
    host_ip: Option<String>,
    #[schema(example = 8080)]
    port: u16,
    #[schema(example = "tcp")]
    protocol: String,
    #[schema(example = "web")]
    service: String,
    /// Who else has it.
    conflict: Option<MessageBody>,
    /// The next port above it that is free, as far as is known; null without a conflict.
    #[schema(example = 8081)]
    free: Option<u16>,
}

/// Lines that a component wrote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WizardOrigin)]
pub(crate) struct OriginBody {
    /// The first line, from 1.
    #[schema(example = 4)]
    since_line: u32,
    /// The last line.
    #[schema(example = 21)]
    until_line: u32,
    /// The index of the component.
    #[schema(example = 0)]
    component: usize,
}

impl From<WizardDraft> for DraftBody {
    fn from(draft: WizardDraft) -> Self {
        let variable = |variable: WizardVariable| DraftVariableBody {
            name: variable.name,
            secret: variable.secret,
            generated: variable.generated,
        };
        let node = |node: GraphNode| NodeBody {
            id: node.id,
            kind: node.kind.as_str(),
            label: node.label,
            component: node.component,
        };
        let edge = |edge: Edge| EdgeBody {
            source: edge.source,
            target: edge.target,
            kind: edge.link.as_str(),
            condition: edge.condition,
        };
        let port = |port: WizardPort| DraftPortBody {
            host_ip: port.host_ip,
            port: port.port,
            protocol: port.protocol,
            service: port.service,
            conflict: port.conflict.map(MessageBody::from),
            free: port.free,
        };
        let wrote = |wrote: Wrote| OriginBody {
            since_line: wrote.since,
            until_line: wrote.until,
            component: wrote.component,
        };
        Self {
            compose: draft.compose,
            variables: draft.variables.into_iter().map(variable).collect(),
            graph: GraphBody {
                nodes: draft.graph.nodes.into_iter().map(node).collect(),
                edges: draft.graph.edges.into_iter().map(edge).collect(),
            },
            findings: draft.findings.into_iter().map(FindingBody::from).collect(),
            problems: draft.problems.into_iter().map(WizardProblemBody::from).collect(),
            ports: draft.ports.into_iter().map(port).collect(),
            origin: draft.origin.into_iter().map(wrote).collect(),
            model: draft.model,
            changes: draft.changes,
        }
    }
}

answers!(Answers, Write, [StackNotFound, VersionNotFound]);

/// Show what choices become, while choosing.
///
/// Nothing is saved. Whatever the choices are, the answer is 200: what is wrong with them is listed in `problems`, and the compose
/// file has what can be made. With a `base`, only what the choices change is changed in its file: comments, order and everything
/// the wizard did not write stay.
#[utoipa::path(
    tag = "wizard",
    request_body(content = WizardBody, content_type = "application/json"),
    responses((status = 200, description = "The compose file, and what is to be said about it.", body = DraftBody), Answers)
)]
#[post("/wizard")]
pub(crate) async fn draft_wizard(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let wizard = body.json::<WizardBody>()?.read()?;
    answer(&api, BlockingWork::Definition, async move |api| {
        let draft = api.server.draft_wizard(&caller.0, &wizard).await?;
        // Its memory is taken until it is read.
        drop(body);
        Ok(Answer::ok(DraftBody::from(draft)))
    })
    .await
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Forbidden(error) => error.into(),
            DraftError::Wizard(error) => error.into(),
            DraftError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
