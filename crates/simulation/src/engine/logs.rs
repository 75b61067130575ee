//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{ENTRY, LineEnd, LogEntry, LogRequest, LogTail, LogTime, OutputStream};
use core_monitor_domain::ports::{ContainerLogs, ContainerOutput, EngineError, Feed, LogLine};
use tokio::sync::mpsc;

use super::SimContainerEngine;
use super::world::World;

/// What a follower receives: output, or the loss of the engine.
pub(super) type Heard = Result<Vec<LogEntry>, ()>;

/// Log drivers from which the engine cannot read. Docker keeps copies for others.
const UNREADABLE: [&str; 1] = ["none"];

#[async_trait]
impl ContainerLogs for SimContainerEngine {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<EngineError>, EngineError> {
        let mut world = self.reached()?;
        let found = world.container(container)?;
        let driver = found.spec.logging.as_ref().and_then(|logging| logging.driver.clone());
        if let Some(driver) = driver.filter(|driver| UNREADABLE.contains(&driver.as_str())) {
            return Ok(ContainerOutput::Unreadable { driver });
        }
        let all: Vec<_> = found.logs.iter().flat_map(entries).collect();
        let from = match request.tail {
            LogTail::All => 0,
            LogTail::Last(lines) => all.len().saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX)),
        };
        let wanted = Wanted(request.clone());
        let written = wanted.of(all.into_iter().skip(from).collect());
        // Dropping the sender at once ends the feed of a stopped container.
        let runs = found.is_up();
        let (sender, further) = mpsc::unbounded_channel();
        if runs && request.follow {
            world.followers.entry(container.clone()).or_default().push(sender);
        }
        Ok(ContainerOutput::Readable(Box::new(SimOutput { written: Some(written), further, wanted })))
    }
}

impl SimContainerEngine {
    /// The number of current followers of a container's output.
    pub fn followers(&self, container: &ContainerId) -> usize {
        let world = self.world();
        let followers = world.followers.get(container);
        followers.map_or(0, |followers| followers.iter().filter(|sender| !sender.is_closed()).count())
    }

    /// Writes a line to a container's output.
    pub fn write_by_hand(&self, container: &ContainerId, stderr: bool, text: &str) {
        self.world().write_line(container, stderr, text.to_owned());
    }
}

impl World {
    /// Sends a line to the followers of the container.
    pub(super) fn tell_followers(&mut self, container: &ContainerId, line: &LogLine) {
        if let Some(followers) = self.followers.get_mut(container) {
            followers.retain(|follower| follower.send(Ok(entries(line))).is_ok());
        }
    }

    /// Reports the loss of the engine to all followers.
    pub(super) fn lose_followers(&mut self) {
        for follower in std::mem::take(&mut self.followers).into_values().flatten() {
            // The follower may be gone.
            let _ = follower.send(Err(()));
        }
    }
}

/// What an engine keeps of a line.
fn entries(line: &LogLine) -> Vec<LogEntry> {
    let stream = if line.stderr { OutputStream::Stderr } else { OutputStream::Stdout };
    let at = line.at.map_or(LogTime(0), LogTime::from);
    let entry = |bytes: &[u8], end| LogEntry { at, stream, bytes: bytes.to_vec(), end };
    let (whole, rest) = line.text.as_bytes().as_chunks::<ENTRY>();
    let long = whole.iter().map(|bytes| entry(bytes, LineEnd::Continues));
    long.chain([entry(rest, LineEnd::Newline)]).collect()
}

/// What a reader asked for.
#[derive(Debug)]
struct Wanted(LogRequest);

impl Wanted {
    fn of(&self, entries: Vec<LogEntry>) -> Vec<LogEntry> {
        let LogRequest { since, until, stdout, stderr, .. } = self.0;
        let is_wanted = |entry: &LogEntry| {
            let of_stream = if entry.stream == OutputStream::Stderr { stderr } else { stdout };
            of_stream
                && since.is_none_or(|since| entry.at >= since)
                && until.is_none_or(|until| entry.at <= until)
        };
        entries.into_iter().filter(is_wanted).collect()
    }
}

#[derive(Debug)]
struct SimOutput {
    written: Option<Vec<LogEntry>>,
    further: mpsc::UnboundedReceiver<Heard>,
    wanted: Wanted,
}

#[async_trait]
impl Feed<Vec<LogEntry>, EngineError> for SimOutput {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, EngineError> {
        if let Some(written) = self.written.take().filter(|entries| !entries.is_empty()) {
            return Ok(Some(written));
        }
        loop {
            match self.further.recv().await {
                Some(Ok(entries)) => {
                    let entries = self.wanted.of(entries);
                    if !entries.is_empty() {
                        return Ok(Some(entries));
                    }
                }
                Some(Err(())) => {
                    return Err(EngineError::Unavailable { reason: "the engine went away".to_owned() });
                }
                None => return Ok(None),
            }
        }
    }
}
