use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use core_monitor_application::gateway::Standing;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::world::{Body, PATIENCE, World, application, full, get, mirror, script, text};

const PART: usize = 64 * 1024;
const PARTS: usize = 1024;

/// 64 MiB that are different everywhere.
fn large() -> Body {
    let parts = (0..PARTS).map(|number| Ok(Frame::data(part(number))));
    StreamBody::new(futures::stream::iter(parts)).boxed_unsync()
}

fn part(number: usize) -> Bytes {
    (0..PART).map(|at| u8::try_from((number * 31 + at) % 251).unwrap()).collect::<Vec<u8>>().into()
}

/// How many bytes there are of a large body, all of them in their place.
async fn check_large(mut body: hyper::body::Incoming) -> usize {
    let mut count = 0;
    let mut expected = Bytes::new();
    while let Some(frame) = body.frame().await {
        let mut data = frame.unwrap().into_data().unwrap();
        while !data.is_empty() {
            if expected.is_empty() {
                expected = part(count / PART);
            }
            let step = data.len().min(expected.len());
            assert_eq!(data.split_to(step), expected.split_to(step), "at {count}");
            count += step;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_arrives_whole_in_both_directions() {
    let world = World::new();
    world.wake(
        1,
        application(|request| async move {
            assert_eq!(check_large(request.into_body()).await, PART * PARTS);
            Response::new(large())
        })
        .await,
    );
    let mut client = world.client().await;
    let request = Request::post("/").header("host", "shop.test").body(large()).unwrap();
    let answer = client.send_request(request).await.unwrap();
    assert_eq!(check_large(answer.into_body()).await, PART * PARTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_client_does_not_read_is_not_read_from_the_service() {
    let made = Arc::new(AtomicU64::new(0));
    let world = World::new();
    let count = Arc::clone(&made);
    world.wake(
        1,
        application(move |_| {
            let made = Arc::clone(&count);
            async move {
                let parts = futures::stream::repeat_with(move || {
                    made.fetch_add(PART as u64, Ordering::Relaxed);
                    Ok(Frame::data(Bytes::from(vec![0; PART])))
                });
                Response::new(StreamBody::new(parts).boxed_unsync())
            }
        })
        .await,
    );
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n").await.unwrap();
    let mut before = u64::MAX;
    // It stops when every buffer on the way is full.
    while before != made.load(Ordering::Relaxed) {
        before = made.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(before < 64 << 20, "{before} bytes were read for a client that reads nothing");
}

#[tokio::test]
async fn a_large_upload_waits_for_the_start_before_the_client_sends_it() {
    let mut world = World::new();
    let upstream = application(|request| async move {
        let count = check_large(request.into_body()).await;
        Response::new(full(count.to_string()))
    })
    .await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: shop.test\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        PART * PARTS
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    world.knocks.recv().await.unwrap();
    let mut line = [0; 25];
    let early = timeout(Duration::from_millis(200), stream.read(&mut line)).await;
    assert!(early.is_err(), "the client is told to go on before anybody takes its body");
    world.wake(1, upstream);
    timeout(PATIENCE, stream.read_exact(&mut line)).await.unwrap().unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    for number in 0..PARTS {
        stream.write_all(&part(number)).await.unwrap();
    }
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&(PART * PARTS).to_string()), "{answer}");
}

#[tokio::test]
async fn trailers_go_through_in_both_directions() {
    let world = World::new();
    world.wake(
        1,
        application(|request| async move {
            assert_eq!(request.headers()["te"], "trailers");
            let collected = request.into_body().collect().await.unwrap();
            let sum = collected.trailers().unwrap()["x-sum"].clone();
            let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), sum)]);
            let frames = [Ok(Frame::data(collected.to_bytes())), Ok(Frame::trailers(trailers))];
            let body = StreamBody::new(futures::stream::iter(frames)).boxed_unsync();
            Response::builder().header("trailer", "x-sum").body(body).unwrap()
        })
        .await,
    );
    let answer = world.raw(
        "POST / HTTP/1.1\r\nHost: shop.test\r\nTE: trailers\r\nTrailer: x-sum\r\nConnection: close, TE\r\n\
         Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 42\r\n\r\n",
    ).await;
    assert!(answer.contains("3\r\nabc\r\n0\r\nx-sum: 42\r\n"), "{answer}");
}

#[tokio::test]
async fn a_chunked_body_of_a_get_is_passed_on() {
    let world = World::new();
    world.wake(
        1,
        application(|request| async move {
            Response::new(full(request.into_body().collect().await.unwrap().to_bytes()))
        })
        .await,
    );
    let answer = world.get("/", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n").await;
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

#[tokio::test]
async fn the_answer_to_a_head_request_has_a_length_and_no_body() {
    let world = World::new();
    world.wake(1, script(vec!["HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"]).await);
    let answer = world.raw("HEAD / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains("content-length: 7\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn events_arrive_when_they_are_sent() {
    let world = World::new();
    let (event, events) = tokio::sync::mpsc::unbounded_channel::<&'static str>();
    let events = Arc::new(std::sync::Mutex::new(Some(events)));
    world.wake(
        1,
        application(move |_| {
            let events = events.lock().unwrap().take().unwrap();
            async move {
                let frames = futures::stream::unfold(events, |mut events| async {
                    Some((Ok(Frame::data(Bytes::from(events.recv().await?))), events))
                });
                Response::builder()
                    .header("content-type", "text/event-stream")
                    .body(StreamBody::new(frames).boxed_unsync())
                    .unwrap()
            }
        })
        .await,
    );
    let mut client = world.client().await;
    let mut answer = client.send_request(get("/")).await.unwrap().into_body();
    for said in ["data: 1\n\n", "data: 2\n\n"] {
        event.send(said).unwrap();
        let frame = timeout(PATIENCE, answer.frame()).await.unwrap().unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), said);
        assert_eq!(world.door.inside(), 1, "the service is in use as long as events may come");
    }
    drop((answer, client));
    while world.door.inside() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn connections_to_a_service_are_used_again_and_not_across_its_lives() {
    let connections = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = listener.local_addr().unwrap();
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                while stream.read(&mut head).await.unwrap_or(0) > 0 {
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
                }
            });
        }
    });
    let world = World::with(|plan| plan.settings.threads = 1);
    world.wake(1, upstream);
    let mut client = world.client().await;
    for _ in 0..10 {
        client.ready().await.unwrap();
        assert_eq!(text(client.send_request(get("/")).await.unwrap()).await, "ok");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    world.wake(2, upstream);
    client.ready().await.unwrap();
    assert_eq!(text(client.send_request(get("/")).await.unwrap()).await, "ok");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_was_idle_is_replaced() {
    // Each connection is closed after one answer that promised more.
    let once = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let world = World::with(|plan| plan.settings.threads = 1);
    world.wake(1, script(vec![once; 6]).await);
    let mut client = world.client().await;
    for _ in 0..6 {
        client.ready().await.unwrap();
        let answer = client.send_request(get("/")).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(text(answer).await, "ok");
    }
}

#[tokio::test]
async fn a_request_that_may_have_been_read_is_not_sent_again() {
    let world = World::new();
    world.wake(1, script(vec!["", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"]).await);
    let answer = world
        .raw("POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
        .await;
    assert!(
        answer.starts_with("HTTP/1.1 502") && answer.contains("urn:core-monitor:problem:no-answer"),
        "{answer}"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_look_whole() {
    let world = World::new();
    world.wake(
        1,
        script(vec![
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        ])
        .await,
    );
    for _ in 0..2 {
        let mut client = world.client().await;
        // The end may come before anything of the answer has been sent.
        if let Ok(answer) = client.send_request(get("/")).await {
            assert!(answer.into_body().collect().await.is_err());
        }
    }
}

#[tokio::test]
async fn an_answer_that_ends_with_its_connection_is_passed_on() {
    let world = World::new();
    world.wake(1, script(vec!["HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end"]).await);
    let mut client = world.client().await;
    let answer = client.send_request(get("/")).await.unwrap();
    assert_eq!(text(answer).await, "until the end");
}

#[tokio::test]
async fn clients_may_speak_http_2_without_being_asked() {
    let world = World::new();
    world.wake(1, mirror().await);
    let stream = TcpStream::connect(world.address).await.unwrap();
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("http://shop.test/a?b=c").body(full("")).unwrap();
    let answer = client.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let seen = text(answer).await;
    assert!(seen.starts_with("GET /a?b=c\n") && seen.contains("host: shop.test\n"), "{seen}");
}

#[tokio::test]
async fn requests_under_way_end_before_the_gateway_does() {
    let world = World::new();
    let (go, going) = tokio::sync::watch::channel(false);
    world.wake(
        1,
        application(move |_| {
            let mut going = going.clone();
            async move {
                going.wait_for(|go| *go).await.unwrap();
                Response::builder()
                    .header("x-late", HeaderValue::from_static("yes"))
                    .body(full("late"))
                    .unwrap()
            }
        })
        .await,
    );
    let (mut busy, mut idle) = (world.client().await, world.client().await);
    let answer = tokio::spawn(async move { busy.send_request(get("/")).await.unwrap() });
    while world.door.inside() == 0 {
        tokio::task::yield_now().await;
    }
    let address = world.address;
    let ended = tokio::spawn(world.running.shut_down(PATIENCE));
    // The idle connection is closed, and nobody new comes in.
    while idle.ready().await.is_ok() && TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!ended.is_finished());
    go.send(true).unwrap();
    let answer = answer.await.unwrap();
    assert_eq!(answer.headers()["connection"], "close");
    assert_eq!(text(answer).await, "late");
    timeout(PATIENCE, ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_goes_through_is_counted_for_the_service() {
    let world = World::new();
    world.wake(1, mirror().await);
    let head = "POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    world.raw(head).await;
    world.door.close();
    world.door.stand(Standing::Asleep);
    world.get("/favicon.ico", "").await;
    let text = world.metrics.render();
    let counted = |what: &str| {
        let of_web = text
            .lines()
            .filter(|line| line.contains("web") && what.split(' ').all(|part| line.contains(part)));
        of_web.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>()
    };
    assert!((counted("requests_total answered_by=\"service\" status=\"2xx\"") - 1.0).abs() < 0.1, "{text}");
    assert!((counted("requests_total answered_by=\"gateway\" status=\"5xx\"") - 1.0).abs() < 0.1, "{text}");
}
