//! The files are what real programs were tried with.

use super::*;

fn route(key: &str, hosts: &[&str], port: u16) -> Route {
    let hosts = hosts.iter().map(|host| host.parse().unwrap()).collect();
    let prefix = format!("/shop/{key}/");
    Route { template: "shop".parse().unwrap(), key: key.parse().unwrap(), hosts, prefix, port }
}

/// Two instances, of which one has hosts; not in their order.
fn two() -> Routes {
    let hosts = ["feature-42.localhost", "*.feature-42.localhost"];
    Routes::new(vec![route("feature-42", &hosts, 8003), route("demo", &[], 8002)], Upstream::default())
}

fn none() -> Routes {
    Routes::new(Vec::new(), Upstream::default())
}

#[test]
fn nginx_gets_a_server_for_hosts_and_a_location_for_each_path() {
    assert_eq!(two().nginx(), include_str!("tests/nginx.conf"));
    let empty = none().nginx();
    assert!(empty.contains("default_server") && !empty.contains("proxy_pass"), "{empty}");
}

#[test]
fn caddy_gets_a_site_for_hosts_and_a_handler_for_each_path() {
    assert_eq!(two().caddyfile(), include_str!("tests/Caddyfile"));
    let empty = none().caddyfile();
    assert!(empty.contains(":80 {\n\thandle {\n\t\trespond 404\n"), "{empty}");
}

#[test]
fn traefik_gets_routers_for_hosts_and_paths() {
    assert_eq!(two().traefik(), include_str!("tests/traefik.yml"));
    let empty = none().traefik();
    assert!(empty.lines().all(|line| line.starts_with('#')), "{empty}");
}

#[test]
fn what_two_instances_ask_for_is_for_the_first_one() {
    let mut routes = [route("a", &["x.localhost"], 8002), route("b", &["x.localhost"], 8003)];
    for route in &mut routes {
        "/".clone_into(&mut route.prefix);
    }
    let routes = Routes::new(routes.into(), Upstream::default());
    for text in [routes.nginx(), routes.caddyfile(), routes.traefik()] {
        assert!(text.contains("# Left out: x.localhost of shop/b, since shop/a has it."), "{text}");
        assert!(text.contains("# Left out: / of shop/b, since shop/a has it."), "{text}");
    }
    let nginx = routes.nginx();
    assert_eq!(nginx.matches("location / {").count(), 2, "one of the host, one of the path: {nginx}");
    assert!(!nginx.contains("8003") && !nginx.contains("X-Forwarded-Prefix"), "{nginx}");
}

#[test]
fn only_long_hosts_change_how_nginx_keeps_them() {
    let long = format!("{}.preview.localhost", "a".repeat(40));
    let routes = |host: &str| Routes::new(vec![route("a", &[host], 8002)], Upstream::default()).nginx();
    assert!(routes(&long).contains("\nserver_names_hash_bucket_size 512;\n"));
    assert!(!routes("a.localhost").contains("server_names_hash_bucket_size"));
}

#[test]
fn an_upstream_is_a_name_or_an_address() {
    let target = |text: &str| {
        let routes = Routes::new(Vec::new(), text.parse::<Upstream>().map_err(|error| error.to_string())?);
        Ok::<_, String>(routes.target(&route("a", &[], 8002)))
    };
    for (text, expected) in [
        ("127.0.0.1", "http://127.0.0.1:8002"),
        ("docker-1.internal", "http://docker-1.internal:8002"),
        ("::1", "http://[::1]:8002"),
    ] {
        assert_eq!(target(text).as_deref(), Ok(expected));
    }
    for wrong in ["", "*.internal", "a b", "a:80", "http://a", "a;", "a/b", "${a}", "[::1]"] {
        assert!(target(wrong).is_err(), "{wrong}");
    }
}
