//! What is mounted.

use core_monitor_domain::desired::{ContainerSpec, Mount, MountKind, VolumeSpec};
use core_monitor_domain::effect::Effect;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::plan::InheritedVolume;
use serde_json::json;

use super::{check, compare, docker_bench, get, speaks, strings, words};
use crate::bench::{WITH_VOLUME, idle};

fn mount(target: &str, read_only: bool, kind: MountKind) -> Mount {
    Mount { target: target.to_owned(), read_only, kind, consistency: None }
}

fn bind(source: &str, create_host_path: bool, propagation: Option<&str>) -> MountKind {
    MountKind::Bind {
        source: source.to_owned(),
        create_host_path,
        propagation: propagation.map(Into::into),
        selinux: None,
        recursive: None,
    }
}

fn volume(name: Option<&str>, nocopy: bool) -> MountKind {
    MountKind::Volume { name: name.map(Into::into), nocopy, subpath: None, labels: [].into() }
}

#[tokio::test]
async fn mounts() {
    docker_bench("mounts", |bench| {
        Box::pin(async move {
            let name = bench.make_volume("data").await;
            let folder = tempfile::tempdir().unwrap();
            let made = folder.path().join("made").to_string_lossy().into_owned();
            let there = folder.path().to_string_lossy().into_owned();
            let spec = ContainerSpec {
                image: ImageRef::from(WITH_VOLUME),
                mounts: vec![
                    mount("/named", false, volume(Some(&name), false)),
                    mount("/anonymous", false, volume(None, false)),
                    mount("/short", true, bind(&made, true, None)),
                    mount("/long", false, bind(&there, false, None)),
                    mount("/uncopied", false, volume(Some(&name), true)),
                    mount("/memory", false, MountKind::Tmpfs { size: Some(1 << 20), mode: Some(0o700) }),
                    mount("/shared", false, bind(&there, true, Some("rprivate"))),
                ],
                tmpfs: strings(&[("/x", ""), ("/y", "size=1m")]),
                ..idle()
            };
            let mut shared = json!({"Propagation": "rprivate"});
            if speaks(bench, 42).await {
                shared["CreateMountpoint"] = json!(true);
            }
            let expected = [
                ("/HostConfig/Binds", json!([format!("{name}:/named:rw"), format!("{made}:/short:ro")])),
                (
                    "/HostConfig/Mounts",
                    json!([
                        {"Type": "volume", "Target": "/anonymous", "VolumeOptions": {}},
                        {"Type": "bind", "Source": there, "Target": "/long", "BindOptions": {}},
                        {"Type": "volume", "Source": name, "Target": "/uncopied",
                         "VolumeOptions": {"NoCopy": true}},
                        {"Type": "tmpfs", "Target": "/memory", "TmpfsOptions": {"SizeBytes": 1_048_576, "Mode": 448}},
                        {"Type": "bind", "Source": there, "Target": "/shared",
                         "BindOptions": shared},
                    ]),
                ),
                ("/HostConfig/Tmpfs", json!({"/x": "", "/y": "size=1m"})),
            ];
            let id = check(bench, bench.container("web", spec), &expected).await;
            assert_eq!(bench.start(&id).await, "done");
            assert!(folder.path().join("made").is_dir(), "the engine makes the path of a short bind");
        })
    })
    .await;
}

#[tokio::test]
async fn volumes_of_others() {
    docker_bench("volumes_of_others", |bench| {
        Box::pin(async move {
            let parent = bench.make(bench.container("parent", idle())).await;
            let spec = ContainerSpec { volumes_from: words(&["db:ro"]), ..idle() };
            let mut child = bench.container("child", spec);
            child.parents = [("db".parse().unwrap(), parent.clone())].into();
            let expected = json!([format!("{parent}:ro")]);
            check(bench, child, &[("/HostConfig/VolumesFrom", expected)]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn inherited_volumes() {
    docker_bench("inherited_volumes", |bench| {
        Box::pin(async move {
            let name = bench.make_volume("old").await;
            let spec = ContainerSpec {
                image: ImageRef::from(WITH_VOLUME),
                mounts: vec![mount("/anonymous", false, volume(None, false))],
                ..idle()
            };
            let mut new = bench.container("web", spec);
            let inherit = |target: &str| InheritedVolume { name: name.clone(), target: target.to_owned() };
            new.inherited = vec![inherit("/data"), inherit("/anonymous")];
            let expected = json!([
                {"Type": "volume", "Source": name, "Target": "/anonymous"},
                {"Type": "volume", "Source": name, "Target": "/data"},
            ]);
            check(bench, new, &[("/HostConfig/Mounts", expected)]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn volumes() {
    docker_bench("volumes", |bench| {
        Box::pin(async move {
            let volume = VolumeSpec {
                name: bench.name("data"),
                driver: Some("local".into()),
                driver_opts: strings(&[("type", "tmpfs"), ("device", "tmpfs"), ("o", "size=1m")]),
                ..VolumeSpec::default()
            };
            let effect = Effect::CreateVolume { volume, labels: bench.labels() };
            assert_eq!(bench.act(effect).await, "done");
            let expected = [
                ("/Driver", json!("local")),
                ("/Options", json!({"type": "tmpfs", "device": "tmpfs", "o": "size=1m"})),
                ("/Labels", json!(bench.labels())),
            ];
            compare(&get(&format!("/volumes/{}", bench.name("data"))).await, &expected);
        })
    })
    .await;
}
