//! Why a schema could not be brought up to date.

use sea_orm::DbErr;

/// The database is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A newer release has used it.
    #[error("a newer release has used the database: this one does not know {}", named(steps))]
    Newer {
        /// The steps that only the newer release knows.
        steps: Vec<String>,
    },
    /// The steps are written for SQLite.
    #[error("the schema has no steps for this kind of database")]
    Backend,
    /// A step could not be taken.
    #[error("step `{name}` of the schema failed")]
    Step {
        /// The name of the step.
        name: &'static str,
        /// What the database says.
        #[source]
        source: DbErr,
    },
    /// The database could not be asked.
    #[error("the database does not say which steps of the schema it has")]
    Unreadable(#[from] DbErr),
}

fn named(steps: &[String]) -> String {
    let quoted: Vec<_> = steps.iter().take(3).map(|step| format!("`{step}`")).collect();
    match steps.len().saturating_sub(quoted.len()) {
        0 => quoted.join(" and "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}
