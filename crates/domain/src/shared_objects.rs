//! The objects of the engine that stacks may share: what one stack does to them, another one notices.

use std::collections::BTreeSet;

use core_monitor_compose::model::{Project, Service};

/// The objects that a definition uses and that another stack may use too, by kind and name on the engine: its networks, its
/// volumes, its containers, and the containers of others whose namespaces, volumes or names it refers to.
///
/// The replicas of a service count as one object, so that the number of objects does not depend on theirs.
pub fn shared_objects(project: &Project) -> BTreeSet<String> {
    let networks = project.networks.values().map(|network| format!("network/{}", network.name));
    let volumes = project.volumes.values().map(|volume| format!("volume/{}", volume.name));
    let services = project.services.iter();
    let containers = services.flat_map(|(name, service)| {
        // The name of a service may end like that of a replica, so one that is made from it is taken as it is.
        let own = match &service.container_name {
            Some(name) => container(name),
            None => format!("container/{}-{name}", project.name),
        };
        std::iter::once(own).chain(references(service).map(|name| container(&name)))
    });
    networks.chain(volumes).chain(containers).collect()
}

/// The containers outside the stack that a service refers to by name.
fn references(service: &Service) -> impl Iterator<Item = String> {
    let namespaces = [&service.network_mode, &service.pid, &service.ipc];
    let joined = namespaces.into_iter().flatten().filter_map(|mode| mode.strip_prefix("container:"));
    let mounted = service.volumes_from.iter().filter_map(|from| from.strip_prefix("container:"));
    let linked = service.external_links.iter().map(String::as_str);
    let before_colon = |name: &str| name.split(':').next().unwrap_or_default().to_owned();
    joined.chain(mounted).chain(linked).map(before_colon).collect::<Vec<_>>().into_iter()
}

/// `shop-web-2` is a replica of `shop-web`.
fn container(name: &str) -> String {
    let service = name
        .rsplit_once('-')
        .filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    format!("container/{}", service.map_or(name, |(service, _)| service))
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::{LoadOptions, ProjectFiles, load};

    use super::*;

    fn objects(name: &str, yaml: &str) -> BTreeSet<String> {
        let options = LoadOptions { project_name: Some(name.to_owned()), ..LoadOptions::default() };
        shared_objects(&load(&ProjectFiles::single("compose.yml", yaml), &options).unwrap().project)
    }

    #[test]
    fn networks_volumes_and_containers_count_by_their_names_on_the_engine() {
        let yaml = "
services:
  web:
    image: app:1
    networks: [default, edge]
    volumes: ['data:/data']
  vpn: {image: app:1, container_name: gateway, networks: [edge]}
networks: {edge: {external: true, name: proxy}}
volumes: {data: {}}
";
        let found: Vec<_> = objects("shop", yaml).into_iter().collect();
        assert_eq!(
            found,
            [
                "container/gateway",
                "container/shop-web",
                "network/proxy",
                "network/shop_default",
                "volume/shop_data"
            ]
        );
    }

    #[test]
    fn a_reference_to_a_container_meets_the_stack_that_has_it() {
        let shop = objects("shop", "services: {vpn: {image: app:1}}");
        for reference in [
            "network_mode: 'container:shop-vpn-1'",
            "pid: 'container:shop-vpn-1'",
            "volumes_from: ['container:shop-vpn-2:ro']",
            "external_links: ['shop-vpn-1:vpn']",
        ] {
            let other = objects("other", &format!("services: {{app: {{image: app:1, {reference}}}}}"));
            assert!(!shop.is_disjoint(&other), "{reference}: {other:?}");
        }
        let apart = objects("other", "services: {app: {image: app:1}}");
        assert!(shop.is_disjoint(&apart), "{apart:?}");
    }

    #[test]
    fn a_service_whose_name_ends_with_a_number_is_not_taken_for_a_replica() {
        let shop = objects("shop", "services: {redis-2: {image: app:1}}");
        let of = |container: &str| {
            objects("other", &format!("services: {{app: {{image: app:1, pid: 'container:{container}'}}}}"))
        };
        assert!(!shop.is_disjoint(&of("shop-redis-2-1")));
        assert!(shop.is_disjoint(&of("shop-redis-1")));
        let named = objects("shop", "services: {redis: {image: app:1, container_name: cache-2}}");
        assert!(!named.is_disjoint(&of("cache-2")));
    }
}
