//! The listener.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::error::PathError;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig};
use actix_web::{App, HttpServer, web};
use utoipa_actix_web::AppExt as _;

use crate::api::Api;
use crate::middleware::{authenticate, catch_panic, head_as_get, observe, same_origin};
use crate::request::path_problem;
use crate::{document, v1};

/// Longest time the headers of a request may take to arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Time an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Threads: the work is waiting for the database, which has one writer.
const THREADS: usize = 2;

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// A listener that accepts connections once it is run.
pub struct Listener {
    server: actix_web::dev::Server,
    addresses: Vec<SocketAddr>,
}

impl Listener {
    /// Binds `address`. Requests get `shutdown_timeout` to end after `api.stopping` was cancelled.
    pub fn bind(api: Api, address: SocketAddr, shutdown_timeout: Duration) -> Result<Self, BindError> {
        let stopping = api.stopping.clone();
        let api = Data::new(api);
        let server = HttpServer::new(move || application!(api.clone()))
            .workers(THREADS)
            .client_request_timeout(HEADER_TIMEOUT)
            .keep_alive(KEEP_ALIVE)
            .shutdown_timeout(shutdown_timeout.as_secs())
            .disable_signals()
            .bind(address)
            .map_err(|source| BindError { address, source })?;
        let addresses = server.addrs();
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(async move {
            stopping.cancelled().await;
            handle.stop(true).await;
        });
        Ok(Self { server, addresses })
    }

    /// Where it listens; the port is the real one when port 0 was asked for.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Answers requests until `api.stopping` is cancelled and the requests of that moment have ended.
    pub async fn run(self) -> std::io::Result<()> {
        self.server.await
    }
}

/// The application around the routes. A macro, because the type of a wrapped `App` cannot be written down.
macro_rules! application {
    ($api:expr) => {{
        App::new()
            .into_utoipa_app()
            .app_data($api)
            .configure(v1::routes)
            .into_app()
            .configure(document::swagger_ui)
            .default_service(web::to(document::fallback))
            .app_data(
                PathConfig::default().error_handler(|_: PathError, request| path_problem(request).into()),
            )
            // The last one is the outermost.
            .wrap(from_fn(head_as_get))
            .wrap(from_fn(same_origin))
            .wrap(from_fn(authenticate))
            .wrap(from_fn(catch_panic))
            .wrap(from_fn(observe))
    }};
}
use application;
#[cfg(test)]
pub(crate) use application as test_application;
