//! Nothing is read or done for actors without permission: every use case is called over ports that panic when they
//! are touched, under a policy that refuses everything and writes down what it was asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Mutex;

use core_monitor_domain::access::{Refusal, Role};
use core_monitor_domain::artifact::{ArtifactDigest, ArtifactForm};
use core_monitor_domain::audit::ChainPlace;
use core_monitor_domain::command::{ApplyOptions, CommandPayload, DeleteChoices, OnFailure, SleepMode};
use core_monitor_domain::container_file::{Download, Upload};
use core_monitor_domain::ids::{
    CommandId, ContainerId, InstanceId, PlanId, SessionId, StackId, TokenId, VersionNumber,
};
use core_monitor_domain::inventory::PruneRequest;
use core_monitor_domain::logs::LogTail;
use core_monitor_domain::on_demand::Wish;
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::policy::Policy as Rulebook;
use core_monitor_domain::ports::{
    AuditFilter, CommandFilter, EventFilter, IfMatch, MockStackStore, Page, TreeLimits,
};
use core_monitor_domain::registry::Credentials;
use core_monitor_domain::stack::{SettingsChange, StackLabels};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::terminal::ExecRequest;
use uuid::Uuid;

use super::*;
use crate::server::{
    AutostartConfig, ContainerQuery, CreateStack, EngineEventQuery, ExecInContainer, FilesOf, Followed,
    FollowedTopics, Form, HistoryQuery, ImportProject, IssueToken, LogQuery, LogScope, MakePlan, Patience,
    SaveVersion, SaveWizard, ScaleService, StackQuery, TokenSecret, Trial, Visitor, Wizard, Write,
    untouchable_ports,
};

mod labels;
mod secrets;
mod templates;
mod users;

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
            CommandPayload::delete(true),
            CommandPayload::wake(),
            CommandPayload::sleep(SleepMode::Pause),
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
        let autostart = AutostartConfig { config: "{}".to_owned(), compose: BTreeMap::new(), domain: None };
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
        let write = Write { idempotency: None, if_match: IfMatch::Any };
        let wizard = SaveWizard { wizard: Wizard::default(), comment: String::new(), write };
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
            self.refused(server.plan_delete(actor, STACK, DeleteChoices::default()).await),
            self.refused(server.lint_definition(actor, Form::Text, None, &source).await),
            self.refused(server.lint_definition(actor, Form::Archive, None, &source).await),
            self.refused(server.convert_docker_run(actor, "docker run x".to_owned()).await),
            self.refused(server.convert_autostart(actor, autostart).await),
            self.refused(server.list_catalog(actor).await),
            self.refused(server.show_catalog_entry(actor, "postgres").await),
            self.refused(server.import_templates(actor, serde_json::Value::Null).await),
            self.refused(server.draft_wizard(actor, &wizard.wizard).await),
            self.refused(server.save_wizard(actor, wizard).await),
        ]
    }

    async fn of_a_stack(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let scale = ScaleService {
            stack_id: STACK,
            service: "web".parse().unwrap(),
            replicas: 2,
            base: None,
            comment: "canary".to_owned(),
            write: Write { idempotency: None, if_match: IfMatch::Any },
        };
        vec![
            self.refused(server.list_stacks(actor, &StackQuery::default()).await),
            self.refused(server.list_containers(actor, &ContainerQuery::default()).await),
            self.refused(server.show_stack(actor, STACK).await),
            self.refused(server.change_stack(actor, STACK, SettingsChange::default(), IfMatch::Any).await),
            self.refused(server.set_stack_labels(actor, STACK, StackLabels::none(), IfMatch::Any).await),
            self.refused(server.show_stack_status(actor, STACK).await),
            self.refused(server.propose_definition(actor, STACK).await),
            self.refused(server.list_stack_containers(actor, STACK).await),
            self.refused(server.list_versions(actor, STACK, None, 1).await),
            self.refused(server.tag_version(actor, STACK, V1, None).await),
            self.refused(server.scale_service(actor, scale, &Patience::default()).await),
            self.refused(server.show_version(actor, STACK, V1).await),
            self.refused(server.open_wizard(actor, STACK, V1).await),
            self.refused(server.diff_versions(actor, STACK, V1, V1).await),
            self.refused(server.list_version_files(actor, STACK, V1).await),
            self.refused(server.show_version_file(actor, STACK, V1, "a").await),
        ]
    }

    async fn of_on_demand(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let web = "web".parse().unwrap();
        let (wish, patience) = (Wish::default(), Patience::default());
        let any = || Write { idempotency: None, if_match: IfMatch::Any };
        vec![
            self.refused(server.list_on_demand(actor).await),
            self.refused(server.show_on_demand_report(actor, 7).await),
            self.refused(server.show_on_demand_table(actor, 7).await),
            self.refused(server.show_on_demand_service(actor, STACK, &web).await),
            self.refused(server.set_on_demand_service(actor, STACK, &web, wish).await),
            self.refused(server.wake_service(actor, STACK, &web, any(), &patience).await),
            self.refused(server.put_service_to_sleep(actor, STACK, &web, any(), &patience).await),
        ]
    }

    async fn of_statistics(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let history = server.show_stack_statistics_history(actor, STACK, HistoryQuery::default());
        vec![
            self.refused(server.show_statistics(actor, None).await),
            self.refused(server.follow_statistics(actor, None).await.map(|_| ())),
            self.refused(server.show_stack_statistics(actor, STACK).await),
            self.refused(history.await),
            self.refused(server.show_host(actor).await),
            self.refused(server.show_disk_usage(actor).await),
        ]
    }

    async fn of_artifacts(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let (digest, limits) = (ArtifactDigest([0; 32]), TreeLimits { bytes: 1, members: 1, path: 1 });
        let file = ArtifactForm::File;
        let (service, slot) = ("web".parse().unwrap(), "app".parse().unwrap());
        vec![
            self.refused(server.check_deploy(actor, STACK, &service, &slot, None).await),
            self.refused(server.receive_artifact(actor, STACK, 1, None).await),
            self.refused(server.use_stored_artifact(actor, STACK, &digest, file, None, limits).await),
            self.refused(server.list_artifacts(actor, None, 1).await),
        ]
    }

    async fn of_the_queue(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let patience = Patience::default();
        let topics = FollowedTopics { events: true, changes: true, statistics: true };
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
            self.refused(server.show_overview(actor).await),
            self.refused(server.follow_changes(actor, topics, None).await.map(|_| ())),
            self.refused(server.show_metrics(actor).await),
        ]
    }

    async fn in_containers(&self) -> Vec<Action> {
        let (server, actor, container) = (&self.server, &self.actor, ContainerId::from("c0"));
        let request = || ExecRequest {
            command: ExecRequest::shell(),
            user: None,
            workdir: None,
            environment: BTreeMap::new(),
            terminal: None,
        };
        let logs = || LogQuery {
            services: BTreeSet::new(),
            tail: LogTail::All,
            since: None,
            until: None,
            follow: false,
            stdout: true,
            stderr: true,
            grep: None,
            raw: false,
            after: None,
        };
        let exec =
            ExecInContainer { request: request(), stdin: Vec::new(), timeout: std::time::Duration::ZERO };
        vec![
            self.refused(server.open_terminal(actor, None, &container, request()).await),
            self.refused(server.exec_in_container(actor, &container, exec).await),
            self.refused(server.list_processes(actor, &container).await),
            self.refused(server.read_logs(actor, LogScope::Stack(STACK), logs()).await),
            self.refused(server.read_logs(actor, LogScope::Container("c0".into()), logs()).await),
        ]
    }

    async fn files(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let file = Upload::File { size: 0, mode: None, uid: None, gid: None };
        let mut refused = Vec::new();
        for of in [FilesOf::Container("c0".into()), FilesOf::Volume("data".to_owned())] {
            refused.push(self.refused(server.list_files(actor, &of, "/").await));
            for form in [Download::Content, Download::Archive] {
                refused.push(self.refused(server.fetch_file(actor, &of, "/", form).await.map(|_| ())));
            }
            for upload in [file, Upload::Archive] {
                refused.push(self.refused(server.put_file(actor, &of, "/", upload).await.map(|_| ())));
            }
        }
        refused
    }

    async fn of_the_audit(&self) -> Vec<Action> {
        let (server, actor, filter) = (&self.server, &self.actor, AuditFilter::default());
        let trial = Trial { role: Role::Viewer, stack: STACK, version: None, policy: None };
        vec![
            self.refused(server.list_audit(actor, &filter).await),
            self.refused(server.export_audit(actor, &filter).await),
            self.refused(server.verify_audit(actor, ChainPlace::BEGINNING).await),
            self.refused(server.show_policy(actor).await),
            self.refused(server.replace_policy(actor, 0, Rulebook::default()).await),
            self.refused(server.try_policy(actor, trial).await),
        ]
    }

    async fn of_the_installation(&self) -> Vec<Action> {
        let (server, actor) = (&self.server, &self.actor);
        let host: core_monitor_domain::registry::RegistryHost = "docker.io".parse().unwrap();
        let secret = Credentials { username: "canary".to_owned(), password: "canary".to_owned() };
        let token = TokenSecret::chosen("canary");
        let issue =
            IssueToken { name: "ann".parse().unwrap(), grant: Grant::administrator(), expires_at: None };
        let write = Write { idempotency: None, if_match: IfMatch::Any };
        vec![
            self.refused(server.list_projects(actor).await),
            self.refused(server.show_about(actor).await),
            self.refused(server.list_alerts(actor).await),
            self.refused(server.send_test_alert(actor).await),
            self.refused(server.watch_for_alerts(actor).await),
            self.refused(server.show_settings(actor).await),
            self.refused(server.show_compose_schema(actor).await),
            self.refused(server.list_registries(actor).await),
            self.refused(server.show_registry(actor, &host).await),
            self.refused(server.store_registry(actor, host.clone(), &secret).await.map(|_| ())),
            self.refused(server.remove_registry(actor, &host).await),
            self.refused(server.has_tokens(actor).await),
            self.refused(server.list_images(actor, false).await),
            self.refused(server.list_volumes(actor, false).await),
            self.refused(server.list_networks(actor).await),
            self.refused(server.inspect_container(actor, &"c0".into()).await),
            self.refused(server.reveal_secrets(actor, &"c0".into()).await),
            self.refused(server.list_engine_events(actor, EngineEventQuery::default(), 1).await),
            self.refused(server.stream_engine_events(actor, EngineEventQuery::default()).await.map(|_| ())),
            self.refused(server.plan_prune(actor, PruneRequest::default()).await),
            self.refused(server.prune(actor, PlanId(Uuid::nil()), write, &Patience::default()).await),
            self.refused(server.open_session(actor, Visitor::default()).await.map(|_| ())),
            self.refused(server.show_session(actor, None).await),
            self.refused(server.sign_out(actor, None).await),
            self.refused(server.list_sessions(actor).await),
            self.refused(server.revoke_session(actor, SessionId(Uuid::nil())).await),
            self.refused(server.set_token(actor, &"ann".parse().unwrap(), &token).await),
            self.refused(server.list_tokens(actor).await),
            self.refused(server.rotate_token(actor, &"ann".parse().unwrap()).await.map(|_| ())),
            self.refused(server.revoke_token(actor, &"ann".parse().unwrap()).await),
            self.refused(server.issue_token(actor, issue).await.map(|_| ())),
        ]
    }
}

#[tokio::test]
async fn every_use_case_asks_before_it_touches_anything() {
    let closed = Closed::new();
    let mut asked = closed.commands().await;
    asked.extend(closed.definitions().await);
    asked.extend(closed.of_a_stack().await);
    asked.extend(closed.of_statistics().await);
    asked.extend(closed.of_on_demand().await);
    asked.extend(closed.of_artifacts().await);
    asked.extend(closed.of_the_queue().await);
    asked.extend(closed.in_containers().await);
    asked.extend(closed.files().await);
    asked.extend(closed.of_the_audit().await);
    asked.extend(closed.of_the_installation().await);
    asked.extend(closed.of_templates().await);
    asked.extend(closed.of_instances().await);
    asked.extend(closed.of_secrets().await);
    asked.extend(closed.of_users().await);
    asked.extend(closed.of_newcomers().await);
    let asked: BTreeSet<_> = asked.into_iter().collect();
    let all: BTreeSet<_> = Action::ALL.iter().copied().collect();
    assert_eq!(asked, all, "an action that no use case asks for, or one that is not listed here");
}

#[tokio::test]
async fn a_follower_who_loses_the_permission_stops_reading() {
    let mut queue = core_monitor_domain::ports::MockCommandQueue::new();
    queue.expect_last_event().once().returning(|| Ok(7));
    // Nothing is granted to this actor for everything, so it is looked up which stacks it sees.
    let mut stacks = MockStackStore::new();
    stacks.expect_list().returning(|_| Ok(Page { items: Vec::new(), more: false }));
    let mut ports = untouchable_ports(InstanceId(Uuid::nil()));
    ports.queue = Arc::new(queue);
    ports.stacks = Arc::new(stacks);
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
