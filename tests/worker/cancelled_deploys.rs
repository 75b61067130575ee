//! Deployments that are cancelled while they run: the containers stay as they are at that moment, the status says how that is,
//! and applying the applied version puts the former artifacts back.

use std::time::Duration;

use core_monitor_domain::command::{CommandStatus, OnFailure};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::plan::Operation;
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{API_1_41, Fault};

use crate::deploys::{WAR, WEB, artifacts, deploy, deployed, digest};
use crate::ending_early::run_until_crash;
use crate::installation::apply;
use crate::runtime;
use crate::stories::{self, Scene, Story};

#[test]
fn what_is_there_is_shown_and_the_applied_version_puts_the_former_artifact_back() {
    runtime().block_on(async {
        let (installation, stack) = deployed().await;
        installation.update_with(stack, WEB, &[], artifacts(13)).await;
        let command = installation.enqueue(stack, deploy(3, OnFailure::Rollback)).await;
        let cancel = async {
            // It is being verified, and answers with 500.
            installation.clock.sleep(Duration::from_secs(20)).await;
            installation.cancel(command).await;
        };
        let (ended, ()) = tokio::join!(installation.settle(command), cancel);
        assert_eq!(ended.status, CommandStatus::Cancelled);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(13).to_string(), "left as it was");
        assert_eq!(installation.stack(stack).await.current_version, Some(VersionNumber(2)));

        let status = installation.status(stack).await;
        let [placement] = &*status.services[0].containers[0].observed.placements else {
            panic!("{:?}", status.services)
        };
        let there = placement.content.as_ref().map(|content| content.digest);
        assert_eq!((there, placement.verified), (Some(digest(13)), false));
        let steps = status.drift.unwrap().steps;
        let operations: Vec<_> = steps.iter().map(|step| step.operation).collect();
        assert_eq!(operations, [Operation::PutArtifact, Operation::ActivateArtifact]);
        assert_eq!(steps[0].subject, "shop-web-1");
        assert!(steps[0].action.to_string().starts_with("put app.war ["), "{}", steps[0].action);
        assert_eq!(steps[0].cause.to_string(), "the version has another artifact for `app`");

        let done = installation.carry_out(stack, apply(2)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(1).to_string());
        assert!(!installation.status(stack).await.drift.unwrap().is_any());
    });
}

/// Interrupts the story's command at a write and cancels it; then the version that was applied before is applied again.
/// Returns whether it was cancelled.
async fn cancelled_at(story: &Story, nth: u64, fault: Fault) -> bool {
    let Scene { installation, stack, command, .. } = story.begin(API_1_41).await;
    let files = || installation.engine.files_of("shop-app-1");
    let before = files();
    let applied = story.before[story.before.len() - 1];
    installation.engine.fail_at(nth, fault);
    run_until_crash(&installation).await;
    installation.cancel(command).await;
    let ended = installation.settle(command).await;
    let context = format!("`{}`, cancelled at write {nth} ({fault:?})", story.name);
    if ended.status != CommandStatus::Cancelled {
        assert_eq!(ended.status, CommandStatus::Done, "{context}");
        return false;
    }
    let is_as_before = files() == before;
    let drift = installation.status(stack).await.drift.unwrap();
    assert!(is_as_before || drift.is_any(), "{context}: nothing says that the artifacts are others");
    let again = installation.carry_out(stack, apply(applied)).await;
    assert_eq!(again.status, CommandStatus::Done, "{context}: {:?}", again.failure);
    assert_eq!(files(), before, "{context}");
    let drift = installation.status(stack).await.drift.unwrap();
    assert!(!drift.is_any(), "{context}: {drift:?}");
    true
}

#[test]
fn a_cancel_at_any_write_is_undone_by_applying_the_applied_version() {
    let mut cancelled = 0;
    for story in stories::deployments() {
        let writes = runtime().block_on(async {
            let Scene { installation, command, .. } = story.begin(API_1_41).await;
            let before = installation.engine.writes();
            installation.settle(command).await;
            installation.engine.writes() - before
        });
        let after = (1..=writes).map(|nth| (nth, Fault::CrashAfter));
        for (nth, fault) in std::iter::once((1, Fault::CrashBefore)).chain(after) {
            cancelled += u32::from(runtime().block_on(cancelled_at(&story, nth, fault)));
        }
    }
    assert!(cancelled > 20, "only {cancelled} deployments were cancelled: the stories have become too short");
}
