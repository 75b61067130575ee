//! `GET /settings`

use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::ShownSettings;
use core_monitor_domain::command::FailureScope;
use core_monitor_domain::statistics;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::words::FailureScopeWord;

/// How long things are kept, how much there is of them, and how much room is left. They are set where the programs are started.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsBody {
    retention: RetentionBody,
    sessions: SessionSettingsBody,
    stored: StoredBody,
    data_folder: DataFolderBody,
    /// What a failed command holds up until it is retried or cancelled.
    #[schema(value_type = FailureScopeWord, example = "everything")]
    failure_scope: FailureScope,
}

/// How long things are kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RetentionSettings)]
pub(crate) struct RetentionBody {
    /// Ended commands with their events, in the database; after that they are in record files.
    #[schema(example = 7_776_000)]
    commands_seconds: u64,
    /// Entries of the audit, in the database; after that they are in record files.
    #[schema(example = 31_536_000)]
    audit_seconds: u64,
    /// Record files.
    #[schema(example = 315_360_000)]
    records_seconds: u64,
    /// Artifacts that no version names.
    #[schema(example = 86_400)]
    artifacts_seconds: u64,
    /// The files of deleted stacks.
    #[schema(example = 7_776_000)]
    deleted_seconds: u64,
    /// Plans.
    #[schema(example = 2_592_000)]
    plans_seconds: u64,
    /// The newest plans of each stack.
    #[schema(example = 20)]
    plans_per_stack: usize,
    /// Every measurement of what containers use.
    #[schema(example = 3_600)]
    samples_seconds: u64,
    /// The averages of five minutes of it.
    #[schema(example = 1_209_600)]
    statistics_seconds: u64,
}

/// How long sessions of browsers last.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionSettings)]
pub(crate) struct SessionSettingsBody {
    /// Without a request.
    #[schema(example = 43_200)]
    idle_seconds: u64,
    /// In any case.
    #[schema(example = 2_592_000)]
    age_seconds: u64,
}

/// How much there is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoredAmounts)]
pub(crate) struct StoredBody {
    /// Bytes of the database.
    #[schema(example = 12_582_912)]
    database_bytes: u64,
    /// Bytes of it that are free, and used again for what comes.
    #[schema(example = 1_048_576)]
    database_free_bytes: u64,
    /// Commands in the database.
    #[schema(example = 412)]
    commands: u64,
    /// Their events.
    #[schema(example = 10_240)]
    events: u64,
    /// Entries of the audit in the database.
    #[schema(example = 96)]
    audit_entries: u64,
    #[schema(example = 40)]
    plans: u64,
    #[schema(example = 2)]
    record_files: u64,
    /// Bytes of the record files.
    #[schema(example = 524_288)]
    record_bytes: u64,
    /// Artifacts; null if their folder cannot be read.
    #[schema(example = 3)]
    artifacts: Option<u64>,
    /// Their bytes; null if their folder cannot be read.
    #[schema(example = 31_457_280)]
    artifact_bytes: Option<u64>,
    /// Bytes of the history of statistics, in the database.
    #[schema(example = 2_097_152)]
    statistics_bytes: u64,
}

/// The disk of the data folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataFolder)]
pub(crate) struct DataFolderBody {
    /// Bytes that can still be written there, on the disk with the least; null if the system does not say.
    #[schema(example = 53_687_091_200_u64, minimum = 0)]
    free_bytes: Option<u64>,
    /// Whether it is full: saves are refused, and commands wait until there is space.
    #[schema(example = false)]
    full: bool,
}

impl From<ShownSettings> for SettingsBody {
    fn from(shown: ShownSettings) -> Self {
        let ShownSettings {
            keep,
            plans,
            sessions,
            failure_scope,
            store,
            statistics: history,
            artifacts,
            space,
        } = shown;
        let seconds = |duration: Duration| duration.as_secs();
        let (artifacts, artifact_bytes) = artifacts.unzip();
        Self {
            retention: RetentionBody {
                commands_seconds: seconds(keep.commands),
                audit_seconds: seconds(keep.audit),
                records_seconds: seconds(keep.files),
                artifacts_seconds: seconds(keep.artifacts),
                deleted_seconds: seconds(keep.deleted),
                plans_seconds: seconds(plans.age),
                plans_per_stack: plans.per_stack,
                samples_seconds: seconds(statistics::RECENT),
                statistics_seconds: seconds(statistics::STORED),
            },
            sessions: SessionSettingsBody {
                idle_seconds: seconds(sessions.idle),
                age_seconds: seconds(sessions.age),
            },
            stored: StoredBody {
                database_bytes: store.bytes,
                database_free_bytes: store.free,
                commands: store.commands,
                events: store.events,
                audit_entries: store.audit,
                plans: store.plans,
                record_files: store.record_files,
                record_bytes: store.record_bytes,
                artifacts,
                artifact_bytes,
                statistics_bytes: history,
            },
            data_folder: DataFolderBody {
                free_bytes: space.map(|space| space.free),
                full: space.is_some_and(|space| space.is_full()),
            },
            failure_scope,
        }
    }
}

answers!(Answers, Read, [InvalidRequest]);

/// Show how long things are kept, how much there is of them, and how much room is left.
///
/// They are set where the programs are started: `docs/operating.md` lists every setting.
#[utoipa::path(
    tag = "monitoring",
    responses((status = 200, description = "The settings.", body = SettingsBody), Answers)
)]
#[get("/settings")]
pub(crate) async fn show_settings(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let shown = api.server.show_settings(&caller.0).await?;
    Ok(HttpResponse::Ok().json(SettingsBody::from(shown)))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::doctor::SpaceFacts;
    use serde_json::json;

    use crate::testing::World;

    #[actix_web::test]
    async fn settings_are_shown_with_what_they_lead_to() {
        let world = World::new().await;
        world.create_stack("shop").await;
        world.disk.set_free(SpaceFacts::FULL - 1);
        let body = world.send("GET", "/api/v1/settings", &[], "").await.json();
        assert_eq!(
            body["retention"],
            json!({
                "commands_seconds": 7_776_000,
                "audit_seconds": 31_536_000,
                "records_seconds": 315_360_000,
                "artifacts_seconds": 86_400,
                "deleted_seconds": 7_776_000,
                "plans_seconds": 2_592_000,
                "plans_per_stack": 20,
                "samples_seconds": 3_600,
                "statistics_seconds": 1_209_600,
            })
        );
        assert_eq!(body["sessions"], json!({"idle_seconds": 43_200, "age_seconds": 2_592_000}));
        assert_eq!((&body["stored"]["commands"], &body["stored"]["artifacts"]), (&json!(1), &json!(0)));
        assert_eq!(body["data_folder"], json!({"free_bytes": SpaceFacts::FULL - 1, "full": true}));
        assert_eq!(body["failure_scope"], "everything");
    }
}
