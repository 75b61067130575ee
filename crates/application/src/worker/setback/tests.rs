use std::time::Duration;

use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::plan::Target;
use core_monitor_message::Message;

use super::*;

fn start() -> StepAction {
    StepAction::StartContainer {
        container: Target::Existing { id: ContainerId::from("c1"), name: "shop-web-1".to_owned() },
    }
}

fn remove_network() -> StepAction {
    StepAction::RemoveNetwork { id: NetworkId::from("n1"), name: "shop_default".to_owned() }
}

fn check(action: &StepAction, error: &EngineError, expected: &str) {
    let text = match Setback::of(action, error) {
        Setback::LookAgain { words, contested } => format!("look again: {words} {contested:?}"),
        Setback::WrongPlatform { image, failure } => format!("pull {image}, else {}", failure.code),
        Setback::Unexplained(failure) => format!("unexplained {}: {}", failure.code, failure.message),
        Setback::Transient(trouble) => format!("transient {}: {}", trouble.code, trouble.words),
        Setback::Failed(failure) => format!("failed {}: {}", failure.code, failure.message),
        Setback::Halted(_) => "halted".to_owned(),
    };
    assert_eq!(text, expected);
}

#[test]
fn only_a_definite_error_fails_the_command() {
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
        &EngineError::Refused { status: 403, message: message.clone() },
        "failed ENGINE_REFUSED: cannot remove network shop_default [n1]: no",
    );
    check(
        &remove_network(),
        &EngineError::Unexplained { status: 500, message },
        "unexplained ENGINE_REFUSED: cannot remove network shop_default [n1]: no",
    );
}

#[test]
fn a_hint_fits_what_the_engine_says() {
    let hint = |error: EngineError| match Setback::of(&start(), &error) {
        Setback::Failed(failure) => failure.hint,
        other => panic!("{other:?}"),
    };
    let refused = |message: &str| EngineError::Refused { status: 403, message: message.to_owned() };
    let pools = "could not find an available, non-overlapping IPv4 address pool among the defaults";
    assert_eq!(hint(refused(pools)), Some(said::free_an_address_pool()));
    let overlap = "invalid pool request: Pool overlaps with other one on this address space";
    assert_eq!(hint(refused(overlap)), Some(said::choose_another_range()));
    let devices = "could not select device driver \"\" with capabilities: [[gpu]]".to_owned();
    let error = EngineError::StartRefused { message: devices };
    assert_eq!(hint(error), Some(said::install_the_device_driver()));
}

#[test]
fn a_taken_name_is_observed_before_the_command_fails() {
    let rename = StepAction::RenameContainer {
        container: Target::Existing { id: ContainerId::from("c1"), name: "shop-web-1.next".to_owned() },
        to: "shop-web-1".to_owned(),
    };
    let error = EngineError::NameTaken { message: "in use".to_owned(), holder: None };
    check(&rename, &error, "look again: in use Some(\"shop-web-1\")");
}

#[test]
fn the_most_serious_setback_decides_and_the_first_of_equals() {
    let look = |words: &str| Setback::LookAgain { words: Message::foreign(words), contested: None };
    let failed = |message: &str| {
        Setback::Failed(Box::new(Failure::new(FailureCode::StartRefused, Message::foreign(message))))
    };
    assert_eq!(look("a").or(look("b")), look("a"));
    assert_eq!(look("a").or(failed("b")), failed("b"));
    assert_eq!(failed("a").or(failed("b")), failed("a"));
    assert_eq!(failed("a").or(Setback::Halted(Halt::Cancel)), Setback::Halted(Halt::Cancel));
    assert!(!look("a").ends_pulls() && failed("a").ends_pulls());
}
