//! Uses of a service that last far longer than it may be idle.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use core_monitor_application::gateway::Door;
use core_monitor_domain::ports::Clock as _;
use futures::StreamExt as _;
use http::Response;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::tunnels::{echo, open};
use crate::world::{Body, PATIENCE, World, application, full};

const IDLE: Duration = Duration::from_millis(300);
/// How long each use lasts.
const USE: Duration = Duration::from_millis(1_600);
const STEPS: u32 = 16;

/// Puts the service to sleep as the house does: when nobody has used it for as long as it may be idle, and nobody is inside.
fn put_to_sleep_when_idle(world: &World) -> JoinHandle<()> {
    let (door, clock) = (Arc::clone(&world.door), Arc::clone(&world.clock));
    let is_idle = move |door: &Door| door.last_used().is_some_and(|last| last + IDLE <= clock.elapsed());
    tokio::spawn(async move {
        while !(is_idle(&door) && door.close_if_empty()) {
            sleep(Duration::from_millis(5)).await;
        }
    })
}

/// After a use has ended: it was not put to sleep meanwhile, and it is soon.
async fn sleeps_now(world: &World, sleeping: JoinHandle<()>) {
    assert!(!sleeping.is_finished(), "it was put to sleep under whoever used it");
    timeout(IDLE + Duration::from_secs(1), sleeping).await.expect("it falls asleep").unwrap();
    assert!(world.door.enter().is_none());
}

fn times(plan: &mut crate::world::Plan) {
    plan.declared.times.idle = IDLE;
    plan.declared.times.websocket_idle = Some(IDLE);
}

#[tokio::test]
async fn a_websocket_longer_than_five_idle_times_is_never_stopped_and_a_silent_one_is_closed() {
    let world = World::with(times);
    world.wake(1, echo().await);
    let mut stream = open(&world).await;
    let sleeping = put_to_sleep_when_idle(&world);
    for _ in 0..STEPS {
        sleep(USE / STEPS).await;
        stream.write_all(&[0x81, 0x80, 0, 0, 0, 0]).await.unwrap();
        let mut back = [0; 6];
        timeout(PATIENCE, stream.read_exact(&mut back)).await.unwrap().unwrap();
    }
    assert!(!sleeping.is_finished());
    // Then it is silent.
    let mut last = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut last)).await.unwrap().unwrap();
    assert_eq!(last, [0x88, 0x02, 0x03, 0xE9], "it is told that the service goes away");
    sleeps_now(&world, sleeping).await;
}

#[tokio::test]
async fn events_longer_than_five_idle_times_are_never_stopped_even_if_none_comes() {
    for is_silent in [false, true] {
        let world = World::with(times);
        let upstream = application(move |_| async move {
            let steps = if is_silent { 1 } else { STEPS };
            let events = futures::stream::iter(0..steps).then(move |_| async move {
                sleep(USE / steps).await;
                Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"data: 1\n\n")))
            });
            Response::new(Body::new(StreamBody::new(events)))
        })
        .await;
        world.wake(1, upstream);
        let mut client = world.client().await;
        let sleeping = put_to_sleep_when_idle(&world);
        let answer = client.send_request(crate::world::get("/events")).await.unwrap();
        assert!(!answer.into_body().collect().await.unwrap().to_bytes().is_empty());
        sleeps_now(&world, sleeping).await;
    }
}

#[tokio::test]
async fn a_slow_upload_longer_than_five_idle_times_is_never_stopped() {
    let world = World::with(times);
    let upstream = application(|request| async move {
        let length = request.into_body().collect().await.unwrap().to_bytes().len();
        Response::new(full(length.to_string()))
    })
    .await;
    world.wake(1, upstream);
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let sleeping = put_to_sleep_when_idle(&world);
    let head =
        format!("POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: {STEPS}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..STEPS {
        sleep(USE / STEPS).await;
        stream.write_all(b"x").await.unwrap();
    }
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&format!("\r\n\r\n{STEPS}")), "{answer}");
    sleeps_now(&world, sleeping).await;
}
