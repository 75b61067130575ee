use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[test]
fn sealed_secrets_open_only_with_the_same_key_and_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let vault = KeyFileVault::open(folder.path()).unwrap();
    let sealed = vault.seal("registry a", b"canary").unwrap();
    assert!(!sealed.bytes.windows(6).any(|window| window == b"canary"));
    let again = KeyFileVault::open(folder.path()).unwrap();
    assert_eq!(again.open("registry a", &sealed).unwrap(), b"canary");
    assert_eq!(again.open("registry b", &sealed), Err(VaultError::Damaged));

    let mut bent = sealed.clone();
    *bent.bytes.last_mut().unwrap() ^= 1;
    assert_eq!(vault.open("registry a", &bent), Err(VaultError::Damaged));
    bent.bytes.truncate(10);
    assert_eq!(vault.open("registry a", &bent), Err(VaultError::Damaged));

    let elsewhere = tempfile::tempdir().unwrap();
    let other = KeyFileVault::open(elsewhere.path()).unwrap();
    assert!(matches!(other.open("registry a", &sealed), Err(VaultError::OtherKey { .. })));
}

#[test]
fn derived_keys_depend_on_file_and_purpose() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = |folder: &tempfile::TempDir, purpose: &str| {
        KeyFileVault::open(folder.path()).unwrap().derive(purpose)
    };
    assert_eq!(key(&folder, "a"), key(&folder, "a"));
    assert_ne!(key(&folder, "a"), key(&folder, "b"));
    assert_ne!(key(&folder, "a"), key(&elsewhere, "a"));
}

#[test]
fn sealing_the_same_secret_twice_gives_different_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let vault = KeyFileVault::open(folder.path()).unwrap();
    assert_ne!(vault.seal("a", b"x").unwrap(), vault.seal("a", b"x").unwrap());
}

#[test]
fn only_the_owner_can_read_the_key_file() {
    let folder = tempfile::tempdir().unwrap();
    KeyFileVault::open(folder.path()).unwrap();
    let path = folder.path().join(FILE);
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names, [path.clone(), folder.path().join("secret.lock")], "no temporary file is left");
    let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    mode(0o640);
    assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Exposed(_))));
    mode(0o600);
    std::fs::write(&path, b"short").unwrap();
    assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Malformed(_))));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::NotAFile(_))));
    // What the system cannot read says nothing about who else can.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = KeyFileVault::open(&file).map(drop).unwrap_err();
    assert!(matches!(refused, KeyFileError::Unusable { .. }), "{refused}");
    assert!(refused.to_string().ends_with("secret.key` cannot be read or created"), "{refused}");
}

#[test]
fn programs_that_start_together_get_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let open = || KeyFileVault::open(folder.path()).unwrap().key_id();
    let ids = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}
