//! Requests over the TLS connection of another host.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use core_monitor_gateway_proxy::tls::{Certificates, server_config};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::world::{World, full, mirror, text};

/// A gateway with the hosts of all tests, one certificate for `shop.test` and `cart.test`, one for `blog.test`, and a default.
struct Hosts {
    world: World,
}

impl Hosts {
    async fn new(trusted: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, hosts) in [
            ("shop", &["shop.test", "cart.test"][..]),
            ("blog", &["blog.test"]),
            ("default", &["default.test", "home.test"]),
        ] {
            let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
            let made = rcgen::generate_simple_self_signed(hosts).unwrap();
            std::fs::write(folder.path().join(format!("{name}.crt")), made.cert.pem()).unwrap();
            let key = folder.path().join(format!("{name}.key"));
            std::fs::write(key, made.signing_key.serialize_pem()).unwrap();
        }
        // Within the time that the certificates are valid for.
        let now = UNIX_EPOCH + Duration::from_hours(491_506);
        let certificates = Arc::new(Certificates::load(folder.path(), now).unwrap().0);
        let config = server_config(&certificates).unwrap();
        let world = World::with(|plan| {
            plan.tls = Some(config);
            plan.trusted = trusted;
            let hosts = ["shop.test", "cart.test", "blog.test", "plain.test", "other-plain.test"];
            plan.declared.hosts = hosts.iter().map(|host| host.parse().unwrap()).collect();
        });
        world.gateway.set_certificates(certificates);
        world.wake(1, mirror().await);
        Self { world }
    }

    /// The statuses of requests for these hosts over one connection, at whose handshake `named` was named.
    async fn ask(&self, named: &'static str, hosts: &[&str]) -> Vec<u16> {
        let builder = ClientConfig::builder().dangerous();
        let mut config = builder.with_custom_certificate_verifier(Arc::new(Anything)).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = TcpStream::connect(self.world.address).await.unwrap();
        let name = ServerName::try_from(named).unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let (mut client, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut statuses = Vec::new();
        for host in hosts {
            let request = http::Request::get(format!("https://{host}/")).body(full("")).unwrap();
            let answer = client.send_request(request).await.unwrap();
            statuses.push(answer.status().as_u16());
            let text = text(answer).await;
            assert!(
                text.contains("urn:core-monitor:problem:misdirected")
                    || text.contains(&format!("host: {host}\n")),
                "{text}"
            );
        }
        statuses
    }
}

/// Accepts what people accept who run the gateway with a certificate that is for none of their hosts.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

#[tokio::test]
async fn hosts_of_one_certificate_share_a_connection_and_a_host_of_another_one_does_not() {
    let hosts = Hosts::new("").await;
    assert_eq!(hosts.ask("shop.test", &["shop.test", "cart.test", "shop.test"]).await, [200, 200, 200]);
    assert_eq!(
        hosts.ask("shop.test", &["blog.test", "shop.test"]).await,
        [421, 200],
        "the connection goes on"
    );
    assert_eq!(hosts.ask("blog.test", &["shop.test", "nobody.test"]).await, [421, 421], "known or not");
}

#[tokio::test]
async fn a_default_certificate_serves_every_host_that_has_none() {
    let hosts = Hosts::new("").await;
    assert_eq!(hosts.ask("plain.test", &["plain.test", "other-plain.test"]).await, [200, 200]);
    assert_eq!(hosts.ask("plain.test", &["shop.test"]).await, [421]);
    // An address is not named at a handshake.
    assert_eq!(hosts.ask("127.0.0.1", &["shop.test", "plain.test"]).await, [200, 200]);
}

#[tokio::test]
async fn a_trusted_proxy_names_its_upstream_and_is_not_asked_about_it() {
    let hosts = Hosts::new("127.0.0.1").await;
    assert_eq!(hosts.ask("shop.test", &["blog.test", "plain.test"]).await, [200, 200]);
}
