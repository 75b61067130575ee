//! The schema of the database, as a list of forward steps.
//!
//! Each step is one SQL file per database engine, because the invariants it carries (partial indexes, triggers, strict
//! types) are written differently in each. The rules for adding one are in the README next to this crate.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

mod error;

pub use error::MigrationError;

/// Where a database keeps the steps it has taken. The name is that of SeaORM's own tool, which wrote it first.
const TAKEN: &str = "seaql_migrations";

/// All steps, oldest first. A step that was released never changes; the next change is the next step.
const STEPS: &[Step] = &[
    Step { name: "0001_stacks", sqlite: include_str!("../sqlite/0001_stacks.sql") },
    Step { name: "0002_commands", sqlite: include_str!("../sqlite/0002_commands.sql") },
    Step { name: "0003_releases", sqlite: include_str!("../sqlite/0003_releases.sql") },
    Step { name: "0004_observations", sqlite: include_str!("../sqlite/0004_observations.sql") },
    Step { name: "0005_plans", sqlite: include_str!("../sqlite/0005_plans.sql") },
    Step { name: "0006_tokens", sqlite: include_str!("../sqlite/0006_tokens.sql") },
    Step { name: "0007_adoptions", sqlite: include_str!("../sqlite/0007_adoptions.sql") },
    Step { name: "0008_registries", sqlite: include_str!("../sqlite/0008_registries.sql") },
    Step { name: "0009_command_totals", sqlite: include_str!("../sqlite/0009_command_totals.sql") },
    Step { name: "0010_lanes", sqlite: include_str!("../sqlite/0010_lanes.sql") },
    Step { name: "0011_audit", sqlite: include_str!("../sqlite/0011_audit.sql") },
    Step { name: "0012_plan_records", sqlite: include_str!("../sqlite/0012_plan_records.sql") },
    Step { name: "0013_command_attachments", sqlite: include_str!("../sqlite/0013_command_attachments.sql") },
    Step { name: "0014_open_commands", sqlite: include_str!("../sqlite/0014_open_commands.sql") },
    Step { name: "0015_no_replacing", sqlite: include_str!("../sqlite/0015_no_replacing.sql") },
    Step { name: "0018_related_stacks", sqlite: include_str!("../sqlite/0018_related_stacks.sql") },
    Step { name: "0019_creations", sqlite: include_str!("../sqlite/0019_creations.sql") },
    Step { name: "0020_packed_plans", sqlite: include_str!("../sqlite/0020_packed_plans.sql") },
    Step { name: "0024_secret_variables", sqlite: include_str!("../sqlite/0024_secret_variables.sql") },
    Step { name: "0025_stack_settings", sqlite: include_str!("../sqlite/0025_stack_settings.sql") },
    Step { name: "0026_anonymous_volumes", sqlite: include_str!("../sqlite/0026_anonymous_volumes.sql") },
    Step { name: "0027_statistics", sqlite: include_str!("../sqlite/0027_statistics.sql") },
    Step { name: "0028_artifacts", sqlite: include_str!("../sqlite/0028_artifacts.sql") },
    Step { name: "0029_record_files", sqlite: include_str!("../sqlite/0029_record_files.sql") },
    Step {
        name: "0030_files_of_deleted_stacks",
        sqlite: include_str!("../sqlite/0030_files_of_deleted_stacks.sql"),
    },
    Step { name: "0031_prune", sqlite: include_str!("../sqlite/0031_prune.sql") },
    Step { name: "0032_audit_details", sqlite: include_str!("../sqlite/0032_audit_details.sql") },
    Step { name: "0034_sessions", sqlite: include_str!("../sqlite/0034_sessions.sql") },
    Step { name: "0035_version_tags", sqlite: include_str!("../sqlite/0035_version_tags.sql") },
    Step { name: "0036_on_demand", sqlite: include_str!("../sqlite/0036_on_demand.sql") },
    Step { name: "0037_alerts", sqlite: include_str!("../sqlite/0037_alerts.sql") },
    Step { name: "0038_templates", sqlite: include_str!("../sqlite/0038_templates.sql") },
    Step {
        name: "0039_failures_that_nobody_waits_for",
        sqlite: include_str!("../sqlite/0039_failures_that_nobody_waits_for.sql"),
    },
    Step { name: "0040_rollouts", sqlite: include_str!("../sqlite/0040_rollouts.sql") },
    Step {
        name: "0041_versions_of_instances",
        sqlite: include_str!("../sqlite/0041_versions_of_instances.sql"),
    },
    Step { name: "0042_grants_of_tokens", sqlite: include_str!("../sqlite/0042_grants_of_tokens.sql") },
    Step { name: "0043_audit_chain", sqlite: include_str!("../sqlite/0043_audit_chain.sql") },
    Step { name: "0044_users", sqlite: include_str!("../sqlite/0044_users.sql") },
    Step { name: "0045_refusals", sqlite: include_str!("../sqlite/0045_refusals.sql") },
    Step { name: "0046_sealed_anew", sqlite: include_str!("../sqlite/0046_sealed_anew.sql") },
    Step { name: "0047_named_secrets", sqlite: include_str!("../sqlite/0047_named_secrets.sql") },
    Step { name: "0048_users_of_providers", sqlite: include_str!("../sqlite/0048_users_of_providers.sql") },
    Step { name: "0049_stack_labels", sqlite: include_str!("../sqlite/0049_stack_labels.sql") },
];

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
struct Step {
    name: &'static str,
    sqlite: &'static str,
}

/// What a database has of the steps this release knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The steps it has not taken, oldest first.
    pub missing: Vec<&'static str>,
    /// Steps it has taken that this release does not know: a newer release has used it.
    pub unknown: Vec<String>,
}

/// Where a database stands. Changes nothing.
pub async fn position(db: &impl ConnectionTrait) -> Result<Position, MigrationError> {
    let taken = taken(db).await?;
    let is_known = |name: &String| STEPS.iter().any(|step| step.name == name);
    Ok(Position {
        missing: STEPS.iter().map(|step| step.name).filter(|name| !taken.iter().any(|t| t == name)).collect(),
        unknown: taken.iter().filter(|name| !is_known(name)).cloned().collect(),
    })
}

/// Brings a database to the newest schema, and returns the steps this took.
///
/// Run it inside one transaction that holds the database's write lock: then two processes that start at the same time
/// do not both take the same step, and a step that fails leaves nothing behind. A database that a newer release has used
/// is refused before anything is changed.
pub async fn migrate(db: &impl ConnectionTrait) -> Result<Vec<&'static str>, MigrationError> {
    migrate_until(db, STEPS.len()).await
}

/// The same up to and with step `last`, for tests of what a later step does.
pub async fn migrate_until(
    db: &impl ConnectionTrait,
    last: usize,
) -> Result<Vec<&'static str>, MigrationError> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Err(MigrationError::Backend);
    }
    let position = position(db).await?;
    if !position.unknown.is_empty() {
        return Err(MigrationError::Newer { steps: position.unknown });
    }
    if !position.missing.is_empty() {
        db.execute_unprepared(&format!(
            "CREATE TABLE IF NOT EXISTS {TAKEN} (version varchar NOT NULL PRIMARY KEY, applied_at bigint NOT NULL)"
        ))
        .await?;
    }
    let mut done = Vec::new();
    for step in STEPS[..last.min(STEPS.len())].iter().filter(|step| position.missing.contains(&step.name)) {
        let failed = |source| MigrationError::Step { name: step.name, source };
        db.execute_unprepared(step.sqlite).await.map_err(failed)?;
        // The names are constants of this file.
        let record =
            format!("INSERT INTO {TAKEN} (version, applied_at) VALUES ('{}', unixepoch())", step.name);
        db.execute_unprepared(&record).await.map_err(failed)?;
        done.push(step.name);
    }
    Ok(done)
}

/// The steps a database has taken; none before its first.
async fn taken(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let ask = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
    let exists = ask(format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '{TAKEN}'"));
    if db.query_one_raw(exists).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = db.query_all_raw(ask(format!("SELECT version FROM {TAKEN} ORDER BY version"))).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
