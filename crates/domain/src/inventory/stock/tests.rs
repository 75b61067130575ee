use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;
use crate::ids::{CommandId, VersionNumber};
use crate::image::ImageRef;
use crate::labels;
use crate::observation::{ApiVersion, EngineFacts, ObservedNetwork, ObservedVolume, Occupant, SpoofedObject};
use crate::release::{ImagePin, Release};
use crate::time::Timestamp;

const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));
const SHOP: StackId = StackId(Uuid::from_u128(2));
const GONE: StackId = StackId(Uuid::from_u128(3));

fn now() -> Timestamp {
    Timestamp::from_millis(1_000_000).unwrap()
}

fn labels_of(stack: StackId) -> BTreeMap<String, String> {
    let pairs = [(labels::INSTANCE, INSTANCE.to_string()), (labels::STACK, stack.to_string())];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn occupant(id: &str, owner: Option<StackId>, component: bool) -> Occupant {
    Occupant {
        id: id.into(),
        name: format!("{id}-name"),
        image: "app:1".into(),
        owner,
        ours: owner.is_some(),
        component,
        up: true,
        started_at: None,
        shares_network_of: None,
        networks: Vec::new(),
        ports: Vec::new(),
    }
}

fn container(id: &str, image: &str, up: bool) -> InventoryContainer {
    InventoryContainer {
        id: id.into(),
        name: format!("{id}-name"),
        image: "app:1".into(),
        image_id: image.into(),
        up,
        created_at: None,
        volumes: BTreeSet::from([format!("{id}-data")]),
        networks: BTreeSet::from([NetworkId::from("net-used")]),
    }
}

fn image(id: &str, tags: &[&str], digests: &[&str]) -> InventoryImage {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    InventoryImage {
        id: id.into(),
        tags: owned(tags),
        digests: owned(digests),
        created_at: None,
        size: 10,
        built_for: None,
        layers: Vec::new(),
    }
}

fn volume(name: &str) -> InventoryVolume {
    InventoryVolume { name: name.into(), driver: "local".into(), labels: BTreeMap::new(), created_at: None }
}

fn network(id: &str, name: &str) -> InventoryNetwork {
    InventoryNetwork {
        id: id.into(),
        name: name.into(),
        driver: "bridge".into(),
        labels: BTreeMap::new(),
        created_at: None,
        subnets: Vec::new(),
        internal: false,
    }
}

fn observed_volume(name: &str, labels: BTreeMap<String, String>, of: Option<StackId>) -> ObservedVolume {
    ObservedVolume {
        name: name.into(),
        driver: "local".into(),
        options: BTreeMap::new(),
        labels,
        anonymous_of: of,
    }
}

fn release(id: &str, digest: Option<&str>) -> Release {
    let pin = ImagePin { reference: "app:1".into(), id: id.into(), digest: digest.map(Into::into) };
    Release {
        stack_id: SHOP,
        version: VersionNumber(3),
        command_id: CommandId(Uuid::nil()),
        at: now(),
        images: BTreeMap::from([("web".parse().unwrap(), pin)]),
        containers: Vec::new(),
    }
}

/// A host with one of everything.
fn stock(needs: HostNeeds) -> Stock {
    let facts = EngineFacts {
        id: "E".into(),
        version: "20.10.24".into(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".into(),
        arch: "amd64".into(),
    };
    let mut host = HostObservation::empty(now(), facts);
    host.occupants = vec![
        occupant("c-shop", Some(SHOP), false),
        occupant("c-other", None, false),
        occupant("c-own", None, true),
    ];
    host.volumes = vec![
        observed_volume("v-shop", labels_of(SHOP), None),
        observed_volume("v-gone", labels_of(GONE), None),
        observed_volume("v-anonymous", BTreeMap::new(), Some(SHOP)),
        observed_volume("v-foreign", BTreeMap::new(), None),
        observed_volume("v-spoofed", BTreeMap::new(), None),
        observed_volume("c-other-data", BTreeMap::new(), None),
    ];
    let spoofed = SpoofedObject {
        kind: ObjectKind::Volume,
        name: "v-spoofed".into(),
        id: "v-spoofed".into(),
        stack_id: SHOP,
        image: None,
    };
    host.spoofed = vec![spoofed];
    host.networks = ["net-used", "net-free", "net-bridge"]
        .map(|id| ObservedNetwork {
            id: id.into(),
            name: id.into(),
            driver: "bridge".into(),
            labels: BTreeMap::new(),
            created_at: None,
            subnets: Vec::new(),
        })
        .into();
    let inventory = Inventory {
        taken_at: now(),
        images: Vec::new(),
        volumes: Vec::new(),
        networks: Vec::new(),
        containers: vec![container("c-shop", "sha256:run", true), container("c-other", "sha256:old", false)],
        sizes: None,
    };
    Stock::new(inventory, &host, needs, INSTANCE)
}

fn needs() -> HostNeeds {
    HostNeeds::of(BTreeMap::from([(SHOP, "shop".parse().unwrap())]))
}

fn kept(prunable: &Prunable) -> String {
    match prunable {
        Prunable::Freely => "freely".to_owned(),
        Prunable::ByName => "by name".to_owned(),
        Prunable::No(keeper) => keeper.message().text().to_owned(),
    }
}

#[test]
fn an_image_stays_for_containers_rollbacks_and_versions() {
    let mut needs = needs();
    needs.release(&release("sha256:released", Some("registry.example/app@sha256:aa")));
    needs.version(SHOP, VersionNumber(4), &ImageRef::from("docker.io/library/db:16"));
    let stock = stock(needs);
    let check = |image: &InventoryImage, expected: &str| {
        assert_eq!(kept(&stock.image(image, &BTreeSet::new()).prunable), expected, "{}", image.name());
    };
    check(&image("sha256:run", &[], &[]), "the container `c-shop-name` uses it");
    // A stopped container of somebody else counts too.
    check(&image("sha256:old", &["x:1"], &[]), "the container `c-other-name` uses it");
    let rollback = "a rollback of the stack `shop` to version 3 needs it";
    check(&image("sha256:released", &[], &[]), rollback);
    check(&image("sha256:again", &[], &["registry.example/app@sha256:aa"]), rollback);
    check(&image("sha256:tagged", &["app:1"], &[]), rollback);
    check(&image("sha256:db", &["db:16"], &[]), "version 4 of the stack `shop` names it");
    check(&image("sha256:left", &[], &[]), "freely");
    check(&image("sha256:unused", &["db:15"], &[]), "freely");
}

#[test]
fn a_doomed_container_does_not_keep_its_image() {
    let stock = stock(needs());
    let doomed = BTreeSet::from([ContainerId::from("c-other")]);
    assert_eq!(stock.image(&image("sha256:old", &[], &[]), &doomed).prunable, Prunable::Freely);
    assert_eq!(stock.volume(&volume("c-other-data"), &doomed).prunable, Prunable::ByName);
}

#[test]
fn volumes_of_stacks_stay_and_others_go_only_by_name() {
    let stock = stock(needs());
    let standing = |name: &str| stock.volume(&volume(name), &BTreeSet::new());
    let check = |name: &str, belongs: Belongs, expected: &str| {
        let found = standing(name);
        assert_eq!((found.belongs, kept(&found.prunable).as_str()), (belongs, expected), "{name}");
    };
    check("v-shop", Belongs::Stack(SHOP), "it belongs to the stack `shop`");
    check("v-anonymous", Belongs::Stack(SHOP), "it belongs to the stack `shop`");
    check(
        "v-gone",
        Belongs::Stack(GONE),
        "it is what a deleted stack left, and a new stack of the same name takes it over",
    );
    check("v-foreign", Belongs::Foreign, "by name");
    check("v-spoofed", Belongs::Spoofed(SHOP), "by name");
    check("c-other-data", Belongs::Foreign, "the container `c-other-name` uses it");
    check("v-new", Belongs::Unseen, "the worker has not looked at it yet");
}

#[test]
fn networks_of_the_engine_and_used_ones_stay() {
    let stock = stock(needs());
    let check = |id: &str, name: &str, expected: &str| {
        let found = stock.network(&network(id, name), &BTreeSet::new());
        assert_eq!(kept(&found.prunable), expected, "{name}");
    };
    check("net-bridge", "bridge", "it belongs to the engine");
    check("net-used", "net-used", "the container `c-shop-name` uses it");
    check("net-free", "net-free", "by name");
    check("net-new", "net-new", "the worker has not looked at it yet");
}

#[test]
fn only_stopped_containers_of_others_go() {
    let stock = stock(needs());
    let check = |id: &str, up: bool, expected: &str| {
        assert_eq!(kept(&stock.of_container(&container(id, "sha256:x", up)).prunable), expected, "{id}");
    };
    check("c-shop", false, "it belongs to the stack `shop`");
    check("c-own", false, "it is a part of Core Monitor");
    check("c-other", true, "it is running");
    check("c-other", false, "by name");
    check("c-new", false, "the worker has not looked at it yet");
}
