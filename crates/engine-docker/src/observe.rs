//! One look at the engine: four lists side by side, and details of the containers that are ours, kept from
//! earlier looks where nothing moved.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{ContainerSummary, ImageSummary, Network, Volume};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptions, ListVolumesOptions};
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{
    HostObservation, Observation, ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume, Occupant,
};
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;
use futures::stream::{self, StreamExt, TryStreamExt};
use hyper::Method;

use crate::session::Session;
use crate::{classify, path};

pub(crate) mod cache;
mod inspected;
mod listed;

pub(crate) use cache::InspectCache;
pub(crate) use inspected::Inspected;

/// Inspects under way at once: enough to hide the round trips, few enough to leave the engine to others.
const PARALLEL_INSPECTS: usize = 8;

/// Looks at everything.
pub(crate) async fn observe(
    session: &Session,
    cache: &InspectCache,
    instance: InstanceId,
    adopted: &BTreeSet<ContainerId>,
    now: Timestamp,
) -> Result<Observation, EngineError> {
    let docker = &session.docker;
    // Read before the lists: whatever happens from here on makes this look's details stale.
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
    cache.keep_only(ours.iter().map(|(id, _)| id.as_str()));
    let details: Vec<Option<ObservedContainer>> = stream::iter(ours)
        .map(|(id, row)| detail(session, cache, ticket, id, row))
        .buffer_unordered(PARALLEL_INSPECTS)
        .try_collect()
        .await?;
    let mut containers: Vec<ObservedContainer> = details.into_iter().flatten().collect();
    containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    // One of ours that vanished between the list and its inspect holds nothing any more.
    let is_known = |occupant: &Occupant| containers.iter().any(|container| container.id == occupant.id);
    occupants.retain(|occupant| !(occupant.ours || adopted.contains(&occupant.id)) || is_known(occupant));
    occupants.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let host = HostObservation {
        taken_at: now,
        engine: session.facts.clone(),
        networks: sorted_networks(networks),
        volumes: sorted_volumes(volumes.volumes.unwrap_or_default()),
        images: sorted_images(&images),
        occupants,
    };
    Ok(Observation { host, containers })
}

/// Looks at one container.
pub(crate) async fn inspect(session: &Session, id: &ContainerId) -> Result<Option<Inspected>, EngineError> {
    let path = format!("/containers/{}/json", path::segment(id.as_str()));
    match session.json::<Inspected>(Method::GET, &path, None).await.map_err(classify::read) {
        Ok(inspected) => Ok(Some(inspected)),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The details behind a row of the list.
async fn detail(
    session: &Session,
    cache: &InspectCache,
    ticket: cache::Ticket,
    id: ContainerId,
    row: cache::RowKey,
) -> Result<Option<ObservedContainer>, EngineError> {
    if let Some(known) = cache.find(&id, &row) {
        return Ok(Some(known));
    }
    let Some(inspected) = inspect(session, &id).await? else { return Ok(None) };
    let container = inspected.into_observed();
    cache.store(ticket, row, container.clone());
    Ok(Some(container))
}

fn keyed(row: &ContainerSummary) -> Option<(ContainerId, cache::RowKey)> {
    Some((ContainerId(row.id.clone()?), cache::RowKey::of(row)))
}

fn is_ours(row: &ContainerSummary, instance: InstanceId) -> bool {
    let label = row.labels.as_ref().and_then(|labels| labels.get(labels::INSTANCE));
    label.and_then(|text| text.parse().ok()) == Some(instance)
}

fn is_among(row: &ContainerSummary, adopted: &BTreeSet<ContainerId>) -> bool {
    // Nothing is adopted on most hosts, and then no id is copied.
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

/// Maps in the order of their keys, so that equal things compare and print equal.
fn ordered(map: Option<HashMap<String, String>>) -> BTreeMap<String, String> {
    map.unwrap_or_default().into_iter().collect()
}
