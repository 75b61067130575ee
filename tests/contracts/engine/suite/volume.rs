//! Volumes.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{ContainerSpec, Mount, MountKind, VolumeSpec};
use core_monitor_domain::effect::Effect;

use crate::bench::{Bench, idle};

async fn remove(bench: &Bench, name: &str) -> String {
    bench.act(Effect::RemoveVolume { name: name.to_owned() }).await
}

pub(crate) async fn an_existing_volume_stays_as_it_is(bench: &Bench) {
    let name = bench.make_volume("data").await;
    let other: BTreeMap<String, String> = [("other".to_owned(), "label".to_owned())].into();
    let driver_opts = [("type".to_owned(), "tmpfs".to_owned())].into();
    let volume = VolumeSpec { name: name.clone(), driver_opts, ..VolumeSpec::default() };
    assert_eq!(bench.act(Effect::CreateVolume { volume, labels: other }).await, "done");
    let look = bench.look().await;
    let volume = look.host.volume(&name).unwrap();
    assert_eq!((&volume.labels, volume.driver.as_str(), volume.options.len()), (&bench.labels(), "local", 0));
}

pub(crate) async fn an_unknown_driver_is_refused(bench: &Bench) {
    let driver = Some("no-such-driver".to_owned());
    let volume = VolumeSpec { name: bench.name("data"), driver, ..VolumeSpec::default() };
    let answer = bench.act(Effect::CreateVolume { volume, labels: bench.labels() }).await;
    assert_eq!(answer, "refused 404");
}

pub(crate) async fn removing_twice_is_removing_once(bench: &Bench) {
    let name = bench.make_volume("data").await;
    assert_eq!(remove(bench, &name).await, "done");
    assert_eq!(remove(bench, &name).await, "done");
    assert!(bench.look().await.host.volume(&name).is_none());
}

pub(crate) async fn a_mounted_volume_is_not_removed(bench: &Bench) {
    let name = bench.make_volume("data").await;
    let kind =
        MountKind::Volume { name: Some(name.clone()), nocopy: false, subpath: None, labels: [].into() };
    let mount = Mount { target: "/data".into(), read_only: false, kind, consistency: None };
    let id = bench.make(bench.container("web", ContainerSpec { mounts: vec![mount], ..idle() })).await;
    assert_eq!(remove(bench, &name).await, "conflict");
    assert_eq!(bench.remove(&id, true).await, "done");
    // It has a name, so it was not removed with the container.
    assert!(bench.look().await.host.volume(&name).is_some());
    assert_eq!(remove(bench, &name).await, "done");
}
