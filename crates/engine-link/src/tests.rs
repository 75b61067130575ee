use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use core_monitor_domain::ports::{EngineLink, LinkError};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::{EngineLinkClient, EngineLinkListener};

/// A worker whose engine has one project.
struct Worker;

fn summary() -> ProjectSummary {
    ProjectSummary {
        name: "shop".into(),
        services: vec!["web".into()],
        containers: 2,
        running: 1,
        ids: Vec::new(),
        made_by: None,
        component: false,
    }
}

#[async_trait::async_trait]
impl EngineLink for Worker {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        Ok(vec![summary()])
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        match name {
            "broken" => Err(LinkError::Refused { message: "the engine is away".into() }),
            _ => Ok(None),
        }
    }

    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        Timestamp::from_millis(42).ok_or(LinkError::Refused { message: String::new() })
    }
}

#[tokio::test]
async fn questions_are_answered_as_by_the_worker_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine-link.sock");
    let client = EngineLinkClient::new(path.clone());
    let away = client.refresh().await;
    assert!(matches!(away, Err(LinkError::WorkerAway { .. })), "{away:?}");

    let listener = EngineLinkListener::bind(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let serving = tokio::spawn(async move { listener.run(Arc::new(Worker)).await });
    assert_eq!(client.list_projects().await.unwrap(), [summary()]);
    assert_eq!(client.find_project("shop").await.unwrap(), None);
    assert_eq!(client.refresh().await.unwrap(), Timestamp::from_millis(42).unwrap());
    let refused = client.find_project("broken").await.unwrap_err();
    assert_eq!(refused.to_string(), "the worker cannot answer: the engine is away");

    // The next worker takes the place of one that was killed and has left its socket.
    let next = EngineLinkListener::bind(&path).unwrap();
    serving.abort();
    let _ = serving.await;
    let serving = tokio::spawn(async move { next.run(Arc::new(Worker)).await });
    assert_eq!(client.list_projects().await.unwrap(), [summary()]);
    serving.abort();
}

#[tokio::test]
async fn what_is_no_question_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine-link.sock");
    let listener = EngineLinkListener::bind(&path).unwrap();
    let serving = tokio::spawn(async move { listener.run(Arc::new(Worker)).await });
    let long = vec![b'x'; 100 << 10];
    for bytes in
        [&b"hello\n"[..], br#"{"id": 1, "deadline_ms": 5, "ask": "remove_everything"}"#, b"\n", &long]
    {
        let mut stream = UnixStream::connect(&path).await.unwrap();
        // The other end may close before everything is written.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert_eq!(String::from_utf8_lossy(&answer), "");
    }
    assert_eq!(EngineLinkClient::new(path).list_projects().await.unwrap().len(), 1);
    serving.abort();
}
