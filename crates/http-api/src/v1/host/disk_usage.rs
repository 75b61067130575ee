//! `GET /host/disk-usage`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ShownDiskUsage};
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::inventory::InventoryContainer;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// What the engine's objects take on its disk, in bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiskUsage)]
pub(crate) struct DiskUsageBody {
    /// When the engine added it up.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// All layers of all images, each counted once.
    #[schema(example = 1_500_000_000_u64)]
    images_bytes: u64,
    /// All volumes whose size is known.
    #[schema(example = 800_000_000)]
    volumes_bytes: u64,
    /// What containers have written over their images.
    #[schema(example = 20_480)]
    containers_bytes: u64,
    /// The cache of builds.
    #[schema(example = 0)]
    build_cache_bytes: u64,
    /// The largest first.
    images: Vec<ImageUsageBody>,
    /// The largest first.
    volumes: Vec<VolumeUsageBody>,
}

/// What an image takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImageUsage)]
pub(crate) struct ImageUsageBody {
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    image_id: String,
    #[schema(example = json!(["nginx:1.27"]))]
    tags: Vec<String>,
    /// All its layers.
    #[schema(example = 187_000_000)]
    bytes: u64,
    /// Those that other images have too; null if the engine does not say.
    #[schema(example = 74_000_000)]
    shared_bytes: Option<u64>,
    /// Containers made from it, running or not.
    #[schema(example = 2)]
    containers: usize,
}

/// What a volume takes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VolumeUsage)]
pub(crate) struct VolumeUsageBody {
    #[schema(example = "shop_data")]
    name: String,
    #[schema(example = "local")]
    driver: String,
    /// Null if its driver does not say.
    #[schema(example = 800_000_000)]
    bytes: Option<u64>,
    /// Containers that mount it, running or not.
    #[schema(example = 1)]
    containers: usize,
}

impl From<ShownDiskUsage> for DiskUsageBody {
    fn from(shown: ShownDiskUsage) -> Self {
        let (inventory, sizes) = (&shown.inventory, &shown.sizes);
        let (by_image, by_volume) = users(&inventory.containers);
        let mut images: Vec<ImageUsageBody> = inventory
            .images
            .iter()
            .map(|image| ImageUsageBody {
                image_id: image.id.to_string(),
                tags: image.tags.clone(),
                bytes: image.size,
                shared_bytes: sizes.shared.get(&image.id).copied(),
                containers: by_image.get(&image.id).copied().unwrap_or(0),
            })
            .collect();
        images.sort_by(|a, b| (b.bytes, &a.image_id).cmp(&(a.bytes, &b.image_id)));
        let mut volumes: Vec<VolumeUsageBody> = inventory
            .volumes
            .iter()
            .map(|volume| VolumeUsageBody {
                name: volume.name.clone(),
                driver: volume.driver.clone(),
                bytes: sizes.volumes.get(&volume.name).copied(),
                containers: by_volume.get(volume.name.as_str()).copied().unwrap_or(0),
            })
            .collect();
        volumes.sort_by(|a, b| (b.bytes, &a.name).cmp(&(a.bytes, &b.name)));
        let sum =
            |sizes: &mut dyn Iterator<Item = &u64>| sizes.fold(0_u64, |sum, size| sum.saturating_add(*size));
        Self {
            taken_at: sizes.taken_at,
            images_bytes: sizes.layers,
            volumes_bytes: sum(&mut sizes.volumes.values()),
            containers_bytes: sum(&mut sizes.containers.values()),
            build_cache_bytes: sizes.build_cache.total,
            images,
            volumes,
        }
    }
}

/// How many containers use each image and each volume.
fn users(containers: &[InventoryContainer]) -> (BTreeMap<&ImageId, usize>, BTreeMap<&str, usize>) {
    let (mut images, mut volumes) = (BTreeMap::new(), BTreeMap::new());
    for container in containers {
        *images.entry(&container.image_id).or_default() += 1;
        for volume in &container.volumes {
            *volumes.entry(volume.as_str()).or_default() += 1;
        }
    }
    (images, volumes)
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, WorkerAway, EngineUnavailable]);

/// Show what images, volumes, containers and the cache of builds take, as `docker system df` does.
///
/// The engine reads every file of every volume to add that up, so the answer is up to five minutes old.
#[utoipa::path(
    tag = "statistics",
    responses((status = 200, description = "The sizes.", body = DiskUsageBody), Answers)
)]
#[get("/host/disk-usage")]
pub(crate) async fn show_disk_usage(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_disk_usage(&caller.0).await?;
        Ok(Answer::ok(DiskUsageBody::from(shown)))
    })
    .await
}

#[cfg(test)]
mod tests;
