//! Removing containers, and what is removed with them.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{ContainerSpec, Mount, MountKind};
use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::observation::VolumeOrigin;
use core_monitor_domain::plan::InheritedVolume;

use crate::bench::{Bench, WITH_VOLUME, idle};

pub(crate) async fn a_running_container_is_not_removed(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.remove(&id, false).await, "conflict");
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(bench.remove(&id, false).await, "done");
    assert_eq!(bench.look().await.container(&id), None);
}

pub(crate) async fn a_paused_container_is_not_removed(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    bench.outside.pause(&id).await;
    assert_eq!(bench.remove(&id, false).await, "conflict");
}

pub(crate) async fn removing_twice_is_removing_once(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.remove(&id, false).await, "done");
    assert_eq!(bench.remove(&id, false).await, "done");
    assert!(bench.engine.inspect(&id).await.unwrap().is_none());
}

pub(crate) async fn two_removals_at_once_both_end(bench: &Bench) {
    for round in 0..5 {
        let id = bench.make(bench.container(&format!("web{round}"), idle())).await;
        let (one, other) = futures::join!(bench.remove(&id, false), bench.remove(&id, false));
        assert_eq!((one.as_str(), other.as_str()), ("done", "done"));
        assert!(bench.engine.inspect(&id).await.unwrap().is_none());
    }
}

fn with_volume(bench: &Bench, part: &str) -> NewContainer {
    bench.container(part, ContainerSpec { image: ImageRef::from(WITH_VOLUME), ..idle() })
}

/// The one anonymous volume of a container.
async fn anonymous(bench: &Bench, id: &ContainerId) -> String {
    let mounts = bench.see(id).await.mounts;
    assert_eq!(mounts.len(), 1, "{mounts:#?}");
    assert!(mounts[0].is_anonymous_volume() && mounts[0].target == "/data", "{mounts:#?}");
    mounts[0].name.clone()
}

pub(crate) async fn anonymous_volumes_go_only_when_asked(bench: &Bench) {
    let kept = bench.make(with_volume(bench, "kept")).await;
    let volume = anonymous(bench, &kept).await;
    assert_eq!(bench.remove(&kept, false).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_some());
    let effect = core_monitor_domain::effect::Effect::RemoveVolume { name: volume.clone() };
    assert_eq!(bench.act(effect).await, "done");
    let gone = bench.make(with_volume(bench, "gone")).await;
    let volume = anonymous(bench, &gone).await;
    assert_eq!(bench.remove(&gone, true).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_none());
}

pub(crate) async fn an_inherited_volume_stays(bench: &Bench) {
    let old = bench.make(with_volume(bench, "old")).await;
    let volume = anonymous(bench, &old).await;
    let mut new = with_volume(bench, "new");
    new.inherited = vec![InheritedVolume { name: volume.clone(), target: "/data".into() }];
    let new = bench.make(new).await;
    assert_eq!(anonymous(bench, &new).await, volume);
    // The successor uses it, so it stays even if its removal is requested.
    assert_eq!(bench.remove(&old, true).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_some());
    // It is mounted by name, so it is not removed with this container.
    assert_eq!(bench.remove(&new, true).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_some());
    let effect = core_monitor_domain::effect::Effect::RemoveVolume { name: volume };
    assert_eq!(bench.act(effect).await, "done");
}

pub(crate) async fn a_volume_shows_whether_anybody_named_it(bench: &Bench) {
    use VolumeOrigin::{Named, Own, Unknown};
    let origins = async |id: &ContainerId| {
        let mounts = bench.see(id).await.mounts.into_iter();
        mounts.map(|mount| (mount.target, mount.origin)).collect::<Vec<_>>()
    };
    let at = |target: &str, origin| (target.to_owned(), origin);
    let mount = |target: &str, name: Option<&str>| Mount {
        target: target.to_owned(),
        read_only: false,
        kind: MountKind::Volume {
            name: name.map(str::to_owned),
            nocopy: false,
            subpath: None,
            labels: BTreeMap::new(),
        },
        consistency: None,
    };
    let named = bench.make_volume("named").await;
    let mut parent = with_volume(bench, "parent");
    parent.spec.mounts = vec![mount("/named", Some(&named)), mount("/scratch", None)];
    let parent = bench.make(parent).await;
    assert_eq!(origins(&parent).await, [at("/data", Own), at("/named", Named), at("/scratch", Own)]);

    // What comes from another container, and what the engine made beside it, look the same.
    let mut child = with_volume(bench, "child");
    child.spec.mounts = vec![mount("/more", None)];
    child.spec.volumes_from = vec!["db".to_owned()];
    child.parents = [("db".parse().unwrap(), parent.clone())].into();
    let child = bench.make(child).await;
    let expected = [at("/data", Unknown), at("/more", Own), at("/named", Unknown), at("/scratch", Unknown)];
    assert_eq!(origins(&child).await, expected);
    assert_eq!(bench.remove(&child, true).await, "done");

    let volume = bench.see(&parent).await.mounts.remove(0).name;
    let mut heir = with_volume(bench, "heir");
    heir.inherited = vec![InheritedVolume { name: volume, target: "/data".into() }];
    let heir = bench.make(heir).await;
    assert_eq!(origins(&heir).await, [at("/data", Named)]);
    assert_eq!(bench.remove(&heir, false).await, "done");
    assert_eq!(bench.remove(&parent, true).await, "done");
}
