use super::*;
use crate::gateway::fixture::{declared, door};

fn routes(doors: &[(&str, &str, &[&str], &[&str])]) -> (Routes, Vec<Clash<Arc<Door>>>) {
    Routes::of(
        doors.iter().map(|(stack, service, hosts, paths)| door(stack, service, declared(hosts, paths)).0),
    )
}

fn found(routes: &Routes, host: &str, path: &str) -> Option<String> {
    routes.find(host, path).map(|door| door.key().service.to_string())
}

#[test]
fn the_longest_beginning_of_a_path_wins_at_whole_parts() {
    let (routes, _) = routes(&[
        ("shop", "web", &["shop.org"], &[]),
        ("shop", "api", &["shop.org"], &["/api"]),
        ("shop", "admin", &["shop.org"], &["/api/admin"]),
    ]);
    for (path, service) in [
        ("/", "web"),
        ("/apiary", "web"),
        ("/api", "api"),
        ("/api/", "api"),
        ("/api/admin", "admin"),
        ("/api/admin/users", "admin"),
        ("/api/administrator", "api"),
    ] {
        assert_eq!(found(&routes, "shop.org", path).as_deref(), Some(service), "{path}");
    }
    assert_eq!(found(&routes, "other.org", "/"), None);
}

#[test]
fn a_name_wins_over_what_is_below_its_domain_and_that_is_one_level() {
    let (routes, _) =
        routes(&[("a", "any", &["*.example.org"], &[]), ("b", "shop", &["shop.example.org"], &["/buy"])]);
    assert_eq!(found(&routes, "x.example.org", "/").as_deref(), Some("any"));
    assert_eq!(found(&routes, "shop.example.org", "/buy").as_deref(), Some("shop"));
    assert_eq!(found(&routes, "shop.example.org", "/").as_deref(), Some("any"), "no path of its own fits");
    assert_eq!(found(&routes, "x.y.example.org", "/"), None);
    assert_eq!(found(&routes, "example.org", "/"), None);
    assert!(routes.knows("x.example.org") && !routes.knows("example.org"));
}

#[test]
fn the_first_of_two_that_want_the_same_gets_it_and_the_other_is_named() {
    let (routes, clashes) = routes(&[("old", "web", &["x.org"], &[]), ("new", "web", &["x.org"], &[])]);
    let door = routes.find("x.org", "/").unwrap();
    assert_eq!(door.face().stack.as_str(), "old");
    let clash = &clashes[0];
    let stacks = [&clash.taken_by, &clash.refused_to].map(|door| door.face().stack.to_string());
    assert_eq!(stacks, ["old", "new"]);
}

#[test]
fn a_proxy_in_front_chooses_only_what_is_declared_with_its_port() {
    let (routes, _) = routes(&[("ragflow", "server", &["r.org"], &[])]);
    for name in ["ragflow", "server", "ragflow/server"] {
        assert!(routes.named(name, 8080).is_some(), "{name}");
        for port in [0, 22, 80, 8081, 65_535] {
            assert!(routes.named(name, port).is_none(), "{name}:{port}");
        }
    }
    for name in ["", "other", "ragflow/other", "127.0.0.1", "ragflow/server/"] {
        assert!(routes.named(name, 8080).is_none(), "{name}");
    }
}
