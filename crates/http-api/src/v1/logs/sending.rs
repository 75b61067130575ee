//! Frames of a stream of logs, written in a format.

use actix_web::web::Bytes;
use core_monitor_application::server::{LogFrame, LogStream};

use super::Render;
use crate::streaming::{Interruption, Next, Source};

/// The frames of a stream as parts of an answer. While the client does not read, nothing asks the stream for more, so the
/// engine is not read either.
pub(super) struct Sending<R> {
    stream: LogStream,
    render: R,
    follows: bool,
}

impl<R: Render> Sending<R> {
    pub(super) fn new(stream: LogStream, render: R, follows: bool) -> Self {
        Self { stream, render, follows }
    }
}

impl<R: Render> Source for Sending<R> {
    async fn next(&mut self) -> Next {
        let Some(frames) = self.stream.next().await else { return Next::Last(Bytes::new()) };
        let is_last = matches!(frames.last(), Some(LogFrame::End(_)));
        // As large as it will be: most parts of a log that is followed are one short line.
        let mut part = Vec::with_capacity(frames.iter().map(size::<R>).sum());
        for frame in frames {
            self.render.frame(frame, &mut part);
        }
        if is_last { Next::Last(part.into()) } else { Next::Part(part.into()) }
    }

    fn heartbeat(&mut self) -> Bytes {
        let mut part = Vec::new();
        self.render.idle(&mut part);
        part.into()
    }

    fn interrupted(&mut self, why: Interruption) -> Bytes {
        let mut part = Vec::new();
        self.render.interrupted(why, &mut part);
        part.into()
    }

    /// One that does not follow ends by itself, and is sent whole to a client that has closed its sending half.
    fn can_pause(&self) -> bool {
        self.follows
    }
}

/// About how many bytes a frame takes.
fn size<R: Render>(frame: &LogFrame) -> usize {
    let text = match frame {
        LogFrame::Line { piece, .. } => piece.text.as_bytes().len(),
        LogFrame::Marker { .. } | LogFrame::End(_) => 0,
    };
    R::FRAME + text
}
