//! A definition with a secret in every place goes through every kind of command, a failure, a rollback and a crash.
//! Then only the definition itself may contain any of them.

use std::collections::BTreeSet;

use core_monitor_application::server::{CreateStack, Form, MakePlan, Patience, SaveVersion, Write};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, Command, CommandPayload, CommandStatus, OnFailure};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{CommandFilter, EventFilter, IfMatch};
use core_monitor_domain::registry::Credentials;
use core_monitor_simulation::engine::{Behaviour, Fault, SimImage};
use std::fmt::Write as _;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use crate::canaries::{SECRETS, Search, planted};
use crate::definition::version;
use crate::installation::Installation;
use crate::log::Log;
use crate::pages::{DEFINITION, Pages};

/// What the API would return, as the debug output of the underlying values.
#[derive(Default)]
struct Answers(String);

impl Answers {
    fn keep(&mut self, what: &str, answer: &impl std::fmt::Debug) {
        let _ = writeln!(self.0, "{what}: {answer:#?}");
    }
}

struct Story {
    installation: Installation,
    actor: Actor,
    stack: StackId,
    answers: Answers,
}

fn write() -> Write {
    Write { idempotency: None, if_match: IfMatch::Any }
}

fn apply(number: u32, options: ApplyOptions) -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(number), options }
}

impl Story {
    async fn begin() -> Self {
        let installation = Installation::new().await;
        let actor = Actor::from_stored("ann");
        let engine = &installation.engine;
        engine.add_image(SimImage::new("app:1"));
        engine.publish(SimImage::new("app:2").generation(2).behaviour(Behaviour::exits(1, 3)));
        engine.add_image(SimImage::new("base"));
        let credentials = Credentials {
            username: "ann".to_owned(),
            password: planted("the password of a registry").to_owned(),
        };
        let server = &installation.server;
        let stored = server.store_registry(&actor, "r.example".parse().unwrap(), &credentials).await.unwrap();
        let request = CreateStack {
            name: Some("shop".to_owned()),
            on_failure: OnFailure::Hold,
            form: Form::Text,
            source: version(1),
            comment: String::new(),
            idempotency: None,
        };
        let saved = server.create_stack(&actor, request).await.unwrap();
        let stack = saved.saved.stack.id;
        let mut story = Self { installation, actor, stack, answers: Answers::default() };
        story.answers.keep("registry", &stored);
        story.answers.keep("lint", &saved.lint);
        story
    }

    async fn confirmed(&mut self, number: u32) -> ApplyOptions {
        let request = MakePlan {
            stack_id: self.stack,
            version: VersionNumber(number),
            purpose: PlanFor::Apply,
            force_recreate: BTreeSet::new(),
        };
        let plan = self.installation.server.make_plan(&self.actor, request).await.unwrap();
        let text = plan.plan.to_string();
        self.answers.keep("plan", &plan);
        self.answers.keep("plan for people", &text);
        ApplyOptions { plan_id: Some(plan.id), ..ApplyOptions::default() }
    }

    async fn carry_out(&mut self, payload: CommandPayload, expected: CommandStatus) -> Command {
        let command = self.installation.carry_out(&self.actor, self.stack, payload).await;
        self.answers.keep("command", &command);
        let status = self.installation.server.show_stack_status(&self.actor, self.stack).await;
        self.answers.keep("status", &status);
        assert_eq!(command.status, expected, "{:?}", command.failure);
        command
    }

    async fn tell(&mut self) {
        let patience = Patience { at_most: Duration::ZERO, stopping: CancellationToken::new() };
        self.installation.look().await;
        let options = self.confirmed(1).await;
        // The worker dies after creating the network, and the next one adopts the command.
        self.installation.engine.fail_at(2, Fault::CrashAfter);
        self.carry_out(apply(1, options), CommandStatus::Done).await;
        assert_eq!(self.installation.engine.crashes(), 1);

        let save = SaveVersion {
            stack_id: self.stack,
            name: None,
            on_failure: None,
            form: Form::Text,
            source: version(2),
            comment: String::new(),
            write: write(),
        };
        let saved = self.installation.server.save_version(&self.actor, save).await.unwrap();
        self.answers.keep("lint", &saved.lint);
        let back = ApplyOptions { on_failure: OnFailure::Rollback, ..ApplyOptions::default() };
        self.carry_out(apply(2, back), CommandStatus::Cancelled).await;
        let options = self.confirmed(2).await;
        let failed = self.carry_out(apply(2, options), CommandStatus::Failed).await;
        let server = &self.installation.server;
        server.retry_command(&self.actor, failed.id, &patience).await.unwrap();
        self.installation.settle(failed.id).await;
        let server = &self.installation.server;
        server.cancel_command(&self.actor, failed.id).await.unwrap();
        let rollback = CommandPayload::Rollback {
            version: VersionNumber(1),
            refresh_images: false,
            options: ApplyOptions::default(),
        };
        self.carry_out(rollback, CommandStatus::Done).await;
        self.carry_out(CommandPayload::Restart { service: None }, CommandStatus::Done).await;
        self.carry_out(CommandPayload::Stop { service: None }, CommandStatus::Done).await;
        self.carry_out(CommandPayload::Start { service: None }, CommandStatus::Done).await;
        self.read().await;
        self.carry_out(CommandPayload::delete(true), CommandStatus::Done).await;
    }

    async fn read(&mut self) {
        let (server, actor) = (&self.installation.server, &self.actor);
        let filter = EventFilter { command_id: None, limit: 100_000, ..EventFilter::default() };
        self.answers.keep("events", &server.list_events(actor, &filter).await.unwrap());
        let all = CommandFilter { limit: 100, ..CommandFilter::default() };
        self.answers.keep("commands", &server.list_commands(actor, &all).await.unwrap());
        self.answers.keep("metrics", &server.show_metrics(actor).await.unwrap());
        let (from, to) = (VersionNumber(1), VersionNumber(2));
        let diff = server.diff_versions(actor, self.stack, from, to).await.unwrap();
        // The differing lines of files are part of the definition.
        self.answers.keep("names of variables that differ", &diff.variables);
        self.answers.keep("differences in meaning", &diff.model);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_only_in_their_definition() {
    let log = Log::install();
    let mut story = Story::begin().await;
    story.tell().await;

    let search = Search::for_all(&SECRETS);
    search.none_in("an answer", &story.answers.0);
    search.none_in("the log", log.text());
    assert!(log.text().contains("command done"), "the log was not read: {}", log.text());

    let pages = Pages::read(&story.installation.file()).await;
    let mut kept = Vec::new();
    for (table, column) in pages.columns().await {
        let values = pages.values(&table, &column).await;
        let found = search.found_in(&values);
        if DEFINITION.contains(&(table.as_str(), column.as_str())) {
            kept.push((table, column, found.len()));
        } else {
            assert!(found.is_empty(), "`{table}.{column}` holds {found:#?}");
        }
    }
    // The list of columns with definitions must not be longer than necessary.
    assert!(kept.len() == DEFINITION.len() && kept.iter().all(|(_, _, found)| *found > 0), "{kept:?}");
    search.none_in("a page of the database or its log", pages.besides_definitions().await);
}
