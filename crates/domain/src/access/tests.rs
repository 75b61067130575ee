use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::actor::{Actor, ActorName, Principal};
use crate::ids::{CommandId, PlanId, SessionId, StackId, TokenId, UserId};
use crate::stack::StackLabels;

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
        Resource::Secret("db-password".parse().unwrap()),
        Resource::Token("ann".parse().unwrap()),
        Resource::User("ann".parse().unwrap()),
        Resource::Session(SessionId(Uuid::nil())),
        Resource::Container("c0".into()),
        Resource::Volume("shop_data".to_owned()),
    ]
}

fn on(action: Action) -> Resource {
    resources().into_iter().find(|resource| resource.kind() == action.resource()).unwrap()
}

/// The actions that `actor` may use with these grants, on a stack or template that is called `shop`.
fn allowed(actor: &Actor, grants: &[Grant]) -> BTreeSet<Action> {
    let may = |action: &Action| {
        decide(actor, grants, *action, &on(*action), Some(Target::named("shop"))) == Decision::Allowed
    };
    Action::ALL.iter().copied().filter(may).collect()
}

/// The actions that a token with this grant may use.
fn with(grant: Grant) -> BTreeSet<Action> {
    allowed(&somebody().into(), &[grant])
}

fn on_stacks(role: Role, pattern: &str) -> Grant {
    Grant { stacks: Scope::Stacks(BTreeSet::from([pattern.parse().unwrap()])), ..Grant::everything(role) }
}

#[test]
fn administrators_may_do_everything_except_internal_actions() {
    let all: BTreeSet<_> = Action::ALL.iter().copied().collect();
    let internal = BTreeSet::from([
        Action::WakeStack,
        Action::PutStackToSleep,
        Action::WatchForAlerts,
        Action::LookAfterInstances,
        Action::SetUp,
        Action::SignInWithProvider,
        Action::AcceptInvitation,
    ]);
    let expected: BTreeSet<_> = all.difference(&internal).copied().collect();
    let administrator = [Grant::administrator()];
    assert_eq!(allowed(&somebody().into(), &administrator), expected);
    let person = Principal::User { id: UserId(Uuid::nil()), name: ActorName::new("ann").unwrap() };
    assert_eq!(allowed(&person.into(), &administrator), expected);
    for part in SystemPart::ALL {
        let on_behalf = Actor::System { part, on_behalf_of: Some(somebody()) };
        let either: BTreeSet<_> = expected.union(&allowed(&Actor::system(part), &[])).copied().collect();
        assert_eq!(
            allowed(&on_behalf, &administrator),
            either,
            "on somebody's behalf it may do what they may besides"
        );
        let own = allowed(&Actor::system(part), &[]);
        assert_eq!(allowed(&on_behalf, &[]), own, "on behalf of somebody without rights, only its own");
    }
}

#[test]
fn system_parts_may_do_only_their_own_actions() {
    use Action::{
        AcceptInvitation, IssueToken, ListTokens, LookAfterInstances, PutStackToSleep, SetUp,
        SignInWithProvider, WakeStack, WatchForAlerts,
    };
    let of = |part| allowed(&Actor::system(part), &[]);
    let server = [
        ListTokens,
        IssueToken,
        WakeStack,
        PutStackToSleep,
        WatchForAlerts,
        LookAfterInstances,
        SetUp,
        SignInWithProvider,
        AcceptInvitation,
    ];
    assert_eq!(of(SystemPart::Server), BTreeSet::from(server));
    assert_eq!(of(SystemPart::Gateway), BTreeSet::from([WakeStack, PutStackToSleep]));
    assert_eq!(of(SystemPart::Worker), BTreeSet::new());
}

#[test]
fn whoever_was_granted_nothing_may_do_nothing() {
    assert_eq!(allowed(&somebody().into(), &[]), BTreeSet::new());
}

#[test]
fn a_role_may_do_what_the_ones_before_it_may() {
    let mut before = BTreeSet::new();
    for role in Role::ALL {
        let now = with(Grant::everything(role));
        assert!(before.is_subset(&now), "{role}");
        assert!(now.len() > before.len(), "{role}");
        before = now;
    }
    let viewer = with(Grant::everything(Role::Viewer));
    // Their own sessions, password and one-time codes, and nothing else.
    let own = [
        Action::SignIn,
        Action::SignOut,
        Action::RevokeSession,
        Action::ChangePassword,
        Action::SetUpTotp,
        Action::RemoveTotp,
    ];
    let writes: BTreeSet<_> = viewer.into_iter().filter(|action| action.writes()).collect();
    assert_eq!(writes, BTreeSet::from(own), "a viewer changes nothing of others");
}

#[test]
fn a_permission_is_needed_beside_the_role() {
    for permission in Permission::ALL {
        for role in [Role::Viewer, Role::Operator, Role::Deployer] {
            let without = with(Grant::everything(role));
            let permissions = BTreeSet::from([permission]);
            let added: BTreeSet<_> = &with(Grant { permissions, ..Grant::everything(role) }) - &without;
            let meant = |action: &&Action| {
                action.permission() == Some(permission) && action.role().is_some_and(|least| least <= role)
            };
            let meant: BTreeSet<_> = Action::ALL.iter().filter(meant).copied().collect();
            assert_eq!(added, meant, "{role} with {permission}");
        }
    }
    let reader = [
        Grant { permissions: BTreeSet::from([Permission::Files]), ..Grant::everything(Role::Viewer) },
        Grant::everything(Role::Operator),
    ];
    let upload = Action::UploadContainerFile;
    assert_eq!(
        decide(&somebody().into(), &reader, upload, &on(upload), Some(Target::named("shop"))),
        Decision::Refused { why: Refusal::Permission(Permission::Files) },
        "the role of one grant and the permission of another do not add up"
    );
}

#[test]
fn a_grant_for_some_stacks_is_for_nothing_else() {
    for role in Role::ALL {
        let (own, foreign) = (with(on_stacks(role, "sh*")), with(on_stacks(role, "web")));
        for action in Action::ALL {
            let everywhere = with(Grant::everything(role)).contains(action);
            let on_a_stack = action.resource().has_name();
            let expected_own = everywhere && (on_a_stack || action.is_anywhere());
            let expected_foreign = everywhere && action.is_anywhere();
            assert_eq!(own.contains(action), expected_own, "{role} {action} of an own stack");
            assert_eq!(foreign.contains(action), expected_foreign, "{role} {action} of a foreign stack");
        }
    }
}

#[test]
fn a_refusal_does_not_tell_whether_there_is_such_a_stack() {
    let viewer = [on_stacks(Role::Viewer, "shop-*")];
    for action in Action::ALL.iter().filter(|action| action.resource().has_name() && action.role().is_some())
    {
        let refused = |name| decide(&somebody().into(), &viewer, *action, &on(*action), name);
        assert_eq!(
            refused(Some(Target::named("web"))),
            Decision::Refused { why: Refusal::Scope },
            "{action}"
        );
        assert_eq!(refused(None), refused(Some(Target::named("web"))), "{action}");
    }
}

#[test]
fn a_grant_by_label_is_for_the_stacks_that_have_it() {
    let labels: StackLabels = serde_json::from_str(r#"{"team":"payments"}"#).unwrap();
    let own = Target { name: "shop", labels: &labels };
    for role in Role::ALL {
        let grant = || on_stacks(role, "team=payments");
        let by_name = with(on_stacks(role, "sh*"));
        for action in Action::ALL.iter().copied() {
            let may = |target| decide(&somebody().into(), &[grant()], action, &on(action), target);
            assert_eq!(
                may(Some(own)) == Decision::Allowed,
                by_name.contains(&action),
                "{role} {action}: the same as by name"
            );
            for target in [Some(Target::named("shop")), Some(Target::named("team=payments")), None] {
                let is_allowed = may(target) == Decision::Allowed;
                assert_eq!(is_allowed, by_name.contains(&action) && action.is_anywhere(), "{role} {action}");
            }
        }
    }
}

#[test]
fn nothing_is_made_with_a_grant_by_label() {
    let made = |selector| {
        let grants = [on_stacks(Role::Administrator, selector)];
        decide_name(&somebody().into(), &grants, Action::CreateStack, "shop")
    };
    assert_eq!(made("shop"), Decision::Allowed);
    assert_eq!(made("team=payments"), Decision::Refused { why: Refusal::Scope });
}

#[test]
fn the_role_for_a_stack_is_the_highest_of_those_by_name_and_by_label() {
    let labels: StackLabels = serde_json::from_str(r#"{"team":"payments"}"#).unwrap();
    let grants = [on_stacks(Role::Viewer, "*"), on_stacks(Role::Deployer, "team=payments")];
    let own = Target { name: "shop", labels: &labels };
    assert_eq!(role_for(&grants, own), Some(Role::Deployer));
    assert_eq!(role_for(&grants, Target::named("shop")), Some(Role::Viewer));
    assert_eq!(role_for(&grants[1..], Target::named("shop")), None);
    let visible = Visible::to(&grants[1..]);
    assert!(visible.contains(own) && !visible.contains(Target::named("shop")) && !visible.is_everything());
}

#[test]
fn only_administrators_of_a_stack_set_its_labels() {
    for role in Role::ALL {
        let may = with(on_stacks(role, "shop")).contains(&Action::SetStackLabels);
        assert_eq!(may, role == Role::Administrator, "{role}");
    }
}

#[test]
fn a_refusal_names_what_is_missing() {
    let why = |grant, action| match decide(
        &somebody().into(),
        &[grant],
        action,
        &on(action),
        Some(Target::named("shop")),
    ) {
        Decision::Refused { why } => why.to_string(),
        Decision::Allowed => panic!("{action} is allowed"),
    };
    let viewer = || Grant::everything(Role::Viewer);
    assert_eq!(why(viewer(), Action::StopStack), "it takes the role `operator`");
    assert_eq!(why(viewer(), Action::ListContainerFiles), "it takes the permission `files`");
    assert_eq!(why(on_stacks(Role::Deployer, "a"), Action::StopStack), "no access was granted to this");
    assert_eq!(why(viewer(), Action::WakeStack), "only Core Monitor itself does this");
}

#[test]
fn a_grant_is_stored_in_few_words() {
    let some = Grant {
        permissions: BTreeSet::from([Permission::Files, Permission::Terminal]),
        ..on_stacks(Role::Deployer, "shop-*")
    };
    let labelled = Grant {
        stacks: Scope::Stacks(BTreeSet::from(["web".parse().unwrap(), "team=payments".parse().unwrap()])),
        ..Grant::everything(Role::Viewer)
    };
    for (grant, text) in [
        (labelled, r#"{"role":"viewer","stacks":["web","team=payments"]}"#),
        (Grant::administrator(), r#"{"role":"administrator"}"#),
        (some, r#"{"role":"deployer","permissions":["terminal","files"],"stacks":["shop-*"]}"#),
    ] {
        assert_eq!(serde_json::to_string(&grant).unwrap(), text);
        assert_eq!(serde_json::from_str::<Grant>(text).unwrap(), grant);
    }
    for text in [
        "{}",
        r#"{"role":"root"}"#,
        r#"{"role":"viewer","stacks":["../x"]}"#,
        r#"{"role":"viewer","stacks":7}"#,
        r#"{"role":"viewer","stacks":["team=*"]}"#,
    ] {
        assert!(serde_json::from_str::<Grant>(text).is_err(), "{text}");
    }
}

#[test]
fn an_action_on_the_wrong_resource_kind_is_refused() {
    let actors = [somebody().into(), Actor::server(), Actor::worker()];
    for action in Action::ALL {
        for resource in resources().iter().filter(|resource| resource.kind() != action.resource()) {
            for actor in &actors {
                let why = Refusal::Mismatch;
                assert_eq!(
                    decide(actor, &[Grant::administrator()], *action, resource, Some(Target::named("shop"))),
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
