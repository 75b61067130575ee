//! A container that mounts a single file keeps the file that was there when it was created: when the version has another
//! one, it is replaced, and until then that is part of every plan.

use core_monitor_domain::command::CommandStatus;
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_simulation::engine::{Fault, SimImage};

use crate::installation::{Installation, apply};

const FILE: &str = "services: {web: {image: web:1, volumes: [./app.conf:/etc/app.conf:ro]}}";
const FOLDER: &str = "services: {web: {image: web:1, volumes: [./conf:/etc/conf:ro]}}";
const SECRET: &str = "services: {web: {image: web:1, secrets: [key]}}\nsecrets: {key: {file: ./app.conf}}";
const CONFIG: &str = "services: {web: {image: web:1, configs: [key]}}\nconfigs: {key: {file: ./app.conf}}";

type Files<'f> = &'f [(&'f str, &'f str)];

struct Bench {
    installation: Installation,
    stack: StackId,
}

impl Bench {
    /// The first version is applied, and the second one saved.
    async fn new(yaml: &str, first: Files<'_>, second: Files<'_>) -> Self {
        let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
        installation.engine.add_image(SimImage::new("web:1"));
        let stack = installation.create_folder(yaml, first).await;
        installation.update_folder(stack, yaml, second).await;
        let bench = Self { installation, stack };
        bench.apply(1).await;
        bench
    }

    async fn apply(&self, version: u32) -> u32 {
        let command = self.installation.carry_out(self.stack, apply(version)).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        command.result.unwrap().effects
    }

    async fn planned(&self, version: u32) -> String {
        self.installation.planned(self.stack, &apply(version)).await
    }

    fn web(&self) -> ContainerId {
        self.installation.engine.container_named("shop-web-1").unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_container_is_replaced_when_a_file_that_it_mounts_changes() {
    let (one, two): (Files<'_>, Files<'_>) = (&[("app.conf", "one")], &[("app.conf", "two")]);
    for yaml in [FILE, SECRET, CONFIG] {
        // Changed, sent later, and no longer sent.
        for (first, second) in [(one, two), (&[][..], one), (one, &[][..])] {
            let bench = Bench::new(yaml, first, second).await;
            let before = bench.web();
            assert_eq!(bench.apply(1).await, 0, "nothing has changed yet");
            let plan = bench.planned(2).await;
            assert!(plan.contains("remove shop-web-1 (its file `app.conf` changed)"), "{plan}");
            bench.apply(2).await;
            assert_ne!(bench.web(), before);
            assert_eq!(bench.apply(2).await, 0);
            // The way back is a change too.
            bench.apply(1).await;
            assert_eq!(bench.apply(1).await, 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mounted_folder_shows_its_files_at_once() {
    let bench = Bench::new(FOLDER, &[("conf/a", "one")], &[("conf/a", "two"), ("conf/b", "new")]).await;
    let before = bench.web();
    let plan = bench.planned(2).await;
    assert!(plan.contains("`conf/a` changes in the stack's folder"), "{plan}");
    assert_eq!(bench.apply(2).await, 0);
    assert_eq!(bench.web(), before);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_changed_is_named_in_the_plan_before_it_is_overwritten() {
    for (yaml, path, replaced) in [(FILE, "app.conf", true), (FOLDER, "conf/a", false)] {
        let bench = Bench::new(yaml, &[(path, "one")], &[]).await;
        let before = bench.web();
        bench.installation.folders.put_by_hand(bench.stack, path, "mine");
        let plan = bench.planned(1).await;
        let words = format!(
            "somebody has changed `{path}` in the stack's folder since it was written: applying overwrites it"
        );
        assert!(plan.contains(&words), "{plan}");
        assert_eq!(
            plan.contains(&format!("remove shop-web-1 (its file `{path}` changed)")),
            replaced,
            "{plan}"
        );
        bench.apply(1).await;
        assert_eq!(bench.web() != before, replaced, "{path}");
        assert!(!bench.planned(1).await.contains("somebody"));
        assert_eq!(bench.apply(1).await, 0, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_dies_after_overwriting_a_file_leaves_the_replacement_to_the_next() {
    let bench = Bench::new(FILE, &[("app.conf", "one")], &[]).await;
    let before = bench.web();
    bench.installation.folders.put_by_hand(bench.stack, "app.conf", "mine");
    // The file is written before the first effect.
    bench.installation.engine.fail_at(1, Fault::CrashBefore);
    bench.apply(1).await;
    assert_ne!(bench.web(), before, "it still sees what somebody wrote");
    assert_eq!(bench.apply(1).await, 0);
}
