//! Through the real listener, with clients that behave badly. Time passes only when a test says so.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::api::Limits;
use crate::connection::ConnectionLimits;
use crate::serve::Listener;
use crate::testing::World;

/// Real time after which something that should happen has not.
const NEVER: Duration = Duration::from_mins(1);

async fn world(limits: ConnectionLimits) -> World {
    World::with_limits(Limits { connections: limits, ..Limits::default() }).await
}

fn listen(world: &World) -> SocketAddr {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let listener = Listener::over(world.shared(), anywhere, Duration::from_secs(1)).unwrap();
    let address = listener.address();
    actix_web::rt::spawn(listener.run());
    address
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Sends a request, and reads the whole answer.
async fn ask(client: &mut TcpStream, request: &str) -> String {
    client.write_all(request.as_bytes()).await.unwrap();
    answer(client).await
}

/// One answer and no byte of the next; what has arrived, if the connection ends before.
async fn answer(client: &mut TcpStream) -> String {
    let mut text = String::new();
    let reading = async {
        while !text.ends_with("\r\n\r\n") {
            let Ok(byte) = client.read_u8().await else { return };
            text.push(byte.into());
        }
        let announced =
            text.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; announced.unwrap_or(0)];
        if client.read_exact(&mut body).await.is_ok() {
            text.push_str(std::str::from_utf8(&body).unwrap());
        }
    };
    tokio::time::timeout(NEVER, reading).await.expect("an answer");
    text
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// Lets time pass until `done`.
async fn pass_time_until(world: &World, done: impl Future<Output = ()>) {
    let passing = async {
        loop {
            world.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let limited = tokio::time::timeout(NEVER, async {
        tokio::select! { () = done => {}, () = passing => {} }
    });
    limited.await.expect("it ends in time");
}

#[actix_web::test]
async fn a_connection_is_closed_when_it_falls_silent_after_its_first_answer() {
    for rest in ["", "GET /healthz HT", "POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"]
    {
        let world = world(ConnectionLimits::default()).await;
        let mut client = connect(listen(&world)).await;
        assert!(ask(&mut client, HEALTH).await.starts_with("HTTP/1.1 200"));
        client.write_all(rest.as_bytes()).await.unwrap();
        let mut left = Vec::new();
        pass_time_until(&world, async { drop(client.read_to_end(&mut left).await) }).await;
    }
}

#[actix_web::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let world = world(ConnectionLimits::default()).await;
    let address = listen(&world);
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut client = socket.connect(address).await.unwrap();
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n";
    client.write_all(request.repeat(30).as_bytes()).await.unwrap();
    // The end of the connection is seen where something is sent, since nothing is read.
    pass_time_until(&world, async {
        while client.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[actix_web::test]
async fn connections_are_limited_for_each_address() {
    let world = world(ConnectionLimits { per_address: 2, ..ConnectionLimits::default() }).await;
    let address = listen(&world);
    let (mut first, mut second) = (connect(address).await, connect(address).await);
    for client in [&mut first, &mut second] {
        assert!(ask(client, HEALTH).await.starts_with("HTTP/1.1 200"));
    }
    let refused = ask(&mut connect(address).await, HEALTH).await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after"), "{refused}");
    assert!(refused.contains("\"server-busy\"") && refused.contains("from this address"), "{refused}");
    assert!(ask(&mut first, HEALTH).await.starts_with("HTTP/1.1 200"), "those inside notice nothing");
    drop(second);
    let free = async {
        while !ask(&mut connect(address).await, HEALTH).await.starts_with("HTTP/1.1 200") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(NEVER, free).await.expect("the place of the closed connection is free");
}

#[actix_web::test]
async fn a_bare_line_feed_is_refused_in_every_request() {
    let world = world(ConnectionLimits::default()).await;
    let address = listen(&world);
    let bare = "GET /healthz HTTP/1.1\nHost: a\n\n";
    assert!(ask(&mut connect(address).await, bare).await.starts_with("HTTP/1.1 400"));
    let mut client = connect(address).await;
    assert!(ask(&mut client, HEALTH).await.starts_with("HTTP/1.1 200"));
    assert!(ask(&mut client, bare).await.starts_with("HTTP/1.1 400"));
}

#[actix_web::test]
async fn a_request_that_never_reaches_the_application_is_told_why() {
    let world = world(ConnectionLimits::default()).await;
    let address = listen(&world);
    let target = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(length - 1));
    let headers = |count, length| {
        let header = format!("A: {}\r\n", "x".repeat(length));
        format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{}\r\n", header.repeat(count))
    };
    for (request, status, code) in [
        (target(65_535), 414, "target-too-long"),
        (target(300_000), 414, "target-too-long"),
        (headers(96, 1), 431, "head-too-large"),
        (headers(1, 300_000), 431, "head-too-large"),
        ("GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n".to_owned(), 400, "invalid-request"),
        ("GET /healthz HTTP/1.1\nHost: a\n\n".to_owned(), 400, "invalid-request"),
    ] {
        for earlier in 0..2 {
            let mut client = connect(address).await;
            for _ in 0..earlier {
                assert!(ask(&mut client, HEALTH).await.starts_with("HTTP/1.1 200"));
            }
            let answer = ask(&mut client, &request).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{code}: {answer}");
            assert!(answer.contains("\r\ncontent-type: application/problem+json\r\n"), "{code}: {answer}");
            assert!(answer.contains(&format!("\"code\": \"{code}\"")), "{code}: {answer}");
            let mut rest = Vec::new();
            let ended = tokio::time::timeout(NEVER, client.read_to_end(&mut rest)).await;
            assert_eq!((ended.unwrap().unwrap(), &rest[..]), (0, &b""[..]), "{code}");
        }
    }
    for request in [target(65_534), headers(95, 1), headers(1, 120_000)] {
        let answer = ask(&mut connect(address).await, &request).await;
        let is_handled = answer.contains("\r\nx-request-id: ");
        assert!(is_handled, "{} bytes: {answer}", request.len());
    }
}

#[actix_web::test]
async fn a_connection_carries_many_requests() {
    let world = world(ConnectionLimits::default()).await;
    let mut client = connect(listen(&world)).await;
    client.write_all(HEALTH.repeat(3).as_bytes()).await.unwrap();
    for _ in 0..3 {
        let text = answer(&mut client).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    let sized = "POST /api/v1/lint HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    let text = ask(&mut client, sized).await;
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
}

#[actix_web::test]
async fn a_body_ends_where_it_says_although_another_protocol_is_asked_for() {
    let world = world(ConnectionLimits::default()).await;
    let mut client = connect(listen(&world)).await;
    let wish = "Connection: upgrade\r\nUpgrade: websocket\r\n";
    let request = format!("POST /api/v1/lint HTTP/1.1\r\nHost: a\r\n{wish}Content-Length: 3\r\n\r\nabc");
    let text = ask(&mut client, &request).await;
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
}

/// A request with a chunked body.
const CHUNKED: &str =
    "POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

#[actix_web::test]
async fn what_follows_a_body_is_a_request_like_the_first() {
    let bare = "GET /healthz HTTP/1.1\nHost: a\n\n";
    let sized = "POST /api/v1/lint HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    for first in [HEALTH, sized, CHUNKED] {
        let world = world(ConnectionLimits::default()).await;
        let address = listen(&world);
        // In one segment, so that both are there before the first is answered.
        let mut client = connect(address).await;
        client.write_all(format!("{first}{bare}").as_bytes()).await.unwrap();
        let mut text = String::new();
        let reading = tokio::time::timeout(NEVER, client.read_to_string(&mut text));
        let _ = reading.await.expect("the connection ends");
        assert!(!text.contains("\r\n\r\n{\"status\"") || first == HEALTH, "{first}: {text}");
        let answers = text.matches("HTTP/1.1 ").count();
        assert!(answers <= 2 && text.matches("HTTP/1.1 200").count() <= 1, "{first}: {text}");
        // The answer to HEAD has no body, and the next answer is not taken for one.
        let mut client = connect(address).await;
        let head = HEALTH.replace("GET", "HEAD");
        client.write_all(format!("{first}{head}").as_bytes()).await.unwrap();
        let _first = answer(&mut client).await;
        let mut second = [0; 8];
        match client.read_exact(&mut second).await {
            Ok(_) => assert_eq!(&second, b"HTTP/1.1", "{first}"),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "{first}"),
        }
    }
}
