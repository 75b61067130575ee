use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::{Client, Peer, Scheme, TrustedProxies, TrustedProxiesError, write_forwarded};

const TRUSTED: &str = "10.0.0.0/8, 127.0.0.1, ::1, fd00::/8";

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    map
}

fn peer(address: &str) -> Peer {
    Peer::new((address.parse::<IpAddr>().unwrap(), 50_000).into())
}

fn client_of(address: &str, lines: &[(&str, &str)]) -> Client {
    Client::of(&peer(address), &headers(lines), false, &TrustedProxies::parse(TRUSTED).unwrap())
}

/// The headers that the application gets, one a line, in alphabetical order.
fn sent(address: &str, lines: &[(&str, &str)]) -> String {
    let mut map = headers(lines);
    let peer = peer(address);
    let client = Client::of(&peer, &map, false, &TrustedProxies::parse(TRUSTED).unwrap());
    write_forwarded(&mut map, &client, &peer);
    let mut shown: Vec<_> =
        map.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("(bytes)"))).collect();
    shown.sort();
    shown.join("\n")
}

#[test]
fn what_an_untrusted_peer_says_about_itself_is_replaced() {
    let lines = [
        ("host", "shop.example"),
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x_forwarded_for", "1.1.1.1"),
        ("x-forwarded_for", "1.1.1.1"),
        ("forwarded", "for=1.1.1.1;proto=https"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-prefix", "/admin"),
        ("x-forwarded-user", "root"),
        ("x-forwarded-ssl", "on"),
        ("x-original-url", "/admin"),
        ("x-rewrite-url", "/admin"),
        ("x-real-ip", "1.1.1.1"),
        ("x_real_ip", "1.1.1.1"),
        ("true-client-ip", "1.1.1.1"),
        ("cf-connecting-ip", "1.1.1.1"),
        ("front-end-https", "on"),
        ("proxy", "http://evil.example"),
        ("x-csrf-token", "kept"),
        ("my_own_header", "kept"),
    ];
    let expected = "host: shop.example\nmy_own_header: kept\nx-csrf-token: kept\nx-forwarded-for: 203.0.113.9\n\
        x-forwarded-host: shop.example\nx-forwarded-port: 80\nx-forwarded-proto: http\nx-real-ip: 203.0.113.9";
    assert_eq!(sent("203.0.113.9", &lines), expected);
}

#[test]
fn an_untrusted_peer_is_the_client_whatever_it_says() {
    let lines = [("host", "a.example:8080"), ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https")];
    let client = client_of("203.0.113.9", &lines);
    assert_eq!(client.address, "203.0.113.9".parse::<IpAddr>().unwrap());
    assert_eq!((client.source_port, client.port, client.scheme), (Some(50_000), 8080, Scheme::Http));
    assert!(!client.peer_is_trusted);
}

#[test]
fn a_trusted_peer_names_the_client_and_what_stands_further_left_is_dropped() {
    let lines = [
        ("host", "inner"),
        ("x-forwarded-for", "6.6.6.6, 127.0.0.1"),
        ("x-forwarded-for", "203.0.113.9:4711 , 10.1.1.1"),
        ("x-forwarded-for", "10.2.2.2"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "shop.example"),
        ("x-forwarded-prefix", "/shop"),
        ("x_forwarded_for", "6.6.6.6"),
    ];
    let expected = "host: inner\nx-forwarded-for: 203.0.113.9, 10.1.1.1, 10.2.2.2, 10.0.0.2\nx-forwarded-host: shop.example\n\
        x-forwarded-port: 443\nx-forwarded-prefix: /shop\nx-forwarded-proto: https\nx-real-ip: 203.0.113.9";
    assert_eq!(sent("10.0.0.2", &lines), expected);
    let client = client_of("10.0.0.2", &lines);
    assert_eq!((client.source_port, client.peer_is_trusted), (Some(4711), true));
}

#[test]
fn the_client_is_found_from_right_to_left() {
    // Peer, X-Forwarded-For, client.
    let corpus = [
        ("10.0.0.2", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.2", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.2", "127.0.0.1, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.2", "1.2.3.4, 10.0.0.9, 127.0.0.1", "1.2.3.4"),
        ("10.0.0.2", "garbage, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
        ("10.0.0.2", "10.0.0.8, 10.0.0.9", "10.0.0.8"),
        ("10.0.0.2", "1.2.3.4,,", "1.2.3.4"),
        ("10.0.0.2", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.2", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.2", "2001:db8::1, fd00::7", "2001:db8::1"),
        ("10.0.0.2", "::ffff:1.2.3.4", "1.2.3.4"),
        ("10.0.0.2", "1.2.3.4, ::ffff:10.0.0.9", "1.2.3.4"),
        ("::ffff:10.0.0.2", "1.2.3.4", "1.2.3.4"),
        ("::1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.2", "1.2.3.4", "127.0.0.2"),
        // What makes no sense where a trusted proxy should have written it.
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4, unknown", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4, _hidden", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4, garbage, 10.0.0.9", "10.0.0.2"),
        ("10.0.0.2", "010.0.0.1", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4:99999", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4 5.6.7.8", "10.0.0.2"),
        ("10.0.0.2", "fe80::1%eth0", "10.0.0.2"),
        ("10.0.0.2", "[1.2.3.4]", "10.0.0.2"),
        ("10.0.0.2", "\"1.2.3.4\"", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4\u{e9}", "10.0.0.2"),
        ("10.0.0.2", "0x7f000001", "10.0.0.2"),
        ("10.0.0.2", "2130706433", "10.0.0.2"),
    ];
    for (from, line, expected) in corpus {
        let client = client_of(from, &[("x-forwarded-for", line)]);
        assert_eq!(client.address, expected.parse::<IpAddr>().unwrap(), "from {from}: {line}");
    }
}

#[test]
fn a_chain_that_makes_no_sense_is_not_passed_on() {
    let expected =
        "x-forwarded-for: 10.0.0.2\nx-forwarded-port: 80\nx-forwarded-proto: http\nx-real-ip: 10.0.0.2";
    assert_eq!(sent("10.0.0.2", &[("x-forwarded-for", "1.2.3.4, <script>")]), expected);
}

#[test]
fn a_list_without_end_is_not_walked() {
    let chain = |length: usize| vec!["10.0.0.9"; length].join(", ");
    let long = format!("1.2.3.4, {}", chain(31));
    assert_eq!(
        client_of("10.0.0.2", &[("x-forwarded-for", &long)]).address,
        "1.2.3.4".parse::<IpAddr>().unwrap()
    );
    let longer = format!("1.2.3.4, {}", chain(32));
    assert_eq!(
        client_of("10.0.0.2", &[("x-forwarded-for", &longer)]).address,
        "10.0.0.2".parse::<IpAddr>().unwrap()
    );
}

#[test]
fn forwarded_is_read_when_there_is_no_x_forwarded_for() {
    // Forwarded, client, scheme, host.
    let corpus = [
        ("for=1.2.3.4;proto=https;host=shop.example", "1.2.3.4", Scheme::Https, Some("shop.example")),
        ("FOR=\"[2001:db8::1]:4711\"; Proto=http", "2001:db8::1", Scheme::Http, None),
        ("for=6.6.6.6, for=1.2.3.4;proto=https, for=10.0.0.9;proto=http", "1.2.3.4", Scheme::Https, None),
        ("for=\"1.2.3.4, for=6.6.6.6\"", "10.0.0.2", Scheme::Http, None),
        ("for=1.2.3.4;host=\"a.example\\\"\"", "1.2.3.4", Scheme::Http, None),
        ("for=1.2.3.4, for=unknown", "10.0.0.2", Scheme::Http, None),
        ("for=1.2.3.4, proto=https", "10.0.0.2", Scheme::Http, None),
        ("for=1.2.3.4;for=6.6.6.6", "10.0.0.2", Scheme::Http, None),
        ("for=\"1.2.3.4", "10.0.0.2", Scheme::Http, None),
        ("for=1.2.3.4 for=6.6.6.6", "10.0.0.2", Scheme::Http, None),
        ("for=", "10.0.0.2", Scheme::Http, None),
        (";;,, for=1.2.3.4 ;,", "1.2.3.4", Scheme::Http, None),
        ("secret=\"\\", "10.0.0.2", Scheme::Http, None),
    ];
    for (line, address, scheme, host) in corpus {
        let client = client_of("10.0.0.2", &[("forwarded", line)]);
        assert_eq!(client.address, address.parse::<IpAddr>().unwrap(), "{line}");
        assert_eq!(client.scheme, scheme, "{line}");
        assert_eq!(client.host.as_ref().map(|host| host.to_str().unwrap()), host, "{line}");
    }
    let both = [("x-forwarded-for", "1.2.3.4"), ("forwarded", "for=6.6.6.6;proto=https")];
    let client = client_of("10.0.0.2", &both);
    assert_eq!((client.address, client.scheme), ("1.2.3.4".parse().unwrap(), Scheme::Http));
}

#[test]
fn forwarded_from_a_trusted_peer_is_written_anew_and_agrees_with_the_rest() {
    let lines =
        [("host", "a.example"), ("x-forwarded-for", "2001:db8::1"), ("forwarded", "for=6.6.6.6;proto=https")];
    let text = sent("10.0.0.2", &lines);
    assert!(text.contains("forwarded: for=\"[2001:db8::1]\";host=\"a.example\";proto=http\n"), "{text}");
    assert!(text.contains("x-forwarded-for: 2001:db8::1, 10.0.0.2\n"), "{text}");
}

#[test]
fn of_a_list_of_schemes_hosts_or_ports_the_last_one_counts() {
    let lines = [
        ("host", "inner"),
        ("x-forwarded-proto", "https, http"),
        ("x-forwarded-host", "evil.example, shop.example"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-port", "8080"),
    ];
    let client = client_of("10.0.0.2", &lines);
    assert_eq!((client.scheme, client.port), (Scheme::Http, 8080));
    assert_eq!(client.host, Some(HeaderValue::from_static("shop.example")));
}

#[test]
fn schemes_hosts_and_ports_that_make_no_sense_count_as_absent() {
    let lines = [
        ("host", "inner:81"),
        ("x-forwarded-proto", "javascript"),
        ("x-forwarded-host", "shop.example/\"><script>"),
        ("x-forwarded-port", "+443"),
    ];
    let client = client_of("10.0.0.2", &lines);
    assert_eq!((client.scheme, client.port), (Scheme::Http, 81));
    assert_eq!(client.host, Some(HeaderValue::from_static("inner:81")));
    assert_eq!(client_of("10.0.0.2", &[("x-forwarded-proto", "WSS")]).scheme, Scheme::Https);
    assert_eq!(client_of("10.0.0.2", &[("host", "[2001:db8::1]:8443")]).port, 8443);
    assert_eq!(client_of("10.0.0.2", &[("host", "[2001:db8::1]")]).port, 80);
}

#[test]
fn a_request_over_tls_is_https_unless_a_trusted_peer_says_otherwise() {
    let trusted = TrustedProxies::parse(TRUSTED).unwrap();
    let client = Client::of(&peer("1.2.3.4"), &headers(&[("x-forwarded-proto", "http")]), true, &trusted);
    assert_eq!((client.scheme, client.port), (Scheme::Https, 443));
    let client = Client::of(&peer("10.0.0.2"), &headers(&[("x-forwarded-proto", "http")]), true, &trusted);
    assert_eq!((client.scheme, client.port), (Scheme::Http, 80));
}

#[test]
fn a_list_of_trusted_proxies_is_read_or_refused_with_a_reason() {
    let trusted = TrustedProxies::parse("10.0.0.0/8,127.0.0.1 ::1\nfd00::/8, 192.168.1.128/25").unwrap();
    for inside in ["10.255.0.1", "::ffff:10.0.0.1", "127.0.0.1", "::1", "fdff::1", "192.168.1.255"] {
        assert!(trusted.contains(inside.parse().unwrap()), "{inside}");
    }
    for outside in ["11.0.0.0", "9.255.255.255", "127.0.0.2", "::2", "fe00::1", "192.168.1.127", "::a00:1"] {
        assert!(!trusted.contains(outside.parse().unwrap()), "{outside}");
    }
    assert!(TrustedProxies::parse(" , ").unwrap().is_empty());
    assert!(!TrustedProxies::none().contains("::".parse().unwrap()));
    assert!(TrustedProxies::parse("::/0").unwrap().contains("1.2.3.4".parse().unwrap()));
    assert!(!TrustedProxies::parse("0.0.0.0/0").unwrap().contains("2001:db8::1".parse().unwrap()));

    let refused = |list: &str| TrustedProxies::parse(list).unwrap_err();
    assert!(
        matches!(refused("10.0.0.1, localhost"), TrustedProxiesError::NotAnAddress { text } if text == "localhost")
    );
    for wrong in ["10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/-1"] {
        assert!(matches!(refused(wrong), TrustedProxiesError::NotALength { .. }), "{wrong}");
    }
    let bits = refused("10.0.0.1/8").to_string();
    assert_eq!(bits, "`10.0.0.1/8` has bits behind its length: write 10.0.0.0/8 for the block");
}

proptest! {
    #[test]
    fn nothing_in_its_headers_changes_who_an_untrusted_peer_is(
        lines in proptest::collection::vec(("(x-forwarded-(for|host|proto|port)|forwarded|x_forwarded_for)", "[ -~]{0,40}"), 0..6),
    ) {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let client = client_of("203.0.113.9", &lines);
        prop_assert_eq!(client.address, "203.0.113.9".parse::<IpAddr>().unwrap());
        let expected = "x-forwarded-for: 203.0.113.9\nx-forwarded-port: 80\nx-forwarded-proto: http\nx-real-ip: 203.0.113.9";
        prop_assert_eq!(sent("203.0.113.9", &lines), expected);
    }

    #[test]
    fn whatever_a_client_puts_in_front_the_chain_begins_with_its_address(front in "[ -~]{0,60}") {
        let line = format!("{front}, 203.0.113.9");
        let text = sent("10.0.0.2", &[("x-forwarded-for", &line)]);
        prop_assert!(text.starts_with("x-forwarded-for: 203.0.113.9, 10.0.0.2\n"), "{}", text);
    }

    #[test]
    fn any_forwarded_header_is_read_without_panic(line in "[ -~]{0,80}") {
        let client = client_of("10.0.0.2", &[("forwarded", &line)]);
        prop_assert!(client.peer_is_trusted);
    }
}
