//! `GET /stacks/{id}/drift/definition`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, DefinitionProposal};
use core_monitor_domain::drift::{Left, Number};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::SourceFile;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::message::MessageBody;

/// A definition that says what runs, as far as one can.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionProposal)]
pub(crate) struct ProposalBody {
    /// The version that it changes: the newest one.
    #[schema(value_type = u32, example = 3)]
    base_version: VersionNumber,
    /// The files that differ from that version, by path; empty if nothing of the drift can be written.
    files: Vec<ProposedFileBody>,
    /// The numbers of containers that are written in them.
    written: Vec<WrittenBody>,
    /// What is not, and why.
    left: Vec<LeftBody>,
    /// When the worker last observed the engine.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Timestamp,
}

/// A file that the proposal changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposedFile)]
struct ProposedFileBody {
    #[schema(example = "compose.yaml")]
    path: String,
    /// Its text; null if the file is to be left out.
    #[schema(example = "services:\n  web:\n    image: nginx:1.27\n    scale: 1\n")]
    content: Option<String>,
    /// Whether it is executable.
    #[schema(example = false)]
    executable: bool,
}

/// How many containers a service has, in place of how many it should have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WrittenNumber)]
struct WrittenBody {
    #[schema(example = "web")]
    service: String,
    /// The number in the applied version.
    #[schema(example = 2)]
    before: u32,
    /// The number of its containers on the engine.
    #[schema(example = 1)]
    now: u32,
}

/// A difference that a definition cannot say.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeftDifference)]
struct LeftBody {
    /// The service; null for networks, volumes and files.
    #[schema(example = "web")]
    service: Option<String>,
    /// The container, network, volume, image, file or service, by name.
    #[schema(example = "shop-web-1")]
    subject: String,
    /// Why, and what to do instead.
    reason: MessageBody,
}

impl From<DefinitionProposal> for ProposalBody {
    fn from(proposal: DefinitionProposal) -> Self {
        let written =
            |Number { service, before, now }| WrittenBody { service: service.to_string(), before, now };
        let left = |Left { service, subject, reason }| LeftBody {
            service: service.map(|service| service.to_string()),
            subject,
            reason: reason.into(),
        };
        // Only texts are proposed.
        let file = |(path, file): (String, Option<SourceFile>)| ProposedFileBody {
            path,
            content: file.as_ref().and_then(SourceFile::text).map(str::to_owned),
            executable: file.as_ref().is_some_and(SourceFile::is_executable),
        };
        Self {
            base_version: proposal.base,
            files: proposal.files.into_iter().map(file).collect(),
            written: proposal.numbers.into_iter().map(written).collect(),
            left: proposal.left.into_iter().map(left).collect(),
            observed_at: proposal.observed_at,
        }
    }
}

answers!(
    Answers,
    Read,
    [InvalidRequest, ServerBusy, NotFound, StackNotFound, NotApplied, NotObserved, InvalidDefinition]
);

/// Propose a definition that says what runs.
///
/// For keeping what was done by hand instead of reverting it: the newest version with the drift written into it where the
/// definition says such a thing, with comments and everything else as they are, and the rest with the reasons why no definition
/// says it. That is how many containers there are, and what is in the files of the stack's folder. Nothing is saved: send the files with
/// `POST /stacks/{id}/versions`, then plan the version. Answers from the worker's last observation, and from the files themselves if a
/// worker answers.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses((status = 200, description = "The proposal.", body = ProposalBody), Answers)
)]
#[get("/stacks/{id}/drift/definition")]
pub(crate) async fn propose_definition(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = StackId(*id);
    answer(&api, BlockingWork::Definition, async move |api| {
        let proposal = api.server.propose_definition(&caller.0, id).await?;
        Ok(Answer::ok(ProposalBody::from(proposal)))
    })
    .await
}

#[cfg(test)]
mod tests;
