//! Through the real listener, with real handshakes.

use std::fs::{self, File, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use core_monitor_transport::certificates::{CertificateFiles, Reload, http1_config};
use core_monitor_transport::{ClientConfig, own::over_tls};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, RootCertStore, SupportedProtocolVersion};

use crate::api::Limits;
use crate::connection::ConnectionLimits;
use crate::serve::Listener;
use crate::testing::World;

/// Real time after which something that should happen has not.
const NEVER: Duration = Duration::from_mins(1);

struct Bench {
    world: World,
    address: SocketAddr,
    roots: RootCertStore,
    files: Arc<CertificateFiles>,
    folder: TempDir,
}

/// Writes `cert.pem` and `key.pem`, with this time of change, and gives the certificate.
fn put(folder: &Path, seconds: u64) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["monitor.test".to_owned()]).unwrap();
    let key = folder.join("key.pem");
    for (path, text) in
        [(&folder.join("cert.pem"), made.cert.pem()), (&key, made.signing_key.serialize_pem())]
    {
        fs::write(path, text).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    made.cert.der().clone()
}

fn trusting(certificate: &CertificateDer<'static>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    roots
}

async fn bench(limits: ConnectionLimits) -> Bench {
    let folder = TempDir::new().unwrap();
    let shown = put(folder.path(), 1);
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let (files, _) = CertificateFiles::load(&certificate, &key, SystemTime::UNIX_EPOCH).unwrap();
    let files = Arc::new(files);
    let config = http1_config(&files).unwrap();

    let world = World::with_limits(Limits { connections: limits, ..Limits::default() }).await;
    let anywhere = ([127, 0, 0, 1], 0).into();
    let listener = Listener::open(world.shared(), anywhere, Duration::from_secs(1), Some(config)).unwrap();
    let address = listener.address();
    actix_web::rt::spawn(listener.run());
    Bench { world, address, roots: trusting(&shown), files, folder }
}

impl Bench {
    fn client(&self, versions: &[&'static SupportedProtocolVersion], protocols: &[&str]) -> TlsConnector {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    }

    async fn connect(&self, client: TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.address).await?;
        client.connect(ServerName::try_from("monitor.test").unwrap(), stream).await
    }
}

async fn answer(mut client: TlsStream<TcpStream>, request: &str) -> String {
    client.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(NEVER, client.read_to_string(&mut text)).await.expect("an answer").unwrap();
    text
}

#[actix_web::test]
async fn both_versions_of_tls_carry_http_1() {
    let bench = bench(ConnectionLimits::default()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let client = bench.connect(bench.client(&[version], &["h2", "http/1.1"])).await.unwrap();
        assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        let text = answer(client, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    let only_2 = bench.client(&[&rustls::version::TLS13], &["h2"]);
    assert!(bench.connect(only_2).await.is_err(), "HTTP/2 is not spoken");
}

#[actix_web::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_open_connections_go_on() {
    let mut bench = bench(ConnectionLimits::default()).await;
    let open = bench.connect(bench.client(rustls::ALL_VERSIONS, &[])).await.unwrap();
    let renewed = put(bench.folder.path(), 2);
    let reloaded = bench.files.reload_if_changed(SystemTime::UNIX_EPOCH);
    assert!(matches!(reloaded, Ok(Reload::Replaced { .. })), "{reloaded:?}");

    assert!(
        bench.connect(bench.client(rustls::ALL_VERSIONS, &[])).await.is_err(),
        "it has the old one still"
    );
    bench.roots = trusting(&renewed);
    let request = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let new = bench.connect(bench.client(rustls::ALL_VERSIONS, &[])).await.unwrap();
    for client in [new, open] {
        let text = answer(client, request).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
}

#[actix_web::test]
async fn a_large_answer_arrives_whole() {
    let bench = bench(ConnectionLimits::default()).await;
    let client = bench.connect(bench.client(rustls::ALL_VERSIONS, &[])).await.unwrap();
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let text = answer(client, request).await;
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(body.len() > 100_000 && body.trim_end().ends_with('}'), "{}", body.len());
}

#[actix_web::test]
async fn a_session_over_tls_gets_the_cookie_of_the_host() {
    let bench = bench(ConnectionLimits::default()).await;
    let client = bench.connect(bench.client(rustls::ALL_VERSIONS, &[])).await.unwrap();
    let body = format!(r#"{{"token": "{}"}}"#, bench.world.token());
    let head =
        "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json";
    // Nobody who is not trusted can take that away.
    let said = "X-Forwarded-Proto: http";
    let text =
        answer(client, &format!("{head}\r\n{said}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    let cookie = text.lines().find(|line| line.to_lowercase().starts_with("set-cookie: ")).expect(&text);
    assert!(cookie.contains("__Host-core-monitor-session-") && cookie.ends_with("; Secure"), "{cookie}");
}

#[actix_web::test]
async fn a_handshake_that_does_not_end_is_given_up_and_a_crowd_is_closed() {
    let bench = bench(ConnectionLimits { in_all: 1, ..ConnectionLimits::default() }).await;
    let mut silent = TcpStream::connect(bench.address).await.unwrap();
    // The first byte of a handshake; the place is taken once it is waited for.
    silent.write_all(&[22]).await.unwrap();
    tokio::time::timeout(NEVER, bench.world.somebody_waits()).await.expect("the handshake has a limit");
    let mut crowded = TcpStream::connect(bench.address).await.unwrap();
    let mut read = Vec::new();
    let _ = tokio::time::timeout(NEVER, crowded.read_to_end(&mut read)).await.expect("it is closed");
    assert_eq!(read, b"", "nothing is said in the clear");

    let limit = ConnectionLimits::default().head;
    bench.world.clock.advance(limit);
    let ended = tokio::time::timeout(NEVER, silent.read_to_end(&mut read)).await;
    assert!(ended.is_ok(), "the handshake is given up");
}

#[actix_web::test]
async fn this_machine_asks_without_knowing_the_name_of_the_certificate() {
    let bench = bench(ConnectionLimits::default()).await;
    let address = bench.address;
    let asked = actix_web::rt::task::spawn_blocking(move || {
        use std::io::{Read as _, Write as _};
        let mut stream = over_tls(std::net::TcpStream::connect(address).unwrap()).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    });
    assert!(asked.await.unwrap().starts_with("HTTP/1.1 200"));
}
