//! Limits on what the other end can cost and how long it can take.

use std::time::Duration;

use super::*;
use crate::frame::{Body, Frame, Open};
use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt as _;

/// A window with room for three chunks of `flood`; each costs 14 + 1000 + 64.
const NARROW: Limits = Limits {
    connections: 4,
    streams: 3,
    window: 4 << 10,
    hello: Duration::from_secs(5),
    opening: Duration::from_secs(30),
    answer: Duration::from_mins(1),
    idle: Duration::from_secs(2),
};

#[tokio::test]
async fn a_reader_that_stops_stops_the_producer() {
    let bench = Bench::with(NARROW);
    let mut output = bench.follow("flood").await.unwrap();
    // Three are in transit or unread, one waits to be sent.
    bench.pulled(4).await;
    bench.settle().await;
    assert_eq!(*bench.worker.pulled.borrow(), 4, "nothing is taken that nobody has room for");
    // One chunk is less than half a window: it is granted together with the next one.
    for _ in 0..2 {
        assert_eq!(output.next().await.unwrap().unwrap()[0].bytes.len(), CHUNK);
    }
    bench.pulled(6).await;
    bench.settle().await;
    assert_eq!(*bench.worker.pulled.borrow(), 6);
    // Repeatedly: no credit gets lost.
    for _ in 0..1_000 {
        output.next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_process_that_reads_nothing_stops_the_producer() {
    let bench = Bench::new();
    // It grants the maximum, and then does not even read its socket.
    let mut raw = bench.raw().await;
    let request = Bytes::from(LOGS_OF_IDLE.replace("idle", "flood"));
    let open = Open { deadline_ms: 1_000, window: 1 << 30, operation: "read_logs".into(), request };
    let mut bytes = BytesMut::new();
    Frame { stream: 1, body: Body::Open(open) }.encode(&mut bytes);
    raw.write_all(&bytes).await.unwrap();
    bench.pulled(1).await;
    let mut before = 0;
    while before != *bench.worker.pulled.borrow() {
        before = *bench.worker.pulled.borrow();
        bench.settle().await;
    }
    // The kernel's socket buffers plus the write queue: far less than was granted.
    assert!(before * CHUNK < 2 << 20, "{before} chunks were taken");
    drop(raw);
    bench.over(1).await;
}

#[tokio::test]
async fn an_operation_that_is_not_accepted_in_time_ends() {
    let bench = Bench::with(NARROW);
    assert!(bench.client.refresh().await.is_ok());
    let waiting = async {
        bench.begun(1).await;
        // Both ends enforce the deadline, and the worker looks whether the connection is idle.
        while bench.clock.sleepers() < 3 {
            tokio::task::yield_now().await;
        }
        bench.clock.advance(NARROW.opening);
        std::future::pending::<()>().await;
    };
    let late = tokio::select! {
        late = bench.follow("stuck") => late.err(),
        () = waiting => None,
    };
    assert_eq!(late, Some(LinkError::Timeout { after: NARROW.opening }));
    bench.over(1).await;
}

#[tokio::test]
async fn a_stream_that_was_accepted_has_no_deadline() {
    let bench = Bench::new();
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    bench.clock.advance(Duration::from_hours(24));
    feed.send(Ok(chunk("still here"))).unwrap();
    assert_eq!(output.next().await.unwrap(), Some(chunk("still here")));
}

#[tokio::test]
async fn the_worker_keeps_the_deadline_of_a_question_by_itself() {
    let bench = Bench::new();
    let mut raw = bench.raw().await;
    let request = Bytes::from_static(br#""stuck""#);
    let open = Open { deadline_ms: 1_500, window: 4_096, operation: "find_project".into(), request };
    let mut bytes = BytesMut::new();
    Frame { stream: 1, body: Body::Open(open) }.encode(&mut bytes);
    raw.write_all(&bytes).await.unwrap();
    bench.begun(1).await;
    bench.clock.advance(Duration::from_millis(1_500));
    bench.over(1).await;
    let body = rules::frame(&mut raw).await.body;
    let Body::Error(body) = body else { panic!("{body:?}") };
    let told = crate::refusal::decode(&body);
    assert_eq!(told, LinkError::Timeout { after: Duration::from_millis(1_500) });
}

#[tokio::test]
async fn too_many_streams_are_refused_until_one_ends() {
    let bench = Bench::with(NARROW);
    let first = bench.follow("idle").await.unwrap();
    let _second = bench.follow("idle").await.unwrap();
    let _third = bench.follow("idle").await.unwrap();
    let busy = bench.follow("idle").await.err();
    assert_eq!(busy, Some(LinkError::Busy { message: "3 streams are already open".into() }));
    drop(first);
    bench.over(1).await;
    assert!(bench.client.refresh().await.is_ok());
}

#[tokio::test]
async fn too_many_connections_wait_until_one_ends() {
    let mut bench = Bench::with(Limits { connections: 1, ..NARROW });
    assert!(bench.client.refresh().await.is_ok());
    let second = bench.client();
    let waiting = tokio::spawn(async move { second.refresh().await });
    for _ in 0..50 {
        assert!(bench.client.refresh().await.is_ok());
    }
    assert!(!waiting.is_finished());
    // Another, unused client takes its place.
    let unused = bench.client();
    let first = std::mem::replace(&mut bench.client, unused);
    drop(first);
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_peer_that_stays_silent_is_disconnected() {
    let bench = Bench::new();
    let silent = UnixStream::connect(&bench.path).await.unwrap();
    while bench.clock.sleepers() < 1 {
        tokio::task::yield_now().await;
    }
    bench.clock.advance(bench.limits.hello);
    // The worker's handshake, and then the end.
    let mut heard = Vec::new();
    let mut silent = silent;
    tokio::io::AsyncReadExt::read_to_end(&mut silent, &mut heard).await.unwrap();
    assert_eq!(heard, hello::Hello::own().encode());
}

#[tokio::test]
async fn idle_connections_make_room_for_others() {
    let bench = Bench::with(NARROW);
    let mut idle = Vec::new();
    for _ in 0..NARROW.connections {
        idle.push(bench.raw().await);
    }
    let mut question = Box::pin(bench.client.refresh());
    assert!(futures_pending(&mut question).await, "every place is taken");
    while bench.clock.sleepers() < NARROW.connections {
        tokio::task::yield_now().await;
    }
    bench.clock.advance(NARROW.idle);
    assert!(question.await.is_ok());
}

#[tokio::test]
async fn a_connection_with_an_operation_is_not_idle() {
    let bench = Bench::with(NARROW);
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    for _ in 0..3 {
        bench.clock.advance(NARROW.idle);
        bench.settle().await;
    }
    feed.send(Ok(chunk("still here"))).unwrap();
    assert_eq!(output.next().await.unwrap(), Some(chunk("still here")));
}

/// Whether it is not done yet, although everybody had the time.
async fn futures_pending(work: &mut (impl Future + Unpin)) -> bool {
    for _ in 0..100 {
        let polled =
            std::future::poll_fn(|task| std::task::Poll::Ready(std::pin::Pin::new(&mut *work).poll(task)));
        if polled.await.is_ready() {
            return false;
        }
        tokio::task::yield_now().await;
    }
    true
}
