//! What the operator asks the gateway itself: whether it is well, and its metrics. It listens elsewhere than the services do.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tracing::debug;

use crate::metrics::TEXT_TYPE;
use crate::readiness::{NotReady, Ready};

/// How many connections are served at once.
const CONNECTIONS: usize = 16;
const TEXT: &str = "text/plain; charset=utf-8";

/// What there is to know about the gateway.
pub trait AdminView: Send + Sync + 'static {
    /// Whether it can do its work, and whether all of it.
    ///
    /// # Errors
    /// What is missing.
    fn check(&self) -> Result<Ready, NotReady>;

    /// Its metrics in the text format of Prometheus.
    fn metrics(&self) -> String;
}

/// Answers `/healthz`, `/readyz` and `/metrics` for as long as it is polled.
pub async fn serve_admin(listener: TcpListener, view: Arc<dyn AdminView>) -> Infallible {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // Whoever comes when it is full waits in the queue of the system.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { continue };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let view = Arc::clone(&view);
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let answered = answer(&request, &*view);
                async move { Ok::<_, Infallible>(answered) }
            });
            let served =
                http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), answer);
            if let Err(error) = served.await {
                debug!(%error, "a connection to the admin address ended");
            }
            drop(place);
        });
    }
}

fn answer(request: &Request<Incoming>, view: &dyn AdminView) -> Response<Full<Bytes>> {
    let (status, kind, text) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/healthz") => (StatusCode::OK, TEXT, "ok\n".to_owned()),
        (&Method::GET, "/readyz") => match view.check() {
            Ok(ready) => (StatusCode::OK, TEXT, format!("{ready}\n")),
            Err(missing) => (StatusCode::SERVICE_UNAVAILABLE, TEXT, format!("{missing}\n")),
        },
        (&Method::GET, "/metrics") => (StatusCode::OK, TEXT_TYPE, view.metrics()),
        (&Method::GET, _) => (StatusCode::NOT_FOUND, TEXT, "not found\n".to_owned()),
        _ => (StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use core_monitor_simulation::runtime_clock::RuntimeClock;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;
    use crate::readiness::Readiness;

    struct View(Readiness);

    impl AdminView for View {
        fn check(&self) -> Result<Ready, NotReady> {
            self.0.check()
        }

        fn metrics(&self) -> String {
            "core_monitor_gateway_connections 0\n".to_owned()
        }
    }

    async fn ask(at: std::net::SocketAddr, line: &str) -> String {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).await.unwrap();
        let mut got = String::new();
        stream.read_to_string(&mut got).await.unwrap();
        got
    }

    #[tokio::test]
    async fn the_operator_is_told_in_one_line_what_is_missing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let view = Arc::new(View(Readiness::new(Arc::new(RuntimeClock::new()))));
        let serving = tokio::spawn(serve_admin(listener, view.clone()));
        let never = ask(at, "GET /readyz").await;
        assert!(
            never.starts_with("HTTP/1.1 503 ") && never.ends_with("\r\n\r\nthe database was not read yet\n")
        );
        view.0.set_database_read(true);
        view.0.set_routes_known();
        let ready = ask(at, "GET /readyz").await;
        assert!(ready.starts_with("HTTP/1.1 200 ") && ready.ends_with("\r\n\r\nready\n"), "{ready}");
        view.0.set_database_read(false);
        let alone = ask(at, "GET /readyz").await;
        assert!(
            alone.starts_with("HTTP/1.1 200 ") && alone.contains("the worker"),
            "what is awake goes on: {alone}"
        );
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(40)).await;
        tokio::time::resume();
        let old = ask(at, "GET /readyz").await;
        assert!(old.starts_with("HTTP/1.1 503 ") && old.contains("was not read for 40 s"), "{old}");
        assert!(ask(at, "GET /healthz").await.starts_with("HTTP/1.1 200 "), "it lives");
        assert!(ask(at, "GET /metrics").await.contains("content-type: text/plain; version=0.0.4"));
        assert!(ask(at, "POST /readyz").await.starts_with("HTTP/1.1 405 "));
        serving.abort();
    }
}
