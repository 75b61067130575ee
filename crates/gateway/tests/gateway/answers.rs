//! Answers of services that are not as they should be, and requests that are answered in passing.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::world::{PATIENCE, World, application, mirror, script};

/// A request that is carried directly, and one that hyper takes.
const BOTH: [&str; 2] = [
    "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
];

#[tokio::test]
async fn what_has_arrived_of_an_answer_that_is_cut_is_passed_on() {
    for request in BOTH {
        let world = World::new();
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
        world.wake(1, script(vec!["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", chunked]).await);
        let answer = world.raw(request).await;
        assert!(answer.contains("content-length: 100\r\n") && answer.ends_with("\r\n\r\nhalf"), "{answer}");
        let answer = world.raw(request).await;
        assert!(answer.ends_with("4\r\nhalf\r\n"), "not the last chunk: {answer}");
    }
}

#[tokio::test]
async fn an_answer_with_a_length_and_chunks_arrives_in_chunks_and_without_the_length() {
    for request in BOTH {
        let world = World::new();
        let both = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        world.wake(1, script(vec![both]).await);
        let answer = world.raw(request).await;
        assert!(answer.contains("5\r\nhello\r\n") && !answer.contains("content-length"), "{answer}");
    }
}

#[tokio::test]
async fn interim_answers_are_skipped_as_long_as_they_are_few() {
    let few = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
               HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let many = "HTTP/1.1 102 Processing\r\n\r\n".repeat(100) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let many: &'static str = Box::leak(many.into_boxed_str());
    for request in BOTH {
        let world = World::new();
        world.wake(1, script(vec![few, many]).await);
        let answer = world.raw(request).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nok"), "{answer}");
        assert!(!answer.to_lowercase().contains("link"), "{answer}");
        assert!(world.raw(request).await.starts_with("HTTP/1.1 502 "));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_not_passed_on() {
    let many: &'static str =
        Box::leak(format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101)).into_boxed_str());
    let answers = [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\na: b\r\n folded\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\na: b\rc: d\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        many,
    ];
    for request in BOTH {
        let world = World::new();
        world.wake(1, script(answers.to_vec()).await);
        for sent in answers {
            let answer = world.raw(request).await;
            assert!(answer.starts_with("HTTP/1.1 502 "), "{sent:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn what_a_service_calls_a_status_and_a_header_that_it_says_twice_arrive() {
    for request in BOTH {
        let world = World::new();
        let text = "HTTP/1.1 299 Nearly Fine\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Empty:\r\nConnection: x-own\r\n\
                    X-Own: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok";
        world.wake(1, script(vec![text]).await);
        let answer = world.raw(request).await;
        assert!(answer.starts_with("HTTP/1.1 299 Nearly Fine\r\n"), "{answer}");
        let answer = answer.to_lowercase();
        assert!(answer.contains("set-cookie: a=1\r\n") && answer.contains("set-cookie: b=2\r\n"), "{answer}");
        assert!(answer.contains("x-empty: \r\n") && answer.contains("\r\ndate: "), "{answer}");
        assert!(!answer.contains("x-own") && !answer.contains("keep-alive"), "{answer}");
    }
}

#[tokio::test]
async fn a_request_with_malformed_chunks_is_refused_and_the_service_gets_no_end_of_it() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.wake(1, listener.local_addr().unwrap());
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let mut got = Vec::new();
        listener.accept().await.unwrap().0.read_to_end(&mut got).await.unwrap();
        tell.send(String::from_utf8(got).unwrap()).unwrap();
    });
    let head = "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = world.raw(&format!("{head}3\r\nabc\r\nzz\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("malformed"), "{answer}");
    let got = timeout(PATIENCE, told).await.unwrap().unwrap();
    assert!(got.ends_with("3\r\nabc\r\n"), "{got}");
}

#[tokio::test]
async fn a_service_may_refuse_a_body_before_it_has_come() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.wake(1, listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 1024];
        let _ = stream.read(&mut head).await.unwrap();
        let refusal = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig";
        stream.write_all(refusal).await.unwrap();
    });
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1000000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 4096];
    let count = timeout(PATIENCE, stream.read(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..count]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.ends_with("big"), "{answer}");
    drop(stream);
    while world.door.inside() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_that_come_together_are_answered_in_order_whoever_carries_them() {
    let world = World::new();
    world.wake(1, mirror().await);
    let one = |line: &str, more: &str| format!("{line} HTTP/1.1\r\nHost: shop.test\r\n{more}\r\n");
    let together = [
        one("GET /1", ""),
        one("GET /2", "X: y\r\n"),
        one("POST /3", "Content-Length: 4\r\n") + "body",
        one("GET /4", ""),
        one("GET /5", "Connection: close\r\n"),
    ];
    let answers = world.raw(&together.concat()).await;
    let said = ["GET /1", "GET /2", "POST /3", "GET /4", "GET /5"];
    let places: Vec<_> = said.iter().map(|line| answers.find(&format!("\r\n\r\n{line}\n"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {answers}");
}

#[tokio::test]
async fn a_client_that_goes_away_is_not_answered() {
    let world = World::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let never = move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::pending()
    };
    world.wake(1, application(never).await);
    for (number, request) in BOTH.iter().enumerate() {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        while asked.load(Ordering::SeqCst) == number {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.door.inside(), 1);
        drop(stream);
        let gone = async {
            while world.door.inside() > 0 {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, gone).await.unwrap();
    }
}

#[tokio::test]
async fn answers_without_a_body_leave_their_connection_usable() {
    let world = World::with(|plan| plan.settings.threads = 1);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.wake(1, listener.local_addr().unwrap());
    tokio::spawn(async move {
        // One connection for all of them.
        let (mut stream, _) = listener.accept().await.unwrap();
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast",
        ] {
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    for (method, end) in [
        ("HEAD", "content-length: 9\r\nconnection: close\r\n\r\n"),
        ("GET", "\r\n\r\n"),
        ("GET", "content-length: 9\r\nconnection: close\r\n\r\n"),
        ("GET", "\r\n\r\nlast"),
    ] {
        let request = format!("{method} / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
        let answer = world.raw(&request).await;
        assert!(answer.ends_with(end), "{answer}");
    }
}

/// Lines of a head that two programs may well read differently.
fn odd_line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("Host"),
        Just("host"),
        Just("Connection"),
        Just("X-A"),
        Just("x_a"),
        Just("Content-Length"),
        Just("Te"),
        Just("Transfer-Encoding"),
        Just("Cookie"),
        Just("X-Forwarded-For"),
        Just("Forwarded"),
        Just(" X"),
        Just("X "),
        Just(""),
    ];
    let value = prop_oneof![
        Just("shop.test".to_owned()),
        Just("close".to_owned()),
        Just("keep-alive".to_owned()),
        Just("0".to_owned()),
        Just("chunked".to_owned()),
        Just("x-a".to_owned()),
        "[ -~\\t\u{e9}]{0,12}",
        "[\\x00-\\x7f]{0,4}",
    ];
    let end = prop_oneof![8 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r"), 1 => Just("\r\n ")];
    (
        name,
        prop_oneof![9 => Just(":"), 1 => Just("")],
        prop_oneof![Just(""), Just(" "), Just("\t")],
        value,
        end,
    )
        .prop_map(|(name, colon, space, value, end)| format!("{name}{colon}{space}{value}{end}"))
}

fn odd_target() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("/".to_owned()),
        Just("*".to_owned()),
        Just("http://shop.test/a".to_owned()),
        Just("//shop.test/a".to_owned()),
        "/[ -~]{0,12}",
        "/[a-z%?#.]{0,12}",
        "[ -~]{1,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn a_head_means_the_same_whoever_reads_it(
        heads in proptest::collection::vec(
            (prop_oneof![4 => Just("GET"), 1 => Just("HEAD"), 1 => Just("get"), 1 => Just("CONNECT"), 1 => Just("A B")],
             odd_target(), prop_oneof![8 => Just("HTTP/1.1"), 1 => Just("HTTP/1.0"), 1 => Just("HTTP/1.2")],
             proptest::collection::vec(odd_line(), 0..4), any::<bool>()), 8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::with(|plan| plan.settings.threads = 1);
            world.wake(1, mirror().await);
            for (method, target, version, lines, has_host) in heads {
                let mut head = format!("{method} {target} {version}\r\n");
                if has_host {
                    head.push_str("Host: shop.test\r\n");
                }
                let _ = write!(head, "{}\r\n", lines.concat());
                // Whatever is left open by the head ends with this.
                let last = "GET /last HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n";
                let directly = world.raw(&format!("{head}{last}")).await;
                // After a request with a body, hyper has the connection.
                let first = "POST /first HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1\r\n\r\nx";
                let by_hyper = world.raw(&format!("{first}{head}{last}")).await;
                let rest = by_hyper.match_indices("HTTP/1.").nth(1).map_or("", |(at, _)| &by_hyper[at..]);
                prop_assert_eq!(meaning(&directly), meaning(rest), "{:?}", head);
            }
            Ok(())
        })?;
    }
}

/// The answers without what depends on who wrote their heads or when.
fn meaning(answers: &str) -> Vec<String> {
    let lines = answers.replace("HTTP/1.", "\nHTTP/1.").to_lowercase();
    let passing = ["date:", "connection:", "content-length:", "server:", "transfer-encoding:"];
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !passing.iter().any(|start| line.starts_with(start))).map(str::to_owned).collect()
}
