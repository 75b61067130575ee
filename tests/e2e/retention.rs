//! A database full of old commands is cleared while commands run, and everything stays readable.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::ports::{NewStack, NewVersion};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_host::SystemClock;
use core_monitor_store_seaorm::{connect, default_url};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::harness::{Installation, built, command, poll};

const SOON: Duration = Duration::from_mins(1);
/// Old commands: enough for several files.
const OLD: usize = 1_500;

/// A data folder whose database has a stack with old commands, each with four events.
async fn old_installation() -> TempDir {
    let folder = TempDir::with_prefix("core-monitor-e2e-").unwrap();
    let database = connect(&default_url(folder.path()), folder.path(), Arc::new(SystemClock)).await.unwrap();
    let at = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
    let stack = NewStack {
        id: StackId(Uuid::from_u128(1)),
        name: "old".parse().unwrap(),
        on_failure: OnFailure::Hold,
        version: NewVersion {
            command_id: CommandId(Uuid::from_u128(2)),
            author: Actor::server(),
            comment: String::new(),
            source: Source::single("compose.yml", "services: {a: {image: x}}"),
            secrets: Vec::new(),
            artifacts: std::collections::BTreeMap::new(),
            based_on: None,
            model: serde_json::from_str(r#"{"name": "old", "services": {}}"#).unwrap(),
            warnings: Vec::new(),
            idempotency: None,
            now: at,
        },
    };
    database.stack_store().create(stack).await.unwrap();
    let shell = sea_orm::Database::connect(default_url(folder.path())).await.unwrap();
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OLD})");
    shell
        .execute_unprepared(&format!(
            "{numbers} INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at, finished_at)
             SELECT printf('%08x-0000-7000-8000-%012x', i, i), (SELECT stack_id FROM stack WHERE name = 'old'), 'UPDATE',
                    '{{\"kind\":\"UPDATE\",\"version\":1}}', 'DONE', 'system:server', {millis} + i, {millis} + i FROM n",
            millis = at.as_millis(),
        ))
        .await
        .unwrap();
    shell
        .execute_unprepared(
            "INSERT INTO command_event (seq, at, kind, actor, attempt, op, target, detail)
             SELECT seq, created_at, 'ENQUEUED', 'system:server', 0, '', '', 'null'
             FROM command, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) WHERE seq > 1",
        )
        .await
        .unwrap();
    shell.close().await.unwrap();
    folder
}

/// The ids of all commands of the list, page by page.
fn commands(installation: &Installation) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = installation.api.get(&format!("/api/v1/commands?limit=200{cursor}")).expect(200);
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["command_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return ids };
        cursor = format!("&cursor={next}");
    }
}

/// The ids of the first so many events.
fn events(installation: &Installation, count: usize) -> Vec<i64> {
    let mut ids: Vec<i64> = Vec::new();
    while ids.len() < count {
        let after = ids.last().copied().unwrap_or(0);
        let page = installation.api.get(&format!("/api/v1/events?limit=200&after={after}")).expect(200);
        let items = page["items"].as_array().unwrap().clone();
        assert!(!items.is_empty(), "the record ends after {} events", ids.len());
        ids.extend(items.iter().map(|item| item["id"].as_i64().unwrap()));
    }
    ids.truncate(count);
    ids
}

fn metric(installation: &Installation, name: &str) -> u64 {
    let Value::String(text) = installation.api.get("/metrics").body else { panic!("no text") };
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
    line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse().unwrap()
}

#[test]
fn old_commands_leave_while_others_run_and_a_kill_in_between_loses_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut installation = Installation::start();
    installation.move_to(runtime.block_on(old_installation()));
    let before = commands(&installation);
    assert_eq!(before.len(), OLD + 1);
    let recorded = events(&installation, 4 * OLD);
    let stack = installation.create(
        "busy",
        "services: {web: {image: 'test/busybox:1', network_mode: none, stop_grace_period: 0s}}",
    );
    stack.apply(1).done();
    // The server is killed as soon as it has begun.
    installation.server.as_ref().unwrap().said("that records leave", SOON, |line| {
        line.contains("old commands have left the database").then_some(())
    });
    installation.server().kill();
    installation.start_server();
    let events_name = "core_monitor_database_rows{table=\"command_event\"}";
    let mut during = 0;
    poll("the old events are gone", SOON, || {
        stack.ask("restart", &json!({})).done();
        during += 1;
        let files = metric(&installation, "core_monitor_record_files");
        (metric(&installation, events_name) < OLD as u64 && files == (OLD / 500) as u64).then_some(())
    });
    assert!(during >= 1);
    let files = metric(&installation, "core_monitor_record_files");
    assert_eq!(files, (OLD / 500) as u64, "each file has 500 commands, and what is not old enough stays");
    assert!(metric(&installation, "core_monitor_record_bytes") > 0);
    // All of them are read as before, in the same order.
    let after = commands(&installation);
    assert_eq!(after[after.len() - before.len()..], before);
    assert_eq!(after.iter().collect::<BTreeSet<_>>().len(), after.len(), "none is there twice");
    assert_eq!(events(&installation, 4 * OLD), recorded);
    let oldest = &before[before.len() - 2];
    let one = installation.api.get(&format!("/api/v1/commands/{oldest}")).expect(200);
    assert_eq!((&one["seq"], &one["status"]), (&2.into(), &"DONE".into()));
    let its = installation.api.get(&format!("/api/v1/commands/{oldest}/events")).expect(200);
    assert_eq!(its["items"].as_array().unwrap().len(), 4);
    let cancelled =
        installation.api.post(&format!("/api/v1/commands/{oldest}/cancel"), &[("If-Match", "*")], "");
    assert_eq!(cancelled.problem(409), "command-ended");
    // The doctor knows the chain, and notices when a file is changed.
    let doctor = || {
        let mut doctor = command(built("core-monitor-server"));
        doctor.arg("doctor").env_clear().env("CORE_MONITOR_DATA_DIR", installation.data());
        let told = doctor.output().unwrap();
        String::from_utf8_lossy(&told.stdout).into_owned()
    };
    let told = doctor();
    assert!(told.contains(&format!("the {files} record files are as they were written")), "{told}");
    let archive = installation.data().join("archive");
    let file = std::fs::read_dir(&archive)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("000002-commands"))
        .unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let told = doctor();
    assert!(told.contains("WRONG") && told.contains("000002-commands"), "{told}");
}
