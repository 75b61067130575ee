use std::sync::Arc;

use core_monitor_gateway_proxy::tls::{Certificates, server_config};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::world::{World, full, mirror, text};

#[tokio::test]
async fn a_load_balancer_says_who_connects_and_nobody_else_may() {
    let world = World::with(|plan| {
        plan.trusted = "127.0.0.1";
        plan.proxy_protocol = true;
    });
    world.wake(1, mirror().await);
    let request =
        "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n";
    let seen = world.raw(&format!("PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n{request}")).await;
    assert!(seen.contains("x-forwarded-for: 203.0.113.7\n"), "{seen}");
    assert_eq!(world.raw(request).await, "", "it is not optional");
    let stranger = World::with(|plan| plan.proxy_protocol = true);
    stranger.wake(1, mirror().await);
    assert_eq!(stranger.raw(&format!("PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n{request}")).await, "");
}

#[tokio::test]
async fn a_client_over_tls_speaks_http_2_and_the_service_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["shop.test".to_owned()]).unwrap();
    std::fs::write(folder.path().join("shop.crt"), made.cert.pem()).unwrap();
    std::fs::write(folder.path().join("shop.key"), made.signing_key.serialize_pem()).unwrap();
    // Within the time that the certificate is valid for.
    let now = std::time::UNIX_EPOCH + std::time::Duration::from_hours(491_506);
    let (certificates, _) = Certificates::load(folder.path(), now).unwrap();
    let config = server_config(&Arc::new(certificates)).unwrap();
    let world = World::with(|plan| plan.tls = Some(config));
    world.wake(1, mirror().await);

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(world.address).await.unwrap();
    let name = ServerName::try_from("shop.test").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://shop.test/a").body(full("")).unwrap();
    let seen = text(client.send_request(request).await.unwrap()).await;
    assert!(seen.contains("x-forwarded-proto: https\n") && seen.contains("host: shop.test\n"), "{seen}");
}

#[tokio::test]
async fn a_request_in_the_clear_is_led_to_https_and_one_that_came_over_it_is_not() {
    let world = World::with(|plan| {
        plan.trusted = "127.0.0.1";
        plan.settings.redirect_to = Some(8443);
    });
    world.wake(1, mirror().await);
    let answer = world.get("/a?b=c", "").await;
    assert!(answer.starts_with("HTTP/1.1 308 "), "{answer}");
    assert!(answer.contains("location: https://shop.test:8443/a?b=c\r\n"), "{answer}");
    let behind = world.get("/a", "X-Forwarded-Proto: https\r\n").await;
    assert!(behind.starts_with("HTTP/1.1 200 "), "{behind}");
    let nobody = world.raw("GET / HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n").await;
    assert!(nobody.starts_with("HTTP/1.1 404 "), "only a host that is known: {nobody}");
}
