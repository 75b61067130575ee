//! Deployments beside services that are down, loop or are not right: only the one that gets the artifact counts.

use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::{
    ApplyOptions, CommandPayload, CommandStatus, FailureCode, OnFailure, Readiness,
};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::observation::ContainerState;
use core_monitor_simulation::engine::{API_1_41, Behaviour, SimImage};

use crate::deploys::{WAR, WEB, artifacts, deploy, digest};
use crate::installation::{Installation, apply};
use crate::runtime;

/// A stack with the artifact 1 beside a service that ends time and again and one that has ended for good. Its application
/// answers with 500 if it is the artifact 13.
async fn beside(others: &str) -> (Installation, StackId, String) {
    let installation = Installation::new(API_1_41);
    installation.engine.add_image(SimImage::new("web:1"));
    installation.engine.add_image(SimImage::new("other:1"));
    let yaml = format!("{WEB}{others}");
    let stack = installation.create(&yaml).await;
    let applied = installation.carry_out(stack, apply(1)).await;
    assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);
    let engine = installation.engine.clone();
    installation.probe.answer(move |_| {
        let files = engine.files_of("shop-web-1");
        if files.get(WAR) == Some(&digest(13).to_string()) { 500 } else { 200 }
    });
    installation.update_with(stack, &yaml, &[], artifacts(1)).await;
    let done = installation.carry_out(stack, deploy(2, OnFailure::Rollback)).await;
    assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
    (installation, stack, yaml)
}

const DOWN: &str = r"
  down:
    image: other:1
    restart: always
";

async fn state(installation: &Installation, name: &str) -> ContainerState {
    let observed = installation.observe().await;
    observed.containers.into_iter().find(|container| container.name == name).unwrap().state
}

#[test]
fn what_was_down_before_is_neither_started_nor_waited_for() {
    runtime().block_on(async {
        let (installation, stack, yaml) = beside(DOWN).await;
        let down = installation.engine.container_named("shop-down-1").unwrap();
        installation.engine.stop_by_hand(&down);
        let before = state(&installation, "shop-down-1").await;
        installation.update_with(stack, &yaml, &[], artifacts(2)).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(done.result.unwrap().effects, 2, "it is put in, and there is a signal");
        assert_eq!(state(&installation, "shop-down-1").await, before);

        // The way back does not need it either.
        installation.update_with(stack, &yaml, &[], artifacts(13)).await;
        let back = installation.carry_out(stack, deploy(4, OnFailure::Rollback)).await;
        assert_eq!(back.status, CommandStatus::Cancelled);
        assert_eq!(back.failure.unwrap().code, FailureCode::DeployNotVerified);
        assert_eq!(installation.engine.files_of("shop-web-1")[WAR], digest(2).to_string());
        assert_eq!(state(&installation, "shop-down-1").await, before);
        assert!(installation.status(stack).await.drift.unwrap().is_any(), "it is still shown");
    });
}

#[test]
fn what_does_not_stay_up_fails_no_deployment_into_another_service() {
    runtime().block_on(async {
        let (installation, stack, yaml) = beside(DOWN).await;
        // From now on it ends after each start.
        installation.engine.add_image(SimImage::new("other:1").behaviour(Behaviour::exits(2, 1)));
        let down = installation.engine.container_named("shop-down-1").unwrap();
        installation.engine.remove_by_hand(&down);
        let options = ApplyOptions { readiness: Readiness::Started, ..ApplyOptions::default() };
        let again = CommandPayload::Apply { version: VersionNumber(2), options };
        assert_eq!(installation.carry_out(stack, again).await.status, CommandStatus::Done);
        installation.update_with(stack, &yaml, &[], artifacts(2)).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        installation.update_with(stack, &yaml, &[], artifacts(13)).await;
        let back = installation.carry_out(stack, deploy(4, OnFailure::Rollback)).await;
        assert_eq!(back.status, CommandStatus::Cancelled, "{:?}", back.failure);
        assert_eq!(back.failure.unwrap().code, FailureCode::DeployNotVerified);
    });
}

#[test]
fn what_is_not_right_beside_it_stays_as_it_is() {
    runtime().block_on(async {
        let (installation, stack, yaml) = beside(DOWN).await;
        let down = installation.engine.container_named("shop-down-1").unwrap();
        installation.engine.remove_by_hand(&down);
        installation.update_with(stack, &yaml, &[], artifacts(2)).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_eq!(installation.engine.container_named("shop-down-1"), None);
        // Applying the version is what brings it back.
        let applied = installation.carry_out(stack, apply(3)).await;
        assert_eq!(applied.status, CommandStatus::Done, "{:?}", applied.failure);
        assert!(installation.engine.container_named("shop-down-1").is_some());
    });
}

#[test]
fn what_shares_its_network_is_replaced_with_it() {
    runtime().block_on(async {
        let sidecar = r#"
  sidecar:
    image: other:1
    network_mode: "service:web"
  aside:
    image: other:1
    network_mode: "service:web"
"#;
        let (installation, stack, yaml) = beside(sidecar).await;
        let id = |name: &str| installation.engine.container_named(name).unwrap();
        installation.engine.stop_by_hand(&id("shop-aside-1"));
        let (web, aside) = (id("shop-web-1"), id("shop-aside-1"));
        installation.update_with(stack, &yaml, &[], Artifacts::new()).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_ne!(id("shop-web-1"), web);
        let observed = installation.observe().await;
        let sidecar = observed.containers.iter().find(|c| c.name == "shop-sidecar-1").unwrap();
        assert!(sidecar.state.is_up());
        assert_eq!(sidecar.network_mode, format!("container:{}", id("shop-web-1")));
        assert_eq!(id("shop-aside-1"), aside, "it was down before");
    });
}

#[test]
fn a_version_that_brings_more_than_an_artifact_is_applied_as_a_whole() {
    runtime().block_on(async {
        let (installation, stack, yaml) = beside(DOWN).await;
        let down = installation.engine.container_named("shop-down-1").unwrap();
        let changed = yaml.replace("image: other:1", "image: other:1\n    environment: { A: b }");
        installation.update_with(stack, &changed, &[], artifacts(2)).await;
        let done = installation.carry_out(stack, deploy(3, OnFailure::Rollback)).await;
        assert_eq!(done.status, CommandStatus::Done, "{:?}", done.failure);
        assert_ne!(installation.engine.container_named("shop-down-1"), Some(down));
        assert!(!installation.status(stack).await.drift.unwrap().is_any());
    });
}
