//! How the adapter handles answers that a healthy engine never gives, from a fake engine.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use core_monitor_domain::effect::Effect;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::logs::LogRequest;
use core_monitor_domain::ports::{
    ContainerEngine, ContainerLogs, ContainerOutput, EngineError, EngineReader, LogFeed, Progress,
    ProgressSink,
};
use core_monitor_domain::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::bench::DEADLINE;
use crate::docker::adapter;

const VERSION: &str =
    r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}"#;

/// The answer to a request whose path contains a word.
#[derive(Clone)]
enum Answer {
    /// A status and a complete body.
    Whole(u16, String),
    /// A success with a truncated body.
    BrokenOff(String),
    /// A success with an endless body: these bytes repeatedly. Counts how often they were sent.
    Endless(String, Arc<AtomicUsize>),
    /// No answer.
    Silence,
}

/// An engine with scripted answers.
struct PlayedEngine {
    address: String,
    serving: JoinHandle<()>,
}

impl PlayedEngine {
    async fn start(answers: Vec<(&'static str, Answer)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let answers = Arc::new(answers);
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, answers.clone()));
            }
        });
        Self { address, serving }
    }
}

impl Drop for PlayedEngine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request, one answer.
async fn serve(mut client: TcpStream, answers: Arc<Vec<(&'static str, Answer)>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match client.read(&mut chunk).await {
            Ok(read @ 1..) => request.extend(&chunk[..read]),
            _ => return,
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default();
    let known = answers.iter().find(|(word, _)| path.contains(word)).map(|(_, answer)| answer.clone());
    let fallback = match path {
        path if path.ends_with("/version") => Answer::Whole(200, VERSION.into()),
        path if path.ends_with("/info") => Answer::Whole(200, r#"{"ID":"PLAYED"}"#.into()),
        _ => Answer::Whole(404, r#"{"message":"nothing here"}"#.into()),
    };
    let answer = match known.unwrap_or(fallback) {
        Answer::Whole(status, body) => {
            let length = body.len();
            format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        }
        Answer::BrokenOff(body) => {
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n")
        }
        Answer::Endless(body, taken) => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk = format!("{:x}\r\n{body}\r\n", body.len());
            let mut said = client.write_all(head.as_bytes()).await;
            while said.is_ok() {
                said = client.write_all(chunk.as_bytes()).await;
                taken.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
        Answer::Silence => std::future::pending().await,
    };
    let _ = client.write_all(answer.as_bytes()).await;
}

#[derive(Default)]
struct Heard(Mutex<Vec<Progress>>);

impl ProgressSink for Heard {
    fn report(&self, progress: Progress) {
        self.0.lock().unwrap().push(progress);
    }
}

/// The result of a pull of `app:1`, and the reported statuses.
async fn pull(answers: Vec<(&'static str, Answer)>) -> (String, Vec<String>) {
    let played = PlayedEngine::start(answers).await;
    let engine = adapter(&played.address);
    let effect = Effect::PullImage { image: ImageRef::from("app:1"), platform: None };
    let heard = Arc::new(Heard::default());
    let result = engine.perform(&effect, DEADLINE, heard.clone()).await;
    let statuses = heard.0.lock().unwrap().iter().map(|progress| progress.status.clone()).collect();
    let text = match result {
        Err(EngineError::Unavailable { .. }) => "unavailable".to_owned(),
        Err(EngineError::ImageUnavailable { message }) => message,
        other => format!("{other:?}"),
    };
    (text, statuses)
}

const STEP: &str =
    "{\"status\":\"Downloading\",\"id\":\"l0\",\"progressDetail\":{\"current\":1,\"total\":2}}\r\n";

#[tokio::test]
async fn an_error_inside_a_pull_is_an_error() {
    let refused = "{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"manifest unknown\"}\r\n";
    let stream = Answer::Whole(200, format!("{STEP}{refused}"));
    let (text, statuses) = pull(vec![("/images/create", stream)]).await;
    assert_eq!((text.as_str(), statuses), ("manifest unknown", vec!["Downloading".to_owned()]));
}

#[tokio::test]
async fn an_interrupted_pull_fails() {
    let image = Answer::Whole(200, r#"{"Id":"sha256:0"}"#.into());
    let answers = vec![("/images/create", Answer::BrokenOff(STEP.into())), ("/images/app", image)];
    let (text, statuses) = pull(answers).await;
    assert_eq!((text.as_str(), statuses.len()), ("unavailable", 1));
}

#[tokio::test]
async fn a_pull_that_ends_well_needs_the_image() {
    let stream = || ("/images/create", Answer::Whole(200, STEP.into()));
    let (text, _) = pull(vec![stream()]).await;
    assert_eq!(text, "the engine reported that it pulled `app:1`, but the image does not exist");
    let image = ("/images/app:1/json", Answer::Whole(200, r#"{"Id":"sha256:0"}"#.into()));
    let (text, _) = pull(vec![stream(), image]).await;
    assert_eq!(text, r#"Ok(Image { id: ImageId("sha256:0") })"#);
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let played = PlayedEngine::start(vec![("/start", Answer::Silence)]).await;
    let engine = adapter(&played.address);
    let effect = Effect::StartContainer { container: ContainerId("0".repeat(64)) };
    let deadline = Duration::from_millis(300);
    let result = engine.perform(&effect, deadline, Arc::new(Heard::default())).await;
    assert!(matches!(result, Err(EngineError::Timeout { after }) if after == deadline), "{result:?}");
}

#[tokio::test]
async fn an_engine_that_is_too_old_is_refused_with_both_versions() {
    let version = VERSION.replace("1.41", "1.40");
    let played = PlayedEngine::start(vec![("/version", Answer::Whole(200, version))]).await;
    let now = Timestamp::from_millis(1).unwrap();
    let result = adapter(&played.address).observe(InstanceId(Uuid::nil()), &[].into(), now).await;
    let text = result.unwrap_err().to_string();
    assert_eq!(
        text,
        "engine 20.10.24 supports API 1.40 at most, but at least 1.41 is required (Engine 20.10 or later)"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_reported() {
    let played = PlayedEngine::start(vec![("/json", Answer::Whole(200, "<html>".into()))]).await;
    let result = adapter(&played.address).inspect(&ContainerId("0".repeat(64))).await;
    let text = result.unwrap_err().to_string();
    assert!(text.starts_with("the engine's response cannot be parsed"), "{text}");
}

/// The minimal inspect response for following logs.
const INSPECTED: &str = r#"{"Id":"c0","Name":"/web","Created":"2026-01-26T10:00:00Z","Image":"sha256:0","State":{"Status":"running"},"Config":{"Image":"app:1","Tty":false},"HostConfig":{},"NetworkSettings":{},"Mounts":[]}"#;

fn logs(answer: Answer) -> Vec<(&'static str, Answer)> {
    vec![("/logs", answer), ("/json", Answer::Whole(200, INSPECTED.into()))]
}

async fn follow(engine: &impl ContainerLogs) -> LogFeed<EngineError> {
    match engine.read_logs(&ContainerId("c0".into()), &LogRequest::FOLLOW).await.unwrap() {
        ContainerOutput::Readable(feed) => feed,
        ContainerOutput::Unreadable { driver } => panic!("`{driver}` cannot be read"),
    }
}

#[tokio::test]
async fn interrupted_output_is_an_error() {
    let part = "\u{1}\0\0\0\0\0\0\u{4}one\n";
    let played = PlayedEngine::start(logs(Answer::BrokenOff(part.into()))).await;
    let engine = adapter(&played.address);
    let mut output = follow(&engine).await;
    assert_eq!(output.next().await.unwrap().unwrap()[0].bytes, b"one");
    let broken = output.next().await;
    assert!(matches!(broken, Err(EngineError::Unavailable { .. })), "{broken:?}");
}

#[tokio::test]
async fn a_reader_that_stops_stops_the_engine() {
    const LENGTH: usize = 0x7f78;
    let taken = Arc::new(AtomicUsize::new(0));
    let part = format!("\u{1}\0\0\0\0\0\u{7f}\u{78}{}", "x".repeat(LENGTH));
    let played = PlayedEngine::start(logs(Answer::Endless(part, Arc::clone(&taken)))).await;
    let engine = adapter(&played.address);
    let mut output = follow(&engine).await;
    output.next().await.unwrap().unwrap();
    // Lets the other end write as long as its data is accepted.
    let (mut before, mut turns) = (0, 0);
    while turns < 1_000 {
        tokio::task::yield_now().await;
        let now = taken.load(Ordering::Relaxed);
        turns = if now == before { turns + 1 } else { 0 };
        before = now;
    }
    // The kernel's socket buffers and one buffer of the client; without a limit it would be endless.
    assert!(before * LENGTH < 16 << 20, "{before} times {LENGTH} bytes were taken");
    // A reader that continues gets everything.
    for _ in 0..2_000 {
        output.next().await.unwrap().unwrap();
    }
    assert!(taken.load(Ordering::Relaxed) > before);
}
