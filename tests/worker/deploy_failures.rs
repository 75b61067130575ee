//! What a failed deployment says: the reason that applies, and what can be done about it.

use core_monitor_domain::command::{Command, CommandStatus, FailureCode, OnFailure};
use core_monitor_simulation::engine::{API_1_41, Behaviour, SimImage};

use crate::deploys::{WEB, artifacts, deploy};
use crate::installation::{Installation, apply};
use crate::runtime;

/// How the deployment of a script ends that is activated by `migrate`, which does this.
async fn migrated(migrate: Behaviour, on_failure: OnFailure) -> Command {
    let installation = Installation::new(API_1_41);
    installation.engine.add_image(SimImage::new("web:1"));
    let yaml =
        WEB.replace("{ signal: HUP }", "{ exec: [migrate] }").replace(", verify: { http: { port: 80 } }", "");
    let stack = installation.create(&yaml).await;
    assert_eq!(installation.carry_out(stack, apply(1)).await.status, CommandStatus::Done);
    installation.engine.script("migrate", migrate);
    installation.update_with(stack, &yaml, &[], artifacts(1)).await;
    installation.carry_out(stack, deploy(2, on_failure)).await
}

#[test]
fn what_is_over_is_neither_to_be_retried_nor_cancelled() {
    runtime().block_on(async {
        let back = migrated(Behaviour::exits(1, 4), OnFailure::Rollback).await;
        assert_eq!(back.status, CommandStatus::Cancelled);
        let failure = back.failure.unwrap();
        assert_eq!(failure.code, FailureCode::ActivationFailed);
        let hint = failure.hint.unwrap();
        let said =
            "check the last lines of its output and `activate` of the slot; then deploy the artifact again";
        assert_eq!(hint.text(), said);

        let held = migrated(Behaviour::exits(1, 4), OnFailure::Hold).await;
        assert_eq!(held.status, CommandStatus::Failed);
        let hint = held.failure.unwrap().hint.unwrap();
        assert!(hint.text().ends_with("then retry, or cancel this command and deploy again"), "{hint}");
    });
}

#[test]
fn a_missing_program_is_said_to_be_missing() {
    runtime().block_on(async {
        let back = migrated(Behaviour::missing(), OnFailure::Rollback).await;
        let failure = back.failure.unwrap();
        assert_eq!(failure.code, FailureCode::ActivationFailed);
        let said = "cannot activate `app` in shop-web-1 by `migrate`: the container has no such program; give its whole path, or one that its image has";
        assert_eq!(failure.message.text(), said);
    });
}
