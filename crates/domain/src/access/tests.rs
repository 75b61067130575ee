use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::actor::{Actor, ActorName, Principal};
use crate::ids::{CommandId, PlanId, SessionId, StackId, TokenId};

fn somebody() -> Principal {
    Principal::Token { id: Some(TokenId(Uuid::nil())), name: ActorName::new("ann").unwrap() }
}

fn resources() -> Vec<Resource> {
    vec![
        Resource::Installation,
        Resource::Stack(StackId(Uuid::nil())),
        Resource::Template("shop".parse().unwrap()),
        Resource::Command(CommandId(Uuid::nil())),
        Resource::Plan(PlanId(Uuid::nil())),
        Resource::Project("shop".to_owned()),
        Resource::Registry("docker.io".parse().unwrap()),
        Resource::Token("ann".parse().unwrap()),
        Resource::Session(SessionId(Uuid::nil())),
        Resource::Container("c0".into()),
        Resource::Volume("shop_data".to_owned()),
    ]
}

fn on(action: Action) -> Resource {
    resources().into_iter().find(|resource| resource.kind() == action.resource()).unwrap()
}

/// The actions that `actor` may use.
fn allowed(actor: &Actor) -> BTreeSet<Action> {
    let may = |action: &Action| decide(actor, *action, &on(*action)) == Decision::Allowed;
    Action::ALL.iter().copied().filter(may).collect()
}

#[test]
fn administrators_may_do_everything_except_internal_actions() {
    let all: BTreeSet<_> = Action::ALL.iter().copied().collect();
    let internal = BTreeSet::from([
        Action::WakeStack,
        Action::PutStackToSleep,
        Action::WatchForAlerts,
        Action::LookAfterInstances,
    ]);
    let expected: BTreeSet<_> = all.difference(&internal).copied().collect();
    assert_eq!(allowed(&somebody().into()), expected);
    let person = Principal::Person { name: ActorName::new("ann").unwrap() };
    assert_eq!(allowed(&person.into()), expected);
    for part in SystemPart::ALL {
        let on_behalf = Actor::System { part, on_behalf_of: Some(somebody()) };
        let either: BTreeSet<_> = expected.union(&allowed(&Actor::system(part))).copied().collect();
        assert_eq!(allowed(&on_behalf), either, "on somebody's behalf it may do what they may besides");
    }
}

#[test]
fn system_parts_may_do_only_their_own_actions() {
    use Action::{IssueToken, ListTokens, LookAfterInstances, PutStackToSleep, WakeStack, WatchForAlerts};
    let of = |part| allowed(&Actor::system(part));
    let server = [ListTokens, IssueToken, WakeStack, PutStackToSleep, WatchForAlerts, LookAfterInstances];
    assert_eq!(of(SystemPart::Server), BTreeSet::from(server));
    assert_eq!(of(SystemPart::Gateway), BTreeSet::from([WakeStack, PutStackToSleep]));
    assert_eq!(of(SystemPart::Worker), BTreeSet::new());
}

#[test]
fn an_action_on_the_wrong_resource_kind_is_refused() {
    let actors = [somebody().into(), Actor::server(), Actor::worker()];
    for action in Action::ALL {
        for resource in resources().iter().filter(|resource| resource.kind() != action.resource()) {
            for actor in &actors {
                let why = Refusal::Mismatch;
                assert_eq!(
                    decide(actor, *action, resource),
                    Decision::Refused { why },
                    "{action} {resource}"
                );
            }
        }
    }
}

#[test]
fn names_are_unique_and_parse_back() {
    let words: BTreeSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
    assert_eq!(words.len(), Action::ALL.len());
    for action in Action::ALL {
        assert_eq!(action.as_str().parse(), Ok(*action));
        assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
    }
    assert_eq!("own_the_host".parse::<Action>(), Err(ActionError));
}

#[test]
fn a_resource_parses_its_own_text() {
    for resource in resources() {
        assert_eq!(resource.to_string().parse(), Ok(resource));
    }
    for text in
        ["", "stack", "stack:x", "installation:", "token:", "token: ann", "registry:hub.docker.com", "moon:1"]
    {
        assert_eq!(text.parse::<Resource>(), Err(ResourceError), "{text}");
    }
}

#[test]
fn a_refusal_is_a_sentence() {
    let refused = Forbidden { actor: somebody().into(), action: Action::WakeStack, why: Refusal::Internal };
    assert_eq!(refused.to_string(), "`ann` may not use `wake_stack`: only Core Monitor itself does this");
}
