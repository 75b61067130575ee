use super::*;

#[test]
fn a_host_is_a_name_or_what_is_below_a_domain() {
    for (written, read) in [
        ("Shop.Example.ORG", "shop.example.org"),
        ("shop.example.org.", "shop.example.org"),
        ("*.example.org", "*.example.org"),
        ("localhost", "localhost"),
        ("shop_1.lan", "shop_1.lan"),
        ("xn--caf-dma.example", "xn--caf-dma.example"),
    ] {
        assert_eq!(written.parse::<HostPattern>().unwrap().as_str(), read);
    }
    for wrong in [
        "",
        ".",
        "*",
        "*.",
        "a..b",
        "-a.b",
        "a-.b",
        "http://a.b",
        "a.b:80",
        "a.b/c",
        "a b",
        "a.*.b",
        "**.a",
        "é.fr",
    ] {
        assert!(wrong.parse::<HostPattern>().is_err(), "{wrong}");
    }
    assert!(format!("{}.org", "a".repeat(64)).parse::<HostPattern>().is_err());
}

#[test]
fn the_beginning_of_a_path_is_whole_parts() {
    assert_eq!(path_prefix("/").unwrap(), "/");
    assert_eq!(path_prefix("/api/").unwrap(), "/api");
    assert_eq!(path_prefix("/api/v1").unwrap(), "/api/v1");
    for wrong in ["", "api", "//", "/a//b", "/../a", "/a/./b", "/a?b", "/a#b", "/a b", "/a\\b"] {
        assert!(path_prefix(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_bad_gateway_is_not_ready_and_a_page_that_is_not_found_is() {
    let gate = ReadinessGate::default();
    for status in [200, 204, 302, 401, 403, 404, 500] {
        assert!(gate.accepts(status), "{status}");
    }
    for status in [502, 503, 504] {
        assert!(!gate.accepts(status), "{status}");
    }
    let strict = ReadinessGate::Http { path: "/up".to_owned(), expect: vec![204] };
    assert!(strict.accepts(204) && !strict.accepts(200));
}

#[test]
fn a_silent_tunnel_counts_four_times_as_long_as_an_idle_service() {
    let times = OnDemandTimes { idle: Duration::from_mins(1), ..OnDemandTimes::DEFAULT };
    assert_eq!(times.silent_tunnel(), Some(Duration::from_mins(4)));
    let forever = OnDemandTimes { websocket_idle: Some(Duration::ZERO), ..times };
    assert_eq!(forever.silent_tunnel(), None);
}
