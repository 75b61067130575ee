//! The policy on what may run: it counts when a command begins, and right before the engine is asked.

use core_monitor_domain::access::{Grant, Role};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode, OnFailure};
use core_monitor_domain::ids::{StackId, TokenId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::policy::{Policy, PolicyRule, Preset};
use core_monitor_domain::ports::{Clock as _, IdSource as _, Token};
use core_monitor_simulation::engine::{Behaviour, SimImage};

use crate::installation::{Installation, apply};
use crate::runtime;

const ROOT: &str = "services:\n  web: { image: 'app:1', privileged: true }\n";
const PLAIN: &str = "services:\n  web: { image: 'app:1' }\n";

fn installation() -> Installation {
    let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
    installation.engine.add_image(SimImage::new("app:1"));
    installation
}

/// The same preset for everybody and every stack.
async fn set(installation: &Installation, revision: u32, preset: Preset) {
    let rule = PolicyRule { roles: [].into(), stacks: [].into(), preset, allow: Vec::new() };
    let (policy, now) = (Policy { rules: vec![rule] }, installation.clock.now());
    let store = installation.database.policy_store();
    store.replace(revision, &policy, &Actor::server(), now).await.unwrap();
}

/// Somebody with this role for everything.
async fn holder(installation: &Installation, role: Role) -> Actor {
    let token = Token {
        id: TokenId(installation.ids.next_uuid()),
        name: role.as_str().parse().unwrap(),
        hash: [u8::try_from(role.as_str().len()).unwrap(); 32],
        grant: Grant::everything(role),
        created_at: installation.clock.now(),
        expires_at: None,
        used_at: None,
    };
    installation.database.token_store().replace(&token, &Actor::server()).await.unwrap();
    Actor::token(token.id, token.name)
}

async fn carry_out(
    installation: &Installation,
    actor: Actor,
    stack: StackId,
    payload: CommandPayload,
) -> Command {
    let id = installation.enqueue_by(actor, stack, payload).await;
    installation.settle(id).await
}

fn is_refused(installation: &Installation, command: &Command, said: &str) {
    let failure = command.failure.clone().unwrap();
    assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::RefusedByPolicy));
    assert!(failure.message.text().contains(said) && failure.hint.is_some(), "{failure:?}");
    assert_eq!(installation.engine.container_names(), [""; 0]);
}

#[test]
fn what_a_deployer_may_not_run_an_administrator_may() {
    runtime().block_on(async {
        let installation = installation();
        let stack = installation.create(ROOT).await;
        let deployer = holder(&installation, Role::Deployer).await;
        let command = carry_out(&installation, deployer, stack, apply(1)).await;
        is_refused(&installation, &command, "does not allow `web` to be privileged");
        installation.cancel(command.id).await;
        let administrator = holder(&installation, Role::Administrator).await;
        let command = carry_out(&installation, administrator, stack, apply(1)).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    });
}

#[test]
fn a_policy_that_is_replaced_counts_for_commands_that_wait() {
    runtime().block_on(async {
        let installation = installation();
        set(&installation, 0, Preset::Open).await;
        let stack = installation.create(ROOT).await;
        let deployer = holder(&installation, Role::Deployer).await;
        let id = installation.enqueue_by(deployer, stack, apply(1)).await;
        set(&installation, 1, Preset::Careful).await;
        is_refused(&installation, &installation.settle(id).await, "privileged");
    });
}

#[test]
fn a_link_on_the_host_leads_to_nothing_that_is_not_allowed() {
    runtime().block_on(async {
        let installation = installation();
        let text = "services:\n  web: { image: 'app:1', volumes: ['./data/out:/x', './conf:/conf'] }\n";
        let stack = installation.create(text).await;
        let own = format!("/stacks/{stack}/data/out");
        let deployer = holder(&installation, Role::Deployer).await;
        installation.host_mounts.put_link(&own, "/etc/shadow");
        let command = carry_out(&installation, deployer.clone(), stack, apply(1)).await;
        is_refused(&installation, &command, "`web` to mount `/etc/shadow` of the host");
        installation.cancel(command.id).await;
        installation.host_mounts.put_link(&own, &format!("/stacks/{stack}/data/in"));
        let command = carry_out(&installation, deployer, stack, apply(1)).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    });
}

#[test]
fn what_is_refused_before_anything_was_done_leaves_nothing_to_roll_back() {
    runtime().block_on(async {
        let installation = installation();
        let stack = installation.create(PLAIN).await;
        let deployer = holder(&installation, Role::Deployer).await;
        let first = carry_out(&installation, deployer.clone(), stack, apply(1)).await;
        assert_eq!(first.status, CommandStatus::Done, "{:?}", first.failure);
        let running = installation.engine.container_named("shop-web-1").unwrap();
        installation.update(stack, ROOT).await;
        let mut wanted = apply(2);
        if let CommandPayload::Apply { options, .. } = &mut wanted {
            options.on_failure = OnFailure::Rollback;
        }
        let command = carry_out(&installation, deployer, stack, wanted).await;
        let failure = command.failure.clone().unwrap();
        assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::RefusedByPolicy));
        assert_eq!(installation.engine.container_named("shop-web-1"), Some(running));
        assert!(!failure.message.text().contains("rolled back"), "{failure:?}");
        assert_eq!(installation.stack(stack).await.current_version.map(|version| version.0), Some(1));
    });
}

#[test]
fn what_was_never_applied_is_nobodys_choice() {
    runtime().block_on(async {
        let installation = installation();
        installation.engine.add_image(SimImage::new("bad:1").behaviour(Behaviour::exits(1, 3)));
        let stack =
            installation.create("services:\n  web: { image: 'app:1' }\n  bad: { image: 'bad:1' }\n").await;
        let administrator = holder(&installation, Role::Administrator).await;
        let first = carry_out(&installation, administrator, stack, apply(1)).await;
        assert_eq!(first.status, CommandStatus::Failed, "{:?}", first.failure);
        installation.cancel(first.id).await;
        // It counts for the next command as long as no version was applied, and a hook runs in a container that is there.
        let hook = "services:\n  web:\n    image: app:1\n    pre_stop: [{ command: a, privileged: true }]\n";
        installation.update(stack, hook).await;
        let deployer = holder(&installation, Role::Deployer).await;
        let command = carry_out(&installation, deployer, stack, CommandPayload::Stop { service: None }).await;
        let failure = command.failure.unwrap();
        assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::RefusedByPolicy));
        assert!(failure.message.text().contains("`web` to be privileged"), "{failure:?}");
    });
}

#[test]
fn what_runs_already_is_stopped_started_and_removed_whatever_the_policy_says() {
    runtime().block_on(async {
        let installation = installation();
        let stack = installation.create(ROOT).await;
        let administrator = holder(&installation, Role::Administrator).await;
        carry_out(&installation, administrator, stack, apply(1)).await;
        set(&installation, 0, Preset::Locked).await;
        let operator = holder(&installation, Role::Operator).await;
        for payload in [
            CommandPayload::Restart { service: None },
            CommandPayload::Stop { service: None },
            CommandPayload::Start { service: None },
        ] {
            let command = carry_out(&installation, operator.clone(), stack, payload).await;
            assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        }
        let deployer = holder(&installation, Role::Deployer).await;
        let delete = crate::stories::down(true);
        let command = carry_out(&installation, deployer, stack, delete).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
        assert_eq!(installation.engine.container_names(), [""; 0]);
    });
}

#[test]
fn a_rollback_brings_back_what_somebody_else_was_allowed_to_apply() {
    runtime().block_on(async {
        let installation = installation();
        let stack = installation.create(ROOT).await;
        let administrator = holder(&installation, Role::Administrator).await;
        carry_out(&installation, administrator, stack, apply(1)).await;
        let before = installation.engine.container_named("shop-web-1").unwrap();
        installation.update(stack, "services:\n  web: { image: 'gone:1' }\n").await;
        let deployer = holder(&installation, Role::Deployer).await;
        let mut wanted = apply(2);
        if let CommandPayload::Apply { options, .. } = &mut wanted {
            options.on_failure = OnFailure::Rollback;
        }
        let command = carry_out(&installation, deployer, stack, wanted).await;
        assert_ne!(
            command.failure.clone().unwrap().code,
            FailureCode::RefusedByPolicy,
            "{:?}",
            command.failure
        );
        assert_eq!(installation.engine.container_named("shop-web-1"), Some(before));
    });
}

#[test]
fn nobody_is_kept_from_ordinary_work() {
    runtime().block_on(async {
        let installation = installation();
        let stack = installation.create(PLAIN).await;
        let deployer = holder(&installation, Role::Deployer).await;
        let command = carry_out(&installation, deployer, stack, apply(1)).await;
        assert_eq!(command.status, CommandStatus::Done, "{:?}", command.failure);
    });
}
