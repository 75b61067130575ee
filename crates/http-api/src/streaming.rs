//! Answers that go on: events, statistics and logs as they come.
//!
//! All of them show that they still stand, end when they are old or when the server stops, and count among those of their
//! caller until they end. A [`Source`] only says what there is to send, and how its format says the rest.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpResponse, HttpResponseBuilder};
use core_monitor_domain::actor::Actor;
use futures::stream;

use crate::api::Api;
use crate::connection::ends_with_client;
use crate::problem::Problem;

mod form;
mod open_streams;

pub(crate) use form::Form;
pub use open_streams::StreamLimits;
pub(crate) use open_streams::{OpenStream, OpenStreams};

/// Idle time after which a sign of life is sent, so that proxies do not close the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a stream is made of.
pub(crate) trait Source: 'static {
    /// Waits for what is sent next. The wait is cancelled whenever something else is to be said, and begins again behind it:
    /// that must lose nothing.
    async fn next(&mut self) -> Next;

    /// What shows that the connection still stands; nothing if the format has no such thing.
    fn heartbeat(&mut self) -> Bytes;

    /// The end of a stream that could go on: nothing, or what tells a client where.
    fn interrupted(&mut self, why: Interruption) -> Bytes;

    /// Whether there may be nothing to send for as long as nothing happens.
    fn can_pause(&self) -> bool {
        true
    }
}

/// What is sent next. A part may be empty, and is then not sent.
pub(crate) enum Next {
    /// One part of many.
    Part(Bytes),
    /// The last one.
    Last(Bytes),
}

/// Why a stream ends that could go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interruption {
    /// It is as old as it may be.
    Old,
    /// The server stops.
    Stopping,
}

impl Interruption {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Old, Self::Stopping];

    /// The name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::Stopping => "stopping",
        }
    }
}

/// Counts one more stream of the caller, if it may have another.
pub(crate) fn open(api: &Api, caller: &Actor) -> Result<OpenStream, Problem> {
    api.streams.open(caller.to_string(), api.limits.streams.per_caller)
}

/// The beginning of an answer that goes on.
pub(crate) fn head(content_type: &'static str) -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Tells proxies not to buffer the stream.
        .insert_header(("X-Accel-Buffering", "no"));
    head
}

/// Sends what `source` has for as long as somebody reads it.
///
/// While the client does not read, nothing asks the source for more. A client that does not read for `write_timeout` loses its
/// connection, and so does one that has closed its end while there may be nothing to send for long.
pub(crate) fn answer(
    mut head: HttpResponseBuilder,
    api: Data<Api>,
    open: OpenStream,
    source: impl Source,
) -> HttpResponse {
    if source.can_pause() {
        ends_with_client(&mut head);
    }
    let last_sent = api.clock.elapsed();
    let ends_at = last_sent + api.limits.streams.age;
    let sending = Sending { api, source, last_sent, ends_at, ended: false, _open: open };
    head.streaming(Box::pin(stream::unfold(sending, async |mut sending| {
        let part = sending.next().await?;
        Some((Ok::<_, Error>(part), sending))
    })))
}

struct Sending<S> {
    api: Data<Api>,
    source: S,
    /// Elapsed time at which something was sent last, or nothing could be said to show that it stands.
    last_sent: Duration,
    /// Elapsed time at which the stream is as old as it may be.
    ends_at: Duration,
    ended: bool,
    _open: OpenStream,
}

impl<S: Source> Sending<S> {
    async fn next(&mut self) -> Option<Bytes> {
        while !self.ended {
            let part = self.part().await;
            if !part.is_empty() {
                self.last_sent = self.api.clock.elapsed();
                return Some(part);
            }
        }
        None
    }

    /// What comes first; may be empty.
    async fn part(&mut self) -> Bytes {
        let api = self.api.clone();
        let now = api.clock.elapsed();
        // Also one that always has something to send becomes old.
        if now >= self.ends_at {
            return self.interrupt(Interruption::Old);
        }
        let left = (self.last_sent + HEARTBEAT).min(self.ends_at).saturating_sub(now);
        tokio::select! {
            biased;
            () = api.stopping.cancelled() => self.interrupt(Interruption::Stopping),
            next = self.source.next() => match next {
                Next::Part(part) => part,
                Next::Last(part) => {
                    self.ended = true;
                    part
                }
            },
            () = api.clock.sleep(left) => {
                let now = api.clock.elapsed();
                if now >= self.ends_at {
                    return self.interrupt(Interruption::Old);
                }
                // Also if nothing is said, or it would be due at once again.
                self.last_sent = now;
                self.source.heartbeat()
            }
        }
    }

    fn interrupt(&mut self, why: Interruption) -> Bytes {
        self.ended = true;
        self.source.interrupted(why)
    }
}

#[cfg(test)]
mod tests;
