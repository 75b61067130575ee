//! A database from before plans were stored as records and paths were relative: its plans are removed without a trace,
//! and running containers keep running.
//!
//! `database-of-before.sql` is a dump written by a real worker with a real engine and the data folder
//! `/srv/core-monitor`. Version 1 is applied. Version 2 has other secrets, and its apply waits with a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use core_monitor_domain::command::{CommandStatus, FailureCode, Readiness};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{PlanId, VersionNumber};
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::{Observation, RunEnding};
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::CommandFilter;
use core_monitor_domain::stack_version::{folder_in, placed};
use sea_orm::{ConnectOptions, ConnectionTrait, Database as AnyDatabase};

use crate::installation::{Installation, database_in};

pub(crate) const DUMP: &str = include_str!("database-of-before.sql");
const STACK: &str = "01a227c0-076e-797e-9d36-e5ee0a98e362";

/// A file as the earlier program left it.
async fn write_old_database(folder: &Path) {
    write_database(folder, DUMP).await;
}

/// A file as an earlier program left it.
pub(crate) async fn write_database(folder: &Path, dump: &str) {
    let url = format!("sqlite://{}?mode=rwc", database_in(folder).display());
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    let old = AnyDatabase::connect(options).await.unwrap();
    old.execute_unprepared("PRAGMA journal_mode = WAL").await.unwrap();
    old.execute_unprepared(dump).await.unwrap();
    old.close().await.unwrap();
}

async fn old_installation() -> Installation {
    let folder = tempfile::tempdir().unwrap();
    write_old_database(folder.path()).await;
    Installation::over(folder).await
}

/// Everything in the folder of the database.
fn bytes_in(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn earlier_plans_leave_no_trace() {
    // Only plans contained an action with its definition.
    let trace = r#""action":{"op":"create_container","name":"shop-"#;
    let folder = tempfile::tempdir().unwrap();
    write_old_database(folder.path()).await;
    assert!(holds(&bytes_in(folder.path()), trace), "the database of before has a plan");
    let installation = Installation::over(folder).await;
    assert!(!holds(&bytes_in(installation.folder.path()), trace), "in a free page or in the log");
    let plan = plan_of_the_waiting_command(&installation).await;
    assert_eq!(installation.database.plan_store().find(plan).await.unwrap(), None);
}

async fn plan_of_the_waiting_command(installation: &Installation) -> PlanId {
    let filter =
        CommandFilter { statuses: vec![CommandStatus::Pending], limit: 10, ..CommandFilter::default() };
    let waiting = installation.database.command_queue().list(&filter).await.unwrap().items;
    let [command] = waiting.as_slice() else { panic!("one command waits") };
    command.payload.options().unwrap().plan_id.unwrap()
}

#[tokio::test]
async fn a_command_with_an_earlier_plan_fails_before_its_first_effect() {
    let installation = old_installation().await;
    let filter =
        CommandFilter { statuses: vec![CommandStatus::Pending], limit: 10, ..CommandFilter::default() };
    let waiting = installation.database.command_queue().list(&filter).await.unwrap().items.remove(0);
    let command = installation.settle(waiting.id).await;
    let failure = command.failure.unwrap();
    assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::PlanStale));
    assert_eq!(failure.message.to_string(), "the confirmed plan is no longer stored");
    assert_eq!(installation.engine.writes(), 0);
}

/// The steps to `version` on a host with the given folder for stacks, from the last observation.
async fn steps_to(installation: &Installation, version: u32, stacks_dir: &str) -> String {
    let stack_id = STACK.parse().unwrap();
    let database = &installation.database;
    let stack = database.stack_store().find(stack_id).await.unwrap().unwrap();
    let desired = async |number: u32| {
        let found =
            database.stack_store().find_version(stack_id, VersionNumber(number)).await.unwrap().unwrap();
        DesiredStack::from_project(&placed(&found.model, &folder_in(stacks_dir, stack_id))).unwrap()
    };
    let host = database.observation_store().host().await.unwrap().unwrap();
    let containers = database.observation_store().containers(stack_id).await.unwrap();
    let (wanted, before) = (desired(version).await, desired(1).await);
    let provenance = Provenance {
        instance: database.token_store().instance(installation_id()).await.unwrap(),
        stack_id,
        stack: stack.name,
        version: Some(VersionNumber(version)),
        command: None,
        epoch: None,
        predecessors: BTreeSet::new(),
    };
    let made = plan(&PlanningInput {
        objective: Objective::Converge {
            desired: &wanted,
            previous: Some(&before),
            pins: &BTreeMap::new(),
            readiness: Readiness::Started,
            recreate: &BTreeSet::new(),
            only: None,
        },
        observed: &Observation { host, containers },
        provenance: &provenance,
        facts: &Facts::default(),
        rules: &Rules::Everything,
    });
    made.to_string()
}

/// Not used: the database already has one.
fn installation_id() -> core_monitor_domain::ids::InstanceId {
    core_monitor_domain::ids::InstanceId(uuid::Uuid::nil())
}

/// The observation of before does not say how the task ended that nobody waits for: by itself, or because somebody stopped
/// what should run. Assuming the former would leave a stopped service down without a word, which is the worse mistake, so
/// until the worker has asked the engine the task counts as stopped. It asks before it plans anything: this step is what the
/// server shows for the moment, and it is gone as soon as the engine says that the task ended by itself.
#[tokio::test]
async fn running_containers_survive_the_upgrade() {
    let installation = old_installation().await;
    let steps = steps_to(&installation, 1, "/srv/core-monitor/stacks").await;
    assert_eq!(steps, "  1. start shop-job-1 (not running)\n");
    for (ending, steps) in [(RunEnding::ByItself, "nothing to do\n"), (RunEnding::Stopped, steps.as_str())] {
        seen_to_end(&installation, ending).await;
        assert_eq!(steps_to(&installation, 1, "/srv/core-monitor/stacks").await, steps, "{ending:?}");
    }
}

/// What the worker's first observation stores: the engine says how the task ended.
async fn seen_to_end(installation: &Installation, ending: RunEnding) {
    let observations = installation.database.observation_store();
    let host = observations.host().await.unwrap().unwrap();
    let mut containers = observations.containers(STACK.parse().unwrap()).await.unwrap();
    for container in containers.iter_mut().filter(|container| container.name == "shop-job-1") {
        container.ending = ending;
    }
    observations.save(&Observation { host, containers }).await.unwrap();
}

/// A container keeps the absolute path it was created with, so those that mount from the folder are replaced, and no
/// others.
#[tokio::test]
async fn after_a_move_only_containers_that_mount_the_folder_are_replaced() {
    let installation = old_installation().await;
    let steps = steps_to(&installation, 1, "/mnt/new/stacks").await;
    assert!(steps.contains("create container shop-web-1"), "{steps}");
    assert!(!steps.contains("shop-plain-1") && !steps.contains("network"), "{steps}");
    insta::assert_snapshot!(steps);
}

#[tokio::test]
async fn an_earlier_version_shows_relative_paths() {
    let installation = old_installation().await;
    let stack_id = STACK.parse().unwrap();
    let found = installation.database.stack_store().find_version(stack_id, VersionNumber(1)).await.unwrap();
    let model = found.unwrap().model;
    let sources: Vec<_> =
        model.services["web"].volumes.iter().filter_map(|mount| mount.source.as_deref()).collect();
    // A path with `..` is outside and stays absolute.
    let shown =
        ["./html", ".", "/srv/core-monitor/stacks/shared", "./conf/app.conf", "/etc/hostname", "data"];
    assert_eq!(sources, shown);
}
