//! What no stack gets: plans are blocked by it, and what no plan can see is refused right before the engine creates it.

use std::collections::BTreeMap;

use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::labels::COMPONENT;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::protection::Protected;
use core_monitor_simulation::engine::{ForeignContainer, SimImage};

use crate::installation::{Installation, apply};
use crate::runtime;

/// An installation that protects its data in `/data` and the folders of stacks in `/stacks`.
fn protecting() -> Installation {
    let mut installation = unprotected();
    protect(&mut installation);
    installation
}

fn unprotected() -> Installation {
    let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
    installation.engine.add_image(SimImage::new("app:1"));
    installation
}

fn protect(installation: &mut Installation) {
    let folders = ["/data", "/stacks"].map(str::to_owned).to_vec();
    installation.settings.protected = Protected::new(folders, None, vec!["proxy-*".parse().unwrap()]);
}

fn web(lines: &str) -> String {
    format!("services:\n  web:\n    image: app:1\n{lines}")
}

/// Applies a definition with these lines, and expects that it is refused before anything is created.
async fn refused(installation: &Installation, lines: &str) -> Command {
    let stack = installation.create(&web(lines)).await;
    let before = installation.engine.container_names();
    let command = installation.carry_out(stack, apply(1)).await;
    let failure = command.failure.clone().unwrap();
    assert_eq!(
        (command.status, failure.code),
        (CommandStatus::Failed, FailureCode::SelfProtected),
        "{lines}"
    );
    assert!(failure.hint.is_some(), "{failure:?}");
    assert_eq!(installation.engine.container_names(), before, "{lines}");
    command
}

async fn done(installation: &Installation, stack: StackId) {
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
}

#[test]
fn a_bind_of_the_keys_is_refused_before_anything_is_done() {
    runtime().block_on(async {
        for source in ["/data/secret.key", "../other/conf", "/", "/var/run/docker.sock"] {
            refused(&protecting(), &format!("    volumes: ['{source}:/x:ro']\n")).await;
        }
    });
}

#[test]
fn a_volume_that_is_a_folder_of_the_host_is_refused_before_it_is_created() {
    runtime().block_on(async {
        let installation = protecting();
        let volume = "volumes:\n  all:\n    driver_opts: {type: none, o: bind, device: /}\n";
        refused(&installation, &format!("    volumes: [all:/all]\n{volume}")).await;
        assert_eq!(installation.observe().await.host.volumes, []);
    });
}

#[test]
fn a_volume_that_was_made_by_hand_is_no_way_around_it() {
    runtime().block_on(async {
        let installation = protecting();
        installation.engine.create_volume_with_device("all", "/data");
        refused(&installation, "    volumes: [all:/all]\nvolumes:\n  all: {external: true}\n").await;
    });
}

#[test]
fn a_link_that_no_plan_can_see_is_refused_right_before_the_engine_is_asked() {
    runtime().block_on(async {
        let installation = protecting();
        let stack = installation.create(&web("    volumes: ['./data/out:/x', './conf:/conf']\n")).await;
        installation.host_mounts.put_link(&format!("/stacks/{stack}/data/out"), "/data/secret.key");
        let shown = installation.planned(stack, &apply(1)).await;
        assert!(!shown.contains("blocker"), "{shown}");
        let command = installation.carry_out(stack, apply(1)).await;
        let failure = command.failure.unwrap();
        assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::SelfProtected));
        let text = failure.message.text();
        assert!(text.contains(&format!("`web` may not mount `/stacks/{stack}/data/out`")), "{text}");
        assert_eq!(installation.engine.container_names(), [""; 0]);
    });
}

#[test]
fn a_link_that_was_put_there_later_is_refused_at_the_next_start() {
    runtime().block_on(async {
        let installation = protecting();
        let stack = installation.create(&web("    volumes: ['./data/out:/x']\n")).await;
        done(&installation, stack).await;
        let out = format!("/stacks/{stack}/data/out");
        installation.host_mounts.put_link(&out, "/data/secret.key");
        for payload in [CommandPayload::Restart { service: None }, CommandPayload::Start { service: None }] {
            if matches!(payload, CommandPayload::Start { .. }) {
                installation.carry_out(stack, CommandPayload::Stop { service: None }).await;
            }
            let command = installation.carry_out(stack, payload).await;
            let failure = command.failure.unwrap();
            assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::SelfProtected));
            installation.cancel(command.id).await;
        }
        installation.host_mounts.put_link(&out, &format!("/stacks/{stack}/data/in"));
        let command = installation.carry_out(stack, CommandPayload::Start { service: None }).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    });
}

#[test]
fn the_plan_that_the_server_shows_is_blocked_too() {
    runtime().block_on(async {
        let installation = protecting();
        let stack = installation.create(&web("    volumes: ['/data:/x']\n")).await;
        let shown = installation.planned(stack, &apply(1)).await;
        assert!(shown.contains("SELF_PROTECTED: `web` may not mount `/data`"), "{shown}");
    });
}

#[test]
fn a_stack_that_is_named_has_the_socket() {
    runtime().block_on(async {
        let installation = protecting();
        let text = web("    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n");
        let stack = installation.create_named("proxy-1", &text, &[]).await;
        done(&installation, stack).await;
        assert!(installation.engine.container_named("proxy-1-web-1").is_some());
    });
}

#[test]
fn the_own_folder_goes_on_working() {
    runtime().block_on(async {
        let installation = protecting();
        let files = [("conf/app.conf", "a")];
        let text = web("    volumes: ['./conf:/conf', '.:/all', named:/n]\nvolumes: {named: {}}\n");
        let stack = installation.create_folder(&text, &files).await;
        done(&installation, stack).await;
    });
}

#[test]
fn what_runs_already_is_left_alone_and_not_created_again() {
    runtime().block_on(async {
        let mut installation = unprotected();
        let stack = installation.create(&web("    volumes: ['/data:/x']\n")).await;
        done(&installation, stack).await;
        let running = installation.engine.container_named("shop-web-1").unwrap();
        protect(&mut installation);
        done(&installation, stack).await;
        installation.update(stack, &web("    volumes: ['/data:/x']\n    environment: {A: b}\n")).await;
        let command = installation.carry_out(stack, apply(2)).await;
        assert_eq!(command.failure.unwrap().code, FailureCode::SelfProtected);
        assert_eq!(installation.engine.container_named("shop-web-1"), Some(running));
    });
}

#[test]
fn nothing_is_shared_with_core_monitors_own_containers() {
    runtime().block_on(async {
        for lines in [
            "    network_mode: 'container:core-monitor-worker-1'\n",
            "    pid: 'container:core-monitor-worker-1'\n",
            "    ipc: 'container:core-monitor-worker-1'\n",
            "    volumes_from: ['container:core-monitor-worker-1:ro']\n",
        ] {
            let installation = protecting();
            let worker = ForeignContainer {
                name: "core-monitor-worker-1".to_owned(),
                image: "app:1".to_owned(),
                labels: BTreeMap::from([(COMPONENT.to_owned(), "worker".to_owned())]),
                ..ForeignContainer::default()
            };
            installation.engine.run_foreign(worker).unwrap();
            let command = refused(&installation, lines).await;
            let text = command.failure.unwrap().message.text().to_owned();
            assert!(text.contains("`core-monitor-worker-1`, which runs Core Monitor itself"), "{text}");
        }
    });
}
