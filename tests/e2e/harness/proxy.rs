//! A man in the middle on the engine's socket: counts writes, kills the worker at one of them, or cuts the line.

use std::fs;
use std::io::{self, BufReader, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::engine;
use super::message::Head;

/// On which side of a write to the engine the worker dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The engine never hears of it.
    Before,
    /// The engine has done it, the worker never hears of it.
    After,
}

/// Kills `victim` at its `write`-th write from now on, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trap {
    pub(crate) victim: Pid,
    pub(crate) write: usize,
    pub(crate) moment: Moment,
}

/// The proxy. The engine's address for a worker is [`Proxy::address`].
pub(crate) struct Proxy {
    folder: TempDir,
    shared: Arc<Shared>,
}

struct Shared {
    engine: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    writes: Vec<String>,
    trap: Option<Trap>,
    sprung: Option<String>,
    lines: Vec<UnixStream>,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let host = engine::host();
        let engine =
            host.strip_prefix("unix://").expect("these tests need an engine on a unix socket").into();
        let shared = Arc::new(Shared { engine, state: Mutex::default(), changed: Condvar::new() });
        let folder = TempDir::with_prefix("core-monitor-e2e-").unwrap();
        let listener = UnixListener::bind(folder.path().join("engine.sock")).unwrap();
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&accepting);
                // A connection that breaks is the business of those it connects.
                thread::spawn(move || shared.serve(client));
            }
        });
        Self { folder, shared }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.folder.path().join("engine.sock").display())
    }

    /// The writes since this was asked last.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state.lock().unwrap().writes)
    }

    /// Counts from now on, and kills at the right moment.
    pub(crate) fn arm(&self, trap: Trap) {
        let mut state = self.shared.state.lock().unwrap();
        state.writes.clear();
        state.sprung = None;
        state.trap = Some(trap);
    }

    /// Waits until the trap has killed; the write it was. `None`: there was no such write in time.
    pub(crate) fn sprung_within(&self, limit: Duration) -> Option<String> {
        let state = self.shared.state.lock().unwrap();
        let mut state =
            self.shared.changed.wait_timeout_while(state, limit, |state| state.sprung.is_none()).unwrap().0;
        state.trap = None;
        state.sprung.take()
    }

    /// The engine is gone: open connections break, new ones are refused.
    pub(crate) fn cut(&self) {
        fs::rename(self.folder.path().join("engine.sock"), self.folder.path().join("away.sock")).unwrap();
        for line in self.shared.state.lock().unwrap().lines.drain(..) {
            // One that is closed already is as good as cut.
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    /// The engine is back.
    pub(crate) fn mend(&self) {
        fs::rename(self.folder.path().join("away.sock"), self.folder.path().join("engine.sock")).unwrap();
    }
}

impl Shared {
    fn serve(&self, client: UnixStream) -> io::Result<()> {
        let engine = UnixStream::connect(&self.engine)?;
        self.state.lock().unwrap().lines.extend([client.try_clone()?, engine.try_clone()?]);
        let (mut to_client, mut to_engine) = (client.try_clone()?, engine.try_clone()?);
        let (mut from_client, mut from_engine) = (BufReader::new(client), BufReader::new(engine));
        while let Some(request) = Head::read(&mut from_client)? {
            let mut body = Vec::new();
            request.copy_request_body(&mut from_client, &mut body)?;
            let trap = self.count(&request.request());
            if let Some((trap, Moment::Before)) = trap {
                self.spring(trap, &request.request());
                return Ok(());
            }
            to_engine.write_all(&[request.bytes.as_slice(), &body].concat())?;
            let Some(answer) = Head::read(&mut from_engine)? else { return Ok(()) };
            let no_body = request.start_line.starts_with("HEAD ");
            if let Some((trap, Moment::After)) = trap {
                answer.copy_answer_body(no_body, &mut from_engine, &mut io::sink())?;
                self.spring(trap, &request.request());
                return Ok(());
            }
            to_client.write_all(&answer.bytes)?;
            if !answer.copy_answer_body(no_body, &mut from_engine, &mut to_client)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Counts a request if it is a write; the trap, if it is the one that the trap waits for.
    fn count(&self, request: &str) -> Option<(Trap, Moment)> {
        if !is_write(request) {
            return None;
        }
        let mut state = self.state.lock().unwrap();
        state.writes.push(request.to_owned());
        let trap = state.trap.filter(|trap| trap.write == state.writes.len())?;
        Some((trap, trap.moment))
    }

    fn spring(&self, trap: Trap, request: &str) {
        kill_process(trap.victim, Signal::KILL).unwrap();
        self.state.lock().unwrap().sprung = Some(request.to_owned());
        self.changed.notify_all();
    }
}

/// Waiting for a container is a POST that changes nothing.
fn is_write(request: &str) -> bool {
    let (method, path) = request.split_once(' ').unwrap_or_default();
    matches!(method, "POST" | "PUT" | "DELETE") && !path.ends_with("/wait")
}
