//! What is sealed, wherever it is stored.

use core_monitor_domain::access::{Grant, Role};
use core_monitor_domain::ids::{NamedSecretId, UserId, VersionNumber};
use core_monitor_domain::named_secret::{NamedSecret, NamedSecretVersion};
use core_monitor_domain::ports::{
    SealedAnew, SealedKind, SealedPlace, SealedRecord, SealedSecret, StoredRegistry, VersionSecret,
};
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::user::{PasswordHash, Totp, TotpStep, User, UserGrants};

use crate::fixture::{Fixture, ann, at};

contract!(
    everything_sealed_with_another_key_is_found,
    what_was_sealed_anew_takes_its_place,
    what_has_changed_meanwhile_stays,
);

fn sealed(key: &str, byte: u8) -> SealedSecret {
    SealedSecret { key_id: key.to_owned(), bytes: vec![byte; 60] }
}

/// A named secret with this value.
async fn add_named(f: &Fixture, name: &str, sealed: SealedSecret) {
    let secret = NamedSecret {
        id: NamedSecretId(f.id()),
        name: name.parse().unwrap(),
        description: String::new(),
        stacks: ["*".parse().unwrap()].into(),
        latest: NamedSecretVersion { number: VersionNumber(1), created_at: at(1), created_by: ann() },
        created_at: at(1),
        created_by: ann(),
    };
    f.secrets.add(&secret, &sealed, 10).await.unwrap();
}

/// Two registries, two values of a secret variable, two users with one-time codes and two named secrets under the key `old`, and
/// one of each under `new`.
async fn fill(f: &Fixture) {
    for (number, key) in [(1, "old"), (2, "old"), (3, "new")] {
        let host = format!("r{number}.example").parse().unwrap();
        let registry = StoredRegistry { host, sealed: sealed(key, number), updated_at: at(1) };
        f.registries.put(&registry, &ann()).await.unwrap();
    }
    let secret = |fingerprint: &str, key: &str, byte| VersionSecret {
        reference: SecretRef { name: "PASSWORD".parse().unwrap(), fingerprint: fingerprint.into() },
        sealed: Some(sealed(key, byte)),
        set_in: None,
        from: None,
    };
    for (name, secrets) in [
        ("web", vec![secret("01", "old", 4)]),
        ("shop", vec![secret("01", "old", 5)]),
        ("blog", vec![secret("01", "new", 6)]),
    ] {
        let mut new = f.new_stack(name);
        new.version.secrets = secrets;
        f.stacks.create(new).await.unwrap();
    }
    for (name, totp) in [
        ("amy", Some(sealed("old", 7))),
        ("bob", Some(sealed("old", 8))),
        ("cat", Some(sealed("new", 9))),
        ("dan", None),
    ] {
        let user = User {
            id: UserId(f.id()),
            name: name.parse().unwrap(),
            grants: UserGrants::new(vec![Grant::everything(Role::Viewer)]).unwrap(),
            password: Some(PasswordHash::new("$argon2id$x")),
            totp: totp.map(|secret| Totp { secret, used: TotpStep(7) }),
            invitation: None,
            provided: None,
            created_at: at(1),
            signed_in_at: None,
        };
        f.users.add(&user, 10, &ann()).await.unwrap();
    }
    for (name, key, byte) in [("a", "old", 10), ("b", "old", 11), ("c", "new", 12)] {
        add_named(f, name, sealed(key, byte)).await;
    }
}

async fn under_other_keys(f: &Fixture, kind: SealedKind, key: &str) -> Vec<SealedRecord> {
    f.sealed.under_other_keys(kind, key, 0, 10).await.unwrap()
}

fn bytes(records: &[SealedRecord]) -> Vec<u8> {
    let mut bytes: Vec<_> = records.iter().map(|record| record.sealed.bytes[0]).collect();
    bytes.sort_unstable();
    bytes
}

async fn everything_sealed_with_another_key_is_found(f: &Fixture) {
    fill(f).await;
    for (kind, old, new) in [
        (SealedKind::Registry, [1, 2], 3),
        (SealedKind::SecretVariable, [4, 5], 6),
        (SealedKind::OneTimeCodes, [7, 8], 9),
        (SealedKind::NamedSecret, [10, 11], 12),
    ] {
        let others = under_other_keys(f, kind, "new").await;
        assert_eq!(bytes(&others), old, "{kind:?}");
        assert!(others.iter().all(|record| record.sealed.key_id == "old"));
        assert_eq!(bytes(&under_other_keys(f, kind, "old").await), [new], "{kind:?}");
        let first = f.sealed.under_other_keys(kind, "new", 0, 1).await.unwrap();
        let second = f.sealed.under_other_keys(kind, "new", 1, 1).await.unwrap();
        assert_eq!([first, second].concat(), others, "in the same order");
        assert_eq!(f.sealed.under_other_keys(kind, "new", 2, 1).await.unwrap(), []);
    }
}

fn anew(record: &SealedRecord) -> SealedAnew {
    let after = sealed("new", record.sealed.bytes[0] + 100);
    SealedAnew { place: record.place.clone(), before: record.sealed.clone(), after }
}

async fn what_was_sealed_anew_takes_its_place(f: &Fixture) {
    fill(f).await;
    let mut changes = Vec::new();
    for kind in SealedKind::ALL {
        changes.extend(under_other_keys(f, kind, "new").await.iter().map(anew));
    }
    assert_eq!(f.sealed.replace(&changes).await.unwrap(), 8);
    for kind in SealedKind::ALL {
        assert_eq!(under_other_keys(f, kind, "new").await, []);
    }
    for change in changes {
        match change.place {
            SealedPlace::Registry(host) => {
                let found = f.registries.find(&host).await.unwrap().unwrap();
                assert_eq!((found.sealed, found.updated_at), (change.after, at(1)));
            }
            SealedPlace::SecretVariable(stack, secret) => {
                assert_eq!(f.stacks.sealed_secret(stack, &secret).await.unwrap(), Some(change.after));
            }
            SealedPlace::OneTimeCodes(id) => {
                let found = f.users.find(id).await.unwrap().unwrap();
                assert_eq!(found.totp, Some(Totp { secret: change.after, used: TotpStep(7) }));
            }
            SealedPlace::NamedSecret(secret, number) => {
                assert_eq!(f.secrets.sealed(secret, number).await.unwrap(), Some(change.after));
            }
        }
    }
}

async fn what_has_changed_meanwhile_stays(f: &Fixture) {
    fill(f).await;
    let others = under_other_keys(f, SealedKind::Registry, "new").await;
    let mut changes: Vec<_> = others.iter().map(anew).collect();
    let SealedPlace::Registry(host) = &changes[0].place else { panic!("{changes:?}") };
    let stored = StoredRegistry { host: host.clone(), sealed: sealed("old", 50), updated_at: at(2) };
    f.registries.put(&stored, &ann()).await.unwrap();
    let gone = SealedPlace::Registry("gone.example".parse().unwrap());
    changes.push(SealedAnew { place: gone, ..changes[1].clone() });
    assert_eq!(f.sealed.replace(&changes).await.unwrap(), 1);
    assert_eq!(f.registries.find(&stored.host).await.unwrap(), Some(stored));
}
