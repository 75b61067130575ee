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
    check(
        healthy(&with(ContainerState::Exited { code: 0 }, Some(Health::Healthy))),
        "SERVICE_EXITED: `shop-web-1` ended with exit code 0",
    );
    check(healthy(&with(ContainerState::Paused, Some(Health::Healthy))), "unexpected paused");
}

#[test]
fn a_job_is_complete_with_code_0_only() {
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
    let unsteady = "SERVICE_EXITED: `shop-web-1` does not stay up, the engine had to start it again";
    check(judge(&again, 5, always), unsteady);
    let later = ObservedContainer { started_at: up.started_at.map(|at| at.plus(FIVE)), ..up.clone() };
    check(judge(&later, 5, always), unsteady);
    check(judge(&container("shop-web-1", ContainerState::Restarting), 1, always), unsteady);
    let ended = container("shop-web-1", ContainerState::Exited { code: 0 });
    check(judge(&ended, 1, RestartPolicy::No), "met");
    check(judge(&ended, 1, always), "SERVICE_EXITED: `shop-web-1` ended with exit code 0");
}
