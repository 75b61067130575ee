use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["engine.test".to_owned()]).unwrap();
    fs::write(folder.path().join("ca.pem"), made.cert.pem()).unwrap();
    fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
    let key = folder.path().join("key.pem");
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    folder
}

#[test]
fn all_three_files_are_needed() {
    assert!(client_config(folder().path()).is_ok());
    for file in ["ca.pem", "cert.pem", "key.pem"] {
        let folder = folder();
        let path = folder.path().join(file);
        fs::write(&path, "").unwrap();
        assert!(client_config(folder.path()).unwrap_err().to_string().contains(file));
        fs::remove_file(&path).unwrap();
        assert!(client_config(folder.path()).unwrap_err().to_string().contains(file));
    }
}

#[test]
fn a_key_that_everybody_can_read_is_refused() {
    let folder = folder();
    fs::set_permissions(folder.path().join("key.pem"), Permissions::from_mode(0o644)).unwrap();
    let error = client_config(folder.path()).unwrap_err();
    assert!(matches!(error, CertificateError::KeyExposed { .. }), "{error}");
}
