use std::os::unix::fs::PermissionsExt as _;

use core_monitor_domain::plan::PlanKey;
use core_monitor_domain::ports::{SecretVault as _, VaultError};

use super::*;

/// A data folder, and files beside it that encrypt a key.
struct Place {
    _folder: tempfile::TempDir,
    data: PathBuf,
    kek: PathBuf,
    other: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let file = |name: &str, factor: u8| {
            let path = folder.path().join(name);
            std::fs::write(&path, (0..32_u8).map(|byte| byte.wrapping_mul(factor)).collect::<Vec<_>>())
                .unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            path
        };
        let (kek, other) = (file("kek", 3), file("other", 5));
        Self { _folder: folder, data, kek, other }
    }

    fn open(&self, encryption: Option<&Path>) -> Result<KeyFileVault, String> {
        KeyFileVault::open_with(&self.data, encryption).map_err(|error| error.to_string())
    }

    fn begin(&self, encryption: Option<&Path>, opened_by: Option<&Path>) -> Result<KeyRotation, String> {
        KeyRotation::begin(&self.data, encryption, opened_by).map_err(|error| error.to_string())
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.data).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn both_keys_open_until_the_old_one_is_removed() {
    let place = Place::new();
    let vault = place.open(None).unwrap();
    let (sealed, derived) = (vault.seal("a", b"x").unwrap(), vault.derive(PlanKey::PURPOSE));
    drop(vault);

    let mut rotation = place.begin(None, None).unwrap();
    assert!(!rotation.is_unfinished());
    rotation.add_key().unwrap();
    let both = rotation.vault();
    assert_eq!(both.open("a", &sealed).unwrap(), b"x");
    let anew = both.seal("a", b"x").unwrap();
    assert_eq!(anew.key_id, rotation.key_id());
    assert_ne!(anew.key_id, sealed.key_id);
    // Killed here, a program that starts has both, and the next rotation goes on with the same key.
    drop(rotation);
    std::fs::write(place.data.join(DRAFT), "left by one that was killed while it wrote").unwrap();
    let between = place.open(None).unwrap();
    assert_eq!(between.open("a", &sealed).unwrap(), b"x");
    assert_eq!(between.seal("a", b"y").unwrap().key_id, anew.key_id);
    drop(between);

    let mut again = place.begin(None, None).unwrap();
    assert!(again.is_unfinished());
    again.add_key().unwrap();
    assert_eq!(again.key_id(), anew.key_id);
    again.finish().unwrap();
    let vault = place.open(None).unwrap();
    assert_eq!(vault.open("a", &anew).unwrap(), b"x");
    assert!(matches!(vault.open("a", &sealed), Err(VaultError::OtherKey { .. })));
    assert_eq!(vault.derive(PlanKey::PURPOSE), derived, "what was derived stays");
    assert_eq!(place.files(), ["secret.key", "secret.lock"]);
    let mode = std::fs::metadata(place.data.join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_is_rotated_while_a_program_uses_the_key_and_no_program_starts_meanwhile() {
    let place = Place::new();
    assert!(place.begin(None, None).unwrap_err().contains("there is no key file"));
    assert_eq!(place.files(), [""; 0]);
    let (server, worker) = (place.open(None).unwrap(), place.open(None).unwrap());
    assert!(place.begin(None, None).unwrap_err().contains("stop the server and the worker"));
    drop(server);
    assert!(place.begin(None, None).unwrap_err().contains("stop the server and the worker"));
    let reader = KeyLock::of_reader(&place.data).unwrap();
    assert!(reader.is_some());
    drop(worker);
    assert!(place.begin(None, None).is_err(), "a backup that has the key in it runs");
    drop(reader);
    let rotation = place.begin(None, None).unwrap();
    assert!(place.open(None).err().unwrap().contains("is being rotated"));
    assert!(matches!(KeyLock::of_reader(&place.data), Err(KeyFileError::BeingRotated(_))));
    assert!(place.begin(None, None).is_err());
    drop(rotation);
    place.open(None).unwrap();
}

#[test]
fn a_key_is_encrypted_from_the_first_start_on_or_by_a_rotation() {
    let place = Place::new();
    let (kek, other) = (Some(place.kek.as_path()), Some(place.other.as_path()));
    let vault = place.open(kek).unwrap();
    let sealed = vault.seal("a", b"x").unwrap();
    drop(vault);
    assert!(KeyFileVault::is_encrypted(&place.data).unwrap());
    assert!(place.open(None).err().unwrap().contains("is encrypted: set `key_encryption_file`"));
    assert!(place.open(other).err().unwrap().contains("but with another file"));
    assert_eq!(place.open(kek).unwrap().open("a", &sealed).unwrap(), b"x");

    // Another file, none, and the first one again; the key stays.
    for (former, next) in [(kek, other), (other, None), (None, kek)] {
        assert_eq!(
            place.begin(next, None).is_err(),
            former.is_some(),
            "it is not opened by what it is not encrypted with"
        );
        place.begin(next, former).unwrap().rewrite().unwrap();
        assert_eq!(KeyFileVault::is_encrypted(&place.data).unwrap(), next.is_some());
        assert_eq!(place.open(next).unwrap().open("a", &sealed).unwrap(), b"x");
        // Killed after that, the same command is given again.
        place.begin(next, former).unwrap().rewrite().unwrap();
    }
    place.begin(None, kek).unwrap().rewrite().unwrap();
    assert!(place.open(kek).err().unwrap().contains("run `core-monitor-server rotate-key`"));
}
