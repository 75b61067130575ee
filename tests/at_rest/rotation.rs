//! The key of an installation is exchanged: with a real key file and a real database, wherever it is killed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use core_monitor_application::{ResealingError, seal_anew};
use core_monitor_domain::access::{Grant, Role};
use core_monitor_domain::actor::{Actor, SystemPart};
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{
    SealedAnew, SealedKind, SealedRecord, SealedRecords, SecretVault, StoreError, StoredRegistry,
};
use core_monitor_domain::secret_variable::SecretKey;
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{PasswordHash, Totp, TotpStep, User, UserGrants};
use core_monitor_host::{KeyFileVault, KeyRotation, SystemClock};
use core_monitor_store_seaorm::{Database, connect, default_url};
use uuid::Uuid;

/// How many steps a rotation of what [`fill`] stores takes at most: looks at and changes of the database.
const STEPS: u32 = 24;

/// The database of whoever is killed after some steps: the last one may have been done, or not.
struct Mortal {
    records: Arc<dyn SealedRecords>,
    /// Twice the steps that are left; odd if the last one is still done.
    left: AtomicU32,
}

impl Mortal {
    /// Whether the next step is done, and whether anybody hears of it.
    fn step(&self) -> (bool, bool) {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(2), Ordering::Relaxed);
        (left > 0, left > 1)
    }
}

fn killed() -> StoreError {
    StoreError::Unavailable { reason: "killed".to_owned(), source: None }
}

#[async_trait]
impl SealedRecords for Mortal {
    async fn under_other_keys(
        &self,
        kind: SealedKind,
        key_id: &str,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        match self.step() {
            (true, true) => self.records.under_other_keys(kind, key_id, skip, limit).await,
            _ => Err(killed()),
        }
    }

    async fn replace(&self, records: &[SealedAnew]) -> Result<u64, StoreError> {
        let (is_done, is_heard) = self.step();
        let replaced = if is_done { self.records.replace(records).await? } else { 0 };
        if is_heard { Ok(replaced) } else { Err(killed()) }
    }
}

fn at() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap()
}

/// What is sealed in an installation: credentials of registries, and one-time codes of users.
async fn fill(database: &Database, vault: &KeyFileVault) {
    let by = Actor::system(SystemPart::Server);
    for number in 0..3 {
        let host = format!("r{number}.example");
        let sealed = vault.seal(&format!("registry {host}"), b"canary").unwrap();
        let registry = StoredRegistry { host: host.parse().unwrap(), sealed, updated_at: at() };
        database.registry_store().put(&registry, &by).await.unwrap();
    }
    for number in 1..4 {
        let id = UserId(Uuid::from_u128(number));
        let secret = vault.seal(&format!("totp:{id}"), b"canary").unwrap();
        let user = User {
            id,
            name: format!("user{number}").parse().unwrap(),
            grants: UserGrants::new(vec![Grant::everything(Role::Viewer)]).unwrap(),
            password: Some(PasswordHash::new("$argon2id$x")),
            totp: Some(Totp { secret, used: TotpStep(1) }),
            invitation: None,
            provided: None,
            created_at: at(),
            signed_in_at: None,
        };
        database.user_store().add(&user, 10, &by).await.unwrap();
    }
}

/// How many values the key file of the moment opens.
async fn readable(database: &Database, data: &Path) -> usize {
    let vault = KeyFileVault::open(data).unwrap();
    let mut opened = 0;
    for stored in database.registry_store().list().await.unwrap() {
        let plain = vault.open(&format!("registry {}", stored.host), &stored.sealed);
        opened += usize::from(plain.is_ok_and(|plain| plain == b"canary"));
    }
    for user in database.user_store().list(None, 100).await.unwrap() {
        let plain = vault.open(&format!("totp:{}", user.id), &user.totp.unwrap().secret);
        opened += usize::from(plain.is_ok_and(|plain| plain == b"canary"));
    }
    opened
}

/// A rotation that is killed after `left` halves of a step of the database; says whether it has ended.
async fn rotate(database: &Database, data: &Path, left: u32) -> bool {
    let mut rotation = KeyRotation::begin(data, None, None).unwrap();
    if left == 0 {
        return false;
    }
    rotation.add_key().unwrap();
    let records = Mortal { records: database.sealed_records(), left: AtomicU32::new(left - 1) };
    match seal_anew(&records, &rotation.vault(), &rotation.key_id(), 2, &|_| {}).await {
        Ok(found) => {
            assert_eq!(found.lost, 0, "{found:?}");
            rotation.finish().unwrap();
            true
        }
        Err(ResealingError::Store(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn database(data: &Path) -> Database {
    connect(&default_url(data), data, Arc::new(SystemClock)).await.unwrap()
}

#[tokio::test]
async fn every_value_stays_readable_wherever_a_rotation_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let database = database(data).await;
    let vault = KeyFileVault::open(data).unwrap();
    let fingerprints = vault.derive(SecretKey::PURPOSE);
    fill(&database, &vault).await;
    drop(vault);
    let mut ended = 0;
    // Each one is killed a little later than the one before it, and then, in turn, a little earlier: each of them meets what
    // all others have left, and those that get to the end begin anew.
    for left in (0..2 * STEPS).chain((0..2 * STEPS).rev()) {
        let has_ended = rotate(&database, data, left).await;
        ended += u32::from(has_ended);
        assert_eq!(readable(&database, data).await, 6, "killed after {left}");
        if has_ended {
            let rotation = KeyRotation::begin(data, None, None).unwrap();
            assert!(!rotation.is_unfinished());
            let key_id = rotation.key_id();
            for kind in SealedKind::ALL {
                let others = database.sealed_records().under_other_keys(kind, &key_id, 0, 1).await.unwrap();
                assert_eq!(others, [], "nothing needs the key that is gone");
            }
        }
    }
    assert!(ended > 5 && ended < 4 * STEPS - 20, "some are killed, and some are not: {ended}");
    let vault = KeyFileVault::open(data).unwrap();
    assert_eq!(
        vault.derive(SecretKey::PURPOSE),
        fingerprints,
        "versions with secret variables stay what they are"
    );
    database.close().await;
}

/// Every file of a data folder, with its bytes.
fn files(data: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

#[tokio::test]
async fn nothing_of_the_old_key_is_left_in_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let database = database(data).await;
    let vault = KeyFileVault::open(data).unwrap();
    fill(&database, &vault).await;
    drop(vault);
    let old_key = std::fs::read(data.join("secret.key")).unwrap();
    let old: Vec<_> = database.registry_store().list().await.unwrap();
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let sealed = &old[0].sealed.bytes;
    assert!(files(data).iter().any(|(_, bytes)| holds(bytes, sealed)));

    let mut rotation = KeyRotation::begin(data, None, None).unwrap();
    rotation.add_key().unwrap();
    database.overwrite_replaced().await.unwrap();
    let records = database.sealed_records();
    let found = seal_anew(&*records, &rotation.vault(), &rotation.key_id(), 100, &|_| {}).await.unwrap();
    assert_eq!((found.anew, found.lost), (6, 0));
    database.fold_log().await.unwrap();
    database.close().await;
    rotation.finish().unwrap();
    let nibbles = old_key.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let digits: String = nibbles.map(|nibble| char::from_digit(u32::from(nibble), 16).unwrap()).collect();
    for (name, bytes) in files(data) {
        for stored in &old {
            assert!(!holds(&bytes, &stored.sealed.bytes), "{name}");
        }
        assert!(!holds(&bytes, &old_key) && !holds(&bytes, digits.as_bytes()), "{name}");
    }
}
