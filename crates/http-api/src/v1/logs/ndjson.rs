//! A frame in each line.

use core_monitor_application::server::LogFrame;
use core_monitor_domain::logs::LogCursor;

use super::{LogFrameBody, Render, remember};
use crate::streaming::Interruption;

/// Each line says where to go on.
pub(super) struct Ndjson {
    cursor: LogCursor,
}

impl Ndjson {
    pub(super) fn new(cursor: LogCursor) -> Self {
        Self { cursor }
    }
}

impl Render for Ndjson {
    const FRAME: usize = 512;

    fn frame(&mut self, frame: LogFrame, out: &mut Vec<u8>) {
        remember(&mut self.cursor, &frame);
        let after = matches!(frame, LogFrame::Line { .. }).then(|| self.cursor.to_string());
        write(&LogFrameBody::new(frame, after), out);
    }

    fn idle(&mut self, out: &mut Vec<u8>) {
        write(&LogFrameBody::Idle {}, out);
    }

    fn interrupted(&mut self, why: Interruption, out: &mut Vec<u8>) {
        write(&LogFrameBody::interrupted(why), out);
    }
}

fn write(frame: &LogFrameBody, out: &mut Vec<u8>) {
    // Strings, numbers and lists can always be written as JSON, and to memory.
    let _ = serde_json::to_writer(&mut *out, frame);
    out.push(b'\n');
}
