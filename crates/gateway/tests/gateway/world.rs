//! A gateway with one service, `web` of the stack `shop` at `shop.test`, and the means to play its keeper, its application and its
//! clients.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use core_monitor_application::gateway::{Door, Face, Knock, Routes, Standing};
use core_monitor_domain::command::SleepMode;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::{DoorKey, OnDemand, OnDemandTimes, Readiness, WaitMode, WakeBy};
use core_monitor_gateway_proxy::client::TrustedProxies;
use core_monitor_gateway_proxy::metrics::GatewayMetrics;
use core_monitor_gateway_proxy::{
    BarePages, Credentials, CredentialsUnknown, Gateway, GatewayParts, GatewaySettings, Listener, Running,
    WaitingPages,
};
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The headers of a browser that opens a page.
pub(crate) const BROWSER: &str = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";

/// Longer than anything takes that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) door: Arc<Door>,
    pub(crate) clock: Arc<RuntimeClock>,
    pub(crate) knocks: mpsc::Receiver<Knock>,
    pub(crate) running: Running,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Arc<GatewayMetrics>,
}

struct OneToken;

#[async_trait::async_trait]
impl Credentials for OneToken {
    async fn may_wake(&self, token: &str, _: StackId) -> Result<bool, CredentialsUnknown> {
        if token == "cm_away" { Err(CredentialsUnknown) } else { Ok(token == "right" || token == "cm_right") }
    }
}

pub(crate) struct Plan {
    pub(crate) declared: OnDemand,
    pub(crate) settings: GatewaySettings,
    pub(crate) trusted: &'static str,
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    pub(crate) proxy_protocol: bool,
    pub(crate) pages: Arc<dyn WaitingPages>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Plan)) -> Self {
        let mut plan = Plan {
            declared: declared(),
            settings: GatewaySettings { threads: 2, service_headers: true, ..GatewaySettings::default() },
            trusted: "",
            tls: None,
            proxy_protocol: false,
            pages: Arc::new(BarePages),
        };
        change(&mut plan);
        let clock = Arc::new(RuntimeClock::new());
        let (knock, knocks) = mpsc::channel(4096);
        let key = DoorKey { stack: StackId(uuid::Uuid::from_u128(1)), service: "web".parse().unwrap() };
        let face = Face { stack: "shop".parse().unwrap(), declared: plan.declared };
        let door = Arc::new(Door::new(key, face, knock, clock.clone()));
        let metrics = Arc::new(GatewayMetrics::default());
        let gateway = Gateway::new(GatewayParts {
            settings: plan.settings,
            trusted: TrustedProxies::parse(plan.trusted).unwrap_or_else(|_| TrustedProxies::none()),
            clock: clock.clone(),
            ids: Arc::new(SeededIdSource::new(7)),
            pages: plan.pages,
            credentials: Arc::new(OneToken),
            metrics: Arc::clone(&metrics),
        });
        gateway.set_routes(Routes::of([Arc::clone(&door)]).0);
        let listener = Listener {
            tls: plan.tls,
            proxy_protocol: plan.proxy_protocol,
            ..Listener::plain("127.0.0.1:0".parse().unwrap())
        };
        let running = gateway.listen(&[listener]).unwrap();
        let address = running.addresses()[0];
        Self { door, clock, knocks, running, gateway, address, metrics }
    }

    /// As the keeper does when the service has woken.
    pub(crate) fn wake(&self, start: u64, upstream: SocketAddr) {
        self.door.open(start, vec![upstream]);
        self.door.stand(Standing::Awake);
    }

    /// What comes back for these bytes until the connection is closed.
    pub(crate) async fn raw(&self, sent: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut got = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut got)).await.expect("an end");
        // So it ends if the gateway closes it with something unread.
        let is_reset = read.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(read.is_ok() || is_reset, "{read:?}");
        String::from_utf8_lossy(&got).into_owned()
    }

    /// The answer to a GET with these further header lines.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> String {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n{headers}\r\n"))
            .await
    }

    /// A client that speaks HTTP/1 over one connection.
    pub(crate) async fn client(&self) -> hyper::client::conn::http1::SendRequest<Body> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection.with_upgrades());
        sender
    }
}

pub(crate) fn declared() -> OnDemand {
    OnDemand {
        hosts: vec!["shop.test".parse().unwrap()],
        paths: Vec::new(),
        port: 80,
        mode: WaitMode::Dynamic,
        theme: "plain".parse().unwrap(),
        show_logs: false,
        times: OnDemandTimes::DEFAULT,
        readiness: Readiness::default(),
        stop: SleepMode::Stop,
        schedule: None,
        always_on: false,
        wake: WakeBy::Anyone,
        ignore_user_agents: vec!["kuma".to_owned()],
        companions: [].into(),
        needs: [].into(),
        not_with: [].into(),
        cold_start_worth: None,
    }
}

/// An application that answers every request like this.
pub(crate) async fn application<F, A>(answer: F) -> SocketAddr
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = answer.clone();
            let service = hyper::service::service_fn(move |request| {
                let answer = answer(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
    address
}

/// An application that says its name and the head of each request.
pub(crate) async fn mirror() -> SocketAddr {
    application(|request| async move {
        let (head, body) = request.into_parts();
        // Who answers before the body has come may close the connection after that, or not.
        let _ = body.collect().await;
        let mut text = format!("{} {}\n", head.method, head.uri);
        for (name, value) in &head.headers {
            // A value may have bytes that are no text.
            text = format!("{text}{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
        }
        Response::new(full(text))
    })
    .await
}

/// Answers each connection with these bytes, one after the other, without looking at what comes in beyond the first read.
pub(crate) async fn script(answers: Vec<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

pub(crate) fn full(text: impl Into<Bytes>) -> Body {
    Full::new(text.into()).boxed_unsync()
}

pub(crate) fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "shop.test").body(full("")).unwrap()
}

pub(crate) async fn text(response: Response<Incoming>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// An address where nobody listens.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
