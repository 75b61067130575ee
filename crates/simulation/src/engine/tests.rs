//! Injected faults, time, and the text form. The contract suite covers the engine's behaviour.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::desired::{Attachment, ContainerSpec, NetworkMode, NetworkSpec};
use core_monitor_domain::effect::{Effect, EffectOutcome, NewContainer};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::observation::ContainerState;
use core_monitor_domain::ports::{ContainerEngine, EngineError};

use super::world::Unheard;
use super::*;

const DEADLINE: Duration = Duration::from_secs(10);

fn engine(api: ApiVersion) -> SimContainerEngine {
    let engine = SimContainerEngine::new(api, 1);
    engine.add_image(SimImage::new("app:1"));
    engine
}

fn new(name: &str) -> NewContainer {
    NewContainer {
        name: name.to_owned(),
        image: ImageRef::from("app:1"),
        spec: ContainerSpec { network_mode: NetworkMode::Bridge, ..ContainerSpec::default() },
        labels: [].into(),
        attachments: Vec::new(),
        inherited: Vec::new(),
        parents: [].into(),
    }
}

async fn perform(engine: &SimContainerEngine, effect: &Effect) -> Result<EffectOutcome, EngineError> {
    engine.perform(effect, DEADLINE, Arc::new(Unheard)).await
}

/// Creates `web` with `fault`; checks the answer and whether the container exists afterwards.
async fn check(fault: Fault, answer: &str, exists: bool) {
    let engine = Arc::new(engine(API_1_41));
    engine.fail_at(1, fault);
    let creating = tokio::spawn({
        let engine = engine.clone();
        async move { perform(&engine, &Effect::CreateContainer(Box::new(new("web")))).await }
    });
    let result = tokio::select! {
        result = creating => result.unwrap().map_or_else(|error| error.to_string(), |_| "made".to_owned()),
        () = engine.crashed_since(0) => "crashed".to_owned(),
    };
    assert_eq!(result.split('"').next(), Some(answer));
    assert_eq!(engine.container_named("web").is_some(), exists);
    assert_eq!(engine.writes(), 1);
}

#[tokio::test]
async fn each_fault_has_its_documented_effect() {
    check(Fault::CrashBefore, "crashed", false).await;
    check(Fault::CrashAfter, "crashed", true).await;
    check(Fault::ReplyLost, "the container engine did not answer within 10 s", true).await;
    check(Fault::Late { ticks: 2 }, "the container engine did not answer within 10 s", false).await;
    check(Fault::ErrorBefore, "injected failure", false).await;
    check(Fault::ErrorAfter, "injected failure", true).await;
    check(Fault::Refused, "injected refusal", false).await;
    check(Fault::Twice, "Conflict. The container name ", true).await;
}

#[tokio::test]
async fn a_late_effect_happens_when_it_is_due() {
    let engine = engine(API_1_41);
    engine.fail_at(1, Fault::Late { ticks: 3 });
    let effect = Effect::CreateContainer(Box::new(new("web")));
    assert!(perform(&engine, &effect).await.is_err());
    engine.advance(2);
    assert_eq!(engine.container_named("web"), None);
    engine.advance(1);
    assert!(engine.container_named("web").is_some());
}

#[tokio::test]
async fn a_removal_in_progress_is_waited_for() {
    let engine = engine(API_1_41);
    let Ok(EffectOutcome::Container { id, .. }) =
        perform(&engine, &Effect::CreateContainer(Box::new(new("web")))).await
    else {
        panic!("no container was made");
    };
    engine.begin_removal(&id, 5);
    let start = Effect::StartContainer { container: id.clone() };
    assert!(matches!(perform(&engine, &start).await, Err(EngineError::Conflict { .. })));
    let again = perform(&engine, &Effect::CreateContainer(Box::new(new("web")))).await;
    assert!(matches!(again, Err(EngineError::NameTaken { holder, .. }) if holder.as_ref() == Some(&id)));
    let remove = Effect::RemoveContainer { container: id.clone(), anonymous_volumes: false };
    assert_eq!(perform(&engine, &remove).await.unwrap(), EffectOutcome::Done);
    assert_eq!(engine.inspect(&id).await.unwrap(), None);
}

#[tokio::test]
async fn a_reserved_name_has_an_invisible_holder() {
    let engine = engine(API_1_41);
    let ghost = engine.reserve_name("web");
    let create = Effect::CreateContainer(Box::new(new("web")));
    let refused = perform(&engine, &create).await;
    assert!(matches!(refused, Err(EngineError::NameTaken { holder, .. }) if holder.as_ref() == Some(&ghost)));
    assert_eq!(engine.inspect(&ghost).await.unwrap(), None);
    engine.release_name("web");
    assert!(perform(&engine, &create).await.is_ok());
}

#[tokio::test]
async fn newer_engines_accept_all_networks_at_once_and_no_duplicates() {
    let engine = engine(API_1_44);
    let mut create = new("web");
    for name in ["front", "back"] {
        let network = NetworkSpec { name: name.to_owned(), ..NetworkSpec::default() };
        let made = perform(&engine, &Effect::CreateNetwork { network, labels: [].into() }).await;
        let Ok(EffectOutcome::Network { id }) = made else { panic!("no network: {made:?}") };
        create.attachments.push((id, Attachment { network: name.to_owned(), ..Attachment::default() }));
    }
    create.spec.network_mode =
        NetworkMode::Networks { attachments: create.attachments.iter().map(|(_, a)| a.clone()).collect() };
    assert!(perform(&engine, &Effect::CreateContainer(Box::new(create))).await.is_ok());
    assert_eq!(engine.create_network_by_hand("front"), None);
}

#[tokio::test]
async fn a_dead_container_can_only_be_removed() {
    let engine = engine(API_1_41);
    let foreign =
        ForeignContainer { name: "web".into(), image: "app:1".into(), ..ForeignContainer::default() };
    let id: ContainerId = engine.run_foreign(foreign).unwrap();
    engine.mark_dead(&id);
    let seen = engine.inspect(&id).await.unwrap().unwrap();
    assert_eq!(seen.state, ContainerState::Dead);
    let start = Effect::StartContainer { container: id.clone() };
    assert!(matches!(perform(&engine, &start).await, Err(EngineError::Conflict { .. })));
    let remove = Effect::RemoveContainer { container: id, anonymous_volumes: false };
    assert!(perform(&engine, &remove).await.is_ok());
    assert_eq!(engine.container_names(), Vec::<String>::new());
}

/// The same state with different ids.
#[tokio::test]
async fn the_text_contains_no_ids() {
    let text = |seed: u64| async move {
        let engine = SimContainerEngine::new(API_1_41, seed);
        engine.add_image(SimImage::new("db:1").volume("/data"));
        engine.create_network_by_hand("front");
        let networks = vec!["front".to_owned()];
        let foreign = ForeignContainer {
            name: "db".into(),
            image: "db:1".into(),
            networks,
            ..ForeignContainer::default()
        };
        engine.run_foreign(foreign).unwrap();
        engine.write_mounted("db", "/data", "rows");
        engine.render()
    };
    let expected = "\
container db running db:1#1
  mode bridge
  on front as 
  at /data anonymous \"rows\"
network front bridge
volume (anonymous) local \"rows\"
";
    assert_eq!(text(1).await, expected);
    assert_eq!(text(2).await, expected);
}
