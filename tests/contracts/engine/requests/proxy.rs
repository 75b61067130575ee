//! A Unix socket in front of the engine's that records requests.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::bench::Bench;
use crate::docker;

/// A recording proxy; stopped on drop.
pub(crate) struct CountingProxy {
    folder: TempDir,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<tokio::sync::Mutex<JoinSet<()>>>,
    accepting: JoinHandle<()>,
}

impl CountingProxy {
    pub(crate) fn start() -> Self {
        let address = docker::address();
        let engine = address.strip_prefix("unix://").unwrap_or_else(|| {
            panic!("this test needs an engine on a Unix socket, but the engine is at {address}")
        });
        let engine = PathBuf::from(engine);
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(tokio::sync::Mutex::new(JoinSet::new()));
        let accepting = tokio::spawn({
            let (seen, connections) = (seen.clone(), connections.clone());
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    let upstream = UnixStream::connect(&engine).await.unwrap();
                    connections.lock().await.spawn(pass(client, upstream, seen.clone()));
                }
            }
        });
        Self { folder, seen, connections, accepting }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.folder.path().join("engine.sock").display())
    }

    /// The requests since the last call, as `GET /v1.41/volumes`.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// Polls until no inspect is needed, so all events have been processed.
    pub(crate) async fn settle(&self, bench: &Bench) {
        for _ in 0..200 {
            let before = self.seen.lock().unwrap().len();
            bench.look().await;
            let lists = self.seen.lock().unwrap().len() - before;
            if lists == 4 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the host never got quiet: {:#?}", self.take());
    }

    /// Closes every connection; new ones are accepted.
    pub(crate) async fn cut(&self) {
        self.connections.lock().await.shutdown().await;
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass(client: UnixStream, upstream: UnixStream, seen: Arc<Mutex<Vec<String>>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_engine, mut to_engine) = upstream.into_split();
    let asking = async {
        let mut text = String::new();
        let mut chunk = [0; 8192];
        while let Ok(read @ 1..) = from_client.read(&mut chunk).await {
            text.push_str(&String::from_utf8_lossy(&chunk[..read]));
            note(&mut text, &seen);
            if to_engine.write_all(&chunk[..read]).await.is_err() {
                break;
            }
        }
    };
    let answering = async {
        let _ = copy(&mut from_engine, &mut to_client).await;
    };
    // When one direction ends, both are closed.
    tokio::select! { () = asking => (), () = answering => () }
}

/// Takes complete request lines out of `text`.
fn note(text: &mut String, seen: &Mutex<Vec<String>>) {
    const MARK: &str = " HTTP/1.1\r\n";
    while let Some(end) = text.find(MARK) {
        let start = text[..end].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..end].split('?').next().unwrap_or_default();
        // A body may precede the next request line without a line break.
        let methods = ["GET ", "POST ", "DELETE ", "HEAD "];
        let line = methods.iter().find_map(|method| line.rfind(method).map(|at| &line[at..])).unwrap_or(line);
        seen.lock().unwrap().push(line.to_owned());
        text.drain(..end + MARK.len());
    }
}
