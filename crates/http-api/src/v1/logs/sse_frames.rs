//! Server-sent events.

use core_monitor_application::server::LogFrame;
use core_monitor_domain::logs::LogCursor;

use super::{LogFrameBody, Render, remember};
use crate::streaming::Interruption;

/// The id of an event says where to go on; browsers send it back when they reconnect.
pub(super) struct SseFrames {
    cursor: LogCursor,
}

impl SseFrames {
    pub(super) fn new(cursor: LogCursor) -> Self {
        Self { cursor }
    }

    fn write(&self, frame: &LogFrameBody, has_id: bool, out: &mut Vec<u8>) {
        if has_id {
            out.extend_from_slice(format!("id: {}\n", self.cursor).as_bytes());
        }
        out.extend_from_slice(b"data: ");
        // Compact JSON has no line break, which would end the field.
        let _ = serde_json::to_writer(&mut *out, frame);
        out.extend_from_slice(b"\n\n");
    }
}

impl Render for SseFrames {
    const FRAME: usize = 512;

    fn frame(&mut self, frame: LogFrame, out: &mut Vec<u8>) {
        remember(&mut self.cursor, &frame);
        let has_id = matches!(frame, LogFrame::Line { .. });
        let frame = LogFrameBody::new(frame, None);
        self.write(&frame, has_id, out);
    }

    fn idle(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b": still here\n\n");
    }

    /// A client that reconnects sends the last id that it has, even if no line came with it.
    fn interrupted(&mut self, why: Interruption, out: &mut Vec<u8>) {
        out.extend_from_slice(b"retry: 1000\n");
        let has_id = !self.cursor.is_empty();
        self.write(&LogFrameBody::interrupted(why), has_id, out);
    }
}
