//! What somebody wants to prune.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Which images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageChoice {
    /// None but the named ones.
    None,
    /// Those that no tag points to.
    #[default]
    Dangling,
    /// All that no container uses and no stack needs.
    Unused,
}

/// What somebody wants to prune. The default is what nobody can miss: images without a tag, and the cache of builds.
///
/// Containers, networks and volumes are only removed by name: what is unused may still be wanted, and the data of a volume
/// does not come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneRequest {
    /// Which images.
    pub images: ImageChoice,
    /// Whether the cache of builds is pruned.
    pub build_cache: bool,
    /// Only what was created longer ago than this. Of the cache of builds, what was not used for so long.
    pub older_than: Option<Duration>,
    /// Images by tag, digest or id.
    pub named_images: BTreeSet<String>,
    /// Containers by name or id.
    pub containers: BTreeSet<String>,
    /// Networks by name or id.
    pub networks: BTreeSet<String>,
    /// Volumes by name.
    pub volumes: BTreeSet<String>,
    /// Also what belongs to somebody else on this host, if it is named: Core Monitor did not create it and cannot know whether
    /// it is needed.
    pub foreign: bool,
}

impl Default for PruneRequest {
    fn default() -> Self {
        Self {
            images: ImageChoice::default(),
            build_cache: true,
            older_than: None,
            named_images: BTreeSet::new(),
            containers: BTreeSet::new(),
            networks: BTreeSet::new(),
            volumes: BTreeSet::new(),
            foreign: false,
        }
    }
}
