//! Certificates of engines and of those who use them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use tempfile::TempDir;

/// An authority that only those know who were told.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// The files of a client, as `DOCKER_CERT_PATH` names their folder: its certificate is from this authority, and it believes engines
    /// that have theirs from `trusted`.
    pub(crate) fn client(&self, trusted: &Self) -> TempDir {
        self.issue("client", ExtendedKeyUsagePurpose::ClientAuth, trusted)
    }

    /// The files of an engine at 127.0.0.1, which believes clients of the same authority.
    pub(super) fn engine(&self) -> TempDir {
        self.issue("engine", ExtendedKeyUsagePurpose::ServerAuth, self)
    }

    fn issue(&self, name: &str, usage: ExtendedKeyUsagePurpose, trusted: &Self) -> TempDir {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let issuer: &Issuer<'static, KeyPair> = &self.0;
        let certificate = params.signed_by(&key, issuer).unwrap();

        let folder = TempDir::with_prefix("core-monitor-certificates-").unwrap();
        let write = |file: &str, text: String| fs::write(folder.path().join(file), text).unwrap();
        write("ca.pem", trusted.0.pem());
        write("cert.pem", certificate.pem());
        write("key.pem", key.serialize_pem());
        fs::set_permissions(folder.path().join("key.pem"), Permissions::from_mode(0o600)).unwrap();
        folder
    }
}
