//! Pulling and removing images.

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::time::Timestamp;

use crate::bench::{BUSYBOX, Bench, idle};

async fn pull(bench: &Bench, image: &str) -> String {
    bench.act(Effect::PullImage { image: ImageRef::from(image), platform: None }).await
}

pub(crate) async fn an_unreachable_registry_is_unavailable(bench: &Bench) {
    bench.outside.cut_registry().await;
    assert_eq!(pull(bench, "127.0.0.1:1/app:1").await, "unavailable");
}

pub(crate) async fn an_unknown_image_is_not_available(bench: &Bench) {
    assert_eq!(pull(bench, "no-such-registry.invalid/app:1").await, "image unavailable");
}

/// An image of the test's own, by id and name.
async fn made(bench: &Bench, part: &str) -> (ImageId, String) {
    let new = bench.image(part, &format!("FROM {BUSYBOX}\nLABEL part={}\n", bench.name(part)));
    let name = new.image.familiar();
    match bench.perform(Effect::BuildImage(Box::new(new))).await {
        Ok(EffectOutcome::Image { id }) => (id, name),
        other => panic!("no image was made: {other:?}"),
    }
}

async fn remove(bench: &Bench, id: &ImageId, names: &[String]) -> String {
    bench.act(Effect::RemoveImage { id: id.clone(), names: names.to_vec(), layers: true }).await
}

async fn is_there(bench: &Bench, id: &ImageId) -> bool {
    let now = Timestamp::from_millis(0).unwrap();
    bench.engine.inventory(now, false).await.unwrap().images.iter().any(|image| image.id == *id)
}

pub(crate) async fn removing_an_image_takes_its_names_along(bench: &Bench) {
    let (id, name) = made(bench, "gone").await;
    assert!(is_there(bench, &id).await);
    assert_eq!(remove(bench, &id, std::slice::from_ref(&name)).await, "done");
    assert!(!is_there(bench, &id).await);
    assert!(bench.look().await.host.image(&name.as_str().into()).is_none());
}

pub(crate) async fn an_image_that_a_container_uses_stays(bench: &Bench) {
    let (id, name) = made(bench, "used").await;
    let spec = ContainerSpec { image: ImageRef(name.clone()), ..idle() };
    let container = bench.make(bench.container("user", spec)).await;
    assert_eq!(remove(bench, &id, std::slice::from_ref(&name)).await, "conflict");
    assert!(is_there(bench, &id).await);
    assert_eq!(bench.remove(&container, false).await, "done");
    assert_eq!(remove(bench, &id, &[name]).await, "done");
    assert!(!is_there(bench, &id).await);
}

pub(crate) async fn a_name_that_has_moved_on_stays(bench: &Bench) {
    let (former, name) = made(bench, "moving").await;
    let new = bench.image("moving", &format!("FROM {BUSYBOX}\nLABEL other=yes\n"));
    assert_eq!(bench.act(Effect::BuildImage(Box::new(new))).await, "image");
    assert_eq!(remove(bench, &former, std::slice::from_ref(&name)).await, "done");
    assert!(!is_there(bench, &former).await);
    assert!(bench.look().await.host.image(&name.as_str().into()).is_some());
}

pub(crate) async fn removing_an_image_twice_is_removing_it_once(bench: &Bench) {
    let (id, name) = made(bench, "twice").await;
    for _ in 0..2 {
        assert_eq!(remove(bench, &id, std::slice::from_ref(&name)).await, "done");
    }
}
