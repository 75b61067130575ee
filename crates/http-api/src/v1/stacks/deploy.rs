//! `POST /stacks/{id}/deploy`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::str::FromStr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, post, web};
use core_monitor_application::server::{DeployError, DeployRequest, DeployedArtifact, Write};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{
    Artifact, ArtifactDigest, ArtifactForm, DeploySlot, SlotName, SlotNameError,
};
use core_monitor_domain::command::{OnFailure, Readiness};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{NameError, ServiceName};
use core_monitor_domain::ports::{ArtifactError, TreeLimits};
use core_monitor_message::Message;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::api::{Api, UPLOADS};
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{
    ArtifactBody, Body, Query, SentAs, announced, check_comment, conditions, patience, said,
};
use crate::response::{REPLAYED, etag};
use crate::v1::commands::{CommandBody, OnFailureWord, Queued, QueuedHeaders, ReadinessWord};

/// What is deployed, and where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeployQuery {
    /// The service that takes the artifact.
    #[param(required = true, example = "web", pattern = "^[A-Za-z0-9._-]+$")]
    service: Option<String>,
    /// The slot of the service, declared under `x-core-monitor.deploy`.
    #[param(required = true, example = "app", pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    slot: Option<String>,
    /// What the artifact is called. A form says it with the file; one that is stored has the name of the newest version that
    /// has it. Not needed where the slot gives it a name.
    file_name: Option<String>,
    /// The version that the deployment is made from; the applied one if left out.
    base: Option<u32>,
    /// Why, for the list of versions.
    comment: Option<String>,
    /// What to do if it fails: `rollback`, which puts the former artifact back, or `hold`.
    #[param(inline)]
    on_failure: Option<OnFailureWord>,
    /// When it counts as done.
    #[param(inline)]
    readiness: Option<ReadinessWord>,
    /// Wait until the command is `DONE`, `FAILED` or `CANCELLED`, but at most this many seconds, from 0 to 300.
    #[param(example = 60, minimum = 0, maximum = 300)]
    wait: Option<u32>,
}

/// An artifact that is stored already.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArtifactReference {
    /// Its digest, as `GET /artifacts` lists it.
    artifact: String,
}

answers!(
    Answers,
    Change,
    [
        NotFound,
        VersionNotFound,
        SlotUnknown,
        ArtifactNotFound,
        NotApplied,
        ServiceStopped,
        AppliedVersionUnclear,
        ArtifactTooLarge,
        ArtifactRefused,
        DigestMismatch,
        RefusedByPolicy,
        ServiceUnknown,
        InvalidDefinition,
        StorageFull
    ]
);

/// Deploy an artifact: put an application into the running containers of a service.
///
/// The artifact is the body, as `application/octet-stream` or as the file of a form, or one that is stored, named in JSON. It
/// is stored by its SHA-256 while it arrives. Then a version is saved that is the applied one with this artifact in the slot,
/// and a `DEPLOY` converges to it: it puts the artifact in, activates it and verifies it as the slot declares. What can be
/// refused is refused before the body is read. A `Repr-Digest` or `Content-Digest` with `sha-256` is checked.
#[utoipa::path(
    tag = "stacks",
    params(DeployQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/deploy")]
pub(crate) async fn deploy_artifact(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<DeployQuery>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let sent_as = SentAs::of(&request)?;
    let request = Request { api: &api, actor: &caller.0, head: &request, sent_as };
    let sent = request.read(StackId(*id), query.into_inner(), payload.into_inner()).await;
    let (wanted, artifact, write) = sent.map_err(|problem| match sent_as {
        SentAs::Reference => problem,
        // What is left of the body is not read.
        SentAs::Octets | SentAs::Form => problem.with_header(header::CONNECTION, "close"),
    })?;
    let patience = api.patience(wanted.wait);
    let deployed = api.server.deploy(&caller.0, wanted.request(artifact, write), &patience).await?;
    Ok(answer(deployed))
}

struct Request<'a> {
    api: &'a Api,
    actor: &'a Actor,
    head: &'a HttpRequest,
    sent_as: SentAs,
}

impl Request<'_> {
    /// Reads everything, the artifact last. It is refused as soon as it can be.
    async fn read(
        &self,
        stack: StackId,
        query: DeployQuery,
        mut payload: Payload,
    ) -> Result<(Wanted, Artifact, Write), Problem> {
        let reference = match self.sent_as {
            SentAs::Reference => Some(Body::<false>::from_request(self.head, &mut payload).await?),
            SentAs::Octets | SentAs::Form => None,
        };
        // For a mistake in the headers nobody sends a body twice.
        conditions(self.head, &[0; 32])?;
        let wanted = Wanted::read(stack, query)?;
        let Wanted { service, slot, base, .. } = &wanted;
        let checked = self.api.server.check_deploy(self.actor, stack, service, slot, *base).await?;
        let (artifact, write) = if let Some(body) = reference {
            let digest = named(&body.json()?)?;
            // As if its bytes had been sent.
            let write = conditions(self.head, &digest.0)?;
            (stored(self.api, self.actor, &wanted, &checked.slot, &digest).await?, write)
        } else {
            let receiving = Receiving { of: self, wanted: &wanted, slot: &checked.slot };
            receiving.receive(payload).await?
        };
        Ok((wanted, artifact, write))
    }
}

fn answer(deployed: DeployedArtifact) -> HttpResponse {
    let DeployedArtifact { stack, shown, replayed, .. } = deployed;
    let mut answer =
        if shown.command.status.is_settled() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    answer.insert_header((header::LOCATION, format!("/api/v1/commands/{}", shown.command.id)));
    answer.insert_header(etag(stack.revision()));
    if replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    answer.json(CommandBody::from(shown))
}

/// The query, read.
struct Wanted {
    stack: StackId,
    service: ServiceName,
    slot: SlotName,
    file_name: Option<String>,
    base: Option<VersionNumber>,
    comment: String,
    on_failure: Option<OnFailure>,
    readiness: Readiness,
    wait: std::time::Duration,
}

impl Wanted {
    fn read(stack: StackId, query: DeployQuery) -> Result<Self, Problem> {
        let comment = query.comment.unwrap_or_default();
        check_comment(&comment)?;
        Ok(Self {
            stack,
            service: name("service", query.service, |error: NameError| error.message())?,
            slot: name("slot", query.slot, |error: SlotNameError| error.message())?,
            file_name: query.file_name,
            base: query.base.map(VersionNumber),
            comment,
            on_failure: query.on_failure.map(OnFailure::from),
            readiness: query.readiness.unwrap_or_default().into(),
            wait: patience(query.wait)?,
        })
    }

    fn request(self, artifact: Artifact, write: Write) -> DeployRequest {
        DeployRequest {
            stack_id: self.stack,
            service: self.service,
            slot: self.slot,
            base: self.base,
            artifact,
            comment: self.comment,
            on_failure: self.on_failure,
            readiness: self.readiness,
            write,
        }
    }
}

fn name<T: FromStr>(
    parameter: &str,
    given: Option<String>,
    why: impl FnOnce(T::Err) -> Message,
) -> Result<T, Problem> {
    let given =
        given.ok_or_else(|| Problem::new(ErrorCode::InvalidRequest, said::parameter_missing(parameter)))?;
    given.parse().map_err(|error| {
        Problem::new(ErrorCode::InvalidRequest, said::parameter_invalid(parameter, why(error)))
    })
}

/// What the files of a tree may be.
fn tree_limits(api: &Api, slot: &DeploySlot) -> TreeLimits {
    let archive = api.limits.archive;
    TreeLimits { bytes: slot.max_size, members: archive.members, path: archive.path }
}

/// The artifact that JSON names.
fn named(reference: &ArtifactReference) -> Result<ArtifactDigest, Problem> {
    reference.artifact.parse().map_err(|_| {
        let shown: String = reference.artifact.escape_debug().take(80).collect();
        Problem::new(ErrorCode::InvalidRequest, said::artifact_reference_invalid(shown))
            .with_hint(said::digests_look_like())
    })
}

/// An artifact that is stored already.
async fn stored(
    api: &Api,
    actor: &Actor,
    wanted: &Wanted,
    slot: &DeploySlot,
    digest: &ArtifactDigest,
) -> Result<Artifact, Problem> {
    let file_name = wanted.file_name.clone().or_else(|| slot.file_name.clone());
    let limits = tree_limits(api, slot);
    let used =
        api.server.use_stored_artifact(actor, wanted.stack, digest, slot.form, file_name, limits).await?;
    Ok(used)
}

/// An artifact that arrives.
struct Receiving<'a> {
    of: &'a Request<'a>,
    wanted: &'a Wanted,
    slot: &'a DeploySlot,
}

impl Receiving<'_> {
    /// Receives and stores it.
    async fn receive(&self, payload: Payload) -> Result<(Artifact, Write), Problem> {
        let Request { api, actor, head: request, sent_as } = *self.of;
        let _permit = self.permit()?;
        let limit = self.limit();
        // A form is a little larger than its file, so its own length says nothing.
        let length = announced(request).filter(|_| sent_as == SentAs::Octets);
        if let Some(length) = length.filter(|length| *length > limit) {
            self.check_size(length)?;
            return Err(ArtifactError::TooLarge { limit }.into());
        }
        if let Some(name) = &self.wanted.file_name {
            self.slot.check(name, None).map_err(DeployError::from)?;
        }
        let mut body = ArtifactBody::begin(api, request, payload, sent_as).await?;
        let file_name = self.file_name(body.file_name.take())?;
        self.slot.check(&file_name, None).map_err(DeployError::from)?;
        let mut upload =
            api.server.receive_artifact(actor, self.wanted.stack, limit, announced(request)).await?;
        while let Some(part) = body.next().await? {
            upload.write(&part).await?;
        }
        let sent = upload.digest().await?;
        body.end(sent).await?;
        let artifact = match self.slot.form {
            ArtifactForm::File => upload.keep_file(file_name).await?,
            ArtifactForm::Tree => {
                // The semaphore is never closed, so this cannot fail.
                let _unpacking = Arc::clone(&api.unpacking).acquire_owned().await;
                upload.keep_tree(file_name, tree_limits(api, self.slot)).await?
            }
        };
        Ok((artifact, conditions(request, &sent.0)?))
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.of.api.uploads).try_acquire_owned().map_err(|_| {
            Problem::new(ErrorCode::ServerBusy, said::uploads_full(UPLOADS))
                .with_header(header::RETRY_AFTER, "5")
        })
    }

    /// How many bytes may be sent. The archive of a tree may be smaller or larger than what is in it.
    fn limit(&self) -> u64 {
        match self.slot.form {
            ArtifactForm::File => self.of.api.limits.artifact.min(self.slot.max_size),
            ArtifactForm::Tree => self.of.api.limits.artifact,
        }
    }

    fn check_size(&self, size: u64) -> Result<(), Problem> {
        if self.slot.form == ArtifactForm::File {
            let name = self.wanted.file_name.as_deref().unwrap_or("artifact");
            self.slot.check(name, Some(size)).map_err(DeployError::from)?;
        }
        Ok(())
    }

    /// What it is called: what the request says, else the form, else the slot.
    fn file_name(&self, of_form: Option<String>) -> Result<String, Problem> {
        let slot = self.slot;
        let unnamed = || slot.pattern.is_none().then(|| slot.name.to_string());
        let name = self.wanted.file_name.clone().or(of_form).or_else(|| slot.file_name.clone());
        // A tree has no name in the container.
        let name = name.or_else(|| (slot.form == ArtifactForm::Tree).then(unnamed).flatten());
        name.ok_or_else(|| {
            Problem::new(ErrorCode::InvalidRequest, crate::said::artifact_without_name())
                .with_hint(crate::said::send_file_name())
        })
    }
}

#[cfg(test)]
mod tests;
