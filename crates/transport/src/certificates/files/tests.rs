use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// 2026-01-01, in hours since 1970; the certificates of these tests last for thousands of years.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(490_896)
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    _folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let files = Self { certificate, key, _folder: folder };
        files.renew();
        files
    }

    fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(["monitor.test".to_owned()]).unwrap();
        fs::write(&self.certificate, made.cert.pem()).unwrap();
        fs::write(&self.key, made.signing_key.serialize_pem()).unwrap();
        self.open_to(0o600);
    }

    fn open_to(&self, mode: u32) {
        fs::set_permissions(&self.key, Permissions::from_mode(mode)).unwrap();
    }

    fn load(&self) -> Result<CertificateFiles, CertificateError> {
        CertificateFiles::load(&self.certificate, &self.key, now()).map(|(files, _)| files)
    }

    /// Files are written within one tick of the clock of a file system.
    fn touch(&self, seconds: u64) {
        let file = File::options().write(true).open(&self.certificate).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }
}

#[test]
fn a_key_that_everybody_can_read_is_refused() {
    let files = Files::new();
    for mode in [0o600, 0o640, 0o400] {
        files.open_to(mode);
        assert!(files.load().is_ok(), "{mode:o}");
    }
    for mode in [0o644, 0o604, 0o602] {
        files.open_to(mode);
        let error = files.load().unwrap_err().to_string();
        assert!(error.contains(&format!("(mode {mode:04o}): run `chmod o= ")), "{error}");
    }
}

#[test]
fn new_files_replace_the_certificate_and_damaged_ones_do_not() {
    let files = Files::new();
    files.touch(1);
    let loaded = files.load().unwrap();
    let shown = || loaded.shown.load().cert.clone();
    let first = shown();
    assert_eq!(loaded.reload_if_changed(now()).unwrap(), Reload::Unchanged);

    fs::write(&files.certificate, "").unwrap();
    files.touch(2);
    assert!(matches!(
        loaded.reload_if_changed(now()).unwrap_err(),
        CertificateError::NoCertificateInFile { .. }
    ));
    assert_eq!(shown(), first, "the one in use stays in use");

    files.renew();
    files.touch(3);
    assert!(matches!(loaded.reload_if_changed(now()).unwrap(), Reload::Replaced { .. }));
    assert_ne!(shown(), first);
    assert_eq!(loaded.reload_if_changed(now()).unwrap(), Reload::Unchanged);
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (files, others) = (Files::new(), Files::new());
    let error = CertificateFiles::load(&files.certificate, &others.key, now()).unwrap_err();
    assert!(matches!(error, CertificateError::Mismatch { .. }), "{error}");
}
