//! `GET /artifacts`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::ListedArtifact;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::ArtifactUse;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListArtifactsQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A stored artifact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoredArtifact)]
pub(crate) struct StoredArtifactBody {
    /// SHA-256 of its stored bytes: a file as it was sent, a tree as a tar of its files.
    #[schema(value_type = String, example = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    digest: ArtifactDigest,
    /// How many they are.
    #[schema(example = 1_048_576)]
    size: u64,
    /// When it was last stored, or deployed again.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    used_at: Timestamp,
    /// The newest versions that have it, at most ten. If there are none, it is removed after a while.
    uses: Vec<ArtifactUseBody>,
}

/// A slot of a version with an artifact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArtifactUse)]
pub(crate) struct ArtifactUseBody {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = u32, example = 4)]
    version: VersionNumber,
    #[schema(example = "web")]
    service: String,
    #[schema(example = "app")]
    slot: String,
    /// What it is called there.
    #[schema(example = "app.war")]
    file_name: String,
}

impl From<ArtifactUse> for ArtifactUseBody {
    fn from(one: ArtifactUse) -> Self {
        Self {
            stack_id: one.stack_id,
            version: one.version,
            service: one.key.service.to_string(),
            slot: one.key.slot.to_string(),
            file_name: one.file_name,
        }
    }
}

impl From<ListedArtifact> for StoredArtifactBody {
    fn from(listed: ListedArtifact) -> Self {
        Self {
            digest: listed.stored.digest,
            size: listed.stored.size,
            used_at: listed.stored.used_at,
            uses: listed.uses.into_iter().map(ArtifactUseBody::from).collect(),
        }
    }
}

page_of! {
    /// Stored artifacts.
    ArtifactPage of StoredArtifactBody
}

answers!(Answers, Read, [InvalidRequest]);

/// List the stored artifacts, by digest.
#[utoipa::path(
    tag = "artifacts",
    params(ListArtifactsQuery),
    responses((status = 200, description = "The artifacts.", body = ArtifactPage), Answers)
)]
#[get("/artifacts")]
pub(crate) async fn list_artifacts(
    api: web::Data<Api>,
    query: Query<ListArtifactsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = Cursor::read(query.cursor.as_deref())?;
    let page = api.server.list_artifacts(&caller.0, after, limit(query.limit)?).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| Cursor::write(&last.stored.digest));
    let items = page.items.into_iter().map(StoredArtifactBody::from).collect();
    Ok(HttpResponse::Ok().json(ArtifactPage { items, next }))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ports::Clock as _;

    use crate::testing::World;

    #[actix_web::test]
    async fn artifacts_are_listed_page_by_page_and_name_what_is_wrong() {
        let world = World::new().await;
        let mut stored = [b"one".as_slice(), b"two", b"three"]
            .map(|bytes| world.artifacts.put(bytes, world.clock.now()).to_string());
        stored.sort();
        let first = world.send("GET", "/api/v1/artifacts?limit=2", &[], "").await.json();
        let digests = |page: &serde_json::Value| {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|item| item["digest"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(digests(&first), stored[..2]);
        let address = format!("/api/v1/artifacts?limit=2&cursor={}", first["next"].as_str().unwrap());
        let second = world.send("GET", &address, &[], "").await.json();
        assert_eq!((digests(&second), &second["next"]), (stored[2..].to_vec(), &serde_json::Value::Null));
        assert_eq!(second["items"][0]["uses"], serde_json::json!([]));
        for wrong in ["limit=0", "cursor=x", "limit=x"] {
            let answer = world.send("GET", &format!("/api/v1/artifacts?{wrong}"), &[], "").await;
            assert_eq!(answer.code(), "invalid-request", "{wrong}");
        }
    }
}
