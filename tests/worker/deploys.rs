//! Deployments: what does not work is taken back, and what was not seen to work is looked at again.

use std::time::Duration;

use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, Artifacts, PathSet, SlotKey};
use core_monitor_domain::command::{
    ApplyOptions, CommandPayload, CommandStatus, FailureCode, OnFailure, Readiness,
};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{API_1_41, Behaviour, SimImage};

use crate::installation::{Installation, apply};
use crate::runtime;

pub(crate) const WEB: &str = r"
services:
  web:
    image: web:1
    restart: always
    x-core-monitor:
      deploy:
        app: { target: /app.war, activate: { signal: HUP }, verify: { http: { port: 80 } } }
";

pub(crate) const WAR: &str = "/app.war";

pub(crate) fn digest(content: u8) -> ArtifactDigest {
    ArtifactDigest([content; 32])
}

pub(crate) fn artifacts(content: u8) -> Artifacts {
    artifacts_of(digest(content))
}

/// Nothing but this artifact, in the slot of `WEB`.
pub(crate) fn artifacts_of(digest: ArtifactDigest) -> Artifacts {
    let key = SlotKey { service: "web".parse().unwrap(), slot: "app".parse().unwrap() };
    let (file_name, form, paths) = ("app.war".to_owned(), ArtifactForm::File, PathSet::default());
    Artifacts::from([(key, Artifact { digest, size: 1, file_name, form, paths })])
}

/// An installation whose application answers with 500 if it is the artifact 13, and a stack with the artifact 1.
pub(crate) async fn deployed() -> (Installation, StackId) {
    let installation = Installation::new(API_1_41);
    installation.engine.add_image(SimImage::new("web:1"));
    let stack = installation.create(WEB).await;
    assert_eq!(installation.carry_out(stack, apply(1)).await.status, CommandStatus::Done);
    let engine = installation.engine.clone();
    installation.probe.answer(move |_| {
        let files = engine.files_of("shop-web-1");
        if files.get(WAR) == Some(&digest(13).to_string()) { 500 } else { 200 }
    });
    installation.update_with(stack, WEB, &[], artifacts(1)).await;
    let done = installation.carry_out(stack, deploy(2, OnFailure::Rollback)).await;
    assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
    (installation, stack)
}

pub(crate) fn deploy(version: u32, on_failure: OnFailure) -> CommandPayload {
    let options = ApplyOptions { on_failure, ..ApplyOptions::default() };
    let (service, slot) = ("web".parse().unwrap(), "app".parse().unwrap());
    CommandPayload::Deploy { version: VersionNumber(version), service, slot, options }
}

#[test]
fn what_does_not_work_is_taken_back() {
    runtime().block_on(async {
        let (installation, stack) = deployed().await;
        installation.update_with(stack, WEB, &[], artifacts(13)).await;
        let ended = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(ended.status, CommandStatus::Cancelled);
        assert_eq!(ended.failure.unwrap().code, FailureCode::DeployNotVerified);
        assert_eq!(ended.result.unwrap().rolled_back_to, Some(VersionNumber(2)));
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(1).to_string());
        assert_eq!(installation.engine.signals_of("shop-web-1"), ["HUP", "HUP", "HUP"]);
        assert_eq!(installation.stack(stack).await.current_version, Some(VersionNumber(2)));
    });
}

#[test]
fn what_was_not_seen_to_work_is_looked_at_again() {
    runtime().block_on(async {
        let (installation, stack) = deployed().await;
        installation.update_with(stack, WEB, &[], artifacts(13)).await;
        let ended = installation.carry_out(stack, deploy(3, OnFailure::Hold)).await;
        assert_eq!(ended.status, CommandStatus::Failed);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(13).to_string());
        installation.cancel(ended.id).await;
        let again = installation.carry_out(stack, apply(3)).await;
        assert_eq!(again.failure.unwrap().code, FailureCode::DeployNotVerified, "it is still there");
        installation.cancel(again.id).await;
        installation.probe.answer(|_| 200);
        let done = installation.carry_out(stack, apply(3)).await;
        assert_eq!((done.status, done.result.unwrap().effects), (CommandStatus::Done, 0));
        let signals = installation.engine.signals_of("shop-web-1").len();
        assert_eq!(signals, 2, "it was active all the time");
    });
}

#[test]
fn a_service_that_was_stopped_meanwhile_is_started_with_the_artifact() {
    runtime().block_on(async {
        let (installation, stack) = deployed().await;
        let stop = CommandPayload::Stop { service: None };
        assert_eq!(installation.carry_out(stack, stop).await.status, CommandStatus::Done);
        installation.update_with(stack, WEB, &[], artifacts(2)).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(2).to_string());
        assert!(installation.engine.signals_of("shop-web-1").is_empty(), "its start has found it");
    });
}

#[test]
fn a_deployment_made_from_one_that_was_taken_back_changes_nothing() {
    runtime().block_on(async {
        let (installation, stack) = deployed().await;
        // The broken one was sent twice.
        for content in [13, 13, 5] {
            installation.update_with(stack, WEB, &[], artifacts(content)).await;
        }
        let broken = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(broken.status, CommandStatus::Cancelled);
        for version in [4, 5] {
            let next = installation.carry_out(stack, deploy(version, OnFailure::Rollback)).await;
            assert_eq!(next.status, CommandStatus::Cancelled, "nobody has to decide anything");
            assert_eq!(next.failure.unwrap().code, FailureCode::Precondition, "{version}");
            assert_eq!(next.result.unwrap().effects, 0);
        }
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(1).to_string());
    });
}

#[test]
fn no_line_about_a_signal_is_awaited_of_a_container_that_got_none() {
    runtime().block_on(async {
        let installation = Installation::new(API_1_41);
        installation.engine.add_image(SimImage::new("web:1"));
        let logs = WEB.replace("http: { port: 80 }", "log: reloaded, within: 5s");
        let stack = installation.create(&logs).await;
        installation.update_with(stack, &logs, &[], artifacts(1)).await;
        let done = installation.carry_out(stack, apply(2)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
    });
}

#[test]
fn a_program_that_fails_on_the_way_back_is_noted() {
    runtime().block_on(async {
        let installation = Installation::new(API_1_41);
        installation.engine.add_image(SimImage::new("web:1"));
        let migrated = WEB
            .replace("{ signal: HUP }", "{ exec: [migrate] }")
            .replace("http: { port: 80 }", "health: true");
        let migrated = migrated.replace(", verify: { health: true }", "");
        let stack = installation.create(&migrated).await;
        assert_eq!(installation.carry_out(stack, apply(1)).await.status, CommandStatus::Done);
        installation.update_with(stack, &migrated, &[], artifacts(1)).await;
        let done = installation.carry_out(stack, deploy(2, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        // From now on it fails: the second migration, and the first one again.
        installation.engine.script("migrate", Behaviour::exits(1, 3));
        installation.update_with(stack, &migrated, &[], artifacts(2)).await;
        let back = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(back.status, CommandStatus::Cancelled, "{:?}", back.failure);
        assert_eq!(back.failure.unwrap().code, FailureCode::ActivationFailed);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(1).to_string());
    });
}

#[test]
fn a_container_that_the_engine_restarts_all_the_time_takes_the_artifact() {
    runtime().block_on(async {
        for ticks in 1..6 {
            let installation = Installation::new(API_1_41);
            installation.engine.add_image(SimImage::new("web:1").behaviour(Behaviour::exits(ticks, 1)));
            let stack = installation.create(WEB).await;
            // That it is up for a while is not asked for.
            let options = ApplyOptions { readiness: Readiness::Started, ..ApplyOptions::default() };
            let apply = CommandPayload::Apply { version: VersionNumber(1), options: options.clone() };
            let done = installation.carry_out(stack, apply).await;
            assert_eq!(done.status, CommandStatus::Done, "{ticks} ticks: {:?}", done.failure);
            installation.update_with(stack, WEB, &[], artifacts(1)).await;
            let (service, slot) = ("web".parse().unwrap(), "app".parse().unwrap());
            let deploy = CommandPayload::Deploy { version: VersionNumber(2), service, slot, options };
            let done = installation.carry_out(stack, deploy).await;
            assert_eq!(done.status, CommandStatus::Done, "{ticks} ticks: {:?}", done.failure);
            assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(1).to_string());
            installation.watch(Duration::from_secs(30)).await;
            let drift = installation.status(stack).await.drift.unwrap();
            assert!(!drift.is_any(), "{ticks} ticks: {drift:?}");
        }
    });
}

#[test]
fn a_line_of_before_does_not_speak_for_an_artifact() {
    runtime().block_on(async {
        let installation = Installation::new(API_1_41);
        installation.engine.add_image(SimImage::new("web:1"));
        let logs = WEB.replace("http: { port: 80 }", "log: reloaded, within: 5s");
        let stack = installation.create(&logs).await;
        assert_eq!(installation.carry_out(stack, apply(1)).await.status, CommandStatus::Done);
        let say = || {
            let container = installation.engine.container_named("shop-web-1").unwrap();
            installation.engine.write_by_hand(&container, false, "reloaded");
        };
        say();
        installation.update_with(stack, &logs, &[], artifacts(1)).await;
        let ended = installation.carry_out(stack, deploy(2, OnFailure::Rollback)).await;
        assert_eq!(ended.status, CommandStatus::Cancelled);
        assert_eq!(ended.failure.unwrap().code, FailureCode::DeployNotVerified);
        let command = installation.enqueue(stack, deploy(2, OnFailure::Rollback)).await;
        let hear = async {
            installation.clock.sleep(Duration::from_secs(2)).await;
            say();
        };
        let (done, ()) = tokio::join!(installation.settle(command), hear);
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
    });
}
