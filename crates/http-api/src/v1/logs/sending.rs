//! Sends frames as long as somebody reads them.

use std::time::Duration;

use actix_web::Error;
use actix_web::web::{Bytes, Data};
use core_monitor_application::server::LogStream;
use futures::Stream;
use futures::stream;

use super::{Interruption, Render};
use crate::api::Api;
use crate::sse::{HEARTBEAT, OpenStream};

/// Bytes of a part of the answer. Frames come in batches of about this size.
const PART: usize = 40 << 10;

/// A stream that is being sent. While the client does not read, nothing asks it for more, so the engine is not read either;
/// a client that does not read for `write_timeout` loses its connection.
pub(super) struct Sending<R> {
    api: Data<Api>,
    stream: LogStream,
    render: R,
    /// Elapsed time at which the last part was sent.
    last_sent: Duration,
    /// Elapsed time at which it is as old as it may be.
    ends_at: Duration,
    ended: bool,
    _open: OpenStream,
}

impl<R: Render> Sending<R> {
    pub(super) fn new(api: Data<Api>, stream: LogStream, render: R, open: OpenStream) -> Self {
        let last_sent = api.clock.elapsed();
        let ends_at = last_sent + api.limits.streams.age;
        Self { api, stream, render, last_sent, ends_at, ended: false, _open: open }
    }

    pub(super) fn body(self) -> impl Stream<Item = Result<Bytes, Error>> + 'static {
        Box::pin(stream::unfold(self, async |mut sending| {
            let part = sending.next().await?;
            Some((Ok(part), sending))
        }))
    }

    async fn next(&mut self) -> Option<Bytes> {
        while !self.ended {
            let mut part = Vec::new();
            self.write(&mut part).await;
            if !part.is_empty() {
                self.last_sent = self.api.clock.elapsed();
                return Some(part.into());
            }
        }
        None
    }

    async fn write(&mut self, part: &mut Vec<u8>) {
        let api = self.api.clone();
        let left = (self.last_sent + HEARTBEAT).min(self.ends_at).saturating_sub(api.clock.elapsed());
        tokio::select! {
            biased;
            () = api.stopping.cancelled() => {
                self.render.interrupted(Interruption::Stopping, part);
                self.ended = true;
            }
            frames = self.stream.next() => match frames {
                Some(frames) => {
                    part.reserve(PART);
                    for frame in frames {
                        self.render.frame(frame, part);
                    }
                    self.end_if_old(part);
                }
                None => self.ended = true,
            },
            () = api.clock.sleep(left) => {
                // Also if nothing is written, or it would be due at once again.
                self.last_sent = api.clock.elapsed();
                self.end_if_old(part);
                if !self.ended {
                    self.render.idle(part);
                }
            }
        }
    }

    fn end_if_old(&mut self, part: &mut Vec<u8>) {
        if self.api.clock.elapsed() >= self.ends_at {
            self.render.interrupted(Interruption::Old, part);
            self.ended = true;
        }
    }
}
