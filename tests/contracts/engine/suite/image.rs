//! Pulling images.

use core_monitor_domain::effect::Effect;
use core_monitor_domain::image::ImageRef;

use crate::bench::Bench;

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
