//! An end that violates the protocol loses its own connection, and no other.

use bytes::{BufMut as _, Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixListener;

use super::*;
use crate::frame::{Body, Frame, LONGEST_BODY, Open};
use crate::hello::{Hello, PROTOCOL};
use crate::refusal;

/// The next frame that the worker sends.
pub(super) async fn frame(raw: &mut UnixStream) -> Frame {
    let mut buffer = BytesMut::new();
    loop {
        if let Some(frame) = Frame::decode(&mut buffer).unwrap() {
            return frame;
        }
        assert_ne!(raw.read_buf(&mut buffer).await.unwrap(), 0, "the worker has ended the connection");
    }
}

fn open(window: u32, operation: &str, request: &'static str) -> Body {
    let request = Bytes::from_static(request.as_bytes());
    Body::Open(Open { deadline_ms: 1_000, window, operation: operation.into(), request })
}

fn idle() -> Body {
    open(4_096, "read_logs", LOGS_OF_IDLE)
}

fn encode(frames: &[(u32, Body)]) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    for (stream, body) in frames {
        Frame { stream: *stream, body: body.clone() }.encode(&mut bytes);
    }
    bytes.to_vec()
}

/// Sends `bytes` on a connection with stream 1, after which the worker closes it and ends its operations.
async fn check(what: &str, bytes: &[u8]) {
    let bench = Bench::new();
    assert!(bench.client.refresh().await.is_ok());
    let mut raw = bench.raw().await;
    raw.write_all(&encode(&[(1, idle())])).await.unwrap();
    assert_eq!(frame(&mut raw).await.body, Body::Accept { window: 0 });
    // The worker may have closed before everything is written.
    let _ = raw.write_all(bytes).await;
    let mut rest = Vec::new();
    let _ = raw.read_to_end(&mut rest).await;
    assert_eq!(String::from_utf8_lossy(&rest), "", "{what}");
    bench.over(1).await;
    assert!(bench.client.refresh().await.is_ok(), "{what}: others go on");
}

#[tokio::test]
async fn an_invalid_frame_ends_the_connection() {
    let oversized = |length: u32| {
        let mut bytes = BytesMut::new();
        bytes.put_u32(length);
        bytes.put_u8(4);
        bytes.put_u32(1);
        bytes.to_vec()
    };
    check("garbage", b"GET / HTTP/1.1\r\n\r\n").await;
    check("a frame that is too long", &oversized(u32::try_from(LONGEST_BODY).unwrap() + 1)).await;
    check("a frame without end", &oversized(u32::MAX)).await;
    check("the protocol of before", br#"{"id": 1, "deadline_ms": 5, "ask": "refresh"}"#).await;
}

#[tokio::test]
async fn half_a_frame_ends_the_connection() {
    let bench = Bench::new();
    let mut raw = bench.raw().await;
    raw.write_all(&encode(&[(1, idle())])).await.unwrap();
    frame(&mut raw).await;
    let whole = encode(&[(2, idle())]);
    raw.write_all(&whole[..whole.len() - 1]).await.unwrap();
    bench.settle().await;
    assert_eq!(*bench.worker.begun.borrow(), 1, "nothing begins before it is said in full");
    drop(raw);
    bench.over(1).await;
    bench.settle().await;
    assert_eq!(*bench.worker.begun.borrow(), 1);
}

#[tokio::test]
async fn breaking_the_rules_ends_the_connection() {
    let bytes = Bytes::from_static(b"x");
    let input = Body::Data { last: true, bytes: bytes.clone() };
    for (what, frames) in [
        ("input where none is taken", vec![(1, input)]),
        ("a stream of nobody", vec![(7, Body::Window(1))]),
        ("a cancel of nothing", vec![(7, Body::Cancel)]),
        ("a stream twice", vec![(1, idle())]),
        ("an older stream", vec![(3, idle()), (2, idle())]),
        ("a window for not even one part", vec![(2, open(10, "refresh", "null"))]),
        ("credit without end", vec![(1, Body::Window(u32::MAX))]),
        ("two ends of input", vec![(1, Body::End(Bytes::new())), (1, Body::End(Bytes::new()))]),
        ("an acceptance of nothing", vec![(1, Body::Accept { window: 1 })]),
        ("an error of the asker", vec![(1, Body::Error(bytes))]),
    ] {
        let bench = Bench::new();
        let mut raw = bench.raw().await;
        raw.write_all(&encode(&[(1, idle())])).await.unwrap();
        assert_eq!(frame(&mut raw).await.body, Body::Accept { window: 0 });
        raw.write_all(&encode(&frames)).await.unwrap();
        let mut rest = Vec::new();
        raw.read_to_end(&mut rest).await.unwrap();
        let begun = *bench.worker.begun.borrow();
        bench.over(begun).await;
        assert!(bench.client.refresh().await.is_ok(), "{what}: others go on");
    }
}

#[tokio::test]
async fn frames_that_cross_the_end_of_a_stream_are_ignored() {
    let bench = Bench::new();
    let mut raw = bench.raw().await;
    let late = Body::Data { last: true, bytes: Bytes::from_static(b"late") };
    let frames =
        [(1, idle()), (1, Body::Cancel), (1, Body::Window(9)), (1, late), (1, Body::Cancel), (2, idle())];
    raw.write_all(&encode(&frames)).await.unwrap();
    // The first one may have been accepted before it was cancelled.
    while frame(&mut raw).await.stream != 2 {}
    bench.over(*bench.worker.begun.borrow() - 1).await;
}

#[tokio::test]
async fn unknown_operations_are_rejected() {
    let bench = Bench::new();
    for (operation, request) in
        [("remove_everything", "null"), ("refresh", "nonsense"), ("find_project", "7")]
    {
        let mut raw = bench.raw().await;
        raw.write_all(&encode(&[(1, open(4_096, operation, request))])).await.unwrap();
        let body = frame(&mut raw).await.body;
        let Body::Error(body) = body else { panic!("{body:?}") };
        let told = refusal::decode(&body);
        assert!(matches!(told, LinkError::Refused { .. }), "{operation}: {told:?}");
        assert!(told.to_string().ends_with("are both programs from the same release?"), "{told}");
    }
}

/// What a client reports about a worker that starts with `hello`.
async fn meet(hello: Vec<u8>) -> LinkError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine-link.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let client = EngineLinkClient::new(path, Arc::new(ManualClock::new()));
    let worker = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(&hello).await.unwrap();
    };
    let (answer, ()) = tokio::join!(client.refresh(), worker);
    answer.unwrap_err()
}

#[tokio::test]
async fn a_worker_of_another_release_is_reported() {
    let other = Hello { protocol: PROTOCOL + 1, release: "9.9.9".into() };
    let server = env!("CARGO_PKG_VERSION").to_owned();
    assert_eq!(meet(other.encode()).await, LinkError::OtherRelease { worker: "9.9.9".into(), server });
    let away = meet(Vec::new()).await;
    let expected = "the worker cannot be reached: it closed the connection during the handshake";
    assert_eq!(away.to_string(), expected);
    let stranger = meet(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await;
    assert!(stranger.to_string().contains("does not speak the protocol of the engine link"), "{stranger}");
}

#[tokio::test]
async fn a_server_of_another_release_learns_the_workers_release() {
    let bench = Bench::new();
    for hello in [
        Hello { protocol: PROTOCOL + 1, release: "9.9.9".into() }.encode(),
        b"{\"id\":1,\"deadline_ms\":30000,\"ask\":\"refresh\"}\n".to_vec(),
    ] {
        let mut stream = UnixStream::connect(&bench.path).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard).await;
        assert_eq!(heard, Hello::own().encode());
    }
    assert!(bench.client.refresh().await.is_ok());
}
