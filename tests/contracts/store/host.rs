//! Commands and plans about the host, which belong to no stack.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandPayload, CommandStatus};
use core_monitor_domain::ids::{PlanId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::plan::{Plan, PlanFor, PlanKey, PlanRetention};
use core_monitor_domain::ports::{
    CommandFilter, EnqueueError, Enqueued, IfMatch, NewCommand, StackChange, StackFilter, StoredPlan,
};
use core_monitor_domain::stack::{Revision, Stack};

use crate::fixture::{Fixture, accepted, at, done_with, key, release};

contract!(
    a_prune_waits_its_turn_among_all_writes,
    only_a_prune_is_about_the_host,
    a_plan_for_the_host_is_kept_and_found,
    no_list_of_stacks_shows_the_host,
    a_repeated_prune_is_the_same_command,
    the_last_releases_are_those_of_every_version_of_stacks_that_exist,
    versions_of_many_stacks_are_found_with_their_last_releases,
    deleted_stacks_are_found_by_their_names,
);

fn prune(f: &Fixture) -> NewCommand {
    let payload = CommandPayload::Prune { plan_id: PlanId(f.id()) };
    NewCommand { stack_id: StackId::HOST, payload, ..f.new_apply(StackId::HOST) }
}

async fn a_prune_waits_its_turn_among_all_writes(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let before = f.apply(stack).await;
    let prune = accepted(f.queue.enqueue(prune(f)).await);
    let after = f.apply(stack).await;
    let lease = f.lease(1).await;
    for (second, expected) in [(2, before.seq), (3, prune.seq), (4, after.seq)] {
        assert_eq!(f.run(&lease, second, done_with(StackChange::default())).await, expected);
    }
    let found = f.queue.find(prune.id).await.unwrap().unwrap();
    assert_eq!((found.stack_id, found.status), (StackId::HOST, CommandStatus::Done));
    let filter = CommandFilter { stack_id: Some(stack), limit: 10, ..CommandFilter::default() };
    let of_stack = f.queue.list(&filter).await.unwrap().items;
    assert!(of_stack.iter().all(|command| command.id != prune.id));
}

async fn only_a_prune_is_about_the_host(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let elsewhere = NewCommand { stack_id: stack, ..prune(f) };
    assert!(matches!(f.queue.enqueue(elsewhere).await, Err(EnqueueError::StackNotFound)));
    let apply = f.new_apply(StackId::HOST);
    assert!(matches!(f.queue.enqueue(apply).await, Err(EnqueueError::StackNotFound)));
}

async fn a_plan_for_the_host_is_kept_and_found(f: &Fixture) {
    let mut record = Plan::default().record(&PlanKey::new([1; 32]));
    record.purpose = Some(PlanFor::Prune);
    let plan = StoredPlan {
        id: PlanId(f.id()),
        stack_id: StackId::HOST,
        version: Stack::HOST_VERSION,
        author: Actor::from_stored("ann"),
        created_at: at(3),
        observed_at: at(2),
        plan: record,
    };
    let keep = PlanRetention { per_stack: 1, ..PlanRetention::default() };
    f.plans.save(&plan, keep).await.unwrap();
    assert_eq!(f.plans.find(plan.id).await.unwrap().as_ref(), Some(&plan));
    // Confirmed by an open command, it stays although it is not the newest any more.
    let payload = CommandPayload::Prune { plan_id: plan.id };
    accepted(f.queue.enqueue(NewCommand { payload, ..prune(f) }).await);
    let newer = StoredPlan { id: PlanId(f.id()), created_at: at(4), ..plan.clone() };
    f.plans.save(&newer, keep).await.unwrap();
    assert_eq!(f.plans.find(plan.id).await.unwrap(), Some(plan));
}

async fn no_list_of_stacks_shows_the_host(f: &Fixture) {
    f.stack("web").await;
    let all = f.stacks.list(&StackFilter { name: None, after: None, limit: 10 }).await.unwrap();
    assert_eq!(all.items.iter().map(|stack| stack.name.as_str()).collect::<Vec<_>>(), ["web"]);
    assert_eq!(f.stacks.find(StackId::HOST).await.unwrap(), None);
    // Its name is free.
    assert_eq!(f.stack("host").await.stack.name.as_str(), "host");
}

async fn a_repeated_prune_is_the_same_command(f: &Fixture) {
    let first = NewCommand { idempotency: Some(key("k", "sha256:1")), ..prune(f) };
    let command = accepted(f.queue.enqueue(first.clone()).await);
    // However it is repeated: the server looks for it with a precondition that nothing meets.
    let never = IfMatch::Exactly(Revision { current_version: None, last_seq: Seq(-1), settings: 0 });
    for if_match in [IfMatch::Any, never] {
        let again = f.queue.enqueue(NewCommand { if_match, ..first.clone() }).await.unwrap();
        assert_eq!(again, Enqueued::Replayed(command.clone()));
    }
    let unknown = NewCommand { if_match: never, idempotency: Some(key("other", "sha256:1")), ..prune(f) };
    assert!(matches!(f.queue.enqueue(unknown).await, Err(EnqueueError::PreconditionFailed { .. })));
}

async fn the_last_releases_are_those_of_every_version_of_stacks_that_exist(f: &Fixture) {
    let (web, gone) = (f.stack("web").await.stack.id, f.stack("gone").await.stack.id);
    f.stacks.add_version(web, IfMatch::Any, f.new_version()).await.unwrap();
    assert_eq!(f.stacks.last_releases().await.unwrap(), []);
    let lease = f.lease(1).await;
    let mut made = Vec::new();
    for (second, stack, version) in [(2, web, 1), (3, web, 2), (4, gone, 1), (5, web, 1)] {
        let command = f.apply(stack).await;
        let release = release(stack, version, command.id, second);
        made.push(release.clone());
        let change = StackChange {
            current_version: Some(VersionNumber(version)),
            release: Some(release),
            ..StackChange::default()
        };
        f.run(&lease, second, done_with(change)).await;
    }
    let all = |mut releases: Vec<core_monitor_domain::release::Release>| {
        releases.sort_by_key(|release| (release.stack_id, release.version));
        releases
    };
    let expected = all(vec![made[3].clone(), made[1].clone(), made[2].clone()]);
    assert_eq!(all(f.stacks.last_releases().await.unwrap()), expected);
    f.apply(gone).await;
    f.run(&lease, 6, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    let left = all(vec![made[3].clone(), made[1].clone()]);
    assert_eq!(all(f.stacks.last_releases().await.unwrap()), left);
}

async fn versions_of_many_stacks_are_found_with_their_last_releases(f: &Fixture) {
    let (web, other) = (f.stack("web").await.stack.id, f.stack("other").await.stack.id);
    f.stacks.add_version(web, IfMatch::Any, f.new_version()).await.unwrap();
    let lease = f.lease(1).await;
    let mut made = Vec::new();
    for (second, stack, version) in [(2, web, 1), (3, web, 1), (4, other, 1)] {
        let command = f.apply(stack).await;
        let release = release(stack, version, command.id, second);
        made.push(release.clone());
        let change = StackChange { release: Some(release), ..StackChange::default() };
        f.run(&lease, second, done_with(change)).await;
    }
    let of = |stack, version| (stack, VersionNumber(version));
    let wanted = [of(web, 1), of(web, 2), of(other, 1), of(other, 2), of(StackId(f.id()), 1)];
    let mut found = f.stacks.find_versions(&wanted).await.unwrap();
    found.sort_by_key(|(version, _)| (version.stack_id != web, version.version));
    let mut expected = Vec::new();
    for ((stack, version), last) in wanted.into_iter().zip([Some(&made[1]), None, Some(&made[2])]) {
        let version = f.stacks.find_version(stack, version).await.unwrap().unwrap();
        expected.push((version, last.cloned()));
    }
    assert_eq!(found, expected);
    assert_eq!(f.stacks.find_versions(&[]).await.unwrap(), []);
    // More than one statement asks for.
    let many: Vec<_> = (0..250).map(|number| of(web, 250 - number)).collect();
    assert_eq!(f.stacks.find_versions(&many).await.unwrap().len(), 2);
}

async fn deleted_stacks_are_found_by_their_names(f: &Fixture) {
    let lease = f.lease(1).await;
    let mut gone = Vec::new();
    for (second, name) in [(2, "web"), (3, "web"), (4, "db")] {
        let stack = f.stack(name).await.stack.id;
        f.apply(stack).await;
        f.run(&lease, second, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
        gone.push(stack);
    }
    f.stack("web").await;
    let [web, nobody] = ["web", "nobody"].map(|name| name.parse().unwrap());
    let found = f.stacks.predecessors_of(&[web, nobody]).await.unwrap();
    let name: StackName = "web".parse().unwrap();
    let expected: BTreeSet<_> = gone[..2].iter().copied().collect();
    assert_eq!(f.stacks.predecessors(&name).await.unwrap(), expected, "as one by one");
    assert_eq!(found, BTreeMap::from([(name, expected)]));
    assert!(f.stacks.predecessors_of(&[]).await.unwrap().is_empty());
}
