//! The listener.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_server::ServerBuilder;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::error::PathError;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig};
use actix_web::{App, Error, web};
use core_monitor_transport::ServerConfig;
use tokio::net::TcpSocket;
use utoipa_actix_web::AppExt as _;

use crate::api::Api;
use crate::connection::{Census, Connection, OverTls, Socket, welcome};
use crate::middleware::{authenticate, catch_panic, head_as_get, observe, same_origin};
use crate::request::path_problem;
use crate::{document, v1};

/// Number of threads. Few are enough: requests mostly wait for the database, which has one writer.
const THREADS: usize = 2;
/// How many connections the kernel keeps until they are accepted.
const BACKLOG: u32 = 1_024;
/// What the kernel keeps for each client that does not read, in bytes. Left alone, it keeps up to some megabytes, and tells
/// too late that a slow client reads at all.
const SEND_BUFFER: u32 = 256 << 10;
/// How long a connection with an unread request body is kept for the client to read the answer.
const LINGER: Duration = Duration::from_secs(1);

/// The server cannot listen on an address.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// A bound listener, which accepts connections once it runs.
pub struct Listener {
    server: actix_web::dev::Server,
    address: SocketAddr,
}

impl Listener {
    /// Binds `address`. After `api.stopping` is cancelled, requests have `shutdown_timeout` to finish.
    pub fn bind(api: Api, address: SocketAddr, shutdown_timeout: Duration) -> Result<Self, BindError> {
        Self::open(Data::new(api), address, shutdown_timeout, None)
    }

    /// The same over TLS, with a configuration whose clients speak HTTP/1.1.
    pub fn bind_tls(
        api: Api,
        address: SocketAddr,
        shutdown_timeout: Duration,
        config: Arc<ServerConfig>,
    ) -> Result<Self, BindError> {
        Self::open(Data::new(api), address, shutdown_timeout, Some(config))
    }

    #[cfg(test)]
    pub(crate) fn over(
        api: Data<Api>,
        address: SocketAddr,
        shutdown_timeout: Duration,
    ) -> Result<Self, BindError> {
        Self::open(api, address, shutdown_timeout, None)
    }

    pub(crate) fn open(
        api: Data<Api>,
        address: SocketAddr,
        shutdown_timeout: Duration,
        tls: Option<Arc<ServerConfig>>,
    ) -> Result<Self, BindError> {
        let unbound = |source| BindError { address, source };
        let socket = listen(address).map_err(unbound)?;
        let address = socket.local_addr().map_err(unbound)?;
        let stopping = api.stopping.clone();
        let census = Census::new(api.limits.connections);
        let builder = ServerBuilder::new()
            .workers(THREADS)
            .shutdown_timeout(whole_seconds(shutdown_timeout))
            .disable_signals();
        let draining = builder.graceful_shutdown_signal();
        let service = move || {
            let (api, census, draining) = (api.clone(), Arc::clone(&census), draining.clone());
            let tls = tls.clone();
            let (limits, clock) = (api.limits.connections, Arc::clone(&api.clock));
            let application = application!(api).into_factory().map_err(|error: Error| error.error_response());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let draining = draining.clone();
                    async move { draining.notified().await }
                })
                // The deadlines are those of `Connection`.
                .keep_alive(KeepAlive::Os)
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(LINGER)
                .on_connect_ext(|stream: &Connection<Socket>, data| {
                    data.insert(stream.exchange());
                    if stream.is_tls() {
                        data.insert(OverTls);
                    }
                })
                .h1(map_config(application, |()| AppConfig::default()));
            fn_service(move |stream| {
                welcome(stream, Arc::clone(&census), limits, Arc::clone(&clock), tls.clone())
            })
            .and_then(http)
        };
        let server = builder.listen("http", socket, service).map_err(unbound)?.run();
        let handle = server.handle();
        tokio::spawn(async move {
            stopping.cancelled().await;
            handle.stop(true).await;
        });
        Ok(Self { server, address })
    }

    /// The address it listens on, with the actual port if port 0 was requested.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves requests until `api.stopping` is cancelled and the requests in progress have finished.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }
}

/// Rounded up: less than a second is not no time.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    // Accepted connections inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
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
            // The last layer is the outermost.
            .wrap(from_fn(head_as_get))
            .wrap(from_fn(same_origin))
            .wrap(from_fn(authenticate))
            .wrap(from_fn(catch_panic))
            .wrap(from_fn($crate::middleware::protect))
            .wrap(from_fn(observe))
            .wrap(from_fn($crate::middleware::forwarded))
            .wrap(from_fn($crate::connection::follow))
    }};
}
use application;
#[cfg(test)]
pub(crate) use application as test_application;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_get_the_whole_time_to_finish() {
        let check = |milliseconds, expected| {
            assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), expected);
        };
        check(900, 1);
        check(1_000, 1);
        check(1_001, 2);
    }
}
