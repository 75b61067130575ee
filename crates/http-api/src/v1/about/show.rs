//! `GET /about`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{LONGEST_WAIT, MOST_ITEMS, NoQuery};

/// What this installation is made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = About)]
pub(crate) struct AboutBody {
    /// The release of the server.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The version of the API, as in its addresses.
    #[schema(example = "v1")]
    api_version: &'static str,
    /// The installation, as in the labels of its objects on the engine.
    #[schema(value_type = uuid::Uuid, example = "0194f1c0-1b2c-7d3e-8f90-a1b2c3d4e5f6")]
    installation_id: InstanceId,
    /// The engine, as the worker last observed it; null before the first observation.
    engine: Option<EngineBody>,
    /// The moment whose state is in the newest backup that `core-monitor-server backup` has written to its end; null if there is
    /// none that this installation knows of.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T03:00:00Z")]
    last_backup_at: Option<Timestamp>,
    limits: LimitsBody,
}

/// The container engine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Engine)]
pub(crate) struct EngineBody {
    #[schema(example = "20.10.24")]
    version: String,
    /// The newest version of its API.
    #[schema(example = "1.41")]
    api_version: String,
    #[schema(example = "linux")]
    os: String,
    #[schema(example = "amd64")]
    arch: String,
    /// When the worker last observed it.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Timestamp,
}

/// What requests must keep to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limits)]
pub(crate) struct LimitsBody {
    /// Largest request body, in bytes.
    #[schema(example = 1_048_576)]
    body_bytes: u64,
    /// Largest archive, in bytes.
    #[schema(example = 67_108_864)]
    archive_bytes: u64,
    /// Largest archive when it is unpacked, in bytes.
    #[schema(example = 268_435_456)]
    archive_unpacked_bytes: u64,
    /// Most entries of an archive.
    #[schema(example = 10_000)]
    archive_members: u64,
    /// Most entries of a page.
    #[schema(example = 200)]
    page_items: u32,
    /// Longest wait for a command, in seconds.
    #[schema(example = 300)]
    wait_seconds: u32,
}

answers!(Answers, Read, [InvalidRequest]);

/// Show what this installation is made of: releases, the engine, and limits.
#[utoipa::path(
    tag = "monitoring",
    responses((status = 200, description = "The installation.", body = AboutBody), Answers)
)]
#[get("/about")]
pub(crate) async fn show_about(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let about = api.server.show_about(&caller.0).await?;
    let archive = api.limits.archive;
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(HttpResponse::Ok().json(AboutBody {
        version: env!("CARGO_PKG_VERSION"),
        api_version: "v1",
        installation_id: about.instance,
        engine: about.engine.map(|(engine, observed_at)| EngineBody {
            version: engine.version,
            api_version: engine.api.to_string(),
            os: engine.os,
            arch: engine.arch,
            observed_at,
        }),
        last_backup_at: about.last_backup,
        limits: LimitsBody {
            body_bytes: number(api.limits.body),
            archive_bytes: archive.packed,
            archive_unpacked_bytes: archive.unpacked,
            archive_members: number(archive.members),
            page_items: MOST_ITEMS,
            wait_seconds: LONGEST_WAIT,
        },
    }))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::time::Timestamp;
    use serde_json::Value;

    use crate::testing::World;

    #[actix_web::test]
    async fn the_installation_names_its_releases_and_limits() {
        let world = World::new().await;
        let about = world.send("GET", "/api/v1/about", &[], "").await.json();
        assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
        assert!(about["engine"].is_null(), "nothing was observed: {about}");
        world.observe(&[]).await;
        let about = world.send("GET", "/api/v1/about", &[], "").await.json();
        assert_eq!(
            (&about["engine"]["version"], &about["engine"]["api_version"]),
            (&"20.10.24".into(), &"1.41".into())
        );
        assert_eq!(
            (&about["limits"]["body_bytes"], &about["last_backup_at"]),
            (&(1 << 20).into(), &Value::Null)
        );
        let at = Timestamp::parse("2026-01-26T03:00:00Z").unwrap();
        world.database.note_backup(at).unwrap();
        let about = world.send("GET", "/api/v1/about", &[], "").await.json();
        assert_eq!(about["last_backup_at"], "2026-01-26T03:00:00Z");
        let over = world.send("GET", "/api/v1/stacks?limit=201", &[], "").await;
        assert_eq!(
            (over.code(), &about["limits"]["page_items"]),
            ("invalid-request".to_owned(), &200.into())
        );
    }
}
