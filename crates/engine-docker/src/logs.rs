//! The tail of a container's output.

use bytes::Bytes;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::plain;
use core_monitor_domain::ports::{EngineError, LogLine};
use core_monitor_domain::time::Timestamp;
use http_body_util::{BodyExt, Limited};
use hyper::Method;

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
fn parse(bytes: &Bytes, tty: bool) -> Vec<LogLine> {
    if tty {
        return bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|l| line(l, false))
            .collect();
    }
    let mut frames = Frames::default();
    let mut rest = bytes.as_ref();
    while let Some((header, after)) = rest.split_at_checked(HEADER) {
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(after.len());
        let (part, next) = after.split_at(length);
        frames.add(header[0] == 2, part);
        rest = next;
    }
    frames.lines.iter().map(|(stderr, text)| line(text, *stderr)).collect()
}

/// The lines of the two streams. The engine sends one of more than 16 KiB in several frames, each with a time of its own.
#[derive(Default)]
struct Frames {
    lines: Vec<(bool, Vec<u8>)>,
    /// The line of each stream that its last frame has not ended.
    open: [Option<usize>; 2],
}

impl Frames {
    fn add(&mut self, stderr: bool, frame: &[u8]) {
        if frame.is_empty() {
            return;
        }
        let mut texts = frame.split(|byte| *byte == b'\n');
        let open = &mut self.open[usize::from(stderr)];
        if let Some((_, begun)) = open.take().and_then(|index| self.lines.get_mut(index)) {
            begun.extend(without_time(texts.next().unwrap_or_default()));
        }
        self.lines.extend(texts.filter(|text| !text.is_empty()).map(|text| (stderr, text.to_vec())));
        if !frame.ends_with(b"\n") {
            *open = self.lines.iter().rposition(|(of, _)| *of == stderr);
        }
    }
}

/// A frame's text without its time.
fn without_time(text: &[u8]) -> &[u8] {
    let Some(end) = text.iter().position(|byte| *byte == b' ') else { return text };
    let time = std::str::from_utf8(&text[..end]).ok().and_then(Timestamp::parse);
    if time.is_some() { &text[end + 1..] } else { text }
}

/// `2026-01-26T10:00:00.123456789Z text`.
fn line(bytes: &[u8], stderr: bool) -> LogLine {
    let text = String::from_utf8_lossy(bytes);
    let (at, text) = match text.split_once(' ') {
        Some((first, rest)) => match Timestamp::parse(first) {
            Some(at) => (Some(at), rest),
            None => (None, text.as_ref()),
        },
        // An empty line has only a timestamp.
        None => match Timestamp::parse(&text) {
            Some(at) => (Some(at), ""),
            None => (None, text.as_ref()),
        },
    };
    LogLine { at, stderr, text: plain(text, MAX_LINE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], text.as_bytes()].concat()
    }

    fn check(bytes: Vec<u8>, tty: bool, expected: &str) {
        let shown = parse(&bytes.into(), tty).into_iter().map(|line| {
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
        check(bytes, false, expected);
    }

    #[test]
    fn a_terminal_has_no_frames() {
        check(b"2026-01-26T10:00:00Z a\r\nb".to_vec(), true, "2026-01-26T10:00:00Z out a\n- out b\n");
    }

    #[test]
    fn a_line_of_several_frames_is_one_line() {
        let bytes = [
            frame(1, "2026-01-26T10:00:00Z begin, "),
            frame(2, "2026-01-26T10:00:01Z other\n"),
            frame(1, "2026-01-26T10:00:02Z go on, "),
            frame(1, "2026-01-26T10:00:03Z end\n"),
            frame(1, "2026-01-26T10:00:04Z next\n"),
        ]
        .concat();
        let expected = "2026-01-26T10:00:00Z out begin, go on, end\n\
                        2026-01-26T10:00:01Z err other\n\
                        2026-01-26T10:00:04Z out next\n";
        check(bytes, false, expected);
    }

    #[test]
    fn a_truncated_stream_gives_what_arrived() {
        let mut bytes = frame(1, "whole\n");
        bytes.extend(&frame(1, "cut off here\n")[..12]);
        check(bytes, false, "- out whole\n- out cut \n");
    }
}
