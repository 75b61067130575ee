//! From one state of a stack to another: what the crash enumeration breaks off everywhere.

use std::collections::BTreeMap;
use std::iter;

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{CommandId, ContainerId, StackId, VersionNumber};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{Behaviour, ForeignContainer, SimImage};

use crate::installation::{Installation, STRANGER, apply};

/// Three services, a job between them, two networks, a named and an anonymous volume, a config, and hooks.
pub(crate) const V1: &str = r#"
services:
  db:
    image: db:1
    restart: always
    healthcheck: { test: ready, interval: 5s }
    volumes: ["data:/data"]
    networks: [back]
  migrate:
    image: migrate:1
    restart: "no"
    command: [migrate]
    networks: [back]
    depends_on:
      db: { condition: service_healthy }
  app:
    image: app:1
    restart: always
    environment: { COLOR: red }
    configs: [page]
    post_start: [{ command: warm up }, { command: announce }]
    pre_stop: [{ command: drain }]
    networks: [back, front]
    depends_on:
      db: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
  web:
    image: web:1
    restart: always
    scale: 2
    networks: [front]
    depends_on: [app]
networks:
  front: {}
  back: {}
volumes:
  data: {}
configs:
  page: { content: hello }
"#;

/// An image that is built from a file, and another one that is built on it.
const BUILT: &str = r#"
services:
  base:
    build: base
    restart: always
  app:
    build: { context: app, dockerfile_inline: "FROM shop-base" }
    restart: always
    depends_on: [base]
"#;

/// A definition, and the files that belong to it.
pub(crate) struct Version {
    yaml: String,
    files: Vec<(&'static str, &'static str)>,
}

/// One story: the versions that were applied before, and the command that is broken off.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// Every version, from 1 on.
    pub(crate) versions: Vec<Version>,
    /// Applied before, in this order.
    pub(crate) before: Vec<u32>,
    pub(crate) command: CommandPayload,
}

impl Story {
    /// `V1` is version 1, and `versions` follow it.
    fn new(name: &'static str, versions: &[String], before: &[u32], command: CommandPayload) -> Self {
        let versions = iter::once(V1.to_owned()).chain(versions.iter().cloned());
        let versions = versions.map(|yaml| Version { yaml, files: Vec::new() }).collect();
        Self { name, versions, before: before.to_vec(), command }
    }

    /// Version 1 is built from one file, version 2 from a changed one.
    fn built(name: &'static str, before: &[u32], command: CommandPayload) -> Self {
        let version = |data| Version {
            yaml: BUILT.to_owned(),
            files: vec![("base/Dockerfile", "COPY data /data"), ("base/data", data), ("app/page", "hello")],
        };
        Self { name, versions: vec![version("one"), version("two")], before: before.to_vec(), command }
    }

    /// Everything up to the command, which is enqueued and not begun.
    pub(crate) async fn begin(&self, api: ApiVersion) -> Scene {
        let installation = Installation::new(api);
        furnish(&installation);
        let stranger = installation.engine.container_named(STRANGER).unwrap();
        let (first, later) = self.versions.split_first().unwrap();
        let stack = installation.create_folder(&first.yaml, &first.files).await;
        for version in later {
            installation.update_folder(stack, &version.yaml, &version.files).await;
        }
        for version in &self.before {
            let command = installation.carry_out(stack, apply(*version)).await;
            assert_eq!(command.status, CommandStatus::Done, "{}: {:?}", self.name, command.failure);
        }
        installation.engine.write_volume("shop_data", "rows");
        installation.engine.write_mounted("shop-db-1", "/var/lib/db", "pages");
        let command = installation.enqueue(stack, self.command.clone()).await;
        Scene { installation, stack, command, stranger }
    }
}

/// A story that has begun.
pub(crate) struct Scene {
    pub(crate) installation: Installation,
    pub(crate) stack: StackId,
    pub(crate) command: CommandId,
    pub(crate) stranger: ContainerId,
}

/// Images, and objects that belong to somebody else.
pub(crate) fn furnish(installation: &Installation) {
    let engine = &installation.engine;
    engine.add_image(SimImage::new("db:1").volume("/var/lib/db").behaviour(Behaviour::healthy(4)));
    engine.add_image(SimImage::new("migrate:1").behaviour(Behaviour::exits(3, 0)));
    engine.script("migrate", Behaviour::exits(3, 0).saying(&["3 migrations applied"]));
    for tag in ["app:1", "web:1", "stranger:1"] {
        engine.add_image(SimImage::new(tag));
    }
    engine.publish(SimImage::new("app:2").generation(2));
    engine.create_network_by_hand("foreign_default");
    engine.create_volume_by_hand("foreign_data", BTreeMap::new());
    engine.write_volume("foreign_data", "theirs");
    engine
        .run_foreign(ForeignContainer {
            name: STRANGER.to_owned(),
            image: "stranger:1".to_owned(),
            networks: vec!["foreign_default".to_owned()],
            ..ForeignContainer::default()
        })
        .unwrap();
}

/// `V1` with one thing changed.
pub(crate) fn with(from: &str, to: &str) -> String {
    assert!(V1.contains(from), "`{from}` is not in the definition");
    V1.replace(from, to)
}

/// Every story.
pub(crate) fn all() -> Vec<Story> {
    let web = V1.find("  web:\n").unwrap()..V1.find("networks:\n  front").unwrap();
    let without_web = format!("{}{}", &V1[..web.start], &V1[web.end..]);
    let everything = with("image: app:1", "image: app:2")
        .replace("test: ready", "test: alive")
        .replace("scale: 2", "scale: 3");
    let rollback = CommandPayload::Rollback {
        version: VersionNumber(1),
        refresh_images: false,
        options: ApplyOptions::default(),
    };
    let update = |name, yaml: String| Story::new(name, &[yaml], &[1], apply(2));
    vec![
        Story::new("first apply", &[], &[], apply(1)),
        update("new image, to be fetched", with("image: app:1", "image: app:2")),
        update("environment", with("COLOR: red", "COLOR: blue")),
        update("database with an anonymous volume", with("test: ready", "test: alive")),
        update("scaled up", with("scale: 2", "scale: 4")),
        update("scaled down", with("scale: 2", "scale: 1")),
        update("network made anew", with("front: {}", "front: { internal: true }")),
        update("network left", with("networks: [back, front]", "networks: [front]")),
        update("service removed", without_web),
        update("everything at once", everything.clone()),
        Story::new("deleted with volumes", &[], &[1], CommandPayload::Delete { volumes: true }),
        Story::new("deleted without volumes", &[], &[1], CommandPayload::Delete { volumes: false }),
        Story::new("rolled back", &[everything], &[1, 2], rollback.clone()),
        Story::new("stopped", &[], &[1], CommandPayload::Stop { service: None }),
        Story::new("restarted", &[], &[1], CommandPayload::Restart { service: None }),
        Story::built("images built", &[], apply(1)),
        Story::built("images built from a changed file", &[1], apply(2)),
        Story::built("rolled back to images that were built", &[1, 2], rollback),
    ]
}
