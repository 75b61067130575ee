//! The files of versions on the host.

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, OnFailure};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::EventFilter;
use core_monitor_simulation::engine::{Behaviour, SimImage};
use core_monitor_simulation::store::StoreFault;

use crate::installation::{Installation, apply};

const WEB: &str = "services: {web: {image: web:1}}";

fn installation() -> Installation {
    let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
    installation.engine.add_image(SimImage::new("web:1"));
    installation
}

/// Command, status, and how often files were written for it.
async fn written(installation: &Installation) -> Vec<String> {
    let filter = EventFilter { limit: 1_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let written = events.into_iter().filter(|event| event.entry.op == "write_files");
    written.map(|event| format!("{} {}", event.seq.0, event.entry.detail)).collect()
}

#[tokio::test(start_paused = true)]
async fn versions_bring_their_files_and_rollback_restores_them() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.update_folder(stack, WEB, &[("conf", "a"), ("old", "x")]).await;
    installation.update_folder(stack, WEB, &[("conf", "b")]).await;
    let carry_out = async |payload: CommandPayload| {
        let command = installation.carry_out(stack, payload).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        (command.result.unwrap(), installation.folders.listing(stack))
    };
    let (result, files) = carry_out(apply(2)).await;
    assert_eq!(
        (result.effects > 0, files.as_str()),
        (true, "compose.yml=services: {web: {image: web:1}}; conf=a; old=x")
    );
    let (result, files) = carry_out(apply(3)).await;
    assert_eq!(files, "compose.yml=services: {web: {image: web:1}}; conf=b");
    assert_eq!(result.effects, 0, "a changed file is no reason to replace a container");
    let rollback = CommandPayload::Rollback {
        version: VersionNumber(2),
        refresh_images: false,
        options: ApplyOptions::default(),
    };
    let (_, files) = carry_out(rollback).await;
    assert_eq!(files, "compose.yml=services: {web: {image: web:1}}; conf=a; old=x");
    carry_out(apply(2)).await;
    assert_eq!(
        written(&installation).await,
        [
            r#"4 {"remove":[],"removed":0,"write":["compose.yml","conf","old"],"written":3}"#,
            r#"5 {"remove":["old"],"removed":1,"write":["conf"],"written":1}"#,
            r#"6 {"remove":[],"removed":0,"write":["conf","old"],"written":2}"#,
        ],
        "the last command had nothing to write"
    );
}

#[tokio::test(start_paused = true)]
async fn what_others_changed_is_told() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.update_folder(stack, WEB, &[("conf", "a"), ("seed", "x")]).await;
    installation.carry_out(stack, apply(2)).await;
    installation.folders.put_by_hand(stack, "compose.yml", "mine");
    installation.folders.put_by_hand(stack, "seed", "rows");
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(
        command.result.unwrap().notes,
        [
            "`compose.yml` in the stack's folder: written again after somebody had changed it",
            "`seed` in the stack's folder: no longer in the version, left because somebody had changed it",
        ]
    );
    assert_eq!(installation.folders.listing(stack), format!("compose.yml={WEB}; seed=rows"));
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(command.result.unwrap().notes, [""; 0], "told once");
}

#[tokio::test(start_paused = true)]
async fn a_path_that_is_taken_fails_before_anything_runs() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.folders.make_folder(stack, "compose.yml");
    let command = installation.carry_out(stack, apply(1)).await;
    let failure = command.failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.subject.as_deref()), ("FOLDER_BLOCKED", Some("compose.yml")));
    assert_eq!(installation.engine.container_named("shop-web-1"), None);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_fails_and_can_be_mended() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.folders.set_full(true);
    let id = installation.enqueue(stack, apply(1)).await;
    let failure = installation.settle(id).await.failure.unwrap();
    assert_eq!(failure.code.as_str(), "FOLDER_BLOCKED");
    assert!(failure.message.contains("cannot write compose.yml"), "{}", failure.message);
    installation.folders.set_full(false);
    installation.retry(id).await;
    assert_eq!(installation.settle(id).await.status, CommandStatus::Done);
}

#[tokio::test(start_paused = true)]
async fn a_failed_apply_takes_its_files_back() {
    let installation = installation();
    installation.engine.add_image(SimImage::new("bad:1").behaviour(Behaviour::exits(1, 3)));
    let stack = installation.create(WEB).await;
    installation.update_folder(stack, WEB, &[("conf", "a")]).await;
    installation.update_folder(stack, "services: {web: {image: bad:1}}", &[("conf", "b")]).await;
    installation.carry_out(stack, apply(2)).await;
    let before = installation.folders.listing(stack);
    let options = ApplyOptions { on_failure: OnFailure::Rollback, ..ApplyOptions::default() };
    let command =
        installation.carry_out(stack, CommandPayload::Apply { version: VersionNumber(3), options }).await;
    assert_eq!(command.status, CommandStatus::Cancelled, "{:?}", command.failure);
    assert_eq!(installation.folders.listing(stack), before);
}

#[tokio::test(start_paused = true)]
async fn delete_takes_the_files_only_with_the_data() {
    for volumes in [false, true] {
        let installation = installation();
        let stack = installation.create(WEB).await;
        installation.carry_out(stack, apply(1)).await;
        installation.folders.put_by_hand(stack, "data", "rows");
        let command = installation.carry_out(stack, CommandPayload::Delete { volumes }).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        let expected = if volumes { "data=rows".to_owned() } else { format!("compose.yml={WEB}; data=rows") };
        assert_eq!(installation.folders.listing(stack), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_database_that_fails_meanwhile_is_waited_for() {
    for method in ["StackStore::list_files", "StackStore::read_file"] {
        let installation = installation();
        let stack = installation.create(WEB).await;
        installation.database.inject(method, StoreFault::Refused);
        let command = installation.carry_out(stack, apply(1)).await;
        assert_eq!(command.status, CommandStatus::Done, "{method}");
        assert_eq!(installation.database.pending_faults(), [], "{method}");
    }
}
