use uuid::Uuid;

use super::*;
use crate::observation::{
    ApiVersion, EngineFacts, HostObservation, ObservedNetwork, ObservedVolume, Occupant,
};
use crate::time::Timestamp;

const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));
const STACK: StackId = StackId(Uuid::from_u128(2));

fn observation() -> Observation {
    let engine = EngineFacts {
        id: "E".into(),
        version: "20.10.24".into(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".into(),
        arch: "amd64".into(),
    };
    let mut host = HostObservation::empty(Timestamp::from_millis(0).unwrap(), engine);
    host.occupants = ["c0", "c1"]
        .map(|id| Occupant {
            id: ContainerId::from(id),
            name: id.to_owned(),
            image: "app:1".into(),
            owner: None,
            ours: false,
            component: false,
            up: true,
            started_at: None,
            shares_network_of: None,
            networks: Vec::new(),
            ports: Vec::new(),
        })
        .to_vec();
    host.networks = vec![ObservedNetwork {
        id: NetworkId::from("n0"),
        name: "shop_default".into(),
        driver: "bridge".into(),
        labels: BTreeMap::new(),
        created_at: None,
        subnets: Vec::new(),
    }];
    host.volumes = vec![ObservedVolume {
        name: "shop_data".into(),
        driver: "local".into(),
        options: BTreeMap::new(),
        labels: BTreeMap::new(),
        anonymous_of: None,
    }];
    Observation { host, containers: Vec::new() }
}

fn adoption() -> Adoption {
    let spec = || SpecHash("hash".into());
    Adoption {
        stack_id: STACK,
        version: VersionNumber(1),
        containers: vec![AdoptedContainer {
            id: ContainerId::from("c0"),
            service: "web".parse().unwrap(),
            slot: Slot(1),
            spec: spec(),
        }],
        networks: vec![AdoptedNetwork { id: NetworkId::from("n0"), key: "default".into(), spec: spec() }],
        volumes: vec![AdoptedVolume { name: "shop_data".into(), key: "data".into(), spec: spec() }],
    }
}

#[test]
fn adopted_objects_get_our_labels() {
    let mut seen = observation();
    assert!(!adoption().is_presented(&seen));
    present(&mut seen, INSTANCE, &[adoption()]);
    let ours = Some(Ownership { instance: INSTANCE, stack_id: STACK });
    assert_eq!(Ownership::read(&seen.host.networks[0].labels), ours);
    assert_eq!(Ownership::read(&seen.host.volumes[0].labels), ours);
    assert_eq!(seen.host.volumes[0].labels[labels::KEY], "data");
    let owners: Vec<_> = seen.host.occupants.iter().map(|occupant| (occupant.owner, occupant.ours)).collect();
    assert_eq!(owners, [(Some(STACK), true), (None, false)]);
    assert!(adoption().is_presented(&seen));

    let once = seen.clone();
    present(&mut seen, INSTANCE, &[adoption()]);
    assert_eq!(seen, once, "presenting twice changes nothing");
}

#[test]
fn objects_with_ownership_labels_keep_them() {
    let mut seen = observation();
    let other = StackId(Uuid::from_u128(3));
    seen.host.volumes[0].labels = BTreeMap::from([
        (labels::INSTANCE.to_owned(), INSTANCE.to_string()),
        (labels::STACK.to_owned(), other.to_string()),
    ]);
    seen.host.occupants[0].owner = Some(other);
    present(&mut seen, INSTANCE, &[adoption()]);
    assert_eq!(Ownership::read(&seen.host.volumes[0].labels).unwrap().stack_id, other);
    assert_eq!(seen.host.occupants[0].owner, Some(other));
}
