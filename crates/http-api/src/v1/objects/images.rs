//! `GET /images`

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, HostStock};
use core_monitor_domain::inventory::InventoryImage;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::v1::objects::{OwnerBody, PrunableBody, Shown, SizesQuery, UserBody};

/// The images on the host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImageList {
    /// By name.
    items: Vec<ImageBody>,
    /// Bytes of all layers of all images, each counted once; null unless sizes were asked for.
    #[schema(example = 1_873_000_000_u64)]
    layers_size: Option<u64>,
    build_cache: Option<BuildCacheBody>,
    /// When the engine was asked.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// When the engine added up the sizes; null unless they were asked for.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:04:30Z")]
    sizes_at: Option<Timestamp>,
}

/// What builds have left, in bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BuildCache)]
pub(crate) struct BuildCacheBody {
    /// All of it.
    #[schema(example = 512_000_000_u64)]
    size: u64,
    /// What no build uses, and no image shares.
    #[schema(example = 498_000_000_u64)]
    unused: u64,
}

/// An image.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Image)]
pub(crate) struct ImageBody {
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    image_id: String,
    /// Empty for a dangling one.
    #[schema(example = json!(["nginx:1.27"]))]
    tags: Vec<String>,
    #[schema(example = json!(["nginx@sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac"]))]
    digests: Vec<String>,
    /// No tag points to it.
    #[schema(example = false)]
    dangling: bool,
    /// When it was built, which may be long before it came to this host.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-12T08:00:00Z")]
    created_at: Option<Timestamp>,
    /// Bytes of all its layers, also of those that other images share.
    #[schema(example = 187_000_000_u64)]
    size: u64,
    /// Bytes that its removal frees; null unless sizes were asked for.
    #[schema(example = 62_000_000_u64)]
    unique_size: Option<u64>,
    /// The stack that it was built for here; images belong to nobody.
    built_for: Option<OwnerBody>,
    /// The containers that were created from it.
    used_by: Vec<UserBody>,
    prunable: PrunableBody,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, NotObserved, WorkerAway, EngineUnavailable]);

/// List the images on the host, with who uses them.
///
/// Asks the engine through the worker.
#[utoipa::path(
    tag = "host",
    params(SizesQuery),
    responses((status = 200, description = "The images.", body = ImageList), Answers)
)]
#[get("/images")]
pub(crate) async fn list_images(
    api: web::Data<Api>,
    query: Query<SizesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let sizes = query.sizes;
    answer(&api, BlockingWork::Read, async move |api| {
        let found = api.server.list_images(&caller.0, sizes).await?;
        Ok(Answer::ok(ImageList::from(&found)))
    })
    .await
}

impl From<&HostStock> for ImageList {
    fn from(found: &HostStock) -> Self {
        let inventory = found.stock.inventory();
        let sizes = inventory.sizes.as_ref();
        Self {
            items: inventory.images.iter().map(|image| body(found, image)).collect(),
            layers_size: sizes.map(|sizes| sizes.layers),
            build_cache: sizes.map(|sizes| BuildCacheBody {
                size: sizes.build_cache.total,
                unused: sizes.build_cache.unused,
            }),
            taken_at: inventory.taken_at,
            sizes_at: Shown::of(found).sizes_at(),
        }
    }
}

fn body(found: &HostStock, image: &InventoryImage) -> ImageBody {
    let (stock, shown) = (&found.stock, Shown::of(found));
    let standing = stock.image(image, &BTreeSet::new());
    ImageBody {
        image_id: image.id.to_string(),
        tags: image.tags.clone(),
        digests: image.digests.clone(),
        dangling: image.is_dangling(),
        created_at: image.created_at,
        size: image.size,
        unique_size: stock.inventory().sizes.as_ref().and_then(|sizes| sizes.image(image)),
        built_for: image.built_for.map(|_| shown.owner(&standing)),
        used_by: shown.users(&standing),
        prunable: (&standing.prunable).into(),
    }
}
