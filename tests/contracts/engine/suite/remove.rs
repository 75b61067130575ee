//! Removing containers, and what goes with them.

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::plan::InheritedVolume;
use core_monitor_domain::ports::NewContainer;

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
async fn anonymous(bench: &Bench, id: &core_monitor_domain::ids::ContainerId) -> String {
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
    let effect = core_monitor_domain::ports::Effect::RemoveVolume { name: volume.clone() };
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
    // In use by the successor, so even asked for it stays.
    assert_eq!(bench.remove(&old, true).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_some());
    // Mounted by name, so it is not this container's to take along.
    assert_eq!(bench.remove(&new, true).await, "done");
    assert!(bench.look().await.host.volume(&volume).is_some());
    let effect = core_monitor_domain::ports::Effect::RemoveVolume { name: volume };
    assert_eq!(bench.act(effect).await, "done");
}
