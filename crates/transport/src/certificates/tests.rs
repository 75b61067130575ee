use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{CertificateError, CertificateWarning, Certificates, Reload, server_config};

/// 2026-01-01, between the years of the certificates in these tests, in hours since 1970.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

fn certified(hosts: &[&str], from: i32, until: i32) -> CertifiedKey<KeyPair> {
    let hosts = hosts.iter().map(|host| (*host).to_owned());
    let mut params = CertificateParams::new(hosts.collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let signing_key = KeyPair::generate().unwrap();
    CertifiedKey { cert: params.self_signed(&signing_key).unwrap(), signing_key }
}

/// Writes `NAME.crt` and `NAME.key` and gives the certificate.
fn put(folder: &Path, name: &str, hosts: &[&str], until: i32) -> CertificateDer<'static> {
    let pair = certified(hosts, 2020, until);
    fs::write(folder.join(format!("{name}.crt")), pair.cert.pem()).unwrap();
    fs::write(folder.join(format!("{name}.key")), pair.signing_key.serialize_pem()).unwrap();
    pair.cert.der().clone()
}

fn load(folder: &TempDir) -> (Certificates, Vec<CertificateWarning>) {
    Certificates::load(folder.path(), now()).unwrap()
}

fn error(folder: &TempDir) -> CertificateError {
    Certificates::load(folder.path(), now()).unwrap_err()
}

fn chosen(certificates: &Certificates, host: Option<&str>) -> CertificateDer<'static> {
    certificates.chosen.load().of(host).key.cert[0].clone()
}

/// Certificates are written within one tick of the clock of a file system, so that only the time that is set tells them apart.
fn touch(path: &Path, seconds: u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

#[test]
fn a_host_gets_its_own_certificate_then_a_wildcard_then_the_default() {
    let folder = TempDir::new().unwrap();
    let wild = put(folder.path(), "a-wild", &["*.site.example"], 2030);
    let shop = put(folder.path(), "shop", &["shop.example", "Other.Example.org"], 2030);
    let default = put(folder.path(), "default", &["nobody.invalid"], 2030);
    let (certificates, warnings) = load(&folder);
    assert_eq!(warnings, []);
    for (host, expected) in [
        ("shop.example", &shop),
        ("SHOP.example", &shop),
        ("other.example.org", &shop),
        ("blog.site.example", &wild),
        ("site.example", &default),
        ("a.b.site.example", &default),
        ("elsewhere.test", &default),
    ] {
        assert_eq!(chosen(&certificates, Some(host)), *expected, "{host}");
    }
    assert_eq!(chosen(&certificates, None), default);
}

#[test]
fn a_connection_carries_the_hosts_of_its_certificate_and_those_that_have_none() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "wild", &["*.site.example", "site.example"], 2030);
    put(folder.path(), "blog", &["blog.site.example"], 2030);
    put(folder.path(), "shop", &["shop.example", "cart.example"], 2030);
    put(folder.path(), "default", &["nobody.invalid"], 2030);
    let (certificates, _) = load(&folder);
    for (named, host) in [
        ("shop.example", "shop.example"),
        ("SHOP.example", "cart.example"),
        ("site.example", "a.site.example"),
        // It has a certificate of its own, and this one is for it too.
        ("a.site.example", "blog.site.example"),
        ("elsewhere.test", "other.test"),
        ("elsewhere.test", "nobody.invalid"),
    ] {
        assert!(!certificates.is_misdirected(named, host), "{host} over {named}");
    }
    for (named, host) in [
        ("shop.example", "site.example"),
        ("blog.site.example", "a.site.example"),
        ("site.example", "a.b.site.example"),
        ("shop.example", "elsewhere.test"),
        ("elsewhere.test", "shop.example"),
    ] {
        assert!(certificates.is_misdirected(named, host), "{host} over {named}");
    }
}

#[test]
fn without_a_default_the_first_name_is_used_and_of_two_the_one_valid_for_longer() {
    let folder = TempDir::new().unwrap();
    let newer = put(folder.path(), "a", &["shop.example"], 2031);
    put(folder.path(), "b", &["shop.example"], 2030);
    let (certificates, _) = load(&folder);
    assert_eq!(chosen(&certificates, None), newer);
    assert_eq!(chosen(&certificates, Some("shop.example")), newer);
    let facts = certificates.facts();
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0].hosts, ["shop.example"]);
    assert_eq!(facts[0].not_after, SystemTime::UNIX_EPOCH + Duration::from_hours(534_720));
}

#[test]
fn the_folders_of_certbot_are_read_and_a_link_that_moves_counts_as_a_change() {
    let folder = TempDir::new().unwrap();
    let archive = TempDir::new().unwrap();
    let live = folder.path().join("shop.example");
    fs::create_dir(&live).unwrap();
    fs::write(folder.path().join("README"), "not a certificate").unwrap();
    let mut ders = Vec::new();
    for version in [1, 2] {
        let pair = certified(&["shop.example"], 2020, 2030);
        let (chain, key) = (format!("fullchain{version}.pem"), format!("privkey{version}.pem"));
        fs::write(archive.path().join(&chain), pair.cert.pem()).unwrap();
        fs::write(archive.path().join(&key), pair.signing_key.serialize_pem()).unwrap();
        touch(&archive.path().join(&chain), version);
        ders.push(pair.cert.der().clone());
    }
    let link = |version: u64| {
        for name in ["fullchain", "privkey"] {
            let at = live.join(format!("{name}.pem"));
            let _ = fs::remove_file(&at);
            symlink(archive.path().join(format!("{name}{version}.pem")), at).unwrap();
        }
    };
    link(1);
    let (certificates, _) = load(&folder);
    assert_eq!(chosen(&certificates, Some("shop.example")), ders[0]);
    assert_eq!(certificates.reload_if_changed(now()).unwrap(), Reload::Unchanged);
    link(2);
    assert_eq!(certificates.reload_if_changed(now()).unwrap(), Reload::Replaced { warnings: vec![] });
    assert_eq!(chosen(&certificates, Some("shop.example")), ders[1]);
}

#[test]
fn a_reload_finds_new_and_removed_certificates() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "a", &["a.example"], 2030);
    let (certificates, _) = load(&folder);
    let b = put(folder.path(), "b", &["b.example"], 2030);
    assert_eq!(certificates.reload_if_changed(now()).unwrap(), Reload::Replaced { warnings: vec![] });
    assert_eq!(chosen(&certificates, Some("b.example")), b);
    assert_eq!(certificates.reload_if_changed(now()).unwrap(), Reload::Unchanged);
    fs::remove_file(folder.path().join("a.crt")).unwrap();
    fs::remove_file(folder.path().join("a.key")).unwrap();
    certificates.reload_if_changed(now()).unwrap();
    assert_eq!(chosen(&certificates, Some("a.example")), b);
}

#[test]
fn a_broken_reload_keeps_the_old_certificates_and_is_tried_again() {
    let folder = TempDir::new().unwrap();
    let first = put(folder.path(), "a", &["a.example"], 2030);
    let (certificates, _) = load(&folder);
    let other = certified(&["a.example"], 2020, 2030);
    fs::write(folder.path().join("a.crt"), other.cert.pem()).unwrap();
    touch(&folder.path().join("a.crt"), 7);
    for _ in 0..2 {
        let error = certificates.reload_if_changed(now()).unwrap_err();
        assert!(matches!(&error, CertificateError::Mismatch { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("a.key does not belong to the certificate in"), "{text}");
        assert_eq!(chosen(&certificates, Some("a.example")), first);
    }
    fs::write(folder.path().join("a.key"), other.signing_key.serialize_pem()).unwrap();
    assert_eq!(certificates.reload_if_changed(now()).unwrap(), Reload::Replaced { warnings: vec![] });
    assert_eq!(chosen(&certificates, Some("a.example")), *other.cert.der());

    fs::remove_dir_all(folder.path()).unwrap();
    let error = certificates.reload_if_changed(now()).unwrap_err();
    assert!(matches!(error, CertificateError::Folder { .. }));
    assert_eq!(chosen(&certificates, Some("a.example")), *other.cert.der());
}

#[test]
fn what_is_odd_about_a_certificate_is_a_warning() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "old", &["old.example"], 2025);
    put(folder.path(), "soon", &["soon.example"], 2026);
    put(folder.path(), "unnamed", &[], 2030);
    fs::write(folder.path().join("ca.crt"), certified(&["ca"], 2020, 2030).cert.pem()).unwrap();
    let later = certified(&["later.example"], 2027, 2030);
    fs::write(folder.path().join("later.pem"), later.cert.pem()).unwrap();
    fs::write(folder.path().join("later.key"), later.signing_key.serialize_pem()).unwrap();
    let almost = now() - Duration::from_secs(1);
    let (_, warnings) = Certificates::load(folder.path(), almost).unwrap();
    let file = |name: &str| folder.path().join(name);
    let expected = vec![
        CertificateWarning::WithoutKey { file: file("ca.crt") },
        CertificateWarning::NotYetValid { file: file("later.pem") },
        CertificateWarning::Expired { file: file("old.crt"), days: 364 },
        CertificateWarning::ExpiresSoon { file: file("soon.crt"), days: 0 },
        CertificateWarning::WithoutHost { file: file("unnamed.crt") },
    ];
    assert_eq!(warnings, expected);
    assert!(warnings[2].to_string().ends_with("old.crt expired 364 days ago: renew it"));
}

#[test]
fn a_folder_that_cannot_be_used_says_why() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(error(&folder), CertificateError::NoCertificate { .. }));
    let (key, crt) = (folder.path().join("a.key"), folder.path().join("a.crt"));
    put(folder.path(), "a", &["a.example"], 2030);
    let (good_crt, good_key) = (fs::read_to_string(&crt).unwrap(), fs::read_to_string(&key).unwrap());
    let with = |path: &Path, text: &str| {
        fs::write(&crt, &good_crt).unwrap();
        fs::write(&key, &good_key).unwrap();
        fs::write(path, text).unwrap();
        error(&folder)
    };
    assert!(matches!(with(&key, ""), CertificateError::NoKeyInFile { file } if file == key));
    assert!(matches!(with(&key, &good_crt), CertificateError::NoKeyInFile { .. }));
    assert!(matches!(with(&crt, "hello"), CertificateError::NoCertificateInFile { file } if file == crt));
    assert!(matches!(with(&crt, &good_crt[..200]), CertificateError::NotPem { file, .. } if file == crt));
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(&crt, garbage), CertificateError::NotX509 { .. }));
    let garbage = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert!(matches!(with(&key, garbage), CertificateError::UnusableKey { file, .. } if file == key));
    let secret = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    assert!(matches!(with(&key, secret), CertificateError::KeyWithPassphrase { .. }));
    let large = "x".repeat((1 << 20) + 1);
    assert!(matches!(with(&crt, &large), CertificateError::TooLarge { most: 1_048_576, .. }));
}

#[test]
fn half_of_a_pair_is_an_error_that_says_where_the_other_half_belongs() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "a", &["a.example"], 2030);
    let (key, crt) = (folder.path().join("a.key"), folder.path().join("a.crt"));
    let inner = folder.path().join("b.example");
    fs::create_dir(&inner).unwrap();
    fs::copy(&crt, inner.join("fullchain.pem")).unwrap();
    assert!(
        matches!(error(&folder), CertificateError::CertificateAlone { expected, .. } if expected == inner.join("privkey.pem"))
    );
    fs::rename(inner.join("fullchain.pem"), inner.join("privkey.pem")).unwrap();
    assert!(
        matches!(error(&folder), CertificateError::KeyAlone { expected, .. } if expected == inner.join("fullchain.pem"))
    );
    fs::remove_dir_all(&inner).unwrap();
    fs::remove_file(&crt).unwrap();
    assert!(matches!(error(&folder), CertificateError::KeyAlone { key: found, .. } if found == key));
    fs::create_dir(&crt).unwrap();
    let alone = error(&folder).to_string();
    assert!(alone.starts_with("there is no certificate for the key"), "{alone}");
}

#[test]
fn a_key_that_cannot_be_read_is_named() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "a", &["a.example"], 2030);
    // A folder in its place cannot be read by anybody; a mode would not keep root out.
    fs::remove_file(folder.path().join("a.key")).unwrap();
    let inner = folder.path().join("b");
    fs::create_dir_all(inner.join("privkey.pem")).unwrap();
    fs::copy(folder.path().join("a.crt"), inner.join("fullchain.pem")).unwrap();
    let error = error(&folder);
    assert!(
        matches!(&error, CertificateError::Unreadable { file, .. } if *file == inner.join("privkey.pem")),
        "{error}"
    );
}

/// What the server and the client agreed on, after a handshake.
async fn handshake(
    certificates: &Arc<Certificates>,
    trusted: &CertificateDer<'static>,
    host: &str,
    version: &'static SupportedProtocolVersion,
    alpn: &[&str],
) -> std::io::Result<(CertificateDer<'static>, Option<ProtocolVersion>, Option<Vec<u8>>)> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let (near, far) = tokio::io::duplex(16 * 1024);
    let acceptor = TlsAcceptor::from(server_config(certificates).unwrap());
    let connector = TlsConnector::from(Arc::new(config));
    let host = ServerName::try_from(host.to_owned()).unwrap();
    let (client, server) = tokio::join!(connector.connect(host, near), acceptor.accept(far));
    let client = client?;
    server?;
    let (_, connection) = client.get_ref();
    let certificate = connection.peer_certificates().unwrap()[0].clone();
    Ok((certificate, connection.protocol_version(), connection.alpn_protocol().map(<[u8]>::to_vec)))
}

#[tokio::test]
async fn clients_of_both_versions_get_the_certificate_of_their_host_and_the_best_protocol() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "default", &["other.example"], 4000);
    let shop = put(folder.path(), "shop", &["*.shop.example"], 4000);
    let certificates = Arc::new(load(&folder).0);
    for (version, number) in [
        (&rustls::version::TLS13, ProtocolVersion::TLSv1_3),
        (&rustls::version::TLS12, ProtocolVersion::TLSv1_2),
    ] {
        let agreed =
            handshake(&certificates, &shop, "www.shop.example", version, &["http/1.1", "h2"]).await.unwrap();
        assert_eq!(agreed, (shop.clone(), Some(number), Some(b"h2".to_vec())));
        let agreed =
            handshake(&certificates, &shop, "www.shop.example", version, &["http/1.1"]).await.unwrap();
        assert_eq!(agreed.2, Some(b"http/1.1".to_vec()));
    }
    let error = handshake(&certificates, &shop, "shop.example", &rustls::version::TLS13, &[]).await;
    assert!(error.is_err());
}

#[tokio::test]
async fn a_configuration_that_is_in_use_takes_the_certificates_of_a_reload() {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "a", &["a.example"], 4000);
    let certificates = Arc::new(load(&folder).0);
    let renewed = put(folder.path(), "a", &["a.example"], 4001);
    touch(&folder.path().join("a.crt"), 7);
    certificates.reload_if_changed(now()).unwrap();
    let agreed = handshake(&certificates, &renewed, "a.example", &rustls::version::TLS13, &[]).await.unwrap();
    assert_eq!(agreed.0, renewed);
}
