//! Nothing is read or done for actors without permission: every use case is called over ports that panic when they
//! are touched, under a policy that refuses everything and writes down what it was asked.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Mutex;

use core_monitor_domain::access::Refusal;
use core_monitor_domain::command::{ApplyOptions, CommandPayload, OnFailure, SleepMode};
use core_monitor_domain::ids::{CommandId, InstanceId, PlanId, StackId, TokenId, VersionNumber};
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{AuditFilter, CommandFilter, EventFilter, IfMatch, StackFilter};
use core_monitor_domain::registry::Credentials;
use core_monitor_domain::stack::SettingsChange;
use core_monitor_domain::stack_version::Source;
use uuid::Uuid;

use super::*;
use crate::server::{
    CreateStack, Followed, Form, ImportProject, MakePlan, Patience, SaveVersion, TokenSecret, Write,
    untouchable_ports,
};

const STACK: StackId = StackId(Uuid::from_u128(1));
const COMMAND: CommandId = CommandId(Uuid::from_u128(2));
const V1: VersionNumber = VersionNumber(1);

/// A server that refuses everything, and the actions it was asked about.
struct Closed {
    server: Server,
    asked: Arc<Mutex<Vec<(Action, Resource)>>>,
    actor: Actor,
}

impl Closed {
    fn new() -> Self {
        let asked: Arc<Mutex<Vec<_>>> = Arc::default();
        let notes = Arc::clone(&asked);
        let policy: Policy = Arc::new(move |_, action, resource| {
            notes.lock().unwrap().push((action, resource.clone()));
            Decision::Refused { why: Refusal::Policy }
        });
        let ports = untouchable_ports(InstanceId(Uuid::nil()));
        let actor = Actor::token(TokenId(Uuid::nil()), "ann".parse().unwrap());
        Self { server: Server::with_policy(ports, policy), asked, actor }
    }

    /// What exactly one question was about, after a use case that was refused with exactly that.
    fn refused<T, E: Debug + ToString>(&self, answer: Result<T, E>) -> Action {
        let Err(error) = answer else { panic!("it was done") };
        let mut asked = self.asked.lock().unwrap();
        let [(action, resource)] = asked.as_slice() else { panic!("asked {asked:?}") };
        let (action, kind) = (*action, resource.kind());
        asked.clear();
        let sentence = format!("`ann` may not use `{action}`: {}", Refusal::Policy);
        assert_eq!(error.to_string(), sentence, "{error:?}");
        assert_eq!(kind, action.resource(), "{action} was asked about another kind of thing");
        action
    }

    async fn commands(&self) -> Vec<Action> {
        let (version, options) = (V1, ApplyOptions::default());
        let payloads = [
            CommandPayload::Apply { version, options: options.clone() },
            CommandPayload::Rollback { version, refresh_images: false, options },
            CommandPayload::Start { service: None },
            CommandPayload::Stop { service: None },
            CommandPayload::Restart { service: None },
            CommandPayload::Delete { volumes: true },
            CommandPayload::Wake,
            CommandPayload::Sleep { mode: SleepMode::Pause },
        ];
        let mut refused = Vec::new();
        for payload in payloads {
            let write = Write { idempotency: None, if_match: IfMatch::Any };
            let patience = Patience::default();
            let answer = self.server.enqueue(&self.actor, STACK, payload, write, &patience).await;
            refused.push(self.refused(answer));
        }
        refused
    }

    async fn definitions(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let source = Source::single("compose.yaml", "services: {}");
        let (name, comment) = (String::from("shop"), String::new());
        let write = Write { idempotency: None, if_match: IfMatch::Any };
        let create = CreateStack {
            name: Some(name.clone()),
            on_failure: OnFailure::Hold,
            form: Form::Text,
            source: source.clone(),
            comment: comment.clone(),
            idempotency: None,
        };
        let create_from_archive = CreateStack { form: Form::Archive, ..create.clone() };
        let save = SaveVersion {
            stack_id: STACK,
            name: None,
            on_failure: None,
            form: Form::Text,
            source: source.clone(),
            comment: comment.clone(),
            write,
        };
        let save_from_archive = SaveVersion { form: Form::Archive, ..save.clone() };
        let import = ImportProject { name: name.clone(), comment, idempotency: None };
        let plan = MakePlan {
            stack_id: STACK,
            version: V1,
            purpose: PlanFor::Apply,
            force_recreate: BTreeSet::new(),
        };
        vec![
            self.refused(server.create_stack(actor, create).await),
            self.refused(server.create_stack(actor, create_from_archive).await),
            self.refused(server.save_version(actor, save).await),
            self.refused(server.save_version(actor, save_from_archive).await),
            self.refused(server.preview_import(actor, &name).await),
            self.refused(server.import_project(actor, import).await),
            self.refused(server.make_plan(actor, plan).await),
            self.refused(server.lint_definition(actor, Form::Text, None, &source).await),
            self.refused(server.lint_definition(actor, Form::Archive, None, &source).await),
            self.refused(server.convert_docker_run(actor, "docker run x".to_owned()).await),
        ]
    }

    async fn of_a_stack(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        vec![
            self.refused(server.list_stacks(actor, &StackFilter::default()).await),
            self.refused(server.list_containers(actor, &StackFilter::default()).await),
            self.refused(server.show_stack(actor, STACK).await),
            self.refused(server.change_stack(actor, STACK, SettingsChange::default(), IfMatch::Any).await),
            self.refused(server.show_stack_status(actor, STACK).await),
            self.refused(server.list_stack_containers(actor, STACK).await),
            self.refused(server.list_versions(actor, STACK, None, 1).await),
            self.refused(server.show_version(actor, STACK, V1).await),
            self.refused(server.diff_versions(actor, STACK, V1, V1).await),
            self.refused(server.list_version_files(actor, STACK, V1).await),
            self.refused(server.show_version_file(actor, STACK, V1, "a").await),
        ]
    }

    async fn of_the_queue(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let patience = Patience::default();
        let of_one = EventFilter { command_id: Some(COMMAND), limit: 1, ..EventFilter::default() };
        vec![
            self.refused(server.show_plan(actor, PlanId(Uuid::nil())).await),
            self.refused(server.list_commands(actor, &CommandFilter::default()).await),
            self.refused(server.show_command(actor, COMMAND, &patience).await),
            self.refused(server.cancel_command(actor, COMMAND).await),
            self.refused(server.retry_command(actor, COMMAND, &patience).await),
            self.refused(server.list_events(actor, &of_one).await),
            self.refused(server.follow_events(actor, Followed::Command(COMMAND), None).await),
            self.refused(server.list_events(actor, &EventFilter::default()).await),
            self.refused(server.follow_events(actor, Followed::All, None).await),
            self.refused(server.show_queue(actor).await),
            self.refused(server.show_metrics(actor).await),
        ]
    }

    async fn of_the_installation(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let host: core_monitor_domain::registry::RegistryHost = "docker.io".parse().unwrap();
        let secret = Credentials { username: "canary".to_owned(), password: "canary".to_owned() };
        let token = TokenSecret::chosen("canary");
        vec![
            self.refused(server.list_projects(actor).await),
            self.refused(server.show_about(actor).await),
            self.refused(server.list_audit(actor, &AuditFilter::default()).await),
            self.refused(server.list_registries(actor).await),
            self.refused(server.show_registry(actor, &host).await),
            self.refused(server.store_registry(actor, host.clone(), &secret).await.map(|_| ())),
            self.refused(server.remove_registry(actor, &host).await),
            self.refused(server.has_tokens(actor).await),
            self.refused(server.issue_token(actor, &"ann".parse().unwrap(), &token).await),
        ]
    }
}

#[tokio::test]
async fn every_use_case_asks_before_it_touches_anything() {
    let closed = Closed::new();
    let mut asked = closed.commands().await;
    asked.extend(closed.definitions().await);
    asked.extend(closed.of_a_stack().await);
    asked.extend(closed.of_the_queue().await);
    asked.extend(closed.of_the_installation().await);
    let asked: BTreeSet<_> = asked.into_iter().collect();
    let all: BTreeSet<_> = Action::ALL.iter().copied().collect();
    assert_eq!(asked, all, "an action that no use case asks for, or one that is not listed here");
}

#[tokio::test]
async fn a_follower_who_loses_the_permission_stops_reading() {
    let mut queue = core_monitor_domain::ports::MockCommandQueue::new();
    queue.expect_last_event().once().returning(|| Ok(7));
    let mut ports = untouchable_ports(InstanceId(Uuid::nil()));
    ports.queue = Arc::new(queue);
    let open = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let policy: Policy = {
        let open = Arc::clone(&open);
        Arc::new(move |_, _, _| {
            if open.load(std::sync::atomic::Ordering::Relaxed) {
                Decision::Allowed
            } else {
                Decision::Refused { why: Refusal::Policy }
            }
        })
    };
    let server = Server::with_policy(ports, policy);
    let mut follower = server.follow_events(&Actor::server(), Followed::All, None).await.unwrap();
    open.store(false, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(follower.read().await, Err(crate::server::QueryError::Forbidden(_))));
}
