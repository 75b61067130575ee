//! What to do about a command that has failed and was taken back.

use core_monitor_domain::command::{CommandKind, Failure, FailureCode};
use core_monitor_message::Message;

use super::said;

/// The failure of a command of this kind that is over. What found the failure did not know that the command would be taken
/// back: its hint may ask for a retry or a cancellation, and both are refused now.
pub(crate) fn advised(failure: Failure, kind: CommandKind) -> Failure {
    if !failure.hint.as_ref().is_some_and(is_about_the_command) {
        return failure;
    }
    let again = match (failure.code, kind) {
        // Nothing else is wrong.
        (FailureCode::ArtifactUnavailable, _) => return failure.with_hint(said::send_artifact()),
        (_, CommandKind::Deploy) => said::deploy_artifact_again(),
        _ => said::apply_again(),
    };
    let is_short_of_addresses =
        failure.hint.as_ref().is_some_and(|hint| hint.code() == said::free_an_address_pool().code());
    let fix = if is_short_of_addresses { said::add_address_pools() } else { fix(failure.code) };
    let hint = said::taken_back(fix, again);
    failure.with_hint(hint)
}

/// Whether a hint asks to do something with the command itself. There are many of them, and they are sentences: what a person
/// reads is what counts.
fn is_about_the_command(hint: &Message) -> bool {
    ["retry", "cancel"].iter().any(|word| hint.text().contains(word))
}

fn fix(code: FailureCode) -> Message {
    match code {
        FailureCode::ActivationFailed => said::check_activation(),
        FailureCode::BuildFailed => said::check_build(),
        FailureCode::HookFailed => said::check_hook(),
        FailureCode::ImageUnavailable => said::check_image(),
        FailureCode::PortTaken => said::free_the_port(),
        FailureCode::RegistryDenied => said::check_credentials(),
        FailureCode::ServiceExited | FailureCode::ServiceUnhealthy => said::check_last_log_lines(),
        FailureCode::StartRefused => said::check_what_is_started(),
        FailureCode::SpecRefused | FailureCode::NetworkRefused => said::check_what_was_refused(),
        _ => said::fix_the_cause(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: FailureCode, hint: Message, kind: CommandKind, expected: &str) {
        let failure = Failure::new(code, said::fix_the_cause()).with_hint(hint);
        assert_eq!(advised(failure, kind).hint.unwrap().text(), expected);
    }

    #[test]
    fn nobody_is_asked_to_retry_or_cancel_what_is_over() {
        check(
            FailureCode::ActivationFailed,
            said::fix_activation(),
            CommandKind::Deploy,
            "check the last lines of its output and `activate` of the slot; then deploy the artifact again",
        );
        check(
            FailureCode::ArtifactUnavailable,
            said::send_artifact_again(),
            CommandKind::Deploy,
            "deploy the artifact again and send its bytes, which take the place of what is stored",
        );
        check(
            FailureCode::PortTaken,
            said::publish_different_port(),
            CommandKind::Apply,
            "stop what is using this port, or choose another one; then apply the version again, or a corrected one",
        );
        check(
            FailureCode::NetworkRefused,
            said::free_an_address_pool(),
            CommandKind::Apply,
            "remove unused networks with `docker network prune`, or add ranges to `default-address-pools` in the engine's \
             configuration; then apply the version again, or a corrected one",
        );
        check(
            FailureCode::EngineUnavailable,
            said::make_sure_engine_runs(),
            CommandKind::Rollback,
            "fix the cause; then apply the version again, or a corrected one",
        );
    }

    #[test]
    fn other_advice_is_kept() {
        let advice = said::check_artifact_and_slot();
        check(FailureCode::DeployNotVerified, advice.clone(), CommandKind::Deploy, advice.text());
        let without = Failure::new(FailureCode::PortTaken, said::fix_the_cause());
        assert_eq!(advised(without, CommandKind::Deploy).hint, None);
    }
}
