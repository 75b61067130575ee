//! Performs an effect: one call, and the interpretation of its response.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::{NetworkConnectRequest, NetworkDisconnectRequest, VolumeCreateRequest};
use bollard::query_parameters::{
    KillContainerOptions, RemoveContainerOptions, RemoveVolumeOptions, RenameContainerOptions,
    RestartContainerOptions, StopContainerOptions,
};
use core_monitor_domain::desired::{Attachment, NetworkSpec, VolumeSpec};
use core_monitor_domain::effect::{Effect, EffectOutcome, NewContainer};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{Clock, EngineError, ProgressSink};
use hyper::Method;
use serde::Deserialize;

use crate::classify::{self, Operation, Rejection};
use crate::session::Session;
use crate::sources::Sources;
use crate::{build, copy, create, explain, hook, image, network, observe, path, pull, put};

/// Poll interval for a container that is being removed.
const REMOVAL_POLL: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Created {
    id: String,
    // The engine sends null if there are none.
    #[serde(default)]
    warnings: Option<Vec<String>>,
}

/// Performs `effect`. Has no timeout of its own: the caller sets the deadline.
pub(crate) async fn perform(
    session: &Session,
    sources: &Sources,
    clock: &dyn Clock,
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
        Effect::RemoveImage { id, names, layers } => image::remove(session, id, names, *layers).await,
        Effect::PruneBuildCache { unused_for_s } => image::prune_build_cache(session, *unused_for_s).await,
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
            remove_container(session, clock, container, *anonymous_volumes).await
        }
        Effect::CopyFiles { container, files } => copy::copy(session, container, files).await,
        Effect::PutArtifact { container, content, modified, .. } => {
            put::put(session, sources, container, content, *modified).await
        }
        Effect::SignalContainer { container, signal } => {
            let options = KillContainerOptions { signal: signal.clone() };
            let answer =
                session.docker.kill_container(&path::segment(container.as_str()), Some(options)).await;
            done(Operation::Signal, answer)
        }
        Effect::RunHook { container, hook } => hook::run(session, container, hook).await,
        Effect::StartContainer { .. }
        | Effect::StopContainer { .. }
        | Effect::RestartContainer { .. }
        | Effect::PauseContainer { .. }
        | Effect::UnpauseContainer { .. } => run(session, effect).await,
    }
}

/// Effects on a container's processes. A 304 (already running or stopped) counts as success.
async fn run(session: &Session, effect: &Effect) -> Result<EffectOutcome, EngineError> {
    let docker = &session.docker;
    let id = path::segment(effect.container().map_or("", ContainerId::as_str));
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
        Effect::PauseContainer { .. } => done(Operation::Pause, docker.pause_container(&id).await),
        Effect::UnpauseContainer { .. } => done(Operation::Unpause, docker.unpause_container(&id).await),
        Effect::StartContainer { container } => {
            match done(Operation::Start, docker.start_container(&id, None).await) {
                Err(error) => Err(explain::address(session, container, error).await),
                done => done,
            }
        }
        _ => done(Operation::Start, docker.start_container(&id, None).await),
    }
}

/// Rounded up, so that a grace period is never shorter than requested.
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
    let made: Result<Created, EngineError> = session
        .json(Method::POST, "/networks/create", Some(&body))
        .await
        .map_err(|error| classify::failure(Operation::CreateNetwork, error));
    let made = match made {
        Ok(made) => made,
        Err(error) => return Err(explain::range(session, spec, error).await),
    };
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
    refuse_lost_address(attachment, session.api())?;
    let request = NetworkConnectRequest {
        container: container.0.clone(),
        endpoint_config: Some(network::endpoint(id, attachment, session.api())),
    };
    // For a stopped container the engine accepts any id, even of a removed network, and fails when it starts.
    session.docker.inspect_network(&path::segment(id.as_str()), None).await.map_err(classify::read)?;
    let answer = session.docker.connect_network(&path::segment(id.as_str()), request).await;
    let Err(error) = answer else { return Ok(EffectOutcome::Done) };
    let message = error.to_string();
    match classify::rejection(Operation::Connect, error) {
        Rejection::Failed(error) => Err(explain::address(session, container, error).await),
        // The network may also have a stale endpoint of that name, left by a killed engine.
        _ => match attached_as(session, container, id.as_str()).await? {
            Some(_) => Ok(EffectOutcome::Done),
            None => Err(EngineError::Conflict { message }),
        },
    }
}

/// From API 1.44 to 1.53, engines take the MAC address of an endpoint in a create call only, and ignore it here.
fn refuse_lost_address(attachment: &Attachment, api: ApiVersion) -> Result<(), EngineError> {
    const HONOURED: ApiVersion = ApiVersion { major: 1, minor: 54 };
    let lost =
        attachment.mac_address.is_some() && (ApiVersion::ALL_NETWORKS_IN_CREATE..HONOURED).contains(&api);
    if !lost {
        return Ok(());
    }
    let network = &attachment.network;
    let message = format!(
        "an engine with API {api} would ignore the `mac_address` in the network `{network}` for a container that exists; recreate the container"
    );
    Err(EngineError::Refused { status: 400, message })
}

async fn disconnect(
    session: &Session,
    container: &ContainerId,
    network: &str,
) -> Result<EffectOutcome, EngineError> {
    let Err(error) = detach(session, container, network).await else { return Ok(EffectOutcome::Done) };
    match classify::rejection(Operation::Disconnect, error) {
        Rejection::Failed(error) => Err(error),
        // A removed network can no longer be found by id, although the container still lists it; its name works.
        _ => match attached_as(session, container, network).await? {
            Some(name) if name != network => detach(session, container, &name)
                .await
                .map(|()| EffectOutcome::Done)
                .map_err(|error| classify::failure(Operation::Disconnect, error)),
            Some(name) => Err(EngineError::Conflict {
                message: format!(
                    "the engine did not disconnect container {} from `{name}`",
                    container.short()
                ),
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

/// The name by which the container lists a network, given its id or name.
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

/// Removes a stopped container. Waits for a removal that is already in progress, since a 409 does not mean it is gone.
async fn remove_container(
    session: &Session,
    clock: &dyn Clock,
    container: &ContainerId,
    anonymous_volumes: bool,
) -> Result<EffectOutcome, EngineError> {
    let options = RemoveContainerOptions { v: anonymous_volumes, force: false, link: false };
    let answer = session.docker.remove_container(&path::segment(container.as_str()), Some(options)).await;
    let Err(error) = answer else { return Ok(EffectOutcome::Done) };
    match classify::rejection(Operation::RemoveContainer, error) {
        Rejection::Failed(error) => return Err(error),
        Rejection::BeingRemoved => {}
        _ => return Ok(EffectOutcome::Done),
    }
    while observe::inspect(session, container).await?.is_some() {
        clock.sleep(REMOVAL_POLL).await;
    }
    Ok(EffectOutcome::Done)
}

/// Accepts success, and errors that say the requested state already exists.
fn done<T>(
    operation: Operation,
    answer: Result<T, bollard::errors::Error>,
) -> Result<EffectOutcome, EngineError> {
    match answer.map_err(|error| classify::rejection(operation, error)) {
        Ok(_) | Err(Rejection::AlreadyDone) => Ok(EffectOutcome::Done),
        Err(Rejection::Failed(error)) => Err(error),
        // Only operations that handle these themselves get here.
        Err(rejection) => {
            Err(EngineError::Conflict { message: format!("unexpected response: {rejection:?}") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_address_is_not_lost_when_a_network_is_joined_later() {
        let attachment =
            Attachment { mac_address: Some("02:42:00:00:00:01".into()), ..Attachment::default() };
        let accepts = |minor, attachment: &Attachment| {
            refuse_lost_address(attachment, ApiVersion { major: 1, minor }).is_ok()
        };
        // Before, the address belongs to the container and not to the endpoint.
        assert!(accepts(43, &attachment) && accepts(54, &attachment));
        assert!(!accepts(44, &attachment) && !accepts(53, &attachment));
        assert!(accepts(44, &Attachment::default()));
    }
}
