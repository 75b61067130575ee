//! What there is, merged by time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogPiece, LogTime};
use core_monitor_domain::ports::LinkError;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::output::{Output, Read};
use super::viewed::Out;
use super::{LogFrame, LogMarker, LogSource, Sources};

/// Bytes of lines that are sent at once.
const BATCH: usize = 32 << 10;
/// What a line costs besides its text.
const LINE_COST: usize = 100;

/// Why it ended early.
pub(super) enum Stopped {
    /// Nobody reads any more.
    Unread,
    /// The worker is away.
    Failed(LinkError),
}

/// One container on the way to its end.
struct Head {
    source: Arc<LogSource>,
    /// What was read of it and is not sent yet.
    ready: VecDeque<LogPiece>,
    /// The rest, unless it is being read or there is none.
    rest: Option<Output>,
}

/// Sends everything that there is, and remembers where each container goes on.
pub(super) async fn send(outputs: Vec<Output>, sources: &mut Sources, out: &Out) -> Result<(), Stopped> {
    let mut heads: BTreeMap<ContainerId, Head> = BTreeMap::new();
    for output in &outputs {
        let Some(source) = sources.get(&output.container) else { continue };
        let head = Head { source: Arc::clone(&source.about), ready: VecDeque::new(), rest: None };
        heads.insert(output.container.clone(), head);
    }
    let mut reading: FuturesUnordered<_> = outputs.into_iter().map(read).collect();
    let (mut batch, mut size) = (Vec::new(), 0);
    loop {
        // Only when the next line of each is known, the first of all is.
        while let Some((output, read)) = reading.next().await {
            let Some(head) = heads.get_mut(&output.container) else { continue };
            let position = output.position();
            batch.extend(head.take(output, read)?);
            if let Some(source) = sources.get_mut(&head.source.container) {
                source.position = position;
            }
        }
        while let Some(head) =
            heads.values_mut().filter(|head| !head.ready.is_empty()).min_by_key(|head| head.at())
        {
            let source = Arc::clone(&head.source);
            if let Some(piece) = head.ready.pop_front() {
                size += piece.text.as_bytes().len() + LINE_COST;
                batch.push(LogFrame::Line { source, piece });
            }
            if size >= BATCH {
                size = 0;
                out.send(std::mem::take(&mut batch)).await.map_err(|_| Stopped::Unread)?;
            }
            if head.ready.is_empty()
                && let Some(rest) = head.rest.take()
            {
                reading.push(read(rest));
                break;
            }
        }
        if reading.is_empty() {
            return out.send(batch).await.map_err(|_| Stopped::Unread);
        }
    }
}

async fn read(mut output: Output) -> (Output, Result<Read, LinkError>) {
    let read = output.next().await;
    (output, read)
}

impl Head {
    /// The time of its next line.
    fn at(&self) -> Option<LogTime> {
        self.ready.front().map(|piece| piece.at)
    }

    /// Takes what was read. Returns what is to be said about it.
    fn take(&mut self, output: Output, read: Result<Read, LinkError>) -> Result<Option<LogFrame>, Stopped> {
        let marker = match read {
            Ok(Read::Pieces(pieces)) => {
                self.ready.extend(pieces);
                self.rest = Some(output);
                None
            }
            Ok(Read::Missed(pieces)) => {
                self.ready.extend(pieces);
                self.rest = Some(output);
                Some(LogMarker::Gap)
            }
            Ok(Read::End(pieces)) => {
                self.ready.extend(pieces);
                None
            }
            Err(LinkError::NotFound { .. }) => None,
            Err(error @ LinkError::Refused { .. }) => Some(LogMarker::Failed { error }),
            Err(error) => return Err(Stopped::Failed(error)),
        };
        Ok(marker.map(|marker| LogFrame::Marker { source: Arc::clone(&self.source), marker }))
    }
}
