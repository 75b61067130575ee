//! Reading a container's output.

use async_trait::async_trait;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LineEnd, LogEntry, LogRequest, LogTime, OutputStream};
use core_monitor_domain::ports::{ContainerOutput, EngineLink, LinkError};
use serde::{Deserialize, Serialize};

use super::{Exchange, NoInput, Operation, Payload};
use crate::refusal::garbled;

/// Reads one container, and follows it until its run ends.
pub(crate) struct ReadLogs;

/// The container, and what to read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadLogsRequest {
    pub(crate) container: ContainerId,
    pub(crate) request: LogRequest,
}

/// The first item says whether there are others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LogItem {
    Readable,
    Unreadable { driver: String },
    Entries(Vec<LogEntry>),
}

#[async_trait]
impl Operation for ReadLogs {
    const NAME: &'static str = "read_logs";
    const LONGEST_ITEM: usize = 1 << 20;
    /// Two batches of a log: with hundreds of viewers, what each may leave unread counts.
    const WINDOW: Option<u32> = Some(80 << 10);
    const REPEATABLE: bool = true;
    type Request = ReadLogsRequest;
    type Input = NoInput;
    type Item = LogItem;
    type End = ();
    type Ready = ContainerOutput<LinkError>;

    async fn open(link: &dyn EngineLink, request: ReadLogsRequest) -> Result<Self::Ready, LinkError> {
        link.read_logs(&request.container, &request.request).await
    }

    async fn run(output: Self::Ready, exchange: &mut Exchange<Self>) -> Result<(), LinkError> {
        let mut feed = match output {
            ContainerOutput::Readable(feed) => feed,
            ContainerOutput::Unreadable { driver } => {
                return exchange.send(&LogItem::Unreadable { driver }).await;
            }
        };
        exchange.send(&LogItem::Readable).await?;
        while let Some(entries) = feed.next().await? {
            exchange.send(&LogItem::Entries(entries)).await?;
        }
        Ok(())
    }
}

const READABLE: u8 = 0;
const UNREADABLE: u8 = 1;
const ENTRIES: u8 = 2;

/// Bytes of an entry before its text.
const FIXED: usize = 13;

const STDERR: u8 = 1;
const MISSING: u8 = 2;
const CONTINUES: u8 = 4;

/// One byte for the kind. Entries follow one another: a byte for stream and end, the time, the length, the raw bytes.
impl Payload for LogItem {
    fn encode(&self) -> Result<Bytes, LinkError> {
        let mut out = BytesMut::new();
        match self {
            Self::Readable => out.put_u8(READABLE),
            Self::Unreadable { driver } => {
                out.put_u8(UNREADABLE);
                out.put_slice(driver.as_bytes());
            }
            Self::Entries(entries) => {
                out.reserve(1 + entries.iter().map(|entry| FIXED + entry.bytes.len()).sum::<usize>());
                out.put_u8(ENTRIES);
                entries.iter().try_for_each(|entry| put(&mut out, entry))?;
            }
        }
        Ok(out.freeze())
    }

    fn decode(mut bytes: Bytes) -> Result<Self, LinkError> {
        let wrong = || garbled("a part of a log");
        match bytes.try_get_u8() {
            Ok(READABLE) if bytes.is_empty() => Ok(Self::Readable),
            Ok(UNREADABLE) => {
                let driver = String::from_utf8(bytes.into()).map_err(|_| wrong())?;
                Ok(Self::Unreadable { driver })
            }
            Ok(ENTRIES) => {
                let mut entries = Vec::with_capacity(count(&bytes));
                while !bytes.is_empty() {
                    entries.push(get(&mut bytes).ok_or_else(wrong)?);
                }
                Ok(Self::Entries(entries))
            }
            _ => Err(wrong()),
        }
    }
}

fn put(out: &mut BytesMut, entry: &LogEntry) -> Result<(), LinkError> {
    let stream = if entry.stream == OutputStream::Stderr { STDERR } else { 0 };
    let end = match entry.end {
        LineEnd::Newline => 0,
        LineEnd::Missing => MISSING,
        LineEnd::Continues => CONTINUES,
    };
    out.put_u8(stream | end);
    out.put_i64(entry.at.0);
    out.put_u32(u32::try_from(entry.bytes.len()).map_err(|_| garbled("a part of a log"))?);
    out.put_slice(&entry.bytes);
    Ok(())
}

/// How many entries there are, as far as they are whole: busy logs have hundreds in each item, and a list that grows to them
/// leaves memory of every size behind.
fn count(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some((fixed, rest)) = bytes.split_first_chunk::<FIXED>() {
        let [.., a, b, c, d] = *fixed;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let Some(rest) = rest.get(length..) else { break };
        bytes = rest;
        count += 1;
    }
    count
}

fn get(bytes: &mut Bytes) -> Option<LogEntry> {
    let flags = bytes.try_get_u8().ok()?;
    let end = match flags & !STDERR {
        0 => LineEnd::Newline,
        MISSING => LineEnd::Missing,
        CONTINUES => LineEnd::Continues,
        _ => return None,
    };
    let at = LogTime(bytes.try_get_i64().ok()?);
    let length = usize::try_from(bytes.try_get_u32().ok()?).ok()?;
    let text = (length <= bytes.len()).then(|| bytes.split_to(length))?;
    let stream = if flags & STDERR == 0 { OutputStream::Stdout } else { OutputStream::Stderr };
    Some(LogEntry { at, stream, bytes: text.to_vec(), end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> LogItem {
        let mut entries = Vec::new();
        for stream in OutputStream::ALL {
            for end in [LineEnd::Newline, LineEnd::Missing, LineEnd::Continues] {
                entries.push(LogEntry { at: LogTime(-5), stream, bytes: (0..=u8::MAX).collect(), end });
            }
        }
        LogItem::Entries(entries)
    }

    #[test]
    fn items_round_trip_byte_for_byte() {
        let items = [
            LogItem::Readable,
            LogItem::Unreadable { driver: "none".into() },
            LogItem::Entries(Vec::new()),
            entries(),
        ];
        for item in items {
            assert_eq!(LogItem::decode(item.encode().unwrap()).unwrap(), item);
        }
    }

    #[test]
    fn the_list_of_entries_is_made_in_the_size_it_needs() {
        let LogItem::Entries(entries) = LogItem::decode(entries().encode().unwrap()).unwrap() else {
            panic!()
        };
        assert_eq!((entries.len(), entries.capacity()), (6, 6));
    }

    #[test]
    fn nothing_else_is_an_item() {
        let whole = entries().encode().unwrap();
        for length in [0, 2, 9, 13, 100, whole.len() - 1] {
            assert!(LogItem::decode(whole.slice(..length)).is_err(), "{length}");
        }
        for wrong in [&[3_u8][..], &[0, 0], &[1, 0xff], &[2, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert!(LogItem::decode(Bytes::copy_from_slice(wrong)).is_err(), "{wrong:?}");
        }
    }
}
