use super::*;
use crate::worker::fixture::container;

const FIVE: Duration = Duration::from_secs(5);

fn check(verdict: Verdict, expected: &str) {
    let text = match verdict {
        Verdict::Pending(state) => format!("pending {state}"),
        Verdict::Met => "met".to_owned(),
        Verdict::Unexpected(state) => format!("unexpected {state}"),
        Verdict::Failed(failure) => format!("{}: {}", failure.code, failure.message),
    };
    assert_eq!(text, expected);
}

#[test]
fn health_decides_and_an_end_is_a_failure() {
    let with = |state, health| ObservedContainer { health, ..container("shop-web-1", state) };
    let running = ContainerState::Running;
    check(healthy(&with(running, Some(Health::Healthy))), "met");
    check(healthy(&with(running, Some(Health::Starting))), "pending starting");
    check(healthy(&with(running, Some(Health::Unhealthy))), "SERVICE_UNHEALTHY: `shop-web-1` is unhealthy");
    check(healthy(&with(running, None)), "SERVICE_UNHEALTHY: `shop-web-1` has no health check to wait for");
    check(healthy(&with(ContainerState::Restarting, Some(Health::Starting))), "pending restarting");
    let restarted = |times| ObservedContainer {
        restart_count: times,
        ..with(ContainerState::Restarting, Some(Health::Starting))
    };
    check(healthy(&restarted(4)), "pending restarting");
    check(
        healthy(&restarted(5)),
        "SERVICE_EXITED: `shop-web-1` does not stay up: the engine had to restart it",
    );
    check(
        healthy(&with(ContainerState::Exited { code: 0 }, Some(Health::Healthy))),
        "SERVICE_EXITED: `shop-web-1` ended with exit code 0",
    );
    check(healthy(&with(ContainerState::Paused, Some(Health::Healthy))), "unexpected paused");
}

#[test]
fn a_job_is_complete_only_with_exit_code_0() {
    let with = |state| container("shop-etl-1", state);
    check(completed(&with(ContainerState::Exited { code: 0 })), "met");
    check(
        completed(&with(ContainerState::Exited { code: 3 })),
        "SERVICE_EXITED: `shop-etl-1` ended with exit code 3",
    );
    check(completed(&with(ContainerState::Running)), "pending running");
    check(completed(&with(ContainerState::Created)), "unexpected created");
    let refused =
        ObservedContainer { error: "no such file".to_owned(), ..with(ContainerState::Exited { code: 127 }) };
    check(completed(&refused), "SERVICE_EXITED: `shop-etl-1` ended with exit code 127: no such file");
}

#[test]
fn what_was_killed_may_have_run_out_of_memory() {
    let hint = |code| match completed(&container("shop-etl-1", ContainerState::Exited { code })) {
        Verdict::Failed(failure) => failure.hint,
        other => panic!("{other:?}"),
    };
    assert_eq!(hint(KILLED), Some(said::check_what_killed_it()));
    assert_eq!(hint(1), Some(said::check_log_then_retry()));
}

#[test]
fn stable_is_one_run_for_the_whole_time() {
    let up = container("shop-web-1", ContainerState::Running);
    let first = FirstLook::at(&up);
    let judge = |container: &ObservedContainer, ago: u64, restart| {
        stable(container, &first, Duration::from_secs(ago), FIVE, restart)
    };
    let always = RestartPolicy::Always;
    check(judge(&up, 4, always), "pending running");
    check(judge(&up, 5, always), "met");
    let again = ObservedContainer { restart_count: up.restart_count + 1, ..up.clone() };
    let unsteady = "SERVICE_EXITED: `shop-web-1` does not stay up: the engine had to restart it";
    check(judge(&again, 5, always), unsteady);
    let later = ObservedContainer { started_at: up.started_at.map(|at| at.plus(FIVE)), ..up.clone() };
    check(judge(&later, 5, always), unsteady);
    check(judge(&container("shop-web-1", ContainerState::Restarting), 1, always), unsteady);
    let ended =
        |ending| ObservedContainer { ending, ..container("shop-web-1", ContainerState::Exited { code: 0 }) };
    check(judge(&ended(RunEnding::ByItself), 1, RestartPolicy::No), "met");
    check(
        judge(&ended(RunEnding::ByItself), 1, always),
        "SERVICE_EXITED: `shop-web-1` ended with exit code 0",
    );
    let stopped = "SERVICE_EXITED: somebody else stopped `shop-web-1` while the command ran (exit code 0)";
    check(judge(&ended(RunEnding::Stopped), 1, RestartPolicy::No), stopped);
    // For instance because the engine was restarted: it is started again.
    check(judge(&ended(RunEnding::Unknown), 1, RestartPolicy::No), "unexpected exited");
}

#[test]
fn a_job_that_was_stopped_is_not_complete() {
    let job =
        |ending| ObservedContainer { ending, ..container("shop-etl-1", ContainerState::Exited { code: 0 }) };
    check(completed(&job(RunEnding::ByItself)), "met");
    check(completed(&job(RunEnding::Unknown)), "met");
    let stopped = "SERVICE_EXITED: somebody else stopped `shop-etl-1` while the command ran (exit code 0)";
    check(completed(&job(RunEnding::Stopped)), stopped);
}
