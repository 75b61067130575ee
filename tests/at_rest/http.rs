//! The API as clients see it: a real listener, and every answer as it was sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use core_monitor_application::server::{ADMINISTRATOR, TokenSecret};
use core_monitor_archive::Limits as ArchiveLimits;
use core_monitor_domain::actor::Actor;
use core_monitor_host::SystemClock;
use core_monitor_http_api::{Api, ConnectionLimits, Limits, Listener, SMALL_ANSWER, StreamLimits};
use core_monitor_simulation::ids::SeededIdSource;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use ureq::Agent;

use crate::installation::Installation;

/// A client that keeps every answer.
#[derive(Clone)]
pub(crate) struct Http {
    agent: Agent,
    address: SocketAddr,
    token: String,
    /// Headers and bodies of all answers.
    said: Arc<Mutex<String>>,
    count: Arc<AtomicU64>,
}

impl Http {
    /// Serves the API of `installation` until the test ends.
    pub(crate) async fn of(installation: &Installation) -> Self {
        let ids = Arc::new(SeededIdSource::new(2));
        let token = TokenSecret::random(ids.as_ref());
        let name = ADMINISTRATOR.parse().unwrap();
        installation.server.set_token(&Actor::server(), &name, &token).await.unwrap();
        let api = Api::new(
            installation.server.clone(),
            installation.instance,
            Arc::new(SystemClock),
            ids,
            limits(),
            CancellationToken::new(),
        );
        let listener = Listener::bind(api, "127.0.0.1:0".parse().unwrap(), Duration::from_secs(1)).unwrap();
        let address = listener.address();
        tokio::spawn(async move { listener.run().await.unwrap() });
        let agent = Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: agent.into(),
            address,
            token: token.expose().to_owned(),
            said: Arc::default(),
            count: Arc::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, String::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("PUT", path, body.to_string()).await
    }

    async fn send(&self, method: &str, path: &str, body: String) -> (u16, Value) {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://{}/api/v1{path}", self.address))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Idempotency-Key", format!("request {count}"))
            .header("If-Match", "*")
            .header("Content-Type", "application/json");
        let agent = self.agent.clone();
        let exchange = move || {
            let answer = agent.run(request.body(body).unwrap()).unwrap();
            let (parts, mut body) = answer.into_parts();
            (parts.status.as_u16(), format!("{:?}", parts.headers), body.read_to_string().unwrap())
        };
        let (status, headers, text) = tokio::task::spawn_blocking(exchange).await.unwrap();
        self.said.lock().unwrap().extend([
            method,
            " ",
            path,
            ": ",
            &status.to_string(),
            " ",
            &headers,
            "\n",
            &text,
            "\n",
        ]);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Everything that was answered.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }
}

fn limits() -> Limits {
    Limits {
        body: 1 << 20,
        body_memory: 64 << 20,
        small_answer: SMALL_ANSWER,
        body_timeout: Duration::from_secs(30),
        archive: ArchiveLimits::default(),
        archive_timeout: Duration::from_mins(1),
        artifact: 1 << 20,
        files: 1 << 20,
        artifact_timeout: Duration::from_mins(1),
        connections: ConnectionLimits::default(),
        streams: StreamLimits::default(),
    }
}
