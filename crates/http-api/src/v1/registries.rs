//! Registries that need credentials. What is stored never comes back.

use core_monitor_domain::ports::StoredRegistry;
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

pub(crate) mod list;
pub(crate) mod remove;
pub(crate) mod show;
pub(crate) mod store;

/// A registry for which credentials are stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Registry)]
pub(crate) struct RegistryBody {
    /// Host and port. Docker Hub is `docker.io`, whatever name it was stored by.
    #[schema(example = "registry.example.com:5000")]
    host: String,
    /// The key that the credentials are sealed with.
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
    text.parse().map_err(|error| Problem::new(ErrorCode::InvalidRegistry, format!("{error}")))
}

fn not_found(host: &RegistryHost) -> Problem {
    Problem::new(ErrorCode::RegistryNotFound, format!("no credentials are stored for `{host}`"))
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
        let sealed = world.server.registries.list().await.unwrap().remove(0).sealed;
        assert!(!String::from_utf8_lossy(&sealed.bytes).contains("canary"));
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
    async fn what_is_no_registry_or_no_credentials_is_refused_without_repeating_it() {
        let world = World::new().await;
        let check = async |address: &str, body: &str, words: &str| {
            let answer = world.send("PUT", address, &[JSON], body).await;
            assert_eq!(answer.code(), "invalid-registry", "{}", answer.text);
            assert!(answer.text.contains(words) && !answer.text.contains("canary"), "{}", answer.text);
        };
        check("/api/v1/registries/a..b", BODY, "`a..b` is not a registry's host").await;
        check(ADDRESS, r#"{"username": "canary"}"#, "`password` is missing").await;
        check(ADDRESS, r#"{"username": "canary", "password": 1}"#, "`password` is not a text").await;
        check(ADDRESS, r#"{"username": "", "password": "canary"}"#, "`username` is empty").await;
        check(
            ADDRESS,
            r#"{"username": "a", "password": "canary", "token": "canary"}"#,
            "unknown key `token`",
        )
        .await;
        assert_eq!(world.server.registries.list().await.unwrap(), []);
    }
}
