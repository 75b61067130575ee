//! Rights that are taken back while a command waits.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Grant, Role, Scope};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Command, CommandPayload, CommandStatus, FailureCode};
use core_monitor_domain::ids::{StackId, TokenId, UserId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{Clock as _, IdSource as _, IfMatch, Token};
use core_monitor_domain::stack::StackLabels;
use core_monitor_domain::user::{User, UserChange, UserGrants};
use core_monitor_simulation::engine::SimImage;

use crate::installation::{Installation, apply};
use crate::runtime;

const DEFINITION: &str = "services:\n  web: { image: 'app:1' }\n";

struct Bench {
    installation: Installation,
    stack: StackId,
    token: Token,
}

impl Bench {
    async fn new(grant: Grant) -> Self {
        let installation = Installation::new(ApiVersion { major: 1, minor: 44 });
        installation.engine.add_image(SimImage::new("app:1"));
        let stack = installation.create(DEFINITION).await;
        let token = Token {
            id: TokenId(installation.ids.next_uuid()),
            name: "ci".parse().unwrap(),
            hash: [1; 32],
            grant,
            created_at: installation.clock.now(),
            expires_at: None,
            used_at: None,
        };
        installation.database.token_store().replace(&token, &Actor::server()).await.unwrap();
        Self { installation, stack, token }
    }

    /// Enqueues a command of the token, does something meanwhile, and lets a worker settle it.
    async fn settle(&self, payload: CommandPayload, meanwhile: impl AsyncFnOnce()) -> Command {
        let actor = Actor::token(self.token.id, self.token.name.clone());
        let id = self.installation.enqueue_by(actor, self.stack, payload).await;
        meanwhile().await;
        self.installation.settle(id).await
    }
}

#[test]
fn a_command_is_cancelled_once_its_token_was_revoked() {
    runtime().block_on(async {
        let bench = Bench::new(Grant::everything(Role::Deployer)).await;
        let (installation, token) = (&bench.installation, &bench.token);
        let revoke = async || {
            let now = installation.clock.now();
            installation.database.token_store().revoke(&token.name, &Actor::server(), now).await.unwrap();
        };
        let command = bench.settle(apply(1), revoke).await;
        assert_eq!(command.status, CommandStatus::Cancelled);
        assert_eq!(command.failure.unwrap().code, FailureCode::NotPermitted);
        assert_eq!(installation.engine.container_named("shop-web-1"), None, "nothing was done");
        let next = installation.carry_out(bench.stack, apply(1)).await;
        assert_eq!(next.status, CommandStatus::Done, "the queue goes on");
    });
}

#[test]
fn a_command_is_carried_out_while_its_token_may_request_it() {
    runtime().block_on(async {
        let bench = Bench::new(Grant::everything(Role::Deployer)).await;
        assert_eq!(bench.settle(apply(1), async || ()).await.status, CommandStatus::Done);
    });
}

#[test]
fn a_command_is_cancelled_once_its_token_has_another_role_or_other_stacks() {
    let of = |pattern: &str| Scope::Stacks(BTreeSet::from([pattern.parse().unwrap()]));
    let deployer = |pattern| Grant { stacks: of(pattern), ..Grant::everything(Role::Deployer) };
    for (grant, status) in [
        (Grant::everything(Role::Operator), CommandStatus::Cancelled),
        (deployer("web"), CommandStatus::Cancelled),
        (deployer("sh*"), CommandStatus::Done),
    ] {
        runtime().block_on(async {
            let bench = Bench::new(Grant::administrator()).await;
            let change = async || {
                let token = Token { grant: grant.clone(), ..bench.token.clone() };
                bench.installation.database.token_store().replace(&token, &Actor::server()).await.unwrap();
            };
            let command = bench.settle(apply(1), change).await;
            assert_eq!(command.status, status, "{grant:?}");
        });
    }
}

#[test]
fn a_command_is_cancelled_once_its_stack_has_lost_the_label_that_it_was_granted_by() {
    let labels = |text| serde_json::from_str::<StackLabels>(text).unwrap();
    for (then, status) in [
        (r#"{"team":"payments","env":"prod"}"#, CommandStatus::Done),
        (r#"{"team":"web"}"#, CommandStatus::Cancelled),
        ("{}", CommandStatus::Cancelled),
    ] {
        runtime().block_on(async {
            let stacks = Scope::Stacks(BTreeSet::from(["team=payments".parse().unwrap()]));
            let bench = Bench::new(Grant { stacks, ..Grant::everything(Role::Deployer) }).await;
            let (store, now) = (bench.installation.database.stack_store(), bench.installation.clock.now());
            let set = async |text| {
                let (any, server) = (IfMatch::Any, Actor::server());
                store.set_labels(bench.stack, labels(text), any, &server, now).await.unwrap();
            };
            set(r#"{"team":"payments"}"#).await;
            let command = bench.settle(apply(1), async || set(then).await).await;
            assert_eq!(command.status, status, "{then}");
            if status == CommandStatus::Cancelled {
                assert_eq!(command.failure.unwrap().code, FailureCode::NotPermitted);
                let found = bench.installation.engine.container_named("shop-web-1");
                assert_eq!(found, None, "nothing was done");
            }
        });
    }
}

#[test]
fn a_command_is_cancelled_once_its_user_was_removed_or_may_do_less() {
    let grants = |role| UserGrants::new(vec![Grant::everything(role)]).unwrap();
    for (name, status) in [
        ("stays", CommandStatus::Done),
        ("is removed", CommandStatus::Cancelled),
        ("only looks", CommandStatus::Cancelled),
        ("is somebody else of the same name", CommandStatus::Cancelled),
    ] {
        runtime().block_on(async {
            let Bench { installation, stack, .. } = Bench::new(Grant::administrator()).await;
            let users = installation.database.user_store();
            let user = |id| User {
                id,
                name: "ann".parse().unwrap(),
                grants: grants(Role::Deployer),
                password: None,
                totp: None,
                invitation: None,
                provided: None,
                created_at: installation.clock.now(),
                signed_in_at: None,
            };
            let (ann, server) = (user(UserId(installation.ids.next_uuid())), Actor::server());
            users.add(&ann, 9, &server).await.unwrap();
            let command = installation.enqueue_by(ann.actor(), stack, apply(1)).await;
            let now = installation.clock.now();
            match name {
                "stays" => {}
                "only looks" => {
                    let less = UserChange::Grants(grants(Role::Viewer));
                    users.change(ann.id, &less, &server, now).await.unwrap();
                }
                _ => users.remove(&ann.name, &server, now).await.unwrap(),
            }
            if name == "is somebody else of the same name" {
                users.add(&user(UserId(installation.ids.next_uuid())), 9, &server).await.unwrap();
            }
            assert_eq!(installation.settle(command).await.status, status, "ann {name}");
        });
    }
}
