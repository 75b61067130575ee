//! Changes of a stack's state that the crash enumeration interrupts everywhere.

use std::collections::BTreeMap;
use std::iter;

use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, Artifacts, PathSet, SlotKey};
use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, DeleteChoices, SleepMode};
use core_monitor_domain::ids::{CommandId, ContainerId, StackId, VersionNumber};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{Behaviour, ForeignContainer, SimImage};

use crate::installation::{Installation, STRANGER, apply};

/// Three services, with a job between them, two networks, a named and an anonymous volume, a config, and hooks.
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

/// The replicas of `V1` that run once it is applied.
pub(crate) const UP_IN_V1: [&str; 4] = ["db-1", "app-1", "web-1", "web-2"];

/// An image that is built from a file, and another one based on it.
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

/// A service with a slot for each way to become active.
const DEPLOYABLE: &str = r"
services:
  db:
    image: db:1
    restart: always
  app:
    image: app:1
    restart: always
    depends_on: [db]
    x-core-monitor:
      deploy:
        war: { target: /apps/, verify: { http: { port: 80 } } }
        conf: { target: /etc/app.conf, activate: { signal: HUP } }
        schema: { target: /schema.sql, activate: { exec: [migrate, /schema.sql] } }
        plugin: { target: /plugins/, as: plugin.so, activate: restart, verify: { health: true } }
        site: { target: /srv/www, form: tree }
    healthcheck: { test: ready, interval: 5s }
";

/// An artifact for a slot of `DEPLOYABLE`; `content` stands for its bytes.
fn artifact(slot: &str, file: &str, content: u8) -> (SlotKey, Artifact) {
    let key = SlotKey { service: "app".parse().unwrap(), slot: slot.parse().unwrap() };
    let form = if slot == "site" { ArtifactForm::Tree } else { ArtifactForm::File };
    let paths = if slot == "site" { PathSet::of(["index.html", file]) } else { PathSet::default() };
    let digest = ArtifactDigest([content; 32]);
    (key, Artifact { digest, size: 1, file_name: file.to_owned(), form, paths })
}

fn deploy(version: u32) -> CommandPayload {
    CommandPayload::Deploy {
        version: VersionNumber(version),
        service: "app".parse().unwrap(),
        slot: "war".parse().unwrap(),
        options: ApplyOptions::default(),
    }
}

/// What becomes active without a restart.
const HOT: &[(&str, &str, u8)] =
    &[("war", "shop.war", 1), ("conf", "app.conf", 2), ("schema", "one.sql", 3), ("site", "a.css", 4)];
/// The same, changed, and what needs one.
const ALL: &[(&str, &str, u8)] = &[
    ("war", "shop.war", 5),
    ("conf", "app.conf", 6),
    ("schema", "two.sql", 7),
    ("plugin", "fast.so", 8),
    ("site", "a.css", 9),
];
/// Files of the former ones would remain.
const RENAMED: &[(&str, &str, u8)] =
    &[("war", "store.war", 10), ("plugin", "fast.so", 8), ("site", "b.css", 11)];

/// A definition with its files.
pub(crate) struct Version {
    yaml: String,
    files: Vec<(&'static str, &'static str)>,
    artifacts: Artifacts,
}

/// A story: the versions applied before, and the command to interrupt.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// All versions, from 1.
    pub(crate) versions: Vec<Version>,
    /// Versions applied before, in this order.
    pub(crate) before: Vec<u32>,
    /// The sleep command before, if any.
    asleep: Option<CommandPayload>,
    pub(crate) command: CommandPayload,
}

impl Story {
    /// Version 1 is `V1`, followed by `versions`.
    fn new(name: &'static str, versions: &[String], before: &[u32], command: CommandPayload) -> Self {
        let versions = iter::once(V1.to_owned()).chain(versions.iter().cloned());
        let versions =
            versions.map(|yaml| Version { yaml, files: Vec::new(), artifacts: Artifacts::new() }).collect();
        Self { name, versions, before: before.to_vec(), asleep: None, command }
    }

    /// A sleeping stack that is woken.
    fn woken(name: &'static str, mode: SleepMode) -> Self {
        let asleep = Some(CommandPayload::sleep(mode));
        Self { asleep, ..Self::new(name, &[], &[1], CommandPayload::wake()) }
    }

    /// Version 1 is built from one file, version 2 from a changed one.
    fn built(name: &'static str, before: &[u32], command: CommandPayload) -> Self {
        let version = |data| Version {
            yaml: BUILT.to_owned(),
            files: vec![("base/Dockerfile", "COPY data /data"), ("base/data", data), ("app/page", "hello")],
            artifacts: Artifacts::new(),
        };
        let versions = vec![version("one"), version("two")];
        Self { name, versions, before: before.to_vec(), asleep: None, command }
    }

    /// Versions that differ by their artifacts: none, and then these, as slot, name and content.
    fn deployed(
        name: &'static str,
        deployments: &[&[(&str, &str, u8)]],
        before: &[u32],
        command: CommandPayload,
    ) -> Self {
        let none: &[(&str, &str, u8)] = &[];
        let version = |artifacts: &&[(&str, &str, u8)]| Version {
            yaml: DEPLOYABLE.to_owned(),
            files: Vec::new(),
            artifacts: artifacts.iter().map(|(slot, file, content)| artifact(slot, file, *content)).collect(),
        };
        let versions = iter::once(&none).chain(deployments).map(version).collect();
        Self { name, versions, before: before.to_vec(), asleep: None, command }
    }

    /// Whether it changes an applied `V1` to another version.
    pub(crate) fn updates_v1(&self) -> bool {
        let converges =
            matches!(self.command, CommandPayload::Apply { .. } | CommandPayload::Rollback { .. });
        converges && self.before.first() == Some(&1) && self.versions[0].yaml == V1
    }

    /// Prepares everything and enqueues the command without starting it.
    pub(crate) async fn begin(&self, api: ApiVersion) -> Scene {
        let Prepared { installation, stack, stranger } = self.prepare(api).await;
        let command = installation.enqueue(stack, self.command.clone()).await;
        Scene { installation, stack, command, stranger }
    }

    /// Prepares everything before the command.
    pub(crate) async fn prepare(&self, api: ApiVersion) -> Prepared {
        let installation = Installation::new(api);
        furnish(&installation);
        let stranger = installation.engine.container_named(STRANGER).unwrap();
        let (first, later) = self.versions.split_first().unwrap();
        let stack = installation.create_folder(&first.yaml, &first.files).await;
        for version in later {
            let artifacts = version.artifacts.clone();
            installation.update_with(stack, &version.yaml, &version.files, artifacts).await;
        }
        for version in &self.before {
            let command = installation.carry_out(stack, apply(*version)).await;
            assert_eq!(command.status, CommandStatus::Done, "{}: {:?}", self.name, command.failure);
        }
        installation.engine.write_volume("shop_data", "rows");
        installation.engine.write_mounted("shop-db-1", "/var/lib/db", "pages");
        if let Some(sleep) = &self.asleep {
            installation.carry_out(stack, sleep.clone()).await;
        }
        Prepared { installation, stack, stranger }
    }
}

/// A prepared story.
pub(crate) struct Prepared {
    pub(crate) installation: Installation,
    pub(crate) stack: StackId,
    pub(crate) stranger: ContainerId,
}

/// A story with an enqueued command.
pub(crate) struct Scene {
    pub(crate) installation: Installation,
    pub(crate) stack: StackId,
    pub(crate) command: CommandId,
    pub(crate) stranger: ContainerId,
}

/// Adds images and foreign objects.
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

/// `V1` with one change.
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
        Story::new("deleted with volumes", &[], &[1], CommandPayload::delete(true)),
        Story::new("deleted without volumes", &[], &[1], CommandPayload::delete(false)),
        Story::new("taken down with volumes", &[], &[1], down(true)),
        Story::new("taken down without volumes", &[], &[1], down(false)),
        Story::new("forgotten", &[], &[1], forget()),
        Story::new("rolled back", &[everything], &[1, 2], rollback.clone()),
        Story::new("stopped", &[], &[1], CommandPayload::Stop { service: None }),
        Story::new("restarted", &[], &[1], CommandPayload::Restart { service: None }),
        Story::new("put to sleep", &[], &[1], CommandPayload::sleep(SleepMode::Stop)),
        Story::new("put to sleep in memory", &[], &[1], CommandPayload::sleep(SleepMode::Pause)),
        Story::woken("woken", SleepMode::Stop),
        Story::woken("woken from memory", SleepMode::Pause),
        Story::built("images built", &[], apply(1)),
        Story::built("images built from a changed file", &[1], apply(2)),
        Story::built("rolled back to images that were built", &[1, 2], rollback),
    ]
}

/// A DELETE that keeps the stack and its versions.
pub(crate) fn down(volumes: bool) -> CommandPayload {
    let what = DeleteChoices { volumes, definition: false, ..DeleteChoices::default() };
    CommandPayload::Delete { what, plan_id: None }
}

/// A DELETE that keeps everything on the engine.
pub(crate) fn forget() -> CommandPayload {
    let what = DeleteChoices { containers: false, ..DeleteChoices::default() };
    CommandPayload::Delete { what, plan_id: None }
}

/// Every story about artifacts.
pub(crate) fn deployments() -> Vec<Story> {
    let rollback = CommandPayload::Rollback {
        version: VersionNumber(1),
        refresh_images: false,
        options: ApplyOptions::default(),
    };
    vec![
        Story::deployed("deployed without a restart", &[HOT], &[1], deploy(2)),
        Story::deployed("deployed with a restart", &[HOT, ALL], &[1, 2], deploy(3)),
        Story::deployed("deployed under another name", &[ALL, RENAMED], &[1, 2], deploy(3)),
        Story::deployed("rolled back to no artifacts", &[ALL], &[1, 2], rollback),
    ]
}
