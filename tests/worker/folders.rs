//! The files of versions on the host.

use std::time::Duration;

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, OnFailure};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::journal::Entry;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{Clock as _, EventFilter};
use core_monitor_simulation::engine::{Behaviour, SimImage};
use core_monitor_simulation::store::StoreFault;
use tokio_util::sync::CancellationToken;

use crate::installation::{Installation, apply};

const WEB: &str = "services: {web: {image: web:1}}";

fn installation() -> Installation {
    let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
    installation.engine.add_image(SimImage::new("web:1"));
    installation
}

/// Each command with its status, and how often files were written for it.
async fn written(installation: &Installation) -> Vec<String> {
    let filter = EventFilter { limit: 1_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    let written = events.into_iter().filter(|event| matches!(event.line.entry, Entry::Folder(_)));
    written.map(|event| format!("{} {}", event.seq.0, event.line.entry.encode().detail)).collect()
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
async fn foreign_changes_are_reported() {
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
            "`compose.yml` in the stack's folder: overwritten, although somebody had changed it",
            "`seed` in the stack's folder: not in the version, but kept because somebody had changed it",
        ]
    );
    assert_eq!(installation.folders.listing(stack), format!("compose.yml={WEB}; seed=rows"));
    let command = installation.carry_out(stack, apply(1)).await;
    assert_eq!(command.result.unwrap().notes, [""; 0], "told once");
}

#[tokio::test(start_paused = true)]
async fn a_blocked_path_fails_before_anything_runs() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.folders.put_by_hand(stack, "compose.yml/theirs", "rows");
    let command = installation.carry_out(stack, apply(1)).await;
    let failure = command.failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.subject.as_deref()), ("FOLDER_BLOCKED", Some("compose.yml")));
    assert_eq!(installation.engine.container_named("shop-web-1"), None);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_is_waited_for_and_the_wait_can_be_cancelled() {
    let installation = installation();
    let stack = installation.create(WEB).await;
    installation.folders.set_full(true);
    let id = installation.enqueue(stack, apply(1)).await;
    let (worker, shutdown) = (installation.worker(), CancellationToken::new());
    let space = async {
        // Longer than the budget for retries.
        installation.clock.sleep(Duration::from_mins(8)).await;
        assert_eq!(installation.command(id).await.status, CommandStatus::Running);
        installation.folders.set_full(false);
        let back = installation.clock.elapsed();
        let done = installation.settled(id).await;
        let took = installation.clock.elapsed().saturating_sub(back);
        assert!(took < Duration::from_secs(30), "{took:?}");
        done
    };
    let done = tokio::select! {
        biased;
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
        done = space => done,
    };
    assert_eq!(done.status, CommandStatus::Done);

    let installation = self::installation();
    let stack = installation.create(WEB).await;
    installation.folders.set_full(true);
    let id = installation.enqueue(stack, apply(1)).await;
    let (worker, shutdown) = (installation.worker(), CancellationToken::new());
    let cancelled = async {
        installation.clock.sleep(Duration::from_mins(1)).await;
        installation.cancel(id).await;
        installation.settled(id).await
    };
    let cancelled = tokio::select! {
        biased;
        () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
        cancelled = cancelled => cancelled,
    };
    assert_eq!(cancelled.status, CommandStatus::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_failed_apply_restores_the_earlier_files() {
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
async fn delete_removes_the_files_only_with_the_data() {
    for volumes in [false, true] {
        let installation = installation();
        let stack = installation.create(WEB).await;
        installation.carry_out(stack, apply(1)).await;
        installation.folders.put_by_hand(stack, "data", "rows");
        let command = installation.carry_out(stack, CommandPayload::delete(volumes)).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        let expected = if volumes { "data=rows".to_owned() } else { format!("compose.yml={WEB}; data=rows") };
        assert_eq!(installation.folders.listing(stack), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_temporary_database_failure_is_waited_for() {
    for method in ["StackStore::list_files", "StackStore::read_file"] {
        let installation = installation();
        let stack = installation.create(WEB).await;
        installation.database.inject(method, StoreFault::Refused);
        let command = installation.carry_out(stack, apply(1)).await;
        assert_eq!(command.status, CommandStatus::Done, "{method}");
        assert_eq!(installation.database.pending_faults(), [], "{method}");
    }
}
