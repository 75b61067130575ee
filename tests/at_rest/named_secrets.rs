//! Named secrets as files and as secret variables, through every kind of command, a failure and a crash: nothing but the container
//! ever shows a value.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, Command, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::secret_variable::is_marked;
use core_monitor_simulation::engine::{Behaviour, Fault, SimImage};
use serde_json::{Value, json};

use crate::canaries::Search;
use crate::http::Http;
use crate::installation::Installation;
use crate::log::Log;
use crate::pages::Pages;

const FIRST: (&str, &str) = ("the first version", "kanary30firstvalue");
const SECOND: (&str, &str) = ("the second version", "kanary31secondvalu");

fn definition(image: u32) -> Value {
    let compose = format!(
        "services: {{web: {{image: 'app:{image}', secrets: [db], environment: {{URL: 'app:${{PASSWORD}}@db'}}}}}}\nsecrets: {{db: {{external: true}}}}\n"
    );
    json!({"name": "shop", "compose": compose, "secret_variables": {"PASSWORD": {"secret": "db"}}})
}

fn apply(number: u32) -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(number), options: ApplyOptions::default() }
}

async fn carry_out(
    installation: &Installation,
    stack: StackId,
    payload: CommandPayload,
    is: CommandStatus,
) -> Command {
    let command = installation.carry_out(&Actor::from_stored("ann"), stack, payload).await;
    assert_eq!(command.status, is, "{:?}", command.failure);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_named_secret_is_nowhere_but_in_the_container() {
    let log = Log::install();
    let installation = Installation::new().await;
    let engine = &installation.engine;
    engine.add_image(SimImage::new("app:1"));
    let leaking = Behaviour::exits(1, 3).saying(&[&format!("cannot log in with {}", SECOND.1)]);
    engine.publish(SimImage::new("app:2").generation(2).behaviour(leaking));
    let http = Http::of(&installation).await;
    assert_eq!(http.post("/secrets", &json!({"name": "db", "value": FIRST.1, "stacks": ["*"]})).await.0, 201);
    let (status, made) = http.post("/stacks", &definition(1)).await;
    assert_eq!(status, 201, "{made:#}");
    let stack: StackId = made["stack"]["stack_id"].as_str().unwrap().parse().unwrap();
    installation.engine.fail_at(2, Fault::CrashAfter);
    carry_out(&installation, stack, apply(1), CommandStatus::Done).await;
    let received = || {
        let spec = installation.engine.created_from("shop-web-1").unwrap();
        let files = installation.engine.files_of("shop-web-1");
        (files["/run/secrets/db"].clone(), spec.environment["URL"].clone().unwrap())
    };
    assert_eq!(received(), (FIRST.1.to_owned(), format!("app:{}@db", FIRST.1)));

    assert_eq!(http.post("/secrets/db/versions", &json!({"value": SECOND.1})).await.0, 201);
    installation.look().await;
    let (_, status) = http.get(&format!("/stacks/{stack}/status")).await;
    assert!(status.to_string().contains("secret db has a new version"), "{status:#}");
    http.post(&format!("/stacks/{stack}/plan/1"), &json!({})).await;
    carry_out(&installation, stack, apply(1), CommandStatus::Done).await;
    assert_eq!(received(), (SECOND.1.to_owned(), format!("app:{}@db", SECOND.1)));

    let (status, saved) = http.post(&format!("/stacks/{stack}/versions"), &definition(2)).await;
    assert_eq!(status, 201, "{saved:#}");
    let failed = carry_out(&installation, stack, apply(2), CommandStatus::Failed).await;
    let lines = format!("{:?}", failed.failure.as_ref().unwrap().logs);
    assert!(lines.contains("cannot log in with ***"), "{lines}");
    http.post(&format!("/commands/{}/cancel", failed.id), &json!({})).await;
    let rollback = CommandPayload::Rollback {
        version: VersionNumber(1),
        refresh_images: false,
        options: ApplyOptions::default(),
    };
    for payload in [
        rollback,
        CommandPayload::Restart { service: None },
        CommandPayload::Stop { service: None },
        CommandPayload::Start { service: None },
        CommandPayload::delete(true),
    ] {
        carry_out(&installation, stack, payload, CommandStatus::Done).await;
    }
    for path in ["/secrets", "/secrets/db", "/commands?limit=100", "/events?limit=1000", "/audit"] {
        http.get(path).await;
    }

    let search = Search::for_all(&[FIRST, SECOND]);
    let said = http.said();
    search.none_in("an answer", &said);
    let marked: Vec<_> = said.lines().filter(|line| is_marked(line)).collect();
    assert!(marked.is_empty(), "an answer shows a marker: {marked:#?}");
    search.none_in("the log", log.text());
    let pages = Pages::read(&installation.file()).await;
    for (table, column) in pages.columns().await {
        let found = search.found_in(&pages.values(&table, &column).await);
        assert!(found.is_empty(), "`{table}.{column}` holds {found:#?}");
    }
    search.none_in("a page of the database or its log", pages.all());
}
