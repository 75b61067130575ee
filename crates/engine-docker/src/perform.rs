//! One effect, one call, and what its answer means for whoever asked.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::{NetworkConnectRequest, NetworkDisconnectRequest, VolumeCreateRequest};
use bollard::query_parameters::{
    RemoveContainerOptions, RemoveVolumeOptions, RenameContainerOptions, RestartContainerOptions,
    StopContainerOptions,
};
use core_monitor_domain::desired::{Attachment, NetworkSpec, VolumeSpec};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::ports::{Effect, EffectOutcome, EngineError, NewContainer, ProgressSink};
use hyper::Method;
use serde::Deserialize;

use crate::classify::{self, Operation, Verdict};
use crate::session::Session;
use crate::sources::Sources;
use crate::{build, copy, create, hook, network, observe, path, pull};

/// Between two looks at a container that somebody else is removing.
const REMOVAL_POLL: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    id: String,
    // The engine sends null for none.
    #[serde(default)]
    warnings: Option<Vec<String>>,
}

/// Does `effect`. Does not end by itself: the caller sets the deadline.
pub(crate) async fn perform(
    session: &Session,
    sources: &Sources,
    effect: &Effect,
    progress: &dyn ProgressSink,
) -> Result<EffectOutcome, EngineError> {
    match effect {
        Effect::PullImage { image, platform } => {
            let id = pull::pull(session, sources, image, platform.as_deref(), progress).await?;
            Ok(EffectOutcome::Image { id })
        }
        Effect::BuildImage(new) => {
            let id = build::build(session, sources, new, progress).await?;
            Ok(EffectOutcome::Image { id })
        }
        Effect::CreateNetwork { network, labels } => create_network(session, network, labels).await,
        Effect::RemoveNetwork { id } => {
            let answer = session.docker.remove_network(&path::segment(id.as_str())).await;
            done(Operation::RemoveNetwork, answer)
        }
        Effect::CreateVolume { volume, labels } => create_volume(session, volume, labels).await,
        Effect::RemoveVolume { name } => {
            let answer =
                session.docker.remove_volume(&path::segment(name), None::<RemoveVolumeOptions>).await;
            done(Operation::RemoveVolume, answer)
        }
        Effect::CreateContainer(new) => create_container(session, new).await,
        Effect::ConnectNetwork { container, network, attachment } => {
            connect(session, container, network, attachment).await
        }
        Effect::DisconnectNetwork { container, network } => disconnect(session, container, network).await,
        Effect::RenameContainer { container, to } => {
            let options = RenameContainerOptions { name: to.clone() };
            let answer = session.docker.rename_container(&path::segment(container.as_str()), options).await;
            done(Operation::Rename, answer)
        }
        Effect::RemoveContainer { container, anonymous_volumes } => {
            remove_container(session, container, *anonymous_volumes).await
        }
        Effect::CopyFiles { container, files } => copy::copy(session, container, files).await,
        Effect::RunHook { container, hook } => hook::run(session, container, hook).await,
        Effect::StartContainer { .. }
        | Effect::StopContainer { .. }
        | Effect::RestartContainer { .. }
        | Effect::UnpauseContainer { .. } => run(session, effect).await,
    }
}

/// The container an effect changes, when it exists already.
pub(crate) fn subject(effect: &Effect) -> Option<&ContainerId> {
    match effect {
        Effect::ConnectNetwork { container, .. }
        | Effect::DisconnectNetwork { container, .. }
        | Effect::CopyFiles { container, .. }
        | Effect::RunHook { container, .. }
        | Effect::StartContainer { container }
        | Effect::StopContainer { container, .. }
        | Effect::RestartContainer { container, .. }
        | Effect::UnpauseContainer { container }
        | Effect::RenameContainer { container, .. }
        | Effect::RemoveContainer { container, .. } => Some(container),
        _ => None,
    }
}

/// Effects on the container's processes. A 304, already running or already stopped, is a success.
async fn run(session: &Session, effect: &Effect) -> Result<EffectOutcome, EngineError> {
    let docker = &session.docker;
    let id = path::segment(subject(effect).map_or("", ContainerId::as_str));
    match effect {
        Effect::StopContainer { grace_ms, .. } => {
            let options =
                StopContainerOptions { t: grace_ms.map(seconds), ..StopContainerOptions::default() };
            done(Operation::Stop, docker.stop_container(&id, Some(options)).await)
        }
        Effect::RestartContainer { grace_ms, .. } => {
            let options =
                RestartContainerOptions { t: grace_ms.map(seconds), ..RestartContainerOptions::default() };
            done(Operation::Start, docker.restart_container(&id, Some(options)).await)
        }
        Effect::UnpauseContainer { .. } => done(Operation::Unpause, docker.unpause_container(&id).await),
        _ => done(Operation::Start, docker.start_container(&id, None).await),
    }
}

/// Rounded up: a grace period does not get shorter than what was asked for.
fn seconds(millis: u64) -> i32 {
    i32::try_from(millis.div_ceil(1000)).unwrap_or(i32::MAX)
}

async fn create_network(
    session: &Session,
    spec: &NetworkSpec,
    labels: &BTreeMap<String, String>,
) -> Result<EffectOutcome, EngineError> {
    let body = network::create_body(spec, labels, session.api())
        .map_err(|error| EngineError::Refused { status: 400, message: error.to_string() })?;
    let made: Created = session
        .json(Method::POST, "/networks/create", Some(&body))
        .await
        .map_err(|error| classify::failure(Operation::CreateNetwork, error))?;
    Ok(EffectOutcome::Network { id: NetworkId(made.id) })
}

async fn create_volume(
    session: &Session,
    spec: &VolumeSpec,
    labels: &BTreeMap<String, String>,
) -> Result<EffectOutcome, EngineError> {
    let request = VolumeCreateRequest {
        name: Some(spec.name.clone()),
        driver: spec.driver.clone(),
        driver_opts: Some(spec.driver_opts.clone().into_iter().collect()),
        labels: Some(labels.clone().into_iter().collect()),
        ..VolumeCreateRequest::default()
    };
    done(Operation::CreateVolume, session.docker.create_volume(request).await)
}

async fn create_container(session: &Session, new: &NewContainer) -> Result<EffectOutcome, EngineError> {
    let call = create::call(new, session.api())?;
    let made: Created = session
        .json(Method::POST, &call.path, Some(&call.body))
        .await
        .map_err(|error| classify::failure(Operation::CreateContainer, error))?;
    Ok(EffectOutcome::Container { id: ContainerId(made.id), warnings: made.warnings.unwrap_or_default() })
}

async fn connect(
    session: &Session,
    container: &ContainerId,
    id: &NetworkId,
    attachment: &Attachment,
) -> Result<EffectOutcome, EngineError> {
    let request = NetworkConnectRequest {
        container: container.0.clone(),
        endpoint_config: Some(network::endpoint(id, attachment, session.api())),
    };
    // For a stopped container the engine takes any id, even of a network that is gone, and fails at its start.
    session.docker.inspect_network(&path::segment(id.as_str()), None).await.map_err(classify::read)?;
    let answer = session.docker.connect_network(&path::segment(id.as_str()), request).await;
    let Err(error) = answer else { return Ok(EffectOutcome::Done) };
    let message = error.to_string();
    match classify::verdict(Operation::Connect, error) {
        Verdict::Failed(error) => Err(error),
        // The network may also hold a stale endpoint of that name, left by an engine that was killed.
        _ => match attached_as(session, container, id.as_str()).await? {
            Some(_) => Ok(EffectOutcome::Done),
            None => Err(EngineError::Conflict { message }),
        },
    }
}

async fn disconnect(
    session: &Session,
    container: &ContainerId,
    network: &str,
) -> Result<EffectOutcome, EngineError> {
    let Err(error) = detach(session, container, network).await else { return Ok(EffectOutcome::Done) };
    match classify::verdict(Operation::Disconnect, error) {
        Verdict::Failed(error) => Err(error),
        // A network that is gone is not found by its id any more, though the container still lists it; its name is.
        _ => match attached_as(session, container, network).await? {
            Some(name) if name != network => detach(session, container, &name)
                .await
                .map(|()| EffectOutcome::Done)
                .map_err(|error| classify::failure(Operation::Disconnect, error)),
            Some(name) => Err(EngineError::Conflict {
                message: format!("the engine does not detach container {} from `{name}`", container.short()),
            }),
            None => Ok(EffectOutcome::Done),
        },
    }
}

async fn detach(
    session: &Session,
    container: &ContainerId,
    network: &str,
) -> Result<(), bollard::errors::Error> {
    let request = NetworkDisconnectRequest { container: container.0.clone(), force: Some(true) };
    session.docker.disconnect_network(&path::segment(network), request).await
}

/// The name under which the container lists a network, by id or name.
async fn attached_as(
    session: &Session,
    container: &ContainerId,
    network: &str,
) -> Result<Option<String>, EngineError> {
    match observe::inspect(session, container).await? {
        Some(inspected) => Ok(inspected.attached_as(network).map(ToOwned::to_owned)),
        None => Err(EngineError::NotFound { message: format!("no such container: {container}") }),
    }
}

/// Removes a container that does not run. A removal that somebody else began is waited for: a 409 is no removal.
async fn remove_container(
    session: &Session,
    container: &ContainerId,
    anonymous_volumes: bool,
) -> Result<EffectOutcome, EngineError> {
    let options = RemoveContainerOptions { v: anonymous_volumes, force: false, link: false };
    let answer = session.docker.remove_container(&path::segment(container.as_str()), Some(options)).await;
    let Err(error) = answer else { return Ok(EffectOutcome::Done) };
    match classify::verdict(Operation::RemoveContainer, error) {
        Verdict::Failed(error) => return Err(error),
        Verdict::BeingRemoved => {}
        _ => return Ok(EffectOutcome::Done),
    }
    while observe::inspect(session, container).await?.is_some() {
        tokio::time::sleep(REMOVAL_POLL).await;
    }
    Ok(EffectOutcome::Done)
}

/// Success, or a refusal that says it is so already.
fn done<T>(
    operation: Operation,
    answer: Result<T, bollard::errors::Error>,
) -> Result<EffectOutcome, EngineError> {
    match answer.map_err(|error| classify::verdict(operation, error)) {
        Ok(_) | Err(Verdict::AlreadySo) => Ok(EffectOutcome::Done),
        Err(Verdict::Failed(error)) => Err(error),
        // Only operations with a handling of their own get these.
        Err(verdict) => Err(EngineError::Conflict { message: format!("unexpected answer: {verdict:?}") }),
    }
}
