use std::time::Duration;

use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::plan::Target;

use super::*;

fn start() -> Action {
    Action::StartContainer {
        container: Target::Existing { id: ContainerId::from("c1"), name: "shop-web-1".to_owned() },
    }
}

fn remove_network() -> Action {
    Action::RemoveNetwork { id: NetworkId::from("n1"), name: "shop_default".to_owned() }
}

fn check(action: &Action, error: &EngineError, expected: &str) {
    let text = match Setback::of(action, error) {
        Setback::LookAgain { words, contested } => format!("look again: {words} {contested:?}"),
        Setback::Transient(trouble) => format!("transient {}: {}", trouble.code, trouble.words),
        Setback::Failed(failure) => format!("failed {}: {}", failure.code, failure.message),
        Setback::Halted(_) => "halted".to_owned(),
    };
    assert_eq!(text, expected);
}

#[test]
fn only_a_definite_refusal_fails() {
    let message = "no".to_owned();
    check(
        &start(),
        &EngineError::Unavailable { reason: "connection refused".to_owned() },
        "transient ENGINE_UNAVAILABLE: cannot start shop-web-1: the container engine cannot be reached: connection refused",
    );
    check(
        &start(),
        &EngineError::Timeout { after: Duration::from_mins(1) },
        "transient OPERATION_TIMEOUT: cannot start shop-web-1: the container engine did not answer within 60 s",
    );
    check(&start(), &EngineError::NotFound { message: message.clone() }, "look again: no None");
    check(&start(), &EngineError::Conflict { message: message.clone() }, "look again: no None");
    check(
        &start(),
        &EngineError::PortTaken { message: message.clone() },
        "failed PORT_TAKEN: cannot start shop-web-1: no",
    );
    check(
        &start(),
        &EngineError::StartRefused { message: message.clone() },
        "failed START_REFUSED: cannot start shop-web-1: no",
    );
    check(
        &start(),
        &EngineError::Refused { status: 400, message: message.clone() },
        "failed ENGINE_REFUSED: cannot start shop-web-1: no",
    );
    check(
        &remove_network(),
        &EngineError::Refused { status: 403, message },
        "failed NETWORK_IN_USE: cannot remove network shop_default [n1]: no",
    );
}

#[test]
fn a_taken_name_is_looked_at_before_anybody_is_blamed() {
    let rename = Action::RenameContainer {
        container: Target::Existing { id: ContainerId::from("c1"), name: "shop-web-1.next".to_owned() },
        to: "shop-web-1".to_owned(),
    };
    let error = EngineError::NameTaken { message: "in use".to_owned(), holder: None };
    check(&rename, &error, "look again: in use Some(\"shop-web-1\")");
}

#[test]
fn the_most_serious_setback_decides_and_the_first_of_equals() {
    let look = |words: &str| Setback::LookAgain { words: words.to_owned(), contested: None };
    let failed = |message: &str| Setback::Failed(Box::new(Failure::new(FailureCode::StartRefused, message)));
    assert_eq!(look("a").or(look("b")), look("a"));
    assert_eq!(look("a").or(failed("b")), failed("b"));
    assert_eq!(failed("a").or(failed("b")), failed("a"));
    assert_eq!(failed("a").or(Setback::Halted(Halt::Cancel)), Setback::Halted(Halt::Cancel));
    assert!(!look("a").ends_pulls() && failed("a").ends_pulls());
}
