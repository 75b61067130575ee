//! Named secrets.

use core_monitor_domain::access::Action;
use core_monitor_domain::audit::Change;
use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
use core_monitor_domain::named_secret::{
    LatestSecret, NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, NewSecretVersion,
};
use core_monitor_domain::ports::{AuditFilter, NamedSecretError, SealedSecret};
use uuid::Uuid;

use crate::fixture::{Fixture, ann, at};

contract!(
    a_secret_is_read_back_with_its_versions,
    names_and_numbers_are_limited,
    only_the_next_version_is_added,
    the_oldest_versions_go,
    a_secret_is_changed_and_deleted,
);

fn name(text: &str) -> NamedSecretName {
    text.parse().unwrap()
}

fn sealed(byte: u8) -> SealedSecret {
    SealedSecret { key_id: "key".to_owned(), bytes: vec![byte; 48] }
}

fn secret(text: &str, id: u128) -> NamedSecret {
    NamedSecret {
        id: NamedSecretId(Uuid::from_u128(id)),
        name: name(text),
        description: "for the shop".to_owned(),
        stacks: ["shop-*".parse().unwrap()].into(),
        latest: NamedSecretVersion { number: VersionNumber(1), created_at: at(1), created_by: ann() },
        created_at: at(1),
        created_by: ann(),
    }
}

fn version(id: u128, number: u32) -> NewSecretVersion {
    let sealed = sealed(u8::try_from(number % 256).unwrap());
    NewSecretVersion { secret: NamedSecretId(Uuid::from_u128(id)), number: VersionNumber(number), sealed }
}

async fn a_secret_is_read_back_with_its_versions(f: &Fixture) {
    let (one, two) = (secret("db", 1), secret("api-key", 2));
    for secret in [&one, &two] {
        f.secrets.add(secret, &sealed(1), 9).await.unwrap();
    }
    assert_eq!(f.secrets.find(&name("db")).await.unwrap(), Some(one.clone()));
    assert_eq!(f.secrets.find(&name("other")).await.unwrap(), None);
    assert_eq!(f.secrets.list(None, 9).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(f.secrets.list(Some(name("api-key")), 9).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(f.secrets.list(None, 1).await.unwrap(), [two]);
    let renewed = f.secrets.add_version(&version(1, 2), &ann(), at(5)).await.unwrap();
    assert_eq!((renewed.latest.number, renewed.latest.created_at), (VersionNumber(2), at(5)));
    let numbers: Vec<_> =
        f.secrets.versions(one.id).await.unwrap().into_iter().map(|version| version.number.0).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(f.secrets.sealed(one.id, VersionNumber(1)).await.unwrap(), Some(sealed(1)));
    assert_eq!(f.secrets.sealed(one.id, VersionNumber(2)).await.unwrap(), Some(sealed(2)));
    assert_eq!(f.secrets.sealed(one.id, VersionNumber(3)).await.unwrap(), None);
    let latest = f.stacks.latest_secrets(&[name("db"), name("other")]).await.unwrap();
    assert_eq!(latest, [LatestSecret::from(&renewed)]);
    assert_eq!(f.secrets.users(&[name("db")]).await.unwrap().len(), 0);
}

async fn names_and_numbers_are_limited(f: &Fixture) {
    f.secrets.add(&secret("db", 1), &sealed(1), 1).await.unwrap();
    let taken = f.secrets.add(&secret("db", 2), &sealed(1), 9).await.unwrap_err();
    assert!(matches!(taken, NamedSecretError::NameTaken), "{taken:?}");
    let many = f.secrets.add(&secret("other", 2), &sealed(1), 1).await.unwrap_err();
    assert!(matches!(many, NamedSecretError::TooMany { most: 1 }), "{many:?}");
}

async fn only_the_next_version_is_added(f: &Fixture) {
    f.secrets.add(&secret("db", 1), &sealed(1), 9).await.unwrap();
    for number in [1, 3] {
        let refused = f.secrets.add_version(&version(1, number), &ann(), at(2)).await.unwrap_err();
        assert!(matches!(refused, NamedSecretError::Changed), "{refused:?}");
    }
    let unknown = f.secrets.add_version(&version(9, 2), &ann(), at(2)).await.unwrap_err();
    assert!(matches!(unknown, NamedSecretError::NotFound), "{unknown:?}");
}

async fn the_oldest_versions_go(f: &Fixture) {
    let kept = secret("db", 1);
    f.secrets.add(&kept, &sealed(1), 9).await.unwrap();
    for number in 2..=NamedSecret::VERSIONS + 1 {
        f.secrets.add_version(&version(1, number), &ann(), at(2)).await.unwrap();
    }
    let versions = f.secrets.versions(kept.id).await.unwrap();
    assert_eq!((versions.len(), versions.last().unwrap().number), (100, VersionNumber(2)));
    assert_eq!(f.secrets.sealed(kept.id, VersionNumber(1)).await.unwrap(), None);
}

async fn a_secret_is_changed_and_deleted(f: &Fixture) {
    f.secrets.add(&secret("db", 1), &sealed(1), 9).await.unwrap();
    let marks = f.marks.marks().await.unwrap().secrets;
    let change = NamedSecretChange { description: Some(String::new()), stacks: None };
    let changed = f.secrets.change(&name("db"), change.clone(), &ann(), at(2)).await.unwrap();
    assert_eq!((changed.description.as_str(), changed.stacks.len()), ("", 1));
    f.secrets.remove(&name("db"), &ann(), at(3)).await.unwrap();
    assert!(f.marks.marks().await.unwrap().secrets > marks);
    assert_eq!(f.secrets.find(&name("db")).await.unwrap(), None);
    assert_eq!(f.secrets.versions(changed.id).await.unwrap(), []);
    let again = f.secrets.change(&name("db"), change, &ann(), at(4)).await.unwrap_err();
    assert!(matches!(again, NamedSecretError::NotFound), "{again:?}");
    let page = f.audit.list(&AuditFilter { limit: 9, ..AuditFilter::default() }).await.unwrap();
    let audit: Vec<_> =
        page.items.into_iter().map(|record| (record.entry.action, record.entry.change)).collect();
    let expected = [
        (Action::DeleteSecret, Change::Removed),
        (Action::ChangeSecret, Change::Replaced),
        (Action::CreateSecret, Change::Created),
    ];
    assert_eq!(audit, expected);
}
