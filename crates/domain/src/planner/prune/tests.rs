use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::ids::{ImageId, InstanceId};
use crate::inventory::{
    BuildCacheUsage, DiskUsage, HostNeeds, Inventory, InventoryContainer, InventoryVolume,
};
use crate::observation::{ApiVersion, EngineFacts, HostObservation, ObservedVolume, Occupant};
use crate::plan::{PlanKey, PlanRecord};

const DAY: Duration = Duration::from_hours(24);

fn at(hour: i64) -> Timestamp {
    Timestamp::from_millis(hour * 3_600_000).unwrap()
}

/// A host that changes between two looks.
#[derive(Clone)]
struct Host {
    inventory: Inventory,
    observed: HostObservation,
}

impl Host {
    fn new() -> Self {
        let facts = EngineFacts {
            id: "E".into(),
            version: "20.10.24".into(),
            api: ApiVersion { major: 1, minor: 41 },
            os: "linux".into(),
            arch: "amd64".into(),
        };
        let sizes = DiskUsage {
            taken_at: at(100),
            layers: 0,
            shared: BTreeMap::new(),
            volumes: BTreeMap::new(),
            containers: BTreeMap::new(),
            build_cache: BuildCacheUsage::default(),
        };
        let inventory = Inventory {
            taken_at: at(100),
            images: Vec::new(),
            volumes: Vec::new(),
            networks: Vec::new(),
            containers: Vec::new(),
            sizes: Some(sizes),
        };
        Self { inventory, observed: HostObservation::empty(at(100), facts) }
    }

    fn sizes(&mut self) -> &mut DiskUsage {
        self.inventory.sizes.as_mut().unwrap()
    }

    fn image(mut self, id: &str, tags: &[&str]) -> Self {
        self.inventory.images.push(InventoryImage {
            id: id.into(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            digests: Vec::new(),
            created_at: Some(at(50)),
            size: 187_000_000,
            built_for: None,
            layers: Vec::new(),
        });
        self.sizes().shared.insert(ImageId::from(id), 62_000_000);
        self
    }

    fn volume(mut self, name: &str) -> Self {
        self.inventory.volumes.push(InventoryVolume {
            name: name.into(),
            driver: "local".into(),
            labels: BTreeMap::new(),
            created_at: Some(at(99)),
        });
        self.observed.volumes.push(ObservedVolume {
            name: name.into(),
            driver: "local".into(),
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
            anonymous_of: None,
        });
        self.sizes().volumes.insert(name.into(), 4_096);
        self
    }

    /// A container of somebody else, which mounts a volume.
    fn container(mut self, id: &str, image: &str, volume: &str, up: bool) -> Self {
        self.inventory.containers.push(InventoryContainer {
            id: id.into(),
            name: id.into(),
            image: "x".into(),
            image_id: image.into(),
            up,
            created_at: Some(at(50)),
            volumes: BTreeSet::from([volume.to_owned()]),
            networks: BTreeSet::new(),
        });
        self.observed.occupants.push(Occupant {
            id: id.into(),
            name: id.into(),
            image: "x".into(),
            owner: None,
            ours: false,
            component: false,
            up,
            started_at: None,
            shares_network_of: None,
            networks: Vec::new(),
            ports: Vec::new(),
        });
        self
    }

    fn stock(&self) -> Stock {
        Stock::new(self.inventory.clone(), &self.observed, HostNeeds::default(), InstanceId(Uuid::nil()))
    }

    fn plan(&self, request: &PruneRequest) -> Plan {
        prune(&self.stock(), request)
    }
}

fn named(containers: &[&str], volumes: &[&str], images: &[&str]) -> PruneRequest {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    PruneRequest {
        images: ImageChoice::None,
        build_cache: false,
        containers: owned(containers),
        volumes: owned(volumes),
        named_images: owned(images),
        foreign: true,
        ..PruneRequest::default()
    }
}

fn key() -> PlanKey {
    PlanKey::new([7; 32])
}

/// What is confirmed when a plan is: its record.
fn confirmed(plan: &Plan) -> ConfirmedPlan {
    let record: PlanRecord = plan.record(&key());
    // As it comes back from the database.
    let stored: PlanRecord = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
    ConfirmedPlan::new(&stored, key())
}

#[test]
fn the_default_takes_what_nobody_can_miss() {
    let mut host = Host::new()
        .image("sha256:aaaaaaaaaaaaaaaa", &[])
        .image("sha256:bbbb", &["app:1"])
        .volume("data")
        .container("old", "sha256:cccc", "cache", false);
    host.sizes().build_cache = BuildCacheUsage { total: 3_000, unused: 1_540, unused_entries: 2 };
    assert_eq!(
        host.plan(&PruneRequest::default()).to_string(),
        "  1. remove image aaaaaaaaaaaa [aaaaaaaaaaaa] (no tag points to it, 125 MB)\n  \
           2. remove what is unused from the cache of builds (nothing uses it, and it takes 1.54 kB)\n\
         note: this frees 125 MB, according to the engine\n"
    );
}

#[test]
fn unused_images_go_when_asked_for_and_young_ones_stay() {
    let host = Host::new().image("sha256:bbbb", &["app:1", "app:2"]);
    let request = PruneRequest { images: ImageChoice::Unused, ..PruneRequest::default() };
    assert_eq!(
        host.plan(&request).to_string(),
        "  1. remove image app:1, app:2 [bbbb] (nothing uses it, and it takes 125 MB)\nnote: this frees 125 MB, according to the engine\n"
    );
    let request = PruneRequest { older_than: Some(DAY * 30), ..request };
    assert_eq!(host.plan(&request).to_string(), "nothing to do\n");
}

#[test]
fn an_image_goes_only_if_all_its_tags_are_named() {
    let host = Host::new().image("sha256:bbbb", &["app:1", "app:2"]);
    assert_eq!(
        host.plan(&named(&[], &[], &["app:1"])).to_string(),
        "note: the image `app:1` stays: it has other tags, app:2; name them too, or name the image by its id\n"
    );
    let all = "  1. remove image app:1, app:2 [bbbb] (nothing uses it, and it takes 125 MB)\nnote: this frees 125 MB, according to the engine\n";
    assert_eq!(host.plan(&named(&[], &[], &["docker.io/library/app:1", "app:2"])).to_string(), all);
    assert_eq!(host.plan(&named(&[], &[], &["sha256:bbbb"])).to_string(), all);
}

#[test]
fn containers_and_volumes_go_by_name_and_the_rest_says_why_it_stays() {
    let host = Host::new()
        .volume("data")
        .volume("cache")
        .volume("logs")
        .container("old", "sha256:cccc", "cache", false)
        .container("web", "sha256:dddd", "logs", true);
    let request = named(&["old", "web", "nobody"], &["cache", "data", "logs"], &["app:1"]);
    assert_eq!(
        host.plan(&request).to_string(),
        "  1. remove old (nothing uses it)\n  \
           2. remove volume cache with its data (nothing uses it, and it takes 4.09 kB) after 1\n  \
           3. remove volume data with its data (nothing uses it, and it takes 4.09 kB) after 1\n\
         note: there is no container `nobody`\n\
         note: the container `web` stays: it is running\n\
         note: the volume `logs` stays: the container `web` uses it\n\
         note: there is no image `app:1`\n\
         note: this frees 8.19 kB, according to the engine\n"
    );
    let careful = PruneRequest { foreign: false, ..named(&[], &["data"], &[]) };
    assert_eq!(
        host.plan(&careful).to_string(),
        "note: the volume `data` stays: Core Monitor did not create it; ask for it with `foreign`\n"
    );
}

#[test]
fn exactly_what_was_confirmed_is_left_to_do() {
    let host = Host::new().image("sha256:aaaa", &[]).volume("data");
    let request = PruneRequest { images: ImageChoice::Dangling, ..named(&[], &["data"], &[]) };
    let plan = host.plan(&request);
    let confirmed = confirmed(&plan);
    let nothing = |_: &ConfirmedObject| false;
    let left = prune_confirmed(&host.stock(), &confirmed, false, &nothing);
    assert!(confirmed.is(&left), "{left}");
    // What became unused meanwhile was not confirmed.
    let more = host.clone().image("sha256:eeee", &[]);
    assert!(confirmed.is(&prune_confirmed(&more.stock(), &confirmed, false, &nothing)));
    // What is gone is done.
    let empty = Host::new();
    assert!(prune_confirmed(&empty.stock(), &confirmed, false, &nothing).is_empty());
    // What was removed and is there again stays.
    assert!(prune_confirmed(&host.stock(), &confirmed, true, &|_| true).is_empty());
}

#[test]
fn what_came_into_use_prevents_the_plan_or_stays_once_it_has_begun() {
    let host = Host::new().image("sha256:aaaa", &[]).volume("data");
    let request = PruneRequest { images: ImageChoice::Dangling, ..named(&[], &["data"], &[]) };
    let confirmed = confirmed(&host.plan(&request));
    let used = host.container("new", "sha256:ffff", "data", true);
    let nothing = |_: &ConfirmedObject| false;
    assert_eq!(
        prune_confirmed(&used.stock(), &confirmed, false, &nothing)
            .blockers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["PLAN_STALE: the volume `data` is now in use: the container `new` uses it; make a new plan"]
    );
    let begun = prune_confirmed(&used.stock(), &confirmed, true, &nothing);
    assert_eq!(
        begun.to_string(),
        "  2. remove image aaaa [aaaa] (no tag points to it, 125 MB)\n\
         note: the volume `data` is now in use: the container `new` uses it\n"
    );
}

#[test]
fn a_volume_that_was_created_again_is_another_one() {
    let mut host = Host::new().volume("data");
    let confirmed = confirmed(&host.plan(&named(&[], &["data"], &[])));
    host.inventory.volumes[0].created_at = Some(at(100));
    let left = prune_confirmed(&host.stock(), &confirmed, false, &|_| false);
    assert_eq!(left.blockers[0].message.text(), "the volume `data` has changed since the plan was made");
    let begun = prune_confirmed(&host.stock(), &confirmed, true, &|_| false);
    assert!(begun.steps.is_empty(), "{begun}");
}

#[test]
fn an_image_that_got_another_tag_is_another_one() {
    let host = Host::new().image("sha256:bbbb", &["app:1"]);
    let confirmed = confirmed(&host.plan(&named(&[], &[], &["app:1"])));
    let tagged = Host::new().image("sha256:bbbb", &["app:1", "kept:1"]);
    let left = prune_confirmed(&tagged.stock(), &confirmed, false, &|_| false);
    assert_eq!(left.blockers[0].message.text(), "the image `app:1` has changed since the plan was made");
}

#[test]
fn the_cache_of_builds_is_pruned_once_with_the_age_that_was_confirmed() {
    let mut host = Host::new();
    host.sizes().build_cache = BuildCacheUsage { total: 9, unused: 9, unused_entries: 1 };
    let request = PruneRequest { older_than: Some(DAY), ..PruneRequest::default() };
    let plan = host.plan(&request);
    assert_eq!(
        plan.to_string(),
        "  1. remove what was not used for 86400 s from the cache of builds (nothing uses it)\n"
    );
    let confirmed = confirmed(&plan);
    let left = prune_confirmed(&host.stock(), &confirmed, false, &|_| false);
    assert!(confirmed.is(&left), "{left}");
    assert!(prune_confirmed(&host.stock(), &confirmed, true, &|_| true).is_empty());
}
