//! Registries.

use core_monitor_domain::ports::{SealedSecret, StoredRegistry};

use crate::fixture::{Fixture, ann, at};

contract!(
    a_registry_is_found_as_it_was_stored,
    a_second_record_takes_the_place_of_the_first,
    a_removed_registry_is_gone,
);

fn registry(host: &str, byte: u8) -> StoredRegistry {
    StoredRegistry {
        host: host.parse().unwrap(),
        sealed: SealedSecret { key_id: "key".to_owned(), bytes: vec![byte; 48] },
        updated_at: at(i64::from(byte)),
    }
}

async fn a_registry_is_found_as_it_was_stored(fixture: &Fixture) {
    let (hub, own) = (registry("docker.io", 1), registry("127.0.0.1:5000", 2));
    assert!(fixture.registries.put(&hub, &ann()).await.unwrap());
    assert!(fixture.registries.put(&own, &ann()).await.unwrap());
    assert_eq!(fixture.registries.find(&hub.host).await.unwrap().as_ref(), Some(&hub));
    assert_eq!(fixture.registries.list().await.unwrap(), [own, hub]);
    assert_eq!(fixture.registries.find(&"other.example".parse().unwrap()).await.unwrap(), None);
}

async fn a_second_record_takes_the_place_of_the_first(fixture: &Fixture) {
    assert!(fixture.registries.put(&registry("docker.io", 1), &ann()).await.unwrap());
    assert!(!fixture.registries.put(&registry("docker.io", 2), &ann()).await.unwrap());
    assert_eq!(fixture.registries.list().await.unwrap(), [registry("docker.io", 2)]);
}

async fn a_removed_registry_is_gone(fixture: &Fixture) {
    let own = registry("127.0.0.1:5000", 1);
    assert!(!fixture.registries.remove(&own.host, &ann(), at(9)).await.unwrap());
    fixture.registries.put(&own, &ann()).await.unwrap();
    assert!(fixture.registries.remove(&own.host, &ann(), at(9)).await.unwrap());
    assert_eq!(fixture.registries.find(&own.host).await.unwrap(), None);
}
