//! The tail of a container's output.

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LineEnd, LogEntry, LogTime, OutputStream, plain};
use core_monitor_domain::ports::{EngineError, LogLine};
use http_body_util::{BodyExt, Limited};
use hyper::Method;

use crate::follow::Form;
use crate::log_entries::Entries;
use crate::session::Session;
use crate::{classify, observe, path};

/// Maximum number of lines returned.
const MAX_LINES: u32 = 5_000;

/// Maximum length of a line in characters; the rest is cut off, which an ellipsis shows.
const MAX_LINE: usize = 4_096;

/// Maximum number of bytes read, since lines may be arbitrarily long.
const MAX_BYTES: usize = 8 << 20;

/// Size of the header of each frame in a multiplexed stream: the stream, three zeros, the length in big endian.
pub(crate) const HEADER: usize = 8;

/// The last `lines` lines, oldest first.
pub(crate) async fn tail(
    session: &Session,
    id: &ContainerId,
    lines: u32,
) -> Result<Vec<LogLine>, EngineError> {
    let Some(container) = observe::inspect(session, id).await? else {
        return Err(EngineError::NotFound { message: format!("no such container: {id}") });
    };
    let lines = lines.min(MAX_LINES);
    let query = format!("stdout=1&stderr=1&timestamps=1&tail={lines}");
    let path = format!("/containers/{}/logs?{query}", path::segment(id.as_str()));
    let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
    let body = Limited::new(response.into_body(), MAX_BYTES).collect().await.map_err(|error| {
        EngineError::Unavailable { reason: format!("the container's output cannot be read: {error}") }
    })?;
    Ok(parse(&body.to_bytes(), container.has_tty()))
}

/// Splits what the engine sent into lines.
fn parse(bytes: &[u8], tty: bool) -> Vec<LogLine> {
    let mut entries = Entries::new(if tty { Form::Plain } else { Form::Multiplexed });
    entries.add(bytes);
    let mut lines = Lines::default();
    // What cannot be read any more ends the list: it is there to explain a failure.
    while let Ok(Some(entry)) = entries.next() {
        lines.add(entry);
    }
    while let Ok(Some(entry)) = entries.end() {
        lines.add(entry);
    }
    lines.done.into_iter().map(|(at, stderr, text)| line(at, stderr, &text)).collect()
}

/// The lines of the two streams. One of more than 16 KiB is several entries of the same time.
#[derive(Default)]
struct Lines {
    done: Vec<(LogTime, bool, Vec<u8>)>,
    /// The line of each stream that goes on.
    open: [Option<usize>; 2],
}

impl Lines {
    fn add(&mut self, entry: LogEntry) {
        let stderr = entry.stream == OutputStream::Stderr;
        let open = self.open[usize::from(stderr)].take();
        let goes_on = open.filter(|index| self.done.get(*index).is_some_and(|(at, _, _)| *at == entry.at));
        let index = if let Some((index, (_, _, text))) =
            goes_on.and_then(|index| self.done.get_mut(index).map(|line| (index, line)))
        {
            text.extend(entry.bytes);
            index
        } else {
            self.done.push((entry.at, stderr, entry.bytes));
            self.done.len() - 1
        };
        if entry.end == LineEnd::Continues {
            self.open[usize::from(stderr)] = Some(index);
        }
    }
}

fn line(at: LogTime, stderr: bool, text: &[u8]) -> LogLine {
    LogLine { at: at.timestamp(), stderr, text: plain(&String::from_utf8_lossy(text), MAX_LINE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], text.as_bytes()].concat()
    }

    fn check(bytes: &[u8], tty: bool, expected: &str) {
        let shown = parse(bytes, tty).into_iter().map(|line| {
            let stream = if line.stderr { "err" } else { "out" };
            let at = line.at.map_or_else(|| "-".to_owned(), |at| at.to_string());
            format!("{at} {stream} {}\n", line.text)
        });
        assert_eq!(shown.collect::<String>(), expected);
    }

    #[test]
    fn streams_are_distinguished() {
        let bytes = [
            frame(1, "2026-01-26T10:00:00.000000001Z hello\n"),
            frame(2, "2026-01-26T10:00:01Z oh no\n"),
            frame(1, "2026-01-26T10:00:02Z \n"),
        ]
        .concat();
        let expected = "2026-01-26T10:00:00.000000001Z out hello\n\
                        2026-01-26T10:00:01Z err oh no\n\
                        2026-01-26T10:00:02Z out \n";
        check(&bytes, false, expected);
    }

    #[test]
    fn a_terminal_has_no_frames() {
        let bytes = b"2026-01-26T10:00:00Z a\r\n2026-01-26T10:00:01Z b".to_vec();
        check(&bytes, true, "2026-01-26T10:00:00Z out a\n2026-01-26T10:00:01Z out b\n");
        check(b"no time", true, "- out no time\n");
    }

    #[test]
    fn a_line_of_several_frames_is_one_line() {
        let long = "x".repeat(16 << 10);
        let bytes = [
            frame(1, &format!("2026-01-26T10:00:00Z {long}")),
            frame(2, "2026-01-26T10:00:01Z other\n"),
            frame(1, "2026-01-26T10:00:00Z end\n"),
            frame(1, "2026-01-26T10:00:04Z next\n"),
        ]
        .concat();
        let cut = "x".repeat(MAX_LINE);
        let expected = format!(
            "2026-01-26T10:00:00Z out {cut}…\n\
             2026-01-26T10:00:01Z err other\n\
             2026-01-26T10:00:04Z out next\n"
        );
        check(&bytes, false, &expected);
    }

    #[test]
    fn a_run_that_ended_in_the_middle_of_a_line_ended_the_line() {
        let bytes =
            [frame(1, "2026-01-26T10:00:00Z half"), frame(1, "2026-01-26T10:00:01Z next run\n")].concat();
        check(&bytes, false, "2026-01-26T10:00:00Z out half\n2026-01-26T10:00:01Z out next run\n");
    }

    #[test]
    fn a_truncated_stream_gives_the_lines_that_arrived() {
        let mut bytes = frame(1, "whole\n");
        bytes.extend(&frame(1, "cut off here\n")[..12]);
        check(&bytes, false, "- out whole\n");
    }
}
