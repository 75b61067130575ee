//! What an overview is worth as alerts.

use std::time::Duration;

use core_monitor_message::Message;
use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::alerts::{AlertKind, FAILED_STARTS};
use crate::command::{Command, CommandPayload, CommandStatus, Failure, FailureCode, PowerCause, PowerScope};
use crate::ids::{CommandId, Seq, StackId, VersionNumber};
use crate::on_demand::house::StartFailure;
use crate::statistics::{DiskFigures, DiskPurpose};
use crate::time::Timestamp;

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap()
}

fn before(seconds: u64) -> Timestamp {
    Timestamp::from_millis(now().as_millis() - i64::try_from(seconds).unwrap() * 1_000).unwrap()
}

fn shop(is_running: bool) -> StackFacts {
    StackFacts {
        id: StackId(Uuid::from_u128(7)),
        name: "shop".parse().unwrap(),
        latest_version: VersionNumber(1),
        current_version: None,
        is_changing: is_running,
        is_running,
        services: vec![
            ServiceFacts {
                name: "db".to_owned(),
                trouble: ServiceTrouble::Failed,
                status: "Exited (1)".to_owned(),
                since: Some(before(5)),
            },
            ServiceFacts {
                name: "web".to_owned(),
                trouble: ServiceTrouble::Unhealthy,
                status: "Up (unhealthy)".to_owned(),
                since: None,
            },
        ],
        drift: 3,
        lint_errors: 2,
    }
}

fn failed(payload: CommandPayload) -> Command {
    Command {
        id: CommandId(Uuid::from_u128(9)),
        seq: Seq(4),
        stack_id: StackId(Uuid::from_u128(7)),
        payload,
        status: CommandStatus::Failed,
        principal: Actor::worker(),
        created_at: before(90),
        started_at: Some(before(80)),
        finished_at: Some(before(70)),
        attempt: 1,
        retry: 0,
        fence: None,
        claimed_by: None,
        cancel_requested_at: None,
        failure: Some(Failure::new(FailureCode::ALL[0], Message::foreign("no such image"))),
        result: None,
    }
}

/// All is well, apart from what is given.
fn facts<'a>(
    stacks: &'a [StackFacts],
    failed: &'a [FailedFacts<'a>],
    disks: &'a [DiskFigures],
) -> AttentionFacts<'a> {
    AttentionFacts {
        now: now(),
        worker_answers: true,
        observed_at: Some(before(2)),
        disks,
        failure_scope: FailureScope::Everything,
        failed,
        running: &[],
        stacks,
    }
}

fn disk(available: u64) -> DiskFigures {
    DiskFigures { purposes: vec![DiskPurpose::Data], path: "/data".to_owned(), total: 1 << 40, available }
}

fn kinds(facts: &Facts) -> Vec<AlertKind> {
    facts.holding.iter().map(Fact::kind).collect()
}

#[test]
fn services_and_disks_are_worth_an_alert_drift_and_lint_are_not() {
    let disks = [disk(1), disk(1 << 39)];
    let found = Facts::of(&facts(&[shop(false)], &[], &disks));
    assert_eq!(kinds(&found), [AlertKind::ServiceFailed, AlertKind::ServiceUnhealthy, AlertKind::DiskLow]);
    assert_eq!(found.unseen, Unseen { starts: true, ..Unseen::default() });
    assert_eq!(found.holding[0].since(), Some(before(5)));
}

#[test]
fn services_of_a_stack_that_a_command_works_on_are_out_of_sight() {
    let found = Facts::of(&facts(&[shop(true)], &[], &[disk(1 << 39)]));
    assert_eq!(kinds(&found), []);
    assert!(found.unseen.hides_services_of(shop(true).id) && !found.unseen.hides_services_of(StackId::HOST));
}

#[test]
fn without_a_worker_only_its_silence_and_the_queue_are_known() {
    let stacks = [shop(false)];
    let absent = AttentionFacts { worker_answers: false, ..facts(&stacks, &[], &[]) };
    let found = Facts::of(&absent);
    assert_eq!(found.holding, [Fact::WorkerSilent { since: Some(before(2)) }]);
    assert!(found.unseen.disks && found.unseen.engine && found.unseen.services);
}

#[test]
fn an_old_observation_means_that_the_engine_does_not_answer() {
    let stacks = [shop(false)];
    for observed_at in [None, Some(before(60))] {
        let old = AttentionFacts { observed_at, ..facts(&stacks, &[], &[]) };
        let found = Facts::of(&old);
        assert_eq!(found.holding, [Fact::EngineUnreachable { since: observed_at }]);
        assert!(found.unseen.services && !found.unseen.engine);
    }
}

#[test]
fn a_failed_write_blocks_the_queue_and_a_failed_power_change_does_not() {
    let apply: CommandPayload = serde_json::from_str("{\"kind\":\"APPLY\",\"version\":1}").unwrap();
    let name = "shop".parse().unwrap();
    let command = failed(apply);
    let found = Facts::of(&facts(&[], &[FailedFacts { command: &command, stack: Some(&name) }], &[]));
    let [blocked @ Fact::QueueBlocked { why: Some(why), since, .. }] = found.holding.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!((why.text(), *since), ("no such image", Some(before(70))));
    assert_eq!(blocked.link_path(), "/commands/00000000-0000-0000-0000-000000000009");
    let command = failed(CommandPayload::Wake(PowerScope::WHOLE));
    let found = Facts::of(&facts(&[], &[FailedFacts { command: &command, stack: None }], &[]));
    assert_eq!(kinds(&found), [AlertKind::CommandFailed]);
    // Whoever comes often enough must not use up what is told within an hour.
    let cause = Some(PowerCause::request("web".parse().unwrap(), "shop.test", "/"));
    let command = failed(CommandPayload::Wake(PowerScope { cause, ..PowerScope::WHOLE }));
    let found = Facts::of(&facts(&[], &[FailedFacts { command: &command, stack: None }], &[]));
    assert_eq!(kinds(&found), []);
}

#[test]
fn starts_are_worth_an_alert_when_several_in_a_row_have_failed() {
    let stack = StackRef { id: StackId(Uuid::from_u128(7)), name: "shop".parse().unwrap() };
    let of = |times| {
        let why = crate::on_demand::reported::failed(&StartFailure::Silent(Duration::from_secs(30)));
        Fact::of_starts(stack.clone(), "web".to_owned(), times, why)
    };
    assert_eq!(of(FAILED_STARTS - 1), None);
    let found = Facts::of(&facts(&[], &[], &[])).with_starts(of(FAILED_STARTS));
    let [Fact::StartFailing { times: 3, why, .. }] = found.holding.as_slice() else { panic!("{found:#?}") };
    assert_eq!(why.text(), "it did not answer within 30 s");
    assert!(!found.unseen.starts);
}
