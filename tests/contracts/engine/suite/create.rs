//! Creating containers.

use core_monitor_domain::desired::{
    ContainerSpec, Healthcheck, HealthcheckTest, Mount, MountKind, NetworkMode,
};
use core_monitor_domain::effect::{Effect, NewContainer};
use core_monitor_domain::ids::NetworkId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::observation::ContainerState;

use crate::bench::{Bench, idle};

async fn create(bench: &Bench, new: NewContainer) -> String {
    bench.act(Effect::CreateContainer(Box::new(new))).await
}

pub(crate) async fn a_taken_name_names_its_holder(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    let again = create(bench, bench.container("web", idle())).await;
    assert_eq!(again, format!("name taken by {id}"));
    let foreign = bench.outside.run(&bench.name("other"), [].into()).await;
    let clash = create(bench, bench.container("other", idle())).await;
    assert_eq!(clash, format!("name taken by {foreign}"));
}

pub(crate) async fn a_bad_name_is_refused(bench: &Bench) {
    assert_eq!(create(bench, bench.container("a b", idle())).await, "refused 400");
}

pub(crate) async fn a_missing_image_is_not_available(bench: &Bench) {
    let mut new = bench.container("web", idle());
    new.image = ImageRef::from("test/no-such-image:1");
    assert_eq!(create(bench, new).await, "image unavailable");
}

pub(crate) async fn a_missing_network_shows_at_the_start(bench: &Bench) {
    let missing = NetworkId("f".repeat(64));
    let id = bench.make(bench.attached("web", &[(&missing, "none")])).await;
    assert_eq!(bench.start(&id).await, "not found");
    let seen = bench.see(&id).await;
    assert_eq!(seen.state, ContainerState::Created);
    assert!(seen.error.contains("not found"), "{seen:#?}");
}

pub(crate) async fn a_missing_bind_source_is_refused(bench: &Bench) {
    let kind = MountKind::Bind {
        source: "/no/such/path".into(),
        create_host_path: false,
        propagation: None,
        selinux: None,
        recursive: None,
    };
    let mount = Mount { target: "/here".into(), read_only: false, kind, consistency: None };
    let spec = ContainerSpec { mounts: vec![mount], ..idle() };
    assert_eq!(create(bench, bench.container("web", spec)).await, "refused 400");
}

pub(crate) async fn several_networks_at_once_are_refused_by_older_engines(bench: &Bench) {
    let (front, back) = (bench.make_network("front").await, bench.make_network("back").await);
    let new = bench.attached("web", &[(&front, "front"), (&back, "back")]);
    let older = bench.look().await.host.engine.api
        < core_monitor_domain::observation::ApiVersion::ALL_NETWORKS_IN_CREATE;
    assert_eq!(create(bench, new).await, if older { "refused 400" } else { "container" });
}

pub(crate) async fn a_quicker_start_of_health_checks_is_refused_by_older_engines(bench: &Bench) {
    let check = Healthcheck {
        test: HealthcheckTest::Exec(vec!["true".into()]),
        interval_ms: None,
        timeout_ms: None,
        start_period_ms: None,
        start_interval_ms: Some(100),
        retries: None,
    };
    let spec = ContainerSpec { healthcheck: Some(check), ..idle() };
    let older = bench.look().await.host.engine.api
        < core_monitor_domain::observation::ApiVersion::ALL_NETWORKS_IN_CREATE;
    let answer = create(bench, bench.container("web", spec)).await;
    assert_eq!(answer, if older { "refused 400" } else { "container" });
}

pub(crate) async fn a_missing_named_volume_is_created(bench: &Bench) {
    let name = bench.name("data");
    let kind =
        MountKind::Volume { name: Some(name.clone()), nocopy: false, subpath: None, labels: [].into() };
    let mount = Mount { target: "/data".into(), read_only: false, kind, consistency: None };
    let spec = ContainerSpec { mounts: vec![mount], network_mode: NetworkMode::None, ..idle() };
    bench.make(bench.container("web", spec)).await;
    let look = bench.look().await;
    assert_eq!(look.host.volume(&name).map(|volume| volume.labels.len()), Some(0));
}
