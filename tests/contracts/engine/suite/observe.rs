//! Observations and events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use core_monitor_domain::desired::{ContainerSpec, Mount, MountKind};
use core_monitor_domain::effect::Effect;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::labels;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::time::Timestamp;

use crate::bench::{BUSYBOX, Bench, WITH_VOLUME, command, idle};

pub(crate) async fn our_containers_are_reported_in_full_and_others_as_occupants(bench: &Bench) {
    let ours = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&ours).await, "done");
    let other = bench.outside.run(&bench.name("other"), [].into()).await;
    let look = bench.look().await;
    assert_eq!(look.containers.iter().map(|c| &c.id).collect::<Vec<_>>(), [&ours]);
    let seen = look.container(&ours).unwrap();
    assert_eq!((seen.name.as_str(), seen.image.as_str()), (bench.name("web").as_str(), BUSYBOX));
    assert_eq!(seen.labels.get(labels::SLOT).map(String::as_str), Some("1"));
    assert_eq!(look.host.image(&ImageRef::from(BUSYBOX)).map(|image| &image.id), Some(&seen.image_id));
    assert!(seen.created_at.is_some() && seen.started_at.is_some());
    let names: Vec<_> = look
        .host
        .occupants
        .iter()
        .filter(|o| o.id == ours || o.id == other)
        .map(|o| (o.name.clone(), o.ours, o.up, o.owner.is_some(), o.networks.clone()))
        .collect();
    let bridge = vec!["bridge".to_owned()];
    let expected = [
        (bench.name("other"), false, true, false, bridge.clone()),
        (bench.name("web"), true, true, true, bridge),
    ];
    assert_eq!(names, expected);
    assert_eq!(bench.engine.inspect(&ours).await.unwrap().as_ref(), Some(seen));
}

pub(crate) async fn another_instance_is_foreign(bench: &Bench) {
    let mut labels = bench.labels();
    labels.insert(labels::INSTANCE.to_owned(), "00000000-0000-0000-0000-00000000ffff".to_owned());
    labels.insert(labels::COMPONENT.to_owned(), "worker".to_owned());
    let other = bench.outside.run(&bench.name("other"), labels).await;
    let look = bench.look().await;
    assert_eq!(look.container(&other), None);
    let occupant = look.host.occupant_named(&bench.name("other")).unwrap();
    assert_eq!((occupant.ours, occupant.owner.is_some(), occupant.component), (false, true, true));
}

pub(crate) async fn adopted_containers_are_reported_in_full(bench: &Bench) {
    let written = BTreeMap::from([("com.docker.compose.project".to_owned(), "shop".to_owned())]);
    let adopted = bench.outside.run(&bench.name("adopted"), written.clone()).await;
    let other = bench.outside.run(&bench.name("other"), [].into()).await;
    let now = Timestamp::from_millis(1_769_421_600_000).unwrap();
    let wanted = BTreeSet::from([adopted.clone(), ContainerId::from("gone")]);
    let look = bench.engine.observe(bench.instance, &wanted, now).await.unwrap();
    assert_eq!(look.containers.iter().map(|c| &c.id).collect::<Vec<_>>(), [&adopted]);
    let seen = look.container(&adopted).unwrap();
    assert_eq!(bench.engine.inspect(&adopted).await.unwrap().as_ref(), Some(seen));
    assert_eq!(seen.labels.get("com.docker.compose.project"), written.get("com.docker.compose.project"));
    assert!(!seen.labels.contains_key(labels::STACK), "labels are the engine's own");
    let occupants: Vec<_> =
        look.host.occupants.iter().filter(|o| o.id == adopted || o.id == other).map(|o| o.ours).collect();
    assert_eq!(occupants, [false, false]);
    assert_eq!(bench.look().await.container(&adopted), None, "it is asked for in every look");
}

pub(crate) async fn mounts_have_their_kind(bench: &Bench) {
    let volume = bench.make_volume("data").await;
    let mount = |target: &str, read_only, kind| Mount {
        target: target.to_owned(),
        read_only,
        kind,
        consistency: None,
    };
    let named =
        MountKind::Volume { name: Some(volume.clone()), nocopy: false, subpath: None, labels: [].into() };
    let bind = MountKind::Bind {
        source: "/proc".into(),
        create_host_path: true,
        propagation: None,
        selinux: None,
        recursive: None,
    };
    let spec = ContainerSpec {
        image: ImageRef::from(WITH_VOLUME),
        mounts: vec![mount("/host", true, bind), mount("/named", false, named)],
        ..idle()
    };
    let id = bench.make(bench.container("web", spec)).await;
    let mounts = bench.see(&id).await.mounts;
    let shown: Vec<String> = mounts
        .iter()
        .map(|m| {
            let name = if m.is_anonymous_volume() {
                "anonymous"
            } else {
                m.name.trim_start_matches(&bench.name(""))
            };
            format!("{} {} {name} {}", m.target, m.kind, if m.read_write { "rw" } else { "ro" })
        })
        .collect();
    assert_eq!(shown, ["/data volume anonymous rw", "/host bind  ro", "/named volume data rw"]);
}

pub(crate) async fn the_last_lines_are_read(bench: &Bench) {
    let id =
        bench.make(bench.container("web", command(&["sh", "-c", "echo one; echo two >&2; exec idle"]))).await;
    assert_eq!(bench.engine.tail_logs(&id, 10).await.unwrap(), []);
    assert_eq!(bench.start(&id).await, "done");
    let mut lines = bench.engine.tail_logs(&id, 10).await.unwrap();
    for _ in 0..200 {
        if lines.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        lines = bench.engine.tail_logs(&id, 10).await.unwrap();
    }
    // The order of the two streams is not specified.
    lines.sort_by_key(|line| line.stderr);
    let shown: Vec<_> =
        lines.iter().map(|line| (line.stderr, line.text.as_str(), line.at.is_some())).collect();
    assert_eq!(shown, [(false, "one", true), (true, "two", true)]);
    assert_eq!(bench.engine.tail_logs(&id, 1).await.unwrap().len(), 1);
}

pub(crate) async fn a_start_is_a_change(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    let mut changes = bench.engine.changes().await.unwrap();
    assert_eq!(bench.start(&id).await, "done");
    let heard = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            let change = changes.next().await.unwrap();
            // Other tests use the same engine.
            if change.subject == id.as_str() && change.action == "start" {
                return change.kind;
            }
        }
    });
    assert_eq!(heard.await.unwrap(), "container");
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let now = Timestamp::from_millis(1).unwrap();
    let observed = bench.down.observe(bench.instance, &[].into(), now).await;
    assert!(matches!(observed, Err(EngineError::Unavailable { .. })), "{observed:?}");
    let container = "0".repeat(64).as_str().into();
    let effect = Effect::StartContainer { container };
    let sink = std::sync::Arc::new(Silent);
    let started = bench.down.perform(&effect, Duration::from_secs(10), sink).await;
    assert!(matches!(started, Err(EngineError::Unavailable { .. })), "{started:?}");
    assert!(bench.down.changes().await.is_err());
}

struct Silent;

impl core_monitor_domain::ports::ProgressSink for Silent {
    fn report(&self, _: core_monitor_domain::ports::Progress) {}
}
