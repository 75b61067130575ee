use super::*;
use crate::actor::Actor;
use crate::command::{Command, CommandPayload, CommandStatus, Failure, FailureCode, FailureScope};
use crate::ids::VersionNumber;
use crate::statistics::DiskFigures;
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000).unwrap()
}

/// An hour after the beginning.
const NOW: i64 = 3_600;

/// An installation in which everything is as it should be.
fn quiet() -> AttentionFacts<'static> {
    AttentionFacts {
        now: at(NOW),
        worker_answers: true,
        observed_at: Some(at(NOW - 5)),
        disks: &[],
        failure_scope: FailureScope::Everything,
        failed: &[],
        running: &[],
        stacks: &[],
    }
}

fn command(payload: CommandPayload, status: CommandStatus) -> Command {
    let (id, stack) = (CommandId(Uuid::nil()), StackId(Uuid::from_u128(1)));
    let failure = Failure::new(FailureCode::ServiceExited, Message::foreign("`web` ended with exit code 3"));
    Command {
        status,
        started_at: Some(at(10)),
        finished_at: (status == CommandStatus::Failed).then(|| at(20)),
        failure: (status == CommandStatus::Failed).then_some(failure),
        ..Command::saved(id, stack, payload, &Actor::worker(), at(0)).command
    }
}

fn stack(name: &str) -> StackFacts {
    StackFacts {
        id: StackId(Uuid::from_u128(1)),
        name: name.parse().unwrap(),
        latest_version: VersionNumber(2),
        current_version: Some(VersionNumber(2)),
        is_changing: false,
        is_running: false,
        services: Vec::new(),
        drift: 0,
        lint_errors: 0,
    }
}

fn service(name: &str, trouble: ServiceTrouble, since: Option<i64>) -> ServiceFacts {
    ServiceFacts { name: name.to_owned(), trouble, status: "Exited (3)".to_owned(), since: since.map(at) }
}

/// Severity and text of each item.
fn lines(facts: &AttentionFacts<'_>) -> Vec<String> {
    let items = attention(facts).items;
    items.iter().map(|item| format!("{} {}: {}", item.severity, item.kind.as_str(), item.message)).collect()
}

#[test]
fn nothing_needs_attention_when_all_is_well() {
    assert_eq!(attention(&quiet()), Attention::default());
    let stacks = [stack("shop")];
    assert_eq!(lines(&AttentionFacts { stacks: &stacks, ..quiet() }), [""; 0]);
}

#[test]
fn without_a_worker_an_old_observation_is_no_news() {
    let old = AttentionFacts { observed_at: Some(at(NOW - 60)), ..quiet() };
    assert_eq!(lines(&old), ["warning observation_old: the engine was last observed 60 s ago"]);
    let recent = AttentionFacts { observed_at: Some(at(NOW - 59)), ..quiet() };
    assert_eq!(lines(&recent), [""; 0]);
    let never = AttentionFacts { observed_at: None, ..quiet() };
    assert_eq!(lines(&never), ["warning observation_old: the engine has not been observed yet"]);
    let absent = AttentionFacts { worker_answers: false, ..old };
    assert_eq!(
        lines(&absent),
        ["error worker_absent: no worker answers: commands are accepted, but none runs"]
    );
    assert_eq!(attention(&absent).items[0].since, Some(at(NOW - 60)), "since it was last heard of");
}

#[test]
fn a_disk_is_judged_as_the_doctor_judges_it() {
    let disk = |available| DiskFigures {
        purposes: Vec::new(),
        path: "/data".to_owned(),
        total: 100 << 30,
        available,
    };
    let disks = [disk(2 << 30), disk((2 << 30) - 1), disk((200 << 20) - 1)];
    assert_eq!(
        lines(&AttentionFacts { disks: &disks, ..quiet() }),
        [
            "error disk_low: only 199.9 MiB are free on the disk of `/data`",
            "warning disk_low: only 1.9 GiB are free on the disk of `/data`"
        ]
    );
}

#[test]
fn a_failed_command_says_what_it_holds_up() {
    let start = command(CommandPayload::Start { service: None }, CommandStatus::Failed);
    let wake = command(CommandPayload::wake(), CommandStatus::Failed);
    let shop = "shop".parse().unwrap();
    let hint = |command: &Command, failure_scope| {
        let failed = [FailedFacts { command, stack: Some(&shop) }];
        let item = attention(&AttentionFacts { failed: &failed, failure_scope, ..quiet() }).items.remove(0);
        assert_eq!((item.command, item.since), (Some(command.id), Some(at(20))));
        assert_eq!(item.stack, Some((command.stack_id, shop.clone())));
        (item.severity, item.hint.unwrap().code().to_owned())
    };
    let (everything, related) = (FailureScope::Everything, FailureScope::Related);
    assert_eq!(hint(&start, everything), (Severity::Error, "holds_everything".to_owned()));
    assert_eq!(hint(&start, related), (Severity::Error, "holds_related".to_owned()));
    assert_eq!(hint(&wake, everything), (Severity::Warning, "holds_nothing".to_owned()));
    let failed = [FailedFacts { command: &start, stack: None }];
    let lines = lines(&AttentionFacts { failed: &failed, ..quiet() });
    assert_eq!(lines, ["error command_failed: START failed: `web` ended with exit code 3"]);
}

#[test]
fn a_command_is_stuck_if_it_says_nothing_and_waits_for_nothing() {
    let start = command(CommandPayload::Start { service: None }, CommandStatus::Running);
    let stuck = |heard_at: Option<i64>, deadline: Option<i64>, worker_answers| {
        let running = RunningFacts {
            command: &start,
            stack: None,
            heard_at: heard_at.map(at),
            deadline: deadline.map(at),
        };
        let items = attention(&AttentionFacts { running: &[running], worker_answers, ..quiet() }).items;
        items.iter().any(|item| item.kind == AttentionKind::CommandStuck)
    };
    assert!(stuck(Some(NOW - 600), None, true));
    assert!(!stuck(Some(NOW - 599), None, true), "it may be pulling an image");
    assert!(!stuck(Some(NOW - 600), Some(NOW + 1), true), "it waits, and gives up by itself");
    assert!(stuck(Some(NOW - 600), Some(NOW), true), "it should have given up");
    assert!(stuck(None, None, true), "it was started long ago");
    assert!(!stuck(Some(NOW - 600), None, false), "that there is no worker is said already");
}

#[test]
fn what_a_command_works_on_needs_no_attention() {
    let troubled = StackFacts {
        services: vec![
            service("web", ServiceTrouble::Failed, Some(5)),
            service("db", ServiceTrouble::Unhealthy, None),
        ],
        drift: 3,
        ..stack("shop")
    };
    let of = |stack: StackFacts| lines(&AttentionFacts { stacks: &[stack], ..quiet() });
    let services = [
        "error service_failed: service `web` has failed: Exited (3)",
        "error service_unhealthy: the health check of service `db` fails",
    ];
    let drifted =
        "warning drifted: what runs differs from the applied version: it would take 3 steps to match it";
    assert_eq!(of(troubled.clone()), [&services[..], &[drifted]].concat());
    let once =
        "warning drifted: what runs differs from the applied version: it would take one step to match it";
    assert_eq!(of(StackFacts { drift: 1, ..troubled.clone() }).last().map(String::as_str), Some(once));
    assert_eq!(of(StackFacts { is_changing: true, ..troubled.clone() }), services);
    assert_eq!(of(StackFacts { is_changing: true, is_running: true, ..troubled }), [""; 0]);
}

#[test]
fn errors_in_what_runs_are_worse_than_in_what_is_saved() {
    let with = |lint_errors: usize, current: Option<u32>| {
        let stack = StackFacts { lint_errors, current_version: current.map(VersionNumber), ..stack("shop") };
        lines(&AttentionFacts { stacks: &[stack], ..quiet() })
    };
    let of = |current| with(4, current);
    assert_eq!(with(1, Some(2)), ["error lint_errors: the lint finds an error in version 2"]);
    assert_eq!(of(Some(2)), ["error lint_errors: the lint finds 4 errors in version 2"]);
    assert_eq!(of(Some(1)), ["warning lint_errors: the lint finds 4 errors in version 2"]);
    assert_eq!(of(None), ["warning lint_errors: the lint finds 4 errors in version 2"]);
}

#[test]
fn the_worst_comes_first_and_the_list_ends() {
    let failed = |name: &str, since| StackFacts {
        services: vec![service("web", ServiceTrouble::Failed, since)],
        ..stack(name)
    };
    let mut stacks = vec![
        StackFacts { drift: 1, ..stack("a") },
        failed("b", None),
        failed("c", Some(9)),
        failed("d", Some(8)),
    ];
    let names = |attention: &Attention| {
        let names = attention.items.iter().filter_map(|item| item.stack.as_ref());
        names.map(|(_, name)| name.to_string()).collect::<Vec<_>>()
    };
    let judged = attention(&AttentionFacts { stacks: &stacks, worker_answers: false, ..quiet() });
    assert_eq!(judged.items[0].kind, AttentionKind::WorkerAbsent);
    assert_eq!(names(&judged), ["d", "c", "b", "a"]);
    assert_eq!(judged.left_out, 0);
    stacks.extend((0..MOST).map(|number| StackFacts { drift: 1, ..stack(&format!("s{number}")) }));
    let judged = attention(&AttentionFacts { stacks: &stacks, ..quiet() });
    assert_eq!((judged.items.len(), judged.left_out), (MOST, 4));
    assert_eq!(names(&judged)[..3], ["d", "c", "b"]);
}

#[test]
fn the_kinds_are_listed_in_their_order() {
    assert!(AttentionKind::ALL.is_sorted());
}
