//! Networks and their endpoints.

use core_monitor_domain::desired::{Attachment, IpamPool, NetworkSpec};
use core_monitor_domain::effect::Effect;
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::observation::ApiVersion;

use crate::bench::{Bench, idle};

async fn remove(bench: &Bench, id: &NetworkId) -> String {
    bench.act(Effect::RemoveNetwork { id: id.clone() }).await
}

async fn create(bench: &Bench, part: &str, subnet: Option<&str>) -> String {
    let pool = |subnet: &str| IpamPool { subnet: Some(subnet.to_owned()), ..IpamPool::default() };
    let network = NetworkSpec {
        name: bench.name(part),
        ipam_pools: subnet.map(pool).into_iter().collect(),
        ..NetworkSpec::default()
    };
    bench.act(Effect::CreateNetwork { network, labels: bench.labels() }).await
}

pub(crate) async fn a_taken_name_is_refused(bench: &Bench) {
    let id = bench.make_network("front").await;
    assert_eq!(create(bench, "front", None).await, "name taken");
    let look = bench.look().await;
    let name = bench.name("front");
    let found: Vec<_> = look.host.networks_named(&name).collect();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].id, found[0].driver.as_str(), &found[0].labels), (&id, "bridge", &bench.labels()));
    assert!(!found[0].subnets.is_empty() && found[0].created_at.is_some());
}

pub(crate) async fn duplicates_are_told_apart_by_id(bench: &Bench) {
    let name = bench.name("front");
    let one = bench.outside.create_network(&name).await;
    let Some(other) = bench.outside.duplicate_network(&name).await else {
        assert!(bench.look().await.host.engine.api >= ApiVersion { major: 1, minor: 44 });
        return;
    };
    assert_eq!(bench.look().await.host.networks_named(&name).count(), 2);
    let id = bench.make(bench.attached("web", &[(&other, "front")])).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.see(&id).await.networks[&name].network_id, Some(other.clone()));
    assert_eq!(remove(bench, &other).await, "conflict");
    assert_eq!(remove(bench, &one).await, "done");
    assert_eq!(bench.look().await.host.networks_named(&name).count(), 1);
}

pub(crate) async fn an_overlapping_subnet_is_refused(bench: &Bench) {
    assert_eq!(create(bench, "one", Some("10.249.0.0/16")).await, "network");
    assert_eq!(create(bench, "two", Some("10.249.7.0/24")).await, "refused 403");
    assert_eq!(create(bench, "three", Some("10.250.7.0/24")).await, "network");
}

pub(crate) async fn removing_twice_is_removing_once(bench: &Bench) {
    let id = bench.make_network("front").await;
    assert_eq!(remove(bench, &id).await, "done");
    assert_eq!(remove(bench, &id).await, "done");
}

pub(crate) async fn a_running_container_keeps_its_network(bench: &Bench) {
    let network = bench.make_network("front").await;
    let id = bench.make(bench.attached("web", &[(&network, "front")])).await;
    assert_eq!(bench.start(&id).await, "done");
    assert!(!bench.see(&id).await.networks[&bench.name("front")].ip_address.is_empty());
    assert_eq!(remove(bench, &network).await, "conflict");
}

/// The reason why services can lose their network: the container keeps the id of a removed network.
pub(crate) async fn a_stopped_container_does_not(bench: &Bench) {
    let name = bench.name("front");
    let old = bench.make_network("front").await;
    let id = bench.make(bench.attached("web", &[(&old, "front")])).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(remove(bench, &old).await, "done");
    assert_eq!(bench.start(&id).await, "not found");
    let new = bench.make_network("front").await;
    assert_eq!(bench.start(&id).await, "not found");
    assert_eq!(bench.see(&id).await.networks[&name].network_id, Some(old.clone()));
    // By the id of the removed network, which the engine itself no longer finds.
    assert_eq!(bench.disconnect(&id, old.as_str()).await, "done");
    assert!(bench.see(&id).await.networks.is_empty());
    assert_eq!(bench.connect(&id, &new, "front").await, "done");
    assert_eq!(bench.start(&id).await, "done");
    let seen = bench.see(&id).await;
    assert_eq!(seen.networks[&name].network_id, Some(new));
    assert!(seen.networks[&name].aliases.contains(&"web".to_owned()));
}

pub(crate) async fn connecting_twice_is_connecting_once(bench: &Bench) {
    let (front, back) = (bench.make_network("front").await, bench.make_network("back").await);
    let id = bench.make(bench.attached("web", &[(&front, "front")])).await;
    assert_eq!(bench.connect(&id, &back, "back").await, "done");
    assert_eq!(bench.connect(&id, &back, "back").await, "done");
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.connect(&id, &back, "back").await, "done");
    let seen = bench.see(&id).await;
    let names: Vec<&String> = seen.networks.keys().collect();
    assert_eq!(names, [&bench.name("back"), &bench.name("front")]);
    assert_eq!(seen.networks[&bench.name("back")].network_id, Some(back));
}

pub(crate) async fn connecting_needs_both_sides(bench: &Bench) {
    let network = bench.make_network("front").await;
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.connect(&id, &NetworkId("f".repeat(64)), "front").await, "not found");
    assert_eq!(bench.connect(&ContainerId("f".repeat(64)), &network, "front").await, "not found");
}

/// The engine itself sets the id at the first start; the adapter sends it along.
pub(crate) async fn membership_is_known_before_the_first_start(bench: &Bench) {
    let (front, back) = (bench.make_network("front").await, bench.make_network("back").await);
    let id = bench.make(bench.attached("web", &[(&front, "front")])).await;
    assert_eq!(bench.connect(&id, &back, "back").await, "done");
    let seen = bench.see(&id).await;
    assert_eq!(seen.networks[&bench.name("front")].network_id, Some(front));
    assert_eq!(seen.networks[&bench.name("back")].network_id, Some(back));
    assert_eq!(seen.network_mode, bench.name("front"));
    assert_eq!(seen.networks[&bench.name("front")].ip_address, "");
}

/// In addition, an engine below API 1.45 shows the short id and a configured host name after the first start.
pub(crate) async fn aliases_are_those_of_the_last_connection(bench: &Bench) {
    let front = bench.make_network("front").await;
    let known_as = |aliases: &[&str]| Attachment {
        network: bench.name("front"),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        ..Attachment::default()
    };
    let mut new = bench.attached("web", &[(&front, "front")]);
    new.attachments[0].1 = known_as(&["one", "two"]);
    new.spec.hostname = Some("chosen".to_owned());
    let id = bench.make(new).await;
    let adds_own = bench.look().await.host.engine.api < ApiVersion { major: 1, minor: 45 };
    let check = async |expected: &[&str]| {
        let seen = bench.see(&id).await;
        let mut aliases = seen.networks[&bench.name("front")].aliases.clone();
        if adds_own && seen.started_at.is_some() {
            for own in ["chosen", id.short()] {
                let at = aliases.iter().position(|alias| alias == own);
                aliases.remove(at.unwrap_or_else(|| panic!("{own} is not in {aliases:?}")));
            }
        }
        aliases.sort();
        assert_eq!(aliases, expected);
    };
    check(&["one", "two"]).await;
    assert_eq!(bench.start(&id).await, "done");
    check(&["one", "two"]).await;
    // While running: the process continues, with new aliases.
    let started = bench.see(&id).await.started_at;
    assert_eq!(bench.disconnect(&id, front.as_str()).await, "done");
    assert_eq!(bench.connect_as(&id, &front, known_as(&["three"])).await, "done");
    check(&["three"]).await;
    assert_eq!(bench.see(&id).await.started_at, started);
    assert_eq!(bench.stop(&id).await, "done");
    check(&["three"]).await;
}

pub(crate) async fn disconnecting_twice_is_disconnecting_once(bench: &Bench) {
    let (front, back) = (bench.make_network("front").await, bench.make_network("back").await);
    let id = bench.make(bench.attached("web", &[(&front, "front")])).await;
    assert_eq!(bench.connect(&id, &back, "back").await, "done");
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.disconnect(&id, back.as_str()).await, "done");
    assert_eq!(bench.disconnect(&id, back.as_str()).await, "done");
    assert_eq!(bench.disconnect(&id, &bench.name("front")).await, "done");
    assert_eq!(bench.disconnect(&id, &bench.name("front")).await, "done");
    assert!(bench.see(&id).await.networks.is_empty());
    assert_eq!(bench.disconnect(&ContainerId("f".repeat(64)), back.as_str()).await, "not found");
}

pub(crate) async fn a_chosen_address_needs_a_chosen_subnet(bench: &Bench) {
    let network = bench.make_network("front").await;
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    let attachment = Attachment { ipv4_address: Some("10.251.0.9".into()), ..bench.attachment("front") };
    let effect = Effect::ConnectNetwork { container: id, network, attachment };
    assert_eq!(bench.act(effect).await, "refused 400");
}
