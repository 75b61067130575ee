use core_monitor_application::gateway::KnockKind;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::world::{World, mirror, nobody};

const CLOSE: &str = "Connection: close\r\n";

#[tokio::test]
async fn smuggled_heads_that_could_mean_two_things_are_refused() {
    let world = World::new();
    world.wake(1, mirror().await);
    for head in [
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nHost: shop.test\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nHost: other.test\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test/path\r\n",
        "GET / HTTP/1.1\r\nHost: user@shop.test\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test:80x\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test, other.test\r\n",
        "GET http://other.test/ HTTP/1.1\r\nHost: shop.test\r\n",
        "GET http://shop.test@other.test/ HTTP/1.1\r\nHost: shop.test\r\n",
        "GET / HTTP/1.1\r\nHost : shop.test\r\n",
        "GET / HTTP/1.1\r\n Host: shop.test\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nX: a\r\n b\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: gzip, chunked\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: xchunked\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: +1\r\n",
        "GET / HTTP/1.0\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n",
        "GET /a b HTTP/1.1\r\nHost: shop.test\r\n",
    ] {
        let answer = world.raw(&format!("{head}{CLOSE}\r\n")).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.0 400 "),
            "{head:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn no_tunnel_is_made_to_anywhere() {
    let world = World::new();
    world.wake(1, mirror().await);
    let answer =
        world.raw(&format!("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n{CLOSE}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

#[tokio::test]
async fn a_request_with_two_lengths_reaches_the_service_with_one_and_is_the_last_of_its_connection() {
    let world = World::new();
    world.wake(1, mirror().await);
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    ] {
        let answer = world.raw(&format!(
            "POST /one HTTP/1.1\r\nHost: shop.test\r\n{lengths}\r\n0\r\n\r\nGET /two HTTP/1.1\r\nHost: shop.test\r\n\r\n"
        )).await;
        assert!(!answer.contains("/two") && !answer.contains("content-length: 4"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
}

#[tokio::test]
async fn headers_of_one_connection_stay_on_it_and_claims_are_dropped() {
    let world = World::new();
    world.wake(1, mirror().await);
    let seen = world.get(
        "/",
        "X-Private: 1\r\nConnection: x-private, x-forwarded-for, host, X-Real-IP\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\n\
         Proxy-Authorization: secret\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nTE: trailers, deflate\r\n\
         X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-Prefix: /evil\r\n\
         X-Service-Name: web\r\nX-Target-Port: 80\r\nX-Core-Monitor-Token: right\r\nX-Kept: yes\r\n",
    ).await;
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    for gone in [
        "x-private",
        "keep-alive",
        "proxy-",
        "upgrade",
        "http2",
        "6.6.6.6",
        "evil",
        "x-service",
        "x-target",
        "core-monitor",
        "deflate",
    ] {
        assert!(!seen.contains(gone), "{gone} in {seen}");
    }
    for there in [
        "host: shop.test\n",
        "x-kept: yes\n",
        "te: trailers\n",
        "x-forwarded-for: 127.0.0.1\n",
        "x-forwarded-proto: http\n",
        "x-forwarded-host: shop.test\n",
    ] {
        assert!(seen.contains(there), "{there} in {seen}");
    }
}

#[tokio::test]
async fn the_host_is_passed_on_as_it_was_written() {
    let world = World::new();
    world.wake(1, mirror().await);
    let answer = world.raw(&format!("GET / HTTP/1.1\r\nHost: SHOP.test:8080\r\n{CLOSE}\r\n")).await;
    assert!(answer.contains("host: SHOP.test:8080\n"), "{answer}");
    let answer =
        world.raw(&format!("GET http://shop.test/a?b HTTP/1.1\r\nHost: shop.test\r\n{CLOSE}\r\n")).await;
    assert!(answer.contains("GET /a?b\n"), "{answer}");
}

#[tokio::test]
async fn a_trusted_proxy_names_a_declared_service_and_only_with_its_own_port() {
    let world = World::with(|plan| plan.trusted = "127.0.0.1");
    world.wake(1, mirror().await);
    let named = async |name: &str, port: &str| {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: any.test\r\nX-Service-Name: {name}\r\nX-Target-Port: {port}\r\n{CLOSE}\r\n"
        );
        world.raw(&head).await
    };
    for name in ["web", "shop", "shop/web"] {
        assert!(named(name, "80").await.starts_with("HTTP/1.1 200"), "{name}");
    }
    for (name, port) in
        [("web", "81"), ("web", ""), ("web", "080x"), ("other", "80"), ("../web", "80"), ("127.0.0.1", "22")]
    {
        assert!(named(name, port).await.starts_with("HTTP/1.1 404"), "{name}:{port}");
    }
}

#[tokio::test]
async fn a_client_has_only_so_many_connections() {
    let world = World::with(|plan| plan.settings.max_connections_per_address = 2);
    world.wake(1, mirror().await);
    let (first, _second) = (world.client().await, world.client().await);
    while !world.metrics.render().contains("core_monitor_gateway_connections 2") {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.raw("").await, "", "a third one is closed");
    drop(first);
    while !world.metrics.render().contains("core_monitor_gateway_connections 1") {
        tokio::task::yield_now().await;
    }
    assert!(world.get("/", "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_sends_no_whole_head_is_not_waited_for() {
    let world = World::with(|plan| plan.settings.head_timeout = std::time::Duration::from_secs(1));
    for part in ["", "P", "GET / HTTP/1.1\r\nHost: shop.te"] {
        assert_eq!(world.raw(part).await, "", "{part:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn whatever_target_port_is_named_nothing_outside_the_declared_services_is_connected_to(
        name in "[!-~]{0,20}", port in "[ -~]{0,8}", host in "[a-z0-9.:\\-]{0,20}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::with(|plan| plan.trusted = "127.0.0.1");
            world.wake(1, nobody().await);
            world.door.close();
            let head = format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Service-Name: {name}\r\nX-Target-Port: {port}\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n{CLOSE}\r\n");
            let answer = world.raw(&head).await;
            let is_ours = matches!(name.as_str(), "web" | "shop" | "shop/web") && port.trim().parse() == Ok(80);
            prop_assert_eq!(world.knocks.try_recv().map(|knock| knock.kind).ok(), is_ours.then_some(KnockKind::Wake));
            prop_assert!(is_ours || answer.starts_with("HTTP/1.1 40"), "{}", answer);
            Ok(())
        })?;
    }
}
