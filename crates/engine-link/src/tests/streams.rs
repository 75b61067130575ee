//! Requests and parallel streams.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[tokio::test]
async fn requests_get_the_workers_own_answers() {
    let bench = Bench::new();
    assert_eq!(std::fs::metadata(&bench.path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(bench.client.list_projects().await.unwrap(), [summary("shop")]);
    assert_eq!(bench.client.find_project("shop").await.unwrap(), None);
    assert_eq!(bench.client.refresh().await.unwrap(), Timestamp::from_millis(42).unwrap());
    let refused = bench.client.find_project("broken").await.unwrap_err();
    assert_eq!(refused.to_string(), "the worker cannot answer: the engine is away");
}

#[tokio::test]
async fn an_answer_may_be_larger_than_any_window() {
    let limits = Limits { window: Limits::SMALLEST_WINDOW, ..Limits::default() };
    let bench = Bench::with(limits);
    let projects: Vec<_> = (0..2_000).map(|number| summary(&format!("project-{number}"))).collect();
    *bench.worker.projects.lock().unwrap() = projects.clone();
    assert_eq!(bench.client.list_projects().await.unwrap(), projects);
}

#[tokio::test]
async fn a_restarted_worker_is_found() {
    let mut bench = Bench::new();
    assert!(bench.client.refresh().await.is_ok());
    bench.end_worker().await;
    let away = bench.client.refresh().await;
    assert!(matches!(away, Err(LinkError::WorkerAway { .. })), "{away:?}");
    bench.serve();
    assert!(bench.client.refresh().await.is_ok());

    // The next worker replaces one that was killed and left its socket behind. The client has not noticed.
    let old = bench.serving.take().unwrap();
    bench.serve();
    old.abort();
    let _ = old.await;
    assert!(bench.client.refresh().await.is_ok());
    assert!(bench.path.exists(), "the old worker does not remove the socket of the next one");
}

#[tokio::test]
async fn output_comes_in_order_and_ends() {
    let bench = Bench::new();
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    let bytes = vec![0xff, 0, b'\r'];
    let end = LineEnd::Continues;
    let stderr = vec![LogEntry { at: LogTime(-1), stream: OutputStream::Stderr, bytes, end }];
    feed.send(Ok(chunk("one"))).unwrap();
    feed.send(Ok(stderr.clone())).unwrap();
    assert_eq!(output.next().await.unwrap(), Some(chunk("one")));
    assert_eq!(output.next().await.unwrap(), Some(stderr));
    for number in 0..1_000 {
        feed.send(Ok(chunk(&format!("{number} ")))).unwrap();
    }
    drop(feed);
    let numbers: Vec<usize> =
        all(&mut output).await.unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!(numbers, (0..1_000).collect::<Vec<_>>());
    bench.over(1).await;
}

#[tokio::test]
async fn a_missing_container_is_reported_at_once() {
    let bench = Bench::new();
    let missing = bench.follow("c0").await.err();
    assert_eq!(missing, Some(LinkError::NotFound { message: "no such container: c0".into() }));
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_reported_with_its_driver() {
    let bench = Bench::new();
    match bench.client.read_logs(&"none".into(), &LogRequest::FOLLOW).await.unwrap() {
        ContainerOutput::Unreadable { driver } => assert_eq!(driver, "none"),
        ContainerOutput::Readable(_) => panic!("there is something to read"),
    }
    bench.over(1).await;
}

#[tokio::test]
async fn an_error_in_the_middle_is_not_an_end() {
    let bench = Bench::new();
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    let error = LinkError::Refused { message: "the engine went away".into() };
    feed.send(Ok(chunk("one"))).unwrap();
    feed.send(Err(error.clone())).unwrap();
    assert_eq!(output.next().await.unwrap(), Some(chunk("one")));
    assert_eq!(output.next().await, Err(error));
}

#[tokio::test]
async fn a_worker_that_disconnects_is_not_an_end() {
    let mut bench = Bench::new();
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    feed.send(Ok(chunk("one"))).unwrap();
    assert_eq!(output.next().await.unwrap(), Some(chunk("one")));
    bench.end_worker().await;
    let broken = output.next().await;
    assert!(matches!(broken, Err(LinkError::WorkerAway { .. })), "{broken:?}");
    bench.over(1).await;
}

#[tokio::test]
async fn a_client_that_stops_listening_ends_its_operations() {
    let bench = Bench::new();
    // By dropping the stream, ...
    drop(bench.follow("idle").await.unwrap());
    bench.over(1).await;
    drop(bench.follow("flood").await.unwrap());
    bench.over(2).await;
    // ... by not waiting for the answer, ...
    {
        let stuck = bench.follow("stuck");
        tokio::select! {
            _ = stuck => unreachable!("it is never found"),
            () = bench.begun(3) => {}
        }
    }
    bench.over(3).await;
    // ... or by disconnecting.
    let other = bench.client();
    let idle = follow(&other, "idle").await.unwrap();
    bench.begun(4).await;
    drop(other);
    assert_eq!(*bench.worker.over.borrow(), 3, "what is still held goes on");
    drop(idle);
    bench.over(4).await;
}

#[tokio::test]
async fn many_streams_do_not_disturb_each_other() {
    let bench = Bench::new();
    // A stream that nobody reads, with a full window.
    let _unread = bench.follow("flood").await.unwrap();
    bench.pulled(1).await;
    let feed = bench.feed();
    let mut output = bench.follow("fed").await.unwrap();
    for number in 0..500 {
        feed.send(Ok(chunk(&number.to_string()))).unwrap();
        assert_eq!(output.next().await.unwrap(), Some(chunk(&number.to_string())));
    }
    let (one, two, three) =
        tokio::join!(bench.client.list_projects(), bench.client.refresh(), bench.client.find_project("a"));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
}

#[tokio::test]
async fn a_panic_in_the_worker_fails_only_its_own_stream() {
    let bench = Bench::new();
    let _idle = bench.follow("idle").await.unwrap();
    let told = bench.client.find_project("panic").await.unwrap_err();
    assert_eq!(told, LinkError::Refused { message: "internal error; see the worker's log".into() });
    assert!(bench.client.refresh().await.is_ok());
    assert_eq!(*bench.worker.over.borrow(), 0);
}
