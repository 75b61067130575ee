//! A proxy on the engine's socket: counts writes, and lets something happen at one of them.

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

/// On which side of a write to the engine it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the engine receives the write, which it then never does.
    Before,
    /// After the engine has carried out the write, before the worker receives the answer.
    After,
}

/// What happens at a write.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Blow {
    /// This process is killed.
    Kill(Pid),
    /// This process is frozen, between two writes to the database. When it wakes up, it finds the answer, or its connection closed if there was none.
    Freeze(Pid),
    /// The answer is a 500 that explains nothing.
    Refuse,
    /// The engine cannot be reached any more, until [`Proxy::mend`].
    Cut,
}

/// Deals `blow` at the `write`-th write from now on, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trap {
    pub(crate) blow: Blow,
    pub(crate) write: usize,
    pub(crate) moment: Moment,
}

/// As an engine answers that cannot say more.
const UNEXPLAINED: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n{\"message\":\"injected fault\"}";

/// The proxy. The engine's address for a worker is [`Proxy::address`].
pub(crate) struct Proxy {
    folder: Arc<TempDir>,
    shared: Arc<Shared>,
}

struct Shared {
    engine: PathBuf,
    folder: Arc<TempDir>,
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
        let folder = Arc::new(TempDir::with_prefix("core-monitor-e2e-").unwrap());
        let shared =
            Shared { engine, folder: Arc::clone(&folder), state: Mutex::default(), changed: Condvar::new() };
        let shared = Arc::new(shared);
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

    /// Counts from now on, and deals the blow at the right moment.
    pub(crate) fn arm(&self, trap: Trap) {
        let mut state = self.shared.state.lock().unwrap();
        state.writes.clear();
        state.sprung = None;
        state.trap = Some(trap);
    }

    /// The write at which the trap has sprung, if it has.
    pub(crate) fn sprung(&self) -> Option<String> {
        self.sprung_within(Duration::ZERO)
    }

    /// Waits until the trap has sprung; the write it was. `None`: there was no such write in time.
    pub(crate) fn sprung_within(&self, limit: Duration) -> Option<String> {
        let state = self.shared.state.lock().unwrap();
        let mut state =
            self.shared.changed.wait_timeout_while(state, limit, |state| state.sprung.is_none()).unwrap().0;
        state.trap = None;
        state.sprung.take()
    }

    /// Whether a write arrives in time, from now on.
    pub(crate) fn writes_within(&self, limit: Duration) -> bool {
        let mut state = self.shared.state.lock().unwrap();
        state.writes.clear();
        let quiet = |state: &mut State| state.writes.is_empty();
        !self.shared.changed.wait_timeout_while(state, limit, quiet).unwrap().0.writes.is_empty()
    }

    /// Makes the engine unreachable: open connections break, new ones are refused.
    pub(crate) fn cut(&self) {
        self.shared.cut();
    }

    /// Makes the engine reachable again.
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
            if let Some(Trap { blow, moment: Moment::Before, .. }) = trap {
                if self.deal(blow, &request.request(), &mut to_client)? {
                    continue;
                }
                return Ok(());
            }
            to_engine.write_all(&[request.bytes.as_slice(), &body].concat())?;
            let Some(answer) = Head::read(&mut from_engine)? else { return Ok(()) };
            let no_body = request.start_line.starts_with("HEAD ");
            if let Some(Trap { blow, .. }) = trap {
                let mut kept = answer.bytes.clone();
                answer.copy_answer_body(no_body, &mut from_engine, &mut kept)?;
                let goes_on = self.deal(blow, &request.request(), &mut to_client)?;
                if let Blow::Freeze(_) = blow {
                    to_client.write_all(&kept)?;
                } else if !goes_on {
                    return Ok(());
                }
                continue;
            }
            to_client.write_all(&answer.bytes)?;
            if !answer.copy_answer_body(no_body, &mut from_engine, &mut to_client)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Counts a request if it is a write; the trap, if it is the one that the trap waits for.
    fn count(&self, request: &str) -> Option<Trap> {
        if !is_write(request) {
            return None;
        }
        let mut state = self.state.lock().unwrap();
        state.writes.push(request.to_owned());
        self.changed.notify_all();
        let written = state.writes.len();
        state.trap.take_if(|trap| trap.write == written)
    }

    /// Returns whether the connection goes on.
    fn deal(&self, blow: Blow, request: &str, to_client: &mut UnixStream) -> io::Result<bool> {
        match blow {
            Blow::Kill(victim) => kill_process(victim, Signal::KILL).unwrap(),
            Blow::Freeze(victim) => freeze(victim),
            Blow::Refuse => to_client.write_all(UNEXPLAINED.as_bytes())?,
            Blow::Cut => self.cut(),
        }
        self.state.lock().unwrap().sprung = Some(request.to_owned());
        self.changed.notify_all();
        Ok(matches!(blow, Blow::Refuse))
    }

    fn cut(&self) {
        let folder = self.folder.path();
        fs::rename(folder.join("engine.sock"), folder.join("away.sock")).unwrap();
        for line in self.state.lock().unwrap().lines.drain(..) {
            // One that is closed already is as good as cut.
            let _ = line.shutdown(Shutdown::Both);
        }
    }
}

/// Stops the process at a moment at which it does not keep the database locked: then nobody could write until it ends.
fn freeze(victim: Pid) {
    loop {
        kill_process(victim, Signal::STOP).unwrap();
        while !is_still(victim) {
            thread::yield_now();
        }
        if !writes_to_the_database(victim) {
            return;
        }
        kill_process(victim, Signal::CONT).unwrap();
    }
}

/// Whether all threads of the process have stopped, which takes a moment.
fn is_still(process: Pid) -> bool {
    let threads = fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero())).unwrap();
    threads.map_while(Result::ok).all(|thread| {
        // The name before the state is in parentheses and may contain any. A thread that has ended has stopped, too.
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with('T'))
    })
}

/// Whether the process holds the lock of SQLite for writers, byte 120 of the shared memory file.
fn writes_to_the_database(process: Pid) -> bool {
    let process = process.as_raw_nonzero().to_string();
    let locks = fs::read_to_string("/proc/locks").unwrap();
    locks.lines().any(|lock| {
        let words: Vec<_> = lock.split_whitespace().collect();
        matches!(words[..], [_, "POSIX", _, "WRITE", holder, _, "120", _] if holder == process)
    })
}

/// Waiting for a container is a POST that changes nothing.
fn is_write(request: &str) -> bool {
    let (method, path) = request.split_once(' ').unwrap_or_default();
    matches!(method, "POST" | "PUT" | "DELETE") && !path.ends_with("/wait")
}
