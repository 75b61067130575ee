//! Observes the engine: four lists in parallel, plus the details of our containers, cached from earlier observations if
//! nothing has changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{ContainerSummary, ImageSummary, Network, Volume};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptions, ListVolumesOptions};
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{
    HostObservation, Observation, ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume, Occupant,
};
use core_monitor_domain::ports::{Clock, EngineError, LastCheck};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::time::Timestamp;
use futures::stream::{self, StreamExt, TryStreamExt};
use hyper::Method;

use crate::session::Session;
use crate::{classify, path};

pub(crate) mod cache;
pub(crate) mod history;
mod inspected;
mod listed;
mod stop_signal;

pub(crate) use cache::InspectCache;
pub(crate) use inspected::Inspected;
pub(crate) use listed::own_name;

use stop_signal::StopSignal;

/// Parallel inspects: enough to hide round trips, few enough not to load the engine.
const PARALLEL_INSPECTS: usize = 8;

/// Observes everything.
pub(crate) async fn observe(
    session: &Session,
    cache: &InspectCache,
    clock: &dyn Clock,
    instance: InstanceId,
    adopted: &BTreeSet<ContainerId>,
    now: Timestamp,
) -> Result<Observation, EngineError> {
    let docker = &session.docker;
    // Taken before the lists: any later change makes these details stale.
    let ticket = cache.ticket();
    let all = ListContainersOptionsBuilder::default().all(true).build();
    let (rows, networks, volumes, images) = futures::try_join!(
        docker.list_containers(Some(all)),
        docker.list_networks(None),
        docker.list_volumes(None::<ListVolumesOptions>),
        docker.list_images(None::<ListImagesOptions>),
    )
    .map_err(classify::read)?;
    let mut occupants: Vec<_> = rows.iter().filter_map(|row| listed::occupant(row, instance)).collect();
    let in_full = |row: &&ContainerSummary| is_ours(row, instance) || is_among(row, adopted);
    let ours: Vec<(ContainerId, cache::RowKey)> = rows.iter().filter(in_full).filter_map(keyed).collect();
    let details = details(session, cache, ours).await?;
    let (mut containers, mut read) = (Vec::with_capacity(details.len()), Vec::new());
    for detail in details {
        match detail {
            Detail::Known(container) => containers.push(container),
            Detail::Read(fresh) => read.push(fresh),
        }
    }
    history::fill_in(session, clock, read.iter_mut().map(|fresh| (&mut fresh.container, fresh.stop))).await;
    for Fresh { row, container, .. } in read {
        cache.store(ticket, row, container.clone());
        containers.push(container);
    }
    let parents = parents(session, cache, ticket, &rows, &containers).await?;
    cache.keep_only(containers.iter().chain(&parents).map(|container| container.id.as_str()));
    let started: HashMap<&ContainerId, Option<Timestamp>> =
        containers.iter().chain(&parents).map(|container| (&container.id, container.started_at)).collect();
    for occupant in &mut occupants {
        occupant.started_at = started.get(&occupant.id).copied().flatten();
    }
    containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    // A container of ours that vanished between list and inspect holds no resources.
    let is_known = |occupant: &Occupant| containers.iter().any(|container| container.id == occupant.id);
    occupants.retain(|occupant| !(occupant.ours || adopted.contains(&occupant.id)) || is_known(occupant));
    occupants.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let host = HostObservation {
        taken_at: now,
        engine: session.facts.clone(),
        stacks_dir: None,
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        networks: sorted_networks(networks),
        volumes: sorted_volumes(volumes.volumes.unwrap_or_default()),
        images: sorted_images(&images),
        occupants,
        spoofed: Vec::new(),
        edited_files: Vec::new(),
    };
    Ok(Observation { host, containers })
}

/// Inspects one container.
pub(crate) async fn inspect(session: &Session, id: &ContainerId) -> Result<Option<Inspected>, EngineError> {
    let path = format!("/containers/{}/json", path::segment(id.as_str()));
    match session.json::<Inspected>(Method::GET, &path, None).await.map_err(classify::read) {
        Ok(inspected) => Ok(Some(inspected)),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The last health check of a container that has ended.
pub(crate) async fn last_check(
    session: &Session,
    id: &ContainerId,
) -> Result<Option<LastCheck>, EngineError> {
    Ok(inspect(session, id).await?.and_then(|inspected| inspected.last_check()))
}

/// The details of these containers, except those that are gone.
async fn details(
    session: &Session,
    cache: &InspectCache,
    listed: Vec<(ContainerId, cache::RowKey)>,
) -> Result<Vec<Detail>, EngineError> {
    let details: Vec<Option<Detail>> = stream::iter(listed)
        .map(|(id, row)| detail(session, cache, id, row))
        .buffer_unordered(PARALLEL_INSPECTS)
        .try_collect()
        .await?;
    Ok(details.into_iter().flatten().collect())
}

/// The other containers of the host whose namespaces these share: whether they were restarted decides about these too.
async fn parents(
    session: &Session,
    cache: &InspectCache,
    ticket: cache::Ticket,
    rows: &[ContainerSummary],
    containers: &[ObservedContainer],
) -> Result<Vec<ObservedContainer>, EngineError> {
    let modes = containers.iter().flat_map(|c| [&c.network_mode, &c.pid_mode, &c.ipc_mode]);
    let mut wanted: BTreeSet<&str> = modes.filter_map(|mode| mode.strip_prefix("container:")).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    for container in containers {
        wanted.remove(container.id.as_str());
    }
    let is_wanted = |row: &&ContainerSummary| row.id.as_deref().is_some_and(|id| wanted.contains(id));
    let listed = rows.iter().filter(is_wanted).filter_map(keyed).collect();
    let found = details(session, cache, listed).await?.into_iter().map(|detail| match detail {
        Detail::Known(container) => container,
        Detail::Read(Fresh { row, container, .. }) => {
            cache.store(ticket, row, container.clone());
            container
        }
    });
    Ok(found.collect())
}

/// The details of a listed container.
enum Detail {
    /// From the cache.
    Known(ObservedContainer),
    /// Just read.
    Read(Fresh),
}

/// Details that were just read, for this row.
struct Fresh {
    row: cache::RowKey,
    container: ObservedContainer,
    stop: StopSignal,
}

/// The details of a listed container; `None` if it is gone.
async fn detail(
    session: &Session,
    cache: &InspectCache,
    id: ContainerId,
    row: cache::RowKey,
) -> Result<Option<Detail>, EngineError> {
    if let Some(known) = cache.find(&id, &row) {
        return Ok(Some(Detail::Known(known)));
    }
    let inspected = inspect(session, &id).await?;
    Ok(inspected.map(|inspected| {
        let stop = inspected.stop_signal();
        Detail::Read(Fresh { row, container: inspected.into_observed(), stop })
    }))
}

fn keyed(row: &ContainerSummary) -> Option<(ContainerId, cache::RowKey)> {
    Some((ContainerId(row.id.clone()?), cache::RowKey::of(row)))
}

fn is_ours(row: &ContainerSummary, instance: InstanceId) -> bool {
    let label = row.labels.as_ref().and_then(|labels| labels.get(labels::INSTANCE));
    label.and_then(|text| text.parse().ok()) == Some(instance)
}

fn is_among(row: &ContainerSummary, adopted: &BTreeSet<ContainerId>) -> bool {
    // Most hosts have no adopted containers; then no id is copied.
    !adopted.is_empty() && row.id.as_ref().is_some_and(|id| adopted.contains(&ContainerId(id.clone())))
}

fn sorted_networks(networks: Vec<Network>) -> Vec<ObservedNetwork> {
    let mut observed: Vec<_> = networks.into_iter().map(listed::network).collect();
    observed.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    observed
}

fn sorted_volumes(volumes: Vec<Volume>) -> Vec<ObservedVolume> {
    let mut observed: Vec<_> = volumes.into_iter().map(listed::volume).collect();
    observed.sort_by(|a, b| a.name.cmp(&b.name));
    observed
}

fn sorted_images(images: &[ImageSummary]) -> Vec<ObservedImage> {
    let mut observed: Vec<_> = images.iter().filter_map(listed::image).collect();
    observed.sort_by(|a, b| a.id.cmp(&b.id));
    observed
}

/// Sorts a map by key, so that equal maps compare and print equal.
fn ordered(map: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    map.unwrap_or_default().into_iter().collect()
}
