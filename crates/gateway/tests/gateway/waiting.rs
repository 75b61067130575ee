use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use core_monitor_application::gateway::{KnockKind, Standing};
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::on_demand::house::{Held, StartFailure};
use core_monitor_domain::on_demand::{WaitMode, WakeBy};
use core_monitor_domain::ports::Clock as _;
use core_monitor_gateway_proxy::ThemedPages;
use http::Response;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::world::{BROWSER, PATIENCE, World, application, full, get, mirror, nobody, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_concurrent_first_requests_are_one_start_and_all_answered() {
    let mut world = World::new();
    let most = Arc::new(AtomicUsize::new(0));
    let now = Arc::new(AtomicUsize::new(0));
    let (highest, current) = (Arc::clone(&most), Arc::clone(&now));
    let upstream = application(move |_| {
        let (most, now) = (Arc::clone(&highest), Arc::clone(&current));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Response::new(full("hello"))
        }
    })
    .await;
    // As many sockets as a shell allows by default are too few for all of them at once.
    let sockets = Arc::new(Semaphore::new(1000));
    let requests: Vec<_> = (0..1000)
        .map(|_| {
            let (address, sockets) = (world.address, Arc::clone(&sockets));
            tokio::spawn(async move {
                let _socket = sockets.acquire().await.unwrap();
                let stream = TcpStream::connect(address).await.unwrap();
                let io = hyper_util::rt::TokioIo::new(stream);
                let (mut client, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
                tokio::spawn(connection);
                let answer = client.send_request(get("/api")).await.unwrap();
                (answer.status().as_u16(), text(answer).await)
            })
        })
        .collect();
    while world.door.waiting() < 1000 {
        tokio::task::yield_now().await;
    }
    let knock = world.knocks.recv().await.unwrap();
    assert_eq!(knock.kind, KnockKind::Wake);
    world.wake(1, upstream);
    for request in requests {
        assert_eq!(timeout(PATIENCE, request).await.unwrap().unwrap(), (200, "hello".to_owned()));
    }
    assert!(most.load(Ordering::SeqCst) <= 40, "{} came in at once", most.load(Ordering::SeqCst));
    assert_eq!(world.door.waiting(), 0);
}

#[tokio::test]
async fn a_browser_gets_a_page_at_once_and_the_service_is_woken() {
    let mut world = World::new();
    let answer =
        world.get("/cart?secret=1", "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    for line in [
        "cache-control: no-store",
        "cdn-cache-control: no-store",
        "vary: Accept, Sec-Fetch-Mode",
        "content-type: text/html; charset=utf-8",
        "x-content-type-options: nosniff",
        "x-robots-tag: noindex",
        "referrer-policy: no-referrer",
        "retry-after: 5",
        "content-length: ",
        "content-security-policy: default-src 'none'; style-src 'nonce-",
    ] {
        assert!(answer.contains(&format!("\r\n{line}")), "{line} in {answer}");
    }
    for absent in ["set-cookie", "etag", "access-control"] {
        assert!(!answer.contains(absent), "{absent} in {answer}");
    }
    let knock = world.knocks.recv().await.unwrap();
    assert_eq!(knock.cause, PowerCause::request("web".parse().unwrap(), "shop.test", "/cart"));
}

#[tokio::test]
async fn everything_else_gets_the_answer_of_the_service_later() {
    let mut world = World::new();
    let (address, upstream) = (world.address, mirror().await);
    let asset = tokio::spawn(async move {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut client, connection) =
            hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = client.send_request(get("/app.js")).await.unwrap();
        (answer.status().as_u16(), text(answer).await)
    });
    world.knocks.recv().await.unwrap();
    world.wake(1, upstream);
    let (status, seen) = timeout(PATIENCE, asset).await.unwrap().unwrap();
    assert!(status == 200 && seen.starts_with("GET /app.js\n"), "{seen}");
}

#[tokio::test]
async fn a_client_that_goes_away_gives_up_its_place_and_not_the_start() {
    let mut world = World::new();
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(b"GET /api HTTP/1.1\r\nHost: shop.test\r\n\r\n").await.unwrap();
    world.knocks.recv().await.unwrap();
    assert_eq!(world.door.waiting(), 1);
    drop(stream);
    while world.door.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    world.wake(1, mirror().await);
    assert!(world.get("/", "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_program_is_told_why_it_waited_in_vain() {
    let world = World::with(|plan| {
        plan.declared.mode = WaitMode::Blocking;
        plan.declared.times.block = Duration::from_millis(50);
    });
    let browser = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    let check = async |problem: &str, after: &str| {
        let answer = world.get("/", browser).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains(&format!("\"type\":\"urn:core-monitor:problem:{problem}\"")), "{answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{answer}");
        assert!(answer.contains(&format!("retry-after: {after}\r\n")), "{after} in {answer}");
    };
    check("service-starting", "5").await;
    let until = world.clock.elapsed() + Duration::from_millis(59_500);
    world.door.stand(Standing::Failed {
        why: StartFailure::Ended(3),
        lines: vec!["secret".to_owned()],
        until,
    });
    check("start-failed", "60").await;
    let opens = world.clock.now().plus(Duration::from_millis(3_599_500));
    world.door.stand(Standing::Held { why: Held::Closed(opens), until: Some(opens) });
    check("closed", "3600").await;
}

#[tokio::test]
async fn a_service_that_accepts_nothing_is_reported_and_the_request_waits_for_it() {
    let mut world = World::new();
    world.wake(7, nobody().await);
    let mut client = world.client().await;
    let request = http::Request::post("/").header("host", "shop.test").body(full("hello")).unwrap();
    let answer = tokio::spawn(async move { client.send_request(request).await.unwrap().status().as_u16() });
    let knock = timeout(PATIENCE, world.knocks.recv()).await.unwrap().unwrap();
    assert_eq!(knock.kind, KnockKind::Unreachable(7));
    world.door.close();
    world.door.stand(Standing::Asleep);
    world.wake(8, mirror().await);
    assert_eq!(timeout(PATIENCE, answer).await.unwrap().unwrap(), 200);
}

#[tokio::test]
async fn monitors_and_browsers_that_guess_wake_nothing() {
    let mut world = World::new();
    for headers in
        ["User-Agent: Uptime-Kuma/1.0\r\n", "Sec-Purpose: prefetch;prerender\r\n", "Purpose: prefetch\r\n"]
    {
        let answer = world.get("/", headers).await;
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("not-woken"), "{answer}");
    }
    assert!(world.get("/favicon.ico", "").await.contains("not-woken"));
    assert!(world.knocks.try_recv().is_err());
}

#[tokio::test]
async fn only_who_may_wake_a_guarded_service_wakes_it() {
    let mut world = World::with(|plan| plan.declared.wake = WakeBy::Authenticated);
    let browser = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    assert!(world.get("/", "X-Core-Monitor-Token: wrong\r\n").await.contains("is not one of Core Monitor"));
    assert!(world.get("/", browser).await.contains("text/html"));
    assert!(world.knocks.try_recv().is_err());
    let right = format!("{browser}X-Core-Monitor-Token: right\r\n");
    assert!(world.get("/", &right).await.starts_with("HTTP/1.1 503"));
    assert!(world.knocks.try_recv().is_ok());
    world.wake(1, mirror().await);
    let seen = world.get("/", "X-Core-Monitor-Token: right\r\n").await;
    assert!(seen.starts_with("HTTP/1.1 200") && !seen.contains("x-core-monitor-token"), "{seen}");
}

#[tokio::test]
async fn a_token_of_core_monitor_counts_in_the_header_of_the_service_too_and_is_passed_on() {
    let mut world = World::with(|plan| plan.declared.wake = WakeBy::Authenticated);
    for no_use in ["Bearer right", "Basic cm_right", "Bearer cm_wrong"] {
        assert!(world.get("/", &format!("Authorization: {no_use}\r\n")).await.contains("may-not-wake"));
    }
    assert!(world.knocks.try_recv().is_err());
    let page = world.get("/", &format!("{BROWSER}Authorization: Bearer cm_right\r\n")).await;
    assert!(page.contains("text/html"), "{page}");
    assert!(world.knocks.try_recv().is_ok());
    world.wake(1, mirror().await);
    for mine in ["Bearer cm_right", "Basic QTpC", "Bearer right"] {
        let head =
            format!("Authorization: {mine}\r\nX-Core-Monitor-Token: right\r\nX-Core-Monitor-Token: b\r\n");
        let seen = world.get("/", &head).await;
        assert!(seen.contains(&format!("authorization: {mine}\n")), "{seen}");
        assert!(!seen.contains("x-core-monitor-token"), "{seen}");
    }
}

#[tokio::test]
async fn whoever_cannot_be_looked_up_now_is_not_told_that_they_may_not() {
    let mut world = World::with(|plan| plan.declared.wake = WakeBy::Authenticated);
    for headers in ["X-Core-Monitor-Token: cm_away\r\n", "Authorization: Bearer cm_away\r\n"] {
        for headers in [headers.to_owned(), format!("{BROWSER}{headers}")] {
            let answer = world.get("/", &headers).await;
            assert!(
                answer.starts_with("HTTP/1.1 503 ") && answer.contains("credentials-unknown"),
                "{answer}"
            );
            assert!(answer.contains("try again in a moment") && !answer.contains("may-not"), "{answer}");
        }
    }
    assert!(world.knocks.try_recv().is_err());
}

#[tokio::test]
async fn whoever_may_not_wake_a_service_is_led_to_core_monitor() {
    let guarded = |url: Option<&str>| {
        World::with(|plan| {
            plan.declared.wake = WakeBy::Authenticated;
            plan.pages = Arc::new(ThemedPages::default());
            plan.settings.core_monitor_url = url.map(str::to_owned);
        })
    };
    let page = guarded(Some("https://monitor.test/")).get("/", BROWSER).await;
    assert!(
        page.contains("<a href=\"https://monitor.test/\" rel=\"noreferrer\">Open Core Monitor</a>"),
        "{page}"
    );
    assert!(!guarded(None).get("/", BROWSER).await.contains("Open Core Monitor"));
}

#[tokio::test]
async fn who_wakes_too_much_is_told_so_and_wakes_no_more() {
    let mut world = World::with(|plan| plan.settings.wake_rate.burst = 0);
    let browser = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    for headers in [browser, ""] {
        assert!(world.get("/", headers).await.contains("too-many-wakes"));
    }
    assert!(world.knocks.try_recv().is_err());
    // A start that somebody else has begun is nobody's waking.
    world.door.stand(Standing::FallingAsleep);
    world.door.stand(Standing::Held { why: Held::Turn, until: None });
    assert!(world.get("/", browser).await.contains("text/html"));
}

#[tokio::test]
async fn a_request_that_is_being_connected_to_a_life_that_ends_goes_to_the_next_one() {
    // Nobody takes the connections that the system has taken on its behalf, and there is room for no more: as with the address of a
    // container that is gone, a further one is neither made nor refused.
    let deaf = tokio::net::TcpSocket::new_v4().unwrap();
    deaf.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let deaf = deaf.listen(1).unwrap();
    let address = deaf.local_addr().unwrap();
    let mut taken = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        taken.push(stream.unwrap());
    }
    let world = World::with(|plan| plan.settings.connect_timeout = Duration::from_hours(1));
    world.wake(1, address);
    let request = async { world.get("/api", "").await };
    let next_life = async {
        while world.door.inside() == 0 {
            tokio::task::yield_now().await;
        }
        world.door.close();
        world.wake(2, mirror().await);
    };
    let (answer, ()) = timeout(PATIENCE, async { tokio::join!(request, next_life) }).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
