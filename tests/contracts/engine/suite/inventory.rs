//! What an engine has, and who uses it.

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;

use crate::bench::{BUSYBOX, Bench, WITH_VOLUME, idle};

fn now() -> Timestamp {
    Timestamp::from_millis(1_769_421_600_000).unwrap()
}

async fn inventory(bench: &Bench, sizes: bool) -> Inventory {
    bench.engine.inventory(now(), sizes).await.unwrap()
}

pub(crate) async fn it_has_everything_with_its_users(bench: &Bench) {
    let network = bench.make_network("net").await;
    let free = bench.make_volume("free").await;
    let mut new = bench.attached("web", &[(&network, "net")]);
    new.image = ImageRef::from(WITH_VOLUME);
    new.spec = ContainerSpec { image: ImageRef::from(WITH_VOLUME), ..new.spec };
    let web = bench.make(new).await;
    let inventory = inventory(bench, false).await;
    assert_eq!((inventory.taken_at, inventory.sizes), (now(), None));

    let container = inventory.containers.iter().find(|container| container.id == web).unwrap();
    assert_eq!((container.name.as_str(), container.up), (bench.name("web").as_str(), false));
    let image = inventory.images.iter().find(|image| image.id == container.image_id).unwrap();
    assert!(image.is_called(WITH_VOLUME) && !image.is_dangling() && image.size > 0, "{image:?}");
    assert!(inventory.images.iter().any(|image| image.is_called(BUSYBOX)));
    // An anonymous volume, which only the container names.
    let [volume] = container.volumes.iter().collect::<Vec<_>>()[..] else { panic!("{container:?}") };
    for name in [volume, &free] {
        assert!(
            inventory.volumes.iter().any(|found| found.name == *name && found.driver == "local"),
            "{name}"
        );
    }
    assert!(container.networks.contains(&network), "{container:?}");
    let found = inventory.networks.iter().find(|found| found.id == network).unwrap();
    assert_eq!((found.name.as_str(), found.driver.as_str()), (bench.name("net").as_str(), "bridge"));
    assert!(inventory.networks.iter().any(|network| network.name == "bridge" && network.is_predefined()));
    assert_eq!(bench.start(&web).await, "done");
    let up = self::inventory(bench, false).await;
    assert!(up.containers.iter().any(|container| container.id == web && container.up));
    assert_eq!(bench.stop(&web).await, "done");
    assert_eq!(bench.remove(&web, true).await, "done");
}

pub(crate) async fn sizes_are_known_when_asked_for(bench: &Bench) {
    let volume = bench.make_volume("data").await;
    let web = bench.make(bench.container("web", idle())).await;
    let inventory = inventory(bench, true).await;
    let sizes = inventory.sizes.unwrap();
    assert_eq!(sizes.taken_at, now());
    assert!(sizes.layers > 0);
    assert!(sizes.volumes.contains_key(&volume), "{:?}", sizes.volumes);
    assert!(sizes.containers.contains_key(&web), "{:?}", sizes.containers);
    let image = inventory.images.iter().find(|image| image.is_called(BUSYBOX)).unwrap();
    assert!(sizes.image(image).unwrap() <= image.size);
    let alone = bench.engine.disk_usage(now()).await.unwrap();
    assert!(alone.volumes.contains_key(&volume));
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let taken = bench.down.inventory(now(), false).await;
    assert!(matches!(taken, Err(EngineError::Unavailable { .. })), "{taken:?}");
    let usage = bench.down.disk_usage(now()).await;
    assert!(matches!(usage, Err(EngineError::Unavailable { .. })), "{usage:?}");
}
