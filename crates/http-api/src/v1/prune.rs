//! Removing what nothing on the host uses.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_application::server::RefusedPrune;
use core_monitor_domain::inventory::{ImageChoice, PruneRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

pub(crate) mod plan;
pub(crate) mod run;

/// How many objects may be named in one request.
const MOST_NAMES: usize = 1_000;

/// What to prune. Without anything, images that no tag points to and the cache of builds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PruneRequest, example = json!({"images": "dangling", "build_cache": true}))]
pub(crate) struct PruneBody {
    images: ImageChoiceWord,
    /// Also remove what no build uses from the cache of builds.
    #[schema(example = true)]
    build_cache: bool,
    /// Only what was created more than so many seconds ago; of the cache of builds, what was not used for so long.
    #[schema(example = 86_400)]
    older_than_s: Option<u64>,
    named: NamedBody,
    /// Also remove named objects that Core Monitor did not create. It cannot know whether somebody needs them.
    #[schema(example = false)]
    foreign: bool,
}

/// `dangling`: images that no tag points to; `unused`: all that no container uses and no stack needs; `none`: only named ones.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImageChoice)]
pub(crate) enum ImageChoiceWord {
    None,
    #[default]
    Dangling,
    Unused,
}

/// Objects by name. Containers, networks and volumes are only removed by name.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PrunedByName)]
pub(crate) struct NamedBody {
    /// By tag, digest or id.
    #[schema(max_items = 1000, example = json!([]))]
    images: BTreeSet<String>,
    /// Stopped ones, by name or id. Their anonymous volumes stay.
    #[schema(max_items = 1000, example = json!([]))]
    containers: BTreeSet<String>,
    /// By name or id.
    #[schema(max_items = 1000, example = json!([]))]
    networks: BTreeSet<String>,
    /// By name, with their data.
    #[schema(max_items = 1000, example = json!([]))]
    volumes: BTreeSet<String>,
}

impl Default for PruneBody {
    fn default() -> Self {
        Self {
            images: ImageChoiceWord::default(),
            build_cache: true,
            older_than_s: None,
            named: NamedBody::default(),
            foreign: false,
        }
    }
}

impl PruneBody {
    fn request(self) -> Result<PruneRequest, Problem> {
        let NamedBody { images, containers, networks, volumes } = self.named;
        let names = images.len() + containers.len() + networks.len() + volumes.len();
        if names > MOST_NAMES {
            return Err(Problem::new(ErrorCode::InvalidRequest, said::too_many_names(names, MOST_NAMES)));
        }
        Ok(PruneRequest {
            images: match self.images {
                ImageChoiceWord::None => ImageChoice::None,
                ImageChoiceWord::Dangling => ImageChoice::Dangling,
                ImageChoiceWord::Unused => ImageChoice::Unused,
            },
            build_cache: self.build_cache,
            older_than: self.older_than_s.map(Duration::from_secs),
            named_images: images,
            containers,
            networks,
            volumes,
            foreign: self.foreign,
        })
    }
}

/// The plan to carry out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"plan_id": "0194f1c4-52c8-7d3e-a1f0-9b6c2d4e8f01"}))]
pub(crate) struct ConfirmedPrune {
    /// Exactly what it lists is removed. Make one with `POST /prune/plan`.
    plan_id: Uuid,
}

impl From<RefusedPrune> for Problem {
    fn from(error: RefusedPrune) -> Self {
        match error {
            RefusedPrune::Forbidden(error) => error.into(),
            RefusedPrune::PlanNotFound { id } => {
                Self::new(ErrorCode::PlanUnknown, said::no_such_prune_plan(id))
                    .with_hint(said::make_prune_plan())
            }
            RefusedPrune::PlanStale { reasons } => {
                let count = reasons.len();
                let detail = match reasons.into_iter().reduce(said::and_also) {
                    Some(all) => said::prune_plan_stale(count, all),
                    None => said::plan_not_possible(),
                };
                Self::new(ErrorCode::PlanStale, detail).with_hint(said::make_prune_plan())
            }
            RefusedPrune::Host(error) => error.into(),
            RefusedPrune::Queue(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
