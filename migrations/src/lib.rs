//! The schema of the database, as a list of forward steps.
//!
//! Each step is one SQL file per database engine, because the invariants it carries (partial indexes, triggers, strict
//! types) are written differently in each. The rules for adding one are in the README next to this crate.

use sea_orm_migration::prelude::*;

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
];

/// Brings a database to the newest schema.
///
/// Run it inside one transaction that holds the database's write lock: then two processes that start at the same time
/// do not both take the same step, and a step that fails leaves nothing behind.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        STEPS.iter().map(|step| Box::new(*step) as Box<dyn MigrationTrait>).collect()
    }
}

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
struct Step {
    name: &'static str,
    sqlite: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => {
                manager.get_connection().execute_unprepared(self.sqlite).await.map(|_| ())
            }
            other => Err(DbErr::Migration(format!("step `{}` has no SQL for {other:?}", self.name))),
        }
    }
}
