use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

const IDENTITY_FILE: &str = "# created: 2026-01-01T00:00:00Z\n# public key: age1x\n\
    AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQQPZRY9X8GF2TVDW0S3JN54KHCE\n";

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn put(path: &Path, content: impl AsRef<[u8]>, mode: u32) {
    // A file that may not be written is replaced.
    let _ = std::fs::remove_file(path);
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn random() -> Vec<u8> {
    (0..32).map(|byte| byte * 7).collect()
}

fn read(path: &Path) -> Result<EncryptionKey, String> {
    EncryptionKey::read(path, Path::new("/data"), user()).map_err(|error| error.to_string())
}

#[test]
fn what_was_sealed_opens_with_the_same_file_and_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kek");
    put(&path, random(), 0o400);
    let key = read(&path).unwrap();
    let sealed = key.seal("a", b"canary").unwrap();
    assert!(!sealed.windows(6).any(|window| window == b"canary"));
    assert_eq!(read(&path).unwrap().open("a", &sealed).unwrap(), b"canary");
    assert_eq!((key.open("b", &sealed), key.open("a", &sealed[..20])), (None, None));
    // An editor adds a line break.
    put(&path, [random(), b"\n".to_vec()].concat(), 0o400);
    assert_eq!(read(&path).unwrap().id(), key.id());
    put(&path, [random(), b"x".to_vec()].concat(), 0o400);
    assert_ne!(read(&path).unwrap().id(), key.id());
    let shown = format!("{key:?}");
    assert!(shown.starts_with("EncryptionKey(") && !shown.contains("cipher"), "{shown}");
}

#[test]
fn the_comments_of_an_age_identity_may_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity");
    put(&path, IDENTITY_FILE, 0o600);
    let id = read(&path).unwrap().id().to_owned();
    put(&path, IDENTITY_FILE.lines().last().unwrap(), 0o600);
    assert_eq!(read(&path).unwrap().id(), id);
    put(&path, IDENTITY_FILE.replace("1QQPZ", "1QQPR"), 0o600);
    assert_ne!(read(&path).unwrap().id(), id);
}

#[test]
fn a_file_that_keeps_no_secret_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kek");
    let refused = |content: &[u8]| {
        put(&path, content, 0o600);
        read(&path).unwrap_err()
    };
    for weak in [b"".as_slice(), b"short", &[0; 64], "ab".repeat(40).as_bytes(), &random()[1..]] {
        assert!(refused(weak).contains("is not random enough"), "{weak:?}");
    }
    assert!(refused(&[random(), vec![7; 5_000]].concat()).contains("more than 4096 bytes"));
    for encrypted in ["age-encryption.org/v1\n-> scrypt", "-----BEGIN AGE ENCRYPTED FILE-----\n"] {
        assert!(refused(encrypted.as_bytes()).contains("itself encrypted with age"), "{encrypted}");
    }
    let plugin = "# a key on a card\nAGE-PLUGIN-YUBIKEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L\n";
    assert!(refused(plugin.as_bytes()).contains("identity of a plugin"));
    assert!(refused(IDENTITY_FILE.repeat(2).as_bytes()).contains("several age identities"));
    assert!(
        refused(b"AGE-SECRET-KEY-1QQ\n# and a comment that is long enough").contains("no whole age identity")
    );
    assert!(read(&folder.path().join("missing")).unwrap_err().contains("cannot be read"));
    assert!(read(folder.path()).unwrap_err().contains("is not an ordinary file"));
    let credential = read(Path::new("$CREDENTIALS_DIRECTORY/kek")).unwrap_err();
    assert!(credential.contains("systemd gives to the services alone"), "{credential}");
    let inside = EncryptionKey::read(&path, folder.path(), user()).unwrap_err().to_string();
    assert!(inside.contains("is in the data folder too"), "{inside}");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("kek"), folder.path().join("link"));
    symlink(&path, &link).unwrap();
    for mode in [0o400, 0o600] {
        put(&path, random(), mode);
        assert!(read(&path).is_ok() && read(&link).is_ok(), "{mode:o}");
    }
    for mode in [0o404, 0o444, 0o602, 0o620, 0o660] {
        put(&path, random(), mode);
        assert!(read(&link).unwrap_err().contains("is open to other users"), "{mode:o}");
    }
    // Root lets a group read it, as systemd does; anybody else does not.
    put(&path, random(), 0o440);
    assert_eq!(read(&path).is_ok(), user() == 0);
    // Only root can give a file away.
    if std::os::unix::fs::chown(&path, Some(12_345), None).is_ok() {
        assert!(read(&path).unwrap_err().contains("belongs to user 12345"));
        put(&path, random(), 0o400);
        assert!(
            EncryptionKey::read(&path, Path::new("/data"), 12_345).is_ok(),
            "root may keep it for others"
        );
    }
}
