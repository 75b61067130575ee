//! Building images.

use core_monitor_domain::effect::Effect;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::EngineError;

use crate::bench::{BUSYBOX, Bench};

async fn build(bench: &Bench, name: &str, dockerfile: &str) -> String {
    bench.act(Effect::BuildImage(Box::new(bench.image(name, dockerfile)))).await
}

pub(crate) async fn a_built_image_has_its_name_and_build_hash(bench: &Bench) {
    let new = bench.image("app", &format!("FROM {BUSYBOX}\nRUN exit 0\n"));
    let (name, hash) = (new.image.clone(), new.spec.hash.clone());
    assert_eq!(bench.act(Effect::BuildImage(Box::new(new))).await, "image");
    let look = bench.look().await;
    let image = look.host.image(&name).unwrap();
    assert_eq!((image.build.as_ref(), image.digests.len()), (Some(&hash), 0));
    assert_eq!(look.host.image(&ImageRef::from(BUSYBOX)).unwrap().build, None);
}

pub(crate) async fn a_build_moves_the_name_and_leaves_the_earlier_image(bench: &Bench) {
    assert_eq!(build(bench, "app", &format!("FROM {BUSYBOX}\nLABEL generation=1\n")).await, "image");
    let name = bench.image("app", "").image;
    let first = bench.look().await.host.image(&name).unwrap().clone();
    assert_eq!(build(bench, "app", &format!("FROM {BUSYBOX}\nLABEL generation=2\n")).await, "image");
    let host = bench.look().await.host;
    let second = host.image(&name).unwrap();
    assert_ne!((&first.id, &first.build), (&second.id, &second.build));
    let kept = host.image(&ImageRef(first.id.to_string())).unwrap();
    assert_eq!((&kept.build, kept.tags.len()), (&first.build, 0));
}

pub(crate) async fn a_failing_step_returns_its_output_and_moves_no_tag(bench: &Bench) {
    assert_eq!(build(bench, "app", &format!("FROM {BUSYBOX}\nLABEL a=1\n")).await, "image");
    let new = bench.image("app", &format!("FROM {BUSYBOX}\nLABEL a=2\nRUN exit 3\n"));
    let name = new.image.clone();
    let before = bench.look().await.host.image(&name).cloned();
    let failed = bench.perform(Effect::BuildImage(Box::new(new))).await;
    let Err(EngineError::BuildFailed { message, lines }) = failed else { panic!("{failed:?}") };
    assert!(message.contains("/bin/sh -c exit 3") && message.ends_with("code: 3"), "{message}");
    assert!(lines.iter().any(|line| line.ends_with(" RUN exit 3")), "{lines:?}");
    assert_eq!(bench.look().await.host.image(&name).cloned(), before);
}

pub(crate) async fn a_missing_base_image_fails_the_build(bench: &Bench) {
    assert_eq!(build(bench, "app", "FROM no-such-registry.invalid/base:1\n").await, "build failed");
}

pub(crate) async fn an_unreachable_registry_is_unavailable(bench: &Bench) {
    bench.outside.cut_registry().await;
    assert_eq!(build(bench, "app", "FROM 127.0.0.1:1/base:1\n").await, "unavailable");
}
