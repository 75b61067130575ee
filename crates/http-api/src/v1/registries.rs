//! Registry credentials. They are stored, but never returned.

use core_monitor_domain::ports::StoredRegistry;
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod show;
pub(crate) mod store;

/// A registry for which credentials are stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registry)]
pub(crate) struct RegistryBody {
    /// Host and port. Docker Hub is always `docker.io`, even if it was stored under another name.
    #[schema(example = "registry.example.com:5000")]
    host: String,
    /// The key the credentials are encrypted with.
    #[schema(example = "5f1d0c9a7be2")]
    key_id: String,
    /// When they were stored.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    updated_at: Timestamp,
}

impl From<StoredRegistry> for RegistryBody {
    fn from(registry: StoredRegistry) -> Self {
        Self {
            host: registry.host.to_string(),
            key_id: registry.sealed.key_id,
            updated_at: registry.updated_at,
        }
    }
}

fn host(text: &str) -> Result<RegistryHost, Problem> {
    text.parse().map_err(|_| Problem::new(ErrorCode::InvalidRegistry, said::registry_host_invalid(text)))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    const ADDRESS: &str = "/api/v1/registries/127.0.0.1:5000";
    const JSON: (&str, &str) = ("Content-Type", "application/json");
    const BODY: &str = r#"{"username": "canary-user", "password": "canary-password"}"#;

    #[actix_web::test]
    async fn credentials_go_in_and_never_come_out() {
        let world = World::new().await;
        let stored = world.send("PUT", ADDRESS, &[JSON], BODY).await;
        assert_eq!(stored.status, StatusCode::CREATED, "{}", stored.text);
        let again = world.send("PUT", ADDRESS, &[JSON], BODY).await;
        let shown = world.send("GET", ADDRESS, &[], "").await;
        let listed = world.send("GET", "/api/v1/registries", &[], "").await;
        assert_eq!((again.status, shown.json()["host"].clone()), (StatusCode::OK, "127.0.0.1:5000".into()));
        assert_eq!(listed.json()["items"][0], shown.json());
        for answer in [stored, again, shown, listed] {
            assert!(!answer.text.contains("canary"), "{}", answer.text);
        }
        let sealed = world.database.registry_store().list().await.unwrap().remove(0).sealed;
        assert!(!String::from_utf8_lossy(&sealed.bytes).contains("canary"));
    }

    #[actix_web::test]
    async fn a_user_name_that_registries_would_cut_is_refused() {
        let world = World::new().await;
        let body = r#"{"username": "canary:user", "password": "canary-password"}"#;
        let refused = world.send("PUT", ADDRESS, &[JSON], body).await;
        assert_eq!(refused.code(), "invalid-registry");
        assert!(refused.text.contains("colon") && !refused.text.contains("canary"), "{}", refused.text);
        assert_eq!(world.send("GET", ADDRESS, &[], "").await.status, StatusCode::NOT_FOUND);
    }

    #[actix_web::test]
    async fn a_removed_registry_is_not_found() {
        let world = World::new().await;
        world.send("PUT", "/api/v1/registries/index.docker.io", &[JSON], BODY).await;
        let address = "/api/v1/registries/docker.io";
        assert_eq!(world.send("DELETE", address, &[], "").await.status, StatusCode::NO_CONTENT);
        for method in ["GET", "DELETE"] {
            let answer = world.send(method, address, &[], "").await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::NOT_FOUND, "registry-not-found".to_owned())
            );
        }
    }

    #[actix_web::test]
    async fn invalid_registries_and_credentials_are_refused_without_repeating_them() {
        let world = World::new().await;
        let check = async |address: &str, body: &str, words: &str| {
            let answer = world.send("PUT", address, &[JSON], body).await;
            assert_eq!(answer.code(), "invalid-registry", "{}", answer.text);
            assert!(answer.text.contains(words) && !answer.text.contains("canary"), "{}", answer.text);
        };
        check("/api/v1/registries/a..b", BODY, "`a..b` is not a registry's host").await;
        check(ADDRESS, r#"{"username": "canary"}"#, "`password` is missing").await;
        check(ADDRESS, r#"{"username": "canary", "password": 1}"#, "`password` must be a string").await;
        check(ADDRESS, r#"{"username": "", "password": "canary"}"#, "`username` is empty").await;
        check(
            ADDRESS,
            r#"{"username": "a", "password": "canary", "token": "canary"}"#,
            "unknown key `token`",
        )
        .await;
        assert_eq!(world.database.registry_store().list().await.unwrap(), []);
    }
}
