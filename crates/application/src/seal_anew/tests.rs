use std::sync::Mutex;

use core_monitor_domain::actor::{Actor, SystemPart};
use core_monitor_domain::ports::{RegistryStore, StoredRegistry};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;

use super::*;

/// Opens what either key has sealed.
struct TwoKeys {
    newest: SimVault,
    old: SimVault,
}

impl TwoKeys {
    fn new() -> Self {
        Self { newest: SimVault::new("newest"), old: SimVault::new("old") }
    }
}

impl SecretVault for TwoKeys {
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError> {
        self.newest.seal(purpose, secret)
    }

    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        self.newest.open(purpose, sealed).or_else(|_| self.old.open(purpose, sealed))
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        self.old.derive(purpose)
    }
}

fn registry(number: u32, sealed: SealedSecret) -> StoredRegistry {
    let host = format!("r{number}.example").parse().unwrap();
    StoredRegistry { host, sealed, updated_at: Timestamp::from_millis(1).unwrap() }
}

async fn put(registries: &dyn RegistryStore, vault: &SimVault, number: u32) {
    let sealed = vault.seal(&format!("registry r{number}.example"), b"a secret").unwrap();
    registries.put(&registry(number, sealed), &Actor::system(SystemPart::Server)).await.unwrap();
}

#[tokio::test]
async fn everything_that_opens_is_sealed_with_the_newest_key_a_few_at_a_time() {
    let (db, vault) = (SimDatabase::new(), TwoKeys::new());
    let registries = db.registry_store();
    for number in 0..7 {
        put(&*registries, &vault.old, number).await;
    }
    put(&*registries, &vault.newest, 7).await;
    // A lost key, and a record that was copied from another one: neither may end the walk, or be met again for ever.
    put(&*registries, &SimVault::new("lost"), 8).await;
    let foreign = vault.old.seal("registry elsewhere.example", b"x").unwrap();
    registries.put(&registry(9, foreign.clone()), &Actor::system(SystemPart::Server)).await.unwrap();

    let (records, told) = (db.sealed_records(), Mutex::new(Vec::new()));
    let tell = |done| told.lock().unwrap().push(done);
    let found = seal_anew(&*records, &vault, "newest", 2, &tell).await.unwrap();
    assert_eq!((found.anew, found.lost), (7, 2));
    let lost = ["r8.example", "r9.example"].map(|host| format!("the credentials of registry {host}"));
    assert_eq!(found.named, lost);
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&7) && told.len() >= 4, "{told:?}");

    for stored in registries.list().await.unwrap() {
        let host = stored.host.to_string();
        match host.as_str() {
            "r8.example" => assert_eq!(stored.sealed.key_id, "lost"),
            "r9.example" => assert_eq!(stored.sealed, foreign),
            _ => {
                let plain = vault.newest.open(&format!("registry {host}"), &stored.sealed).unwrap();
                assert_eq!(plain, b"a secret", "{host}");
            }
        }
    }
    let again = seal_anew(&*records, &vault, "newest", 2, &|_| {}).await.unwrap();
    assert_eq!((again.anew, again.lost), (0, 2));
}
