//! Grants by label, over stores that have a stack.

use core_monitor_domain::access::Scope;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{Clock as _, Token};
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;

use super::*;

struct Bench {
    server: Server,
    administrator: Actor,
    /// A deployer of the stacks with `team=payments`.
    deployer: Actor,
    stack: StackId,
    command: CommandId,
}

impl Bench {
    async fn new() -> Self {
        let (database, clock) = (SimDatabase::new(), Arc::new(ManualClock::new()));
        let id = TokenId(Uuid::from_u128(7));
        let stacks = Scope::Stacks(BTreeSet::from(["team=payments".parse().unwrap()]));
        let token = Token {
            name: "ci".parse().unwrap(),
            grant: Grant { stacks, ..Grant::everything(Role::Deployer) },
            created_at: clock.now(),
            ..Token::of_administrator(id)
        };
        let administrator = Actor::from_stored("ann");
        database.token_store().replace(&token, &administrator).await.unwrap();
        let ports = ServerPorts {
            stacks: database.stack_store(),
            secrets: database.secret_store(),
            policies: database.policy_store(),
            queue: database.command_queue(),
            observations: database.observation_store(),
            marks: database.change_marks(),
            tokens: database.token_store(),
            audit: database.audit_log(),
            vault: Arc::new(SimVault::new("key")),
            ids: Arc::new(SeededIdSource::new(1)),
            clock,
            ..untouchable_ports(InstanceId(Uuid::nil()))
        };
        let server = Server::new(ports);
        let request = CreateStack {
            name: Some("shop".to_owned()),
            on_failure: OnFailure::Hold,
            form: Form::Text,
            source: Source::single("compose.yaml", "services:\n  web:\n    image: app:1\n"),
            comment: String::new(),
            idempotency: None,
        };
        let saved = server.create_stack(&administrator, request).await.unwrap().saved;
        let (stack, command) = (saved.stack.id, saved.command.id);
        Self { server, administrator, deployer: Actor::token(id, token.name), stack, command }
    }

    async fn label(&self, text: &str) {
        let labels = serde_json::from_str(text).unwrap();
        let set = self.server.set_stack_labels(&self.administrator, self.stack, labels, IfMatch::Any);
        set.await.unwrap();
    }

    /// Whether the deployer may do this now.
    async fn may(&self, action: Action, resource: Resource) -> bool {
        self.server.permit(&self.deployer, action, &resource).await.is_ok()
    }

    async fn may_use_the_stack(&self) -> [bool; 2] {
        [
            self.may(Action::ApplyVersion, Resource::Stack(self.stack)).await,
            self.may(Action::ShowCommand, Resource::Command(self.command)).await,
        ]
    }
}

#[tokio::test]
async fn a_grant_by_label_is_for_what_belongs_to_the_stack_while_it_has_the_label() {
    let bench = Bench::new().await;
    assert_eq!(bench.may_use_the_stack().await, [false; 2]);
    for (labels, may) in [
        (r#"{"team":"payments","env":"prod"}"#, true),
        (r#"{"team":"payment"}"#, false),
        (r#"{"payments":"team"}"#, false),
        (r#"{"team":"payments"}"#, true),
        ("{}", false),
    ] {
        bench.label(labels).await;
        assert_eq!(bench.may_use_the_stack().await, [may; 2], "{labels}");
        let visible = bench.server.visible_to(&bench.deployer).await.unwrap();
        let stack = bench.server.ports.stacks.find(bench.stack).await.unwrap().unwrap();
        assert_eq!(visible.contains((&stack).into()), may, "{labels}");
    }
}

#[tokio::test]
async fn a_grant_by_label_is_for_nothing_without_labels() {
    let bench = Bench::new().await;
    bench.label(r#"{"team":"payments"}"#).await;
    let template: TemplateName = "shop".parse().unwrap();
    assert!(!bench.may(Action::ShowTemplate, Resource::Template(template)).await);
    assert!(!bench.may(Action::ShowStack, Resource::Stack(STACK)).await, "there is no such stack");
    assert!(
        !bench.may(Action::SetStackLabels, Resource::Stack(bench.stack)).await,
        "it takes an administrator"
    );
    for name in ["shop", "shop-2", "team=payments"] {
        let refused = bench.server.permit_name(&bench.deployer, Action::CreateStack, name).await;
        assert_eq!(refused.unwrap_err().why, Refusal::Scope, "{name}");
    }
}
