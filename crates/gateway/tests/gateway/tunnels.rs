use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::gateway::Routes;
use http::{Method, Request};
use http_body_util::Empty;
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::world::{PATIENCE, World, script};

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn ask() -> String {
    format!(
        "GET /socket HTTP/1.1\r\nHost: shop.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
}

/// A service that agrees, and then says everything twice until its client has ended, and goodbye.
pub(crate) async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                read_head(&mut stream).await;
                stream.write_all(AGREED.as_bytes()).await.unwrap();
                let mut buffer = vec![0; 4096];
                while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                    stream.write_all(&buffer[..count]).await.unwrap();
                }
                let _ = stream.write_all(b"bye").await;
            });
        }
    });
    address
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(PATIENCE, stream.read_u8()).await.expect("a head");
        head.push(byte.unwrap_or_else(|_| panic!("only {}", String::from_utf8_lossy(&head))));
    }
    String::from_utf8(head).unwrap()
}

pub(crate) async fn open(world: &World) -> TcpStream {
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(ask().as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    stream
}

async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut got = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut got)).await.expect("an end").unwrap();
    got
}

async fn until_empty(world: &World) {
    let empty = async {
        while world.door.inside() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, empty).await.unwrap();
}

#[tokio::test]
async fn a_websocket_carries_both_directions_and_uses_the_service_until_it_ends() {
    let world = World::new();
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    let frame = [0x81, 0x85, 1, 2, 3, 4, b'h', b'e', b'l', b'l', b'o'];
    stream.write_all(&frame).await.unwrap();
    let mut back = [0; 11];
    timeout(PATIENCE, stream.read_exact(&mut back)).await.unwrap().unwrap();
    assert_eq!(back, frame);
    assert_eq!(world.door.inside(), 1);
    // One half ends; what the service still says arrives.
    stream.shutdown().await.unwrap();
    assert!(rest(&mut stream).await.starts_with(b"bye"));
    until_empty(&world).await;
}

#[tokio::test]
async fn a_silent_websocket_is_told_that_the_service_goes_away() {
    let world = World::with(|plan| plan.declared.times.websocket_idle = Some(Duration::from_millis(300)));
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    // Signs of life are no use of the service.
    for _ in 0..3 {
        let ping = [0x89, 0x80, 1, 2, 3, 4];
        stream.write_all(&ping).await.unwrap();
        let mut back = [0; 6];
        timeout(PATIENCE, stream.read_exact(&mut back)).await.unwrap().unwrap();
    }
    assert_eq!(rest(&mut stream).await, [0x88, 0x02, 0x03, 0xE9]);
    until_empty(&world).await;
}

/// Sends an empty message through a tunnel, and waits until it comes back.
async fn echoed(stream: &mut TcpStream) {
    stream.write_all(&[0x81, 0x80, 0, 0, 0, 0]).await.unwrap();
    let mut back = [0; 6];
    timeout(PATIENCE, stream.read_exact(&mut back)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_tunnel_that_carries_data_is_not_silent() {
    let world = World::with(|plan| plan.declared.times.websocket_idle = Some(Duration::from_millis(400)));
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        echoed(&mut stream).await;
    }
    assert_eq!(world.door.inside(), 1);
}

#[tokio::test]
async fn the_time_for_a_head_ends_no_tunnel() {
    let world = World::with(|plan| plan.settings.head_timeout = Duration::from_secs(1));
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    echoed(&mut stream).await;
    assert_eq!(world.door.inside(), 1);
}

#[tokio::test]
async fn routes_change_without_touching_an_open_tunnel() {
    let world = World::new();
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    for routes in [Routes::of([Arc::clone(&world.door)]).0, Routes::default()] {
        world.gateway.set_routes(routes);
        echoed(&mut stream).await;
        assert_eq!(world.door.inside(), 1);
    }
    assert!(world.get("/", "").await.starts_with("HTTP/1.1 404 "), "whoever comes now goes by the new ones");
}

#[tokio::test]
async fn tunnels_are_told_to_go_away_when_the_gateway_ends() {
    let world = World::new();
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    let ended = tokio::spawn(world.running.shut_down(Duration::from_millis(100)));
    assert_eq!(rest(&mut stream).await, [0x88, 0x02, 0x03, 0xE9]);
    timeout(PATIENCE, ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn nothing_is_passed_on_to_a_service_that_did_not_agree() {
    let wrong = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
    let other = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n";
    for (answer, sentence) in [(wrong, "the Sec-WebSocket-Accept of the service"), (other, "a protocol that")]
    {
        let world = World::new();
        let next = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother";
        world.wake(1, script(vec![answer, next]).await);
        let answer = world
            .raw(&format!("{}GET /another HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n", ask()))
            .await;
        assert!(answer.starts_with("HTTP/1.1 502 ") && !answer.contains(" 101 "), "{answer}");
        assert!(answer.contains(sentence), "{answer}");
        assert!(
            answer.ends_with("other"),
            "what follows is a request of its own, over another connection: {answer}"
        );
        until_empty(&world).await;
    }
}

#[tokio::test]
async fn a_refused_upgrade_is_answered_as_the_service_does() {
    let world = World::new();
    world.wake(1, script(vec!["HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"]).await);
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(ask().as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
    let mut body = [0; 2];
    timeout(PATIENCE, stream.read_exact(&mut body)).await.unwrap().unwrap();
    assert_eq!(&body, b"no");
    until_empty(&world).await;
}

#[tokio::test]
async fn a_websocket_waits_for_the_service_to_wake() {
    let mut world = World::new();
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(ask().as_bytes()).await.unwrap();
    world.knocks.recv().await.unwrap();
    world.wake(1, echo().await);
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 101 "));
}

/// A service that agrees to whatever key it is asked with, and says its first word.
async fn any_key() -> SocketAddr {
    use base64::Engine as _;
    use sha1::Digest as _;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = read_head(&mut stream).await;
        assert!(head.starts_with("GET /socket HTTP/1.1\r\n"), "{head}");
        let key = head.split("sec-websocket-key: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let digest = sha1::Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
        let accept = base64::engine::general_purpose::STANDARD.encode(digest);
        let agreed = AGREED.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", &accept);
        stream.write_all(agreed.as_bytes()).await.unwrap();
        stream.write_all(&[0x81, 2, b'h', b'i']).await.unwrap();
        let mut ignored = Vec::new();
        let _ = stream.read_to_end(&mut ignored).await;
    });
    address
}

#[tokio::test]
async fn a_websocket_over_http_2_reaches_a_service_that_speaks_http_1() {
    let world = World::new();
    world.wake(1, any_key().await);
    let stream = TcpStream::connect(world.address).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut client, connection) =
        hyper::client::conn::http2::handshake::<_, _, Empty<bytes::Bytes>>(TokioExecutor::new(), io)
            .await
            .unwrap();
    tokio::spawn(connection);
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri("http://shop.test/socket")
        .extension(Protocol::from_static("websocket"))
        .body(Empty::new())
        .unwrap();
    let answer = timeout(PATIENCE, client.send_request(request)).await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    let mut tunnel = TokioIo::new(hyper::upgrade::on(answer).await.unwrap());
    let mut frame = [0; 4];
    timeout(PATIENCE, tunnel.read_exact(&mut frame)).await.unwrap().unwrap();
    assert_eq!(frame, [0x81, 2, b'h', b'i']);
    drop((tunnel, client));
    until_empty(&world).await;
}
