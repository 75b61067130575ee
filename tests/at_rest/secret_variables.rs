//! Secret variables in every place that may have one, through every kind of command, a failure, a rollback and a crash,
//! asked for over HTTP: nothing but the container ever shows a value.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandStatus, FailureCode, OnFailure,
};
use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::secret_variable::{
    OpenedSecrets, SecretChange, SecretRef, SecretUses, SecretValue, is_marked,
};
use core_monitor_domain::stack_version::{Source, SourceSecret};
use core_monitor_simulation::engine::{Behaviour, Fault, SimImage};
use serde_json::{Value, json};

use crate::canaries::Search;
use crate::http::Http;
use crate::installation::Installation;
use crate::log::Log;
use crate::pages::Pages;

const FIRST: (&str, &str) = ("the first value", "kanary20firstvalue");
const SECOND: (&str, &str) = ("the rotated value", "kanary21rotatedval");
const KEPT: (&str, &str) = ("a value that is kept", "kanary22keptvalue0");
const QUOTED: (&str, &str) = ("a value that the engine quotes", "kanary24quotedvalu");
const REFUSED: (&str, &str) = ("a value of a refused request", "kanary23refusedval");

const FILE: &str = r#"
services:
  web:
    image: app:IMAGE
    entrypoint: [enter, "${PASSWORD}"]
    command: [serve, "${PASSWORD}"]
    environment: {URL: "postgres://app:${PASSWORD}@db", KEY: "${KEY}", GENERATED: "${GENERATED}"}
    env_file: [web.env]
    healthcheck: {test: [CMD, check, "${PASSWORD}"], interval: 1s, retries: 1}
    logging: {driver: json-file, options: {tag: "${KEY}"}}
    configs: [content, variable]
    secrets: [key]
    post_start: [{command: [hook, "${PASSWORD}"], environment: {IN_HOOK: "${PASSWORD}"}}]
    pre_stop: [{command: [hook, "${PASSWORD}"]}]
  built:
    build: {context: ./app, args: {TOKEN: "${KEY}"}, secrets: [key]}
configs:
  content: {content: "a ${PASSWORD} b"}
  variable: {environment: PASSWORD}
secrets:
  key: {environment: KEY}
"#;

fn definition(image: u32, secrets: &Value) -> Value {
    json!({
        "name": "shop",
        "compose": FILE.replace("IMAGE", &image.to_string()),
        "files": {"web.env": "FROM_FILE=${PASSWORD}\n", "app/Dockerfile": "FROM base\n"},
        "secret_variables": secrets,
    })
}

struct Story {
    installation: Installation,
    http: Http,
    stack: StackId,
}

fn apply(number: u32, options: ApplyOptions) -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(number), options }
}

impl Story {
    async fn begin() -> Self {
        let installation = Installation::new().await;
        let engine = &installation.engine;
        engine.add_image(SimImage::new("app:1"));
        let leaking = Behaviour::exits(1, 3).saying(&[&format!("cannot log in with {}", SECOND.1)]);
        engine.publish(SimImage::new("app:2").generation(2).behaviour(leaking));
        engine.add_image(SimImage::new("base"));
        let http = Http::of(&installation).await;
        let secrets = json!({
            "PASSWORD": {"value": FIRST.1},
            "KEY": {"value": KEPT.1},
            "GENERATED": {"generate": {"length": 20, "alphabet": "lower_alphanumeric"}},
        });
        let (status, made) = http.post("/stacks", &definition(1, &secrets)).await;
        assert_eq!(status, 201, "{made:#}");
        let stack = made["stack"]["stack_id"].as_str().unwrap().parse().unwrap();
        Self { installation, http, stack }
    }

    async fn carry_out(&self, payload: CommandPayload, expected: CommandStatus) -> Command {
        let command = self.installation.carry_out(&Actor::from_stored("ann"), self.stack, payload).await;
        assert_eq!(command.status, expected, "{:?}", command.failure);
        self.look_everywhere().await;
        command
    }

    /// What the engine was asked to create `shop-web-1` from.
    fn created(&self) -> ContainerSpec {
        self.installation.engine.created_from("shop-web-1").unwrap()
    }

    fn check_container(&self, password: &str) -> String {
        let spec = self.created();
        let of = |name: &str| spec.environment[name].clone().unwrap();
        assert_eq!(of("URL"), format!("postgres://app:{password}@db"));
        assert_eq!((of("KEY"), of("FROM_FILE")), (KEPT.1.to_owned(), password.to_owned()));
        assert_eq!(spec.command.unwrap()[1], password);
        assert_eq!(spec.entrypoint.unwrap()[1], password);
        assert_eq!(spec.logging.unwrap().options["tag"], KEPT.1);
        let files = self.installation.engine.files_of("shop-web-1");
        assert_eq!(files["/content"], format!("a {password} b"));
        assert_eq!((files["/variable"].as_str(), files["/run/secrets/key"].as_str()), (password, KEPT.1));
        let hooks = self.installation.engine.hooks_of("shop-web-1");
        assert_eq!(hooks, [["hook".to_owned(), password.to_owned()]]);
        of("GENERATED")
    }

    async fn tell(&self) -> String {
        self.installation.look().await;
        let (status, plan) = self.http.post(&format!("/stacks/{}/plan/1", self.stack), &json!({})).await;
        assert!((200..300).contains(&status), "{plan:#}");
        self.installation.engine.fail_at(2, Fault::CrashAfter);
        self.carry_out(apply(1, ApplyOptions::default()), CommandStatus::Done).await;
        assert_eq!(self.installation.engine.crashes(), 1);
        let generated = self.check_container(FIRST.1);
        assert_eq!(generated.len(), 20);

        let versions = format!("/stacks/{}/versions", self.stack);
        let rotated = definition(2, &json!({"PASSWORD": {"value": SECOND.1}}));
        let (status, saved) = self.http.post(&versions, &rotated).await;
        assert_eq!(status, 201, "{saved:#}");
        self.refused(&versions).await;
        self.http.post(&format!("/stacks/{}/plan/2", self.stack), &json!({})).await;
        let back = ApplyOptions { on_failure: OnFailure::Rollback, ..ApplyOptions::default() };
        self.carry_out(apply(2, back), CommandStatus::Cancelled).await;
        let failed = self.carry_out(apply(2, ApplyOptions::default()), CommandStatus::Failed).await;
        let lines = format!("{:?}", failed.failure.as_ref().unwrap().logs);
        assert!(lines.contains("cannot log in with ***"), "{lines}");
        self.http.post(&format!("/commands/{}/cancel", failed.id), &json!({})).await;

        let rollback = CommandPayload::Rollback {
            version: VersionNumber(1),
            refresh_images: false,
            options: ApplyOptions::default(),
        };
        self.carry_out(rollback, CommandStatus::Done).await;
        assert_eq!(self.check_container(FIRST.1), generated, "a rollback uses the old values");
        // The values are still those of version 1, and the rest is kept: nothing has to be replaced.
        let same = definition(1, &json!({"PASSWORD": {"value": FIRST.1}}));
        assert_eq!(self.http.post(&format!("{versions}?comment=same"), &same).await.0, 201);
        let before = self.installation.engine.names();
        self.carry_out(apply(3, ApplyOptions::default()), CommandStatus::Done).await;
        assert_eq!(self.installation.engine.names(), before, "equal values replace no container");
        self.quoted(&versions).await;
        for payload in [
            CommandPayload::Restart { service: None },
            CommandPayload::Stop { service: None },
            CommandPayload::Start { service: None },
            CommandPayload::delete(true),
        ] {
            self.carry_out(payload, CommandStatus::Done).await;
        }
        generated
    }

    /// A start that the engine refuses with words of the definition, which it also keeps with the container; then a start of
    /// the same container by a command for a version that does not use the value.
    async fn quoted(&self, versions: &str) {
        let mut broken = definition(1, &json!({"KEY": {"value": QUOTED.1}}));
        broken["compose"] =
            FILE.replace("IMAGE", "1").replace("tag: \"${KEY}\"", "tag: \"{{${KEY}}}\"").into();
        let (status, saved) = self.http.post(versions, &broken).await;
        assert_eq!(status, 201, "{saved:#}");
        // Otherwise the container that ran before would be brought back in place of the one that does not start.
        self.carry_out(CommandPayload::Stop { service: None }, CommandStatus::Done).await;
        let failed = self.carry_out(apply(4, ApplyOptions::default()), CommandStatus::Failed).await;
        let said = failed.failure.as_ref().unwrap().message.text().to_owned();
        assert!(said.contains("function \"***\" not defined"), "{said}");
        self.installation.look().await;
        let (_, containers) = self.http.get(&format!("/stacks/{}/containers", self.stack)).await;
        assert!(containers.to_string().contains("function \\\"***\\\" not defined"), "{containers:#}");
        self.http.post(&format!("/commands/{}/cancel", failed.id), &json!({})).await;
        let started = self.carry_out(CommandPayload::Start { service: None }, CommandStatus::Failed).await;
        let said = started.failure.as_ref().unwrap().message.text().to_owned();
        assert!(said.contains("function \"***\" not defined"), "{said}");
        self.http.post(&format!("/commands/{}/cancel", started.id), &json!({})).await;
        self.carry_out(apply(3, ApplyOptions::default()), CommandStatus::Done).await;
    }

    /// Requests that cannot be carried out, whose errors must not repeat a value.
    async fn refused(&self, versions: &str) {
        let given = json!({"PASSWORD": {"value": REFUSED.1}, "KEY": {"keep": true}});
        for compose in [
            "services: {web: {image: 'app:${PASSWORD}'}}",
            "services: {web: {image: app, scale: '${PASSWORD}'}}",
            "services: {web: {image: app, ports: ['${PASSWORD}:80']}}",
            "services: {web: {image: app, labels: {a: '${PASSWORD}'}}}",
            "services: {web: {image: app, command: ['--password=${PASSWORD}']}}",
            "services: {'${PASSWORD}': {}}",
        ] {
            let body = json!({"compose": compose, "secret_variables": given});
            assert_eq!(self.http.post(versions, &body).await.0, 422, "{compose}");
            assert_eq!(self.http.post("/lint", &body).await.0, 422, "{compose}");
        }
        for secrets in [
            json!({"PASSWORD": REFUSED.1}),
            json!({"PASSWORD": {"value": REFUSED.1, "other": 1}}),
            json!({REFUSED.1.to_uppercase() + "-": {"value": REFUSED.1}}),
            json!({"PASSWORD": {"value": [REFUSED.1]}}),
        ] {
            let (status, answer) = self.http.post(versions, &definition(1, &secrets)).await;
            assert_eq!(status, 400, "{answer:#}");
        }
    }

    async fn look_everywhere(&self) {
        let stack = format!("/stacks/{}", self.stack);
        for path in [
            "/stacks".to_owned(),
            "/commands?limit=100".to_owned(),
            "/events?limit=1000".to_owned(),
            "/queue".to_owned(),
            "/audit".to_owned(),
            stack.clone(),
            format!("{stack}/status"),
            format!("{stack}/containers"),
            format!("{stack}/versions"),
            format!("{stack}/versions/1"),
            format!("{stack}/versions/2"),
            format!("{stack}/versions/1/diff/2"),
            format!("{stack}/versions/1/files"),
        ] {
            self.http.get(&path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_secret_variable_is_nowhere_but_in_the_container() {
    let log = Log::install();
    let story = Story::begin().await;
    let generated: &'static str = story.tell().await.leak();

    let search = Search::for_all(&[FIRST, SECOND, KEPT, QUOTED, REFUSED, ("a generated value", generated)]);
    let said = story.http.said();
    search.none_in("an answer", &said);
    assert!(
        said.contains("postgres://app:${PASSWORD}@db"),
        "a model shows the variable in place of its value"
    );
    // As itself, as Rust escapes it and as JSON does. Hexadecimal digits alone would also be those of a fingerprint.
    let escaped = |line: &str| line.contains("\\u{f5ec") || line.contains("\\udb97\\udec");
    let marked: Vec<_> = said.lines().filter(|line| is_marked(line) || escaped(line)).collect();
    assert!(marked.is_empty(), "an answer shows a marker: {marked:#?}");
    search.none_in("the log", log.text());
    assert!(log.text().contains("command done"), "the log was not read: {}", log.text());

    let pages = Pages::read(&story.installation.file()).await;
    for (table, column) in pages.columns().await {
        let found = search.found_in(&pages.values(&table, &column).await);
        assert!(found.is_empty(), "`{table}.{column}` holds {found:#?}");
    }
    search.none_in("a page of the database or its log", pages.all());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_a_stack_stops_is_repaired_and_is_deleted() {
    let mut story = Story::begin().await;
    story.carry_out(apply(1, ApplyOptions::default()), CommandStatus::Done).await;
    story.installation.lose_the_key();
    let left_out = "the `pre_stop` hook of `shop-web-1` was left out: \
                    the value of the secret variable `PASSWORD` is not available";
    let notes = |command: &Command| {
        let notes = &command.result.as_ref().unwrap().notes;
        notes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let plain = json!({
        "name": "shop",
        "compose": "services: {web: {image: 'app:1', environment: {URL: plain}}}",
        "secret_variables": {
            "PASSWORD": {"remove": true}, "KEY": {"remove": true}, "GENERATED": {"remove": true},
        },
    });
    let (status, saved) = story.http.post(&format!("/stacks/{}/versions", story.stack), &plain).await;
    assert_eq!(status, 201, "{saved:#}");
    let repaired = story.carry_out(apply(2, ApplyOptions::default()), CommandStatus::Done).await;
    assert_eq!(notes(&repaired), [left_out]);
    let refused = story.carry_out(apply(1, ApplyOptions::default()), CommandStatus::Failed).await;
    assert_eq!(refused.failure.unwrap().code, FailureCode::DefinitionUnreadable);
    story.http.post(&format!("/commands/{}/cancel", refused.id), &json!({})).await;
    story.carry_out(CommandPayload::delete(true), CommandStatus::Done).await;

    let mut story = Story::begin().await;
    story.carry_out(apply(1, ApplyOptions::default()), CommandStatus::Done).await;
    story.installation.lose_the_key();
    let stopped = story.carry_out(CommandPayload::Stop { service: None }, CommandStatus::Done).await;
    assert_eq!(notes(&stopped), [left_out]);
    story.carry_out(CommandPayload::delete(true), CommandStatus::Done).await;
}

#[test]
fn no_debug_output_of_a_definition_shows_a_value() {
    let mut source = Source::single("compose.yaml", FILE);
    source.variables.insert("PLAIN".to_owned(), KEPT.1.to_owned());
    let reference = SecretRef { name: "PASSWORD".parse().unwrap(), fingerprint: "0a".into() };
    let value = SecretValue::new(FIRST.1).unwrap();
    let change = SecretChange::Set(value.clone());
    source.secret_changes.insert(reference.name.clone(), change);
    source.secrets.push(SourceSecret { reference: reference.clone(), value: Some(value.clone()) });
    let mut opened = OpenedSecrets::default();
    opened.insert(reference, value);
    let search = Search::for_all(&[FIRST, KEPT]);
    search.none_in("a source", format!("{source:?} {source:#?}"));
    search.none_in("opened secrets", format!("{opened:?} {opened:#?}"));
    search.none_in("what a version uses", format!("{:?}", SecretUses::new()));
}
