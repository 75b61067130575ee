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

/// How many connections are served at once.
const CONNECTIONS: usize = 16;

/// What there is to know about the gateway.
pub trait AdminView: Send + Sync + 'static {
    /// Whether it knows its routes: it has read the database at least once.
    fn is_ready(&self) -> bool;

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
        (&Method::GET, "/healthz") => (StatusCode::OK, "text/plain; charset=utf-8", "ok\n".to_owned()),
        (&Method::GET, "/readyz") if view.is_ready() => {
            (StatusCode::OK, "text/plain; charset=utf-8", "ready\n".to_owned())
        }
        (&Method::GET, "/readyz") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "text/plain; charset=utf-8",
            "the database was not read yet\n".to_owned(),
        ),
        (&Method::GET, "/metrics") => {
            (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", view.metrics())
        }
        (&Method::GET, _) => (StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "not found\n".to_owned()),
        _ => (StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "only GET\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
