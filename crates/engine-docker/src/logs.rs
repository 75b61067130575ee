//! The tail of a container's output.

use bytes::Bytes;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, LogLine};
use core_monitor_domain::time::Timestamp;
use http_body_util::{BodyExt, Limited};
use hyper::Method;

use crate::session::Session;
use crate::{classify, observe, path};

/// Most lines given at once.
const MOST_LINES: u32 = 5_000;

/// Longest line in characters; the rest of a longer one is cut off.
const LONGEST_LINE: usize = 4_096;

/// Most bytes read for one tail. A container may write lines without end.
const MOST_BYTES: usize = 8 << 20;

/// Bytes before each part of a multiplexed stream: the stream, three zeros, the length in big endian.
const HEADER: usize = 8;

/// The last `lines` lines, oldest first.
pub(crate) async fn tail(
    session: &Session,
    id: &ContainerId,
    lines: u32,
) -> Result<Vec<LogLine>, EngineError> {
    let Some(container) = observe::inspect(session, id).await? else {
        return Err(EngineError::NotFound { message: format!("no such container: {id}") });
    };
    let lines = lines.min(MOST_LINES);
    let query = format!("stdout=1&stderr=1&timestamps=1&tail={lines}");
    let path = format!("/containers/{}/logs?{query}", path::segment(id.as_str()));
    let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
    let body = Limited::new(response.into_body(), MOST_BYTES).collect().await.map_err(|error| {
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
    let mut lines = Vec::new();
    let mut rest = bytes.as_ref();
    while let Some((header, after)) = rest.split_at_checked(HEADER) {
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(after.len());
        let (part, next) = after.split_at(length);
        let texts = part.split(|byte| *byte == b'\n').filter(|text| !text.is_empty());
        lines.extend(texts.map(|text| line(text, header[0] == 2)));
        rest = next;
    }
    lines
}

/// `2026-01-26T10:00:00.123456789Z text`.
fn line(bytes: &[u8], stderr: bool) -> LogLine {
    let text = String::from_utf8_lossy(bytes);
    let (at, text) = match text.split_once(' ') {
        Some((first, rest)) => match Timestamp::parse(first) {
            Some(at) => (Some(at), rest),
            None => (None, text.as_ref()),
        },
        // An empty line has a timestamp and nothing else.
        None => match Timestamp::parse(&text) {
            Some(at) => (Some(at), ""),
            None => (None, text.as_ref()),
        },
    };
    LogLine { at, stderr, text: plain(text) }
}

/// Text that does nothing to a terminal or a log: no escape sequences, no control characters, a bounded length.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut kept = 0;
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            skip_escape(&mut chars);
        } else if c == '\t' || !c.is_control() {
            if kept == LONGEST_LINE {
                out.push('…');
                break;
            }
            out.push(c);
            kept += 1;
        }
    }
    out
}

/// Passes over what follows an escape: `[...letter` for colours and cursors, `]...BEL` or `]...ESC \` for titles and
/// links, one character otherwise.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        Some('[') => while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(c) = chars.next() {
                if c == '\u{7}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
        }
        _ => (),
    }
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
    fn streams_are_told_apart() {
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
    fn a_cut_stream_gives_what_there_is() {
        let mut bytes = frame(1, "whole\n");
        bytes.extend(&frame(1, "cut off here\n")[..12]);
        check(bytes, false, "- out whole\n- out cut \n");
    }

    #[test]
    fn nothing_reaches_a_terminal() {
        assert_eq!(plain("\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}tab\tend\r\u{8}\u{0}"), "red tab\tend");
        assert_eq!(plain("\u{1b}]8;;http://x\u{1b}\\link"), "link");
        assert_eq!(plain("\u{1b}"), "");
        assert_eq!(plain(&"x".repeat(5_000)).chars().count(), LONGEST_LINE + 1);
    }
}
