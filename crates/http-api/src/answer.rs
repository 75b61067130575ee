//! Answers that grow with a stack: made on the few threads for what expands, and kept in the memory of all requests.
//!
//! See `docs/decisions/0034-what-expands-has-a-budget.md`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, HttpResponseBuilder};
use core_monitor_application::server::{BlockingWork, run_blocking_async};
use serde::Serialize;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::Held;
use crate::response::REPLAYED;
use crate::said;

mod tagged;

pub(crate) use tagged::Tagged;

/// Size of a part of an answer, which is given back once it is sent.
const PART: usize = 64 << 10;
/// The usual size of an answer that takes none of the memory for all requests: the number of connections limits those, and
/// an overview is there also while that memory is full.
pub const SMALL_ANSWER: usize = PART;

/// An answer before it is written as JSON.
#[derive(Debug)]
pub(crate) struct Answer<B> {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: B,
}

impl<B: Serialize> Answer<B> {
    /// 200.
    pub(crate) fn ok(body: B) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body }
    }

    /// 202.
    pub(crate) fn accepted(body: B) -> Self {
        Self { status: StatusCode::ACCEPTED, ..Self::ok(body) }
    }

    /// 201, with the path of what was created.
    pub(crate) fn created(location: String, body: B) -> Self {
        Self { status: StatusCode::CREATED, headers: vec![(header::LOCATION, location)], body }
    }

    /// Says whether it repeats the result of an earlier request.
    pub(crate) fn replayed(self, is_replayed: bool) -> Self {
        if is_replayed { self.with_header((REPLAYED, "true")) } else { self }
    }

    /// Adds a header.
    pub(crate) fn with_header(mut self, (name, value): (HeaderName, impl Into<String>)) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Does `work`, and writes its answer, on the threads for such work.
pub(crate) async fn answer<B: Serialize>(
    api: &Data<Api>,
    kind: BlockingWork,
    work: impl AsyncFnOnce(&Api) -> Result<Answer<B>, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let api = Data::clone(api);
    let made = run_blocking_async(kind, async move || {
        let Answer { status, headers, body } = work(&api).await?;
        let parts = Parts::json(&body, &api)?;
        Ok::<_, Problem>((status, headers, parts))
    });
    let (status, headers, parts) = made.await?;
    let mut answer = HttpResponse::build(status);
    for header in headers {
        answer.insert_header(header);
    }
    answer.content_type("application/json");
    Ok(answer.body(parts))
}

/// Completes an answer with bytes that are there already.
pub(crate) fn bytes(api: &Api, mut head: HttpResponseBuilder, bytes: Bytes) -> Result<HttpResponse, Problem> {
    let mut memory = api.memory.hold();
    if bytes.len() > api.limits.small_answer {
        memory.grow(bytes.len())?;
    }
    let left = bytes.len() as u64;
    Ok(head.body(Parts { unsent: VecDeque::from([bytes]), left, memory }))
}

/// A written answer, with its memory.
struct Parts {
    unsent: VecDeque<Bytes>,
    left: u64,
    memory: Held,
}

impl Parts {
    fn json(body: &impl Serialize, api: &Api) -> Result<Self, Problem> {
        let mut writer = Writer {
            parts: VecDeque::new(),
            part: Vec::new(),
            room: 0,
            counted: 0,
            small: api.limits.small_answer,
            memory: api.memory.hold(),
            refused: None,
        };
        if let Err(error) = serde_json::to_writer(&mut writer, body) {
            return Err(writer.refused.unwrap_or_else(|| {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Problem::new(ErrorCode::Internal, said::server_failed())
            }));
        }
        writer.end_part();
        let Writer { parts: unsent, memory, .. } = writer;
        let left = unsent.iter().map(|part| part.len() as u64).sum();
        Ok(Self { unsent, left, memory })
    }
}

impl MessageBody for Parts {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let this = self.get_mut();
        let part = this.unsent.pop_front();
        if let Some(part) = &part {
            this.left = this.left.saturating_sub(part.len() as u64);
            this.memory.shrink(part.len());
        }
        Poll::Ready(part.map(Ok))
    }
}

/// Takes memory as it writes.
struct Writer {
    parts: VecDeque<Bytes>,
    part: Vec<u8>,
    /// Bytes that all parts have room for.
    room: usize,
    /// Bytes of them that are taken from the memory.
    counted: usize,
    small: usize,
    memory: Held,
    refused: Option<Problem>,
}

impl Writer {
    fn begin_part(&mut self) -> Result<(), Problem> {
        self.room += PART;
        if self.room > self.small {
            self.memory.grow(self.room - self.counted)?;
            self.counted = self.room;
            self.part.reserve_exact(PART);
        }
        Ok(())
    }

    fn end_part(&mut self) {
        if !self.part.is_empty() {
            self.parts.push_back(std::mem::take(&mut self.part).into());
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.part.is_empty() && !bytes.is_empty() {
            self.begin_part().map_err(|problem| {
                self.refused = Some(problem);
                io::Error::from(io::ErrorKind::OutOfMemory)
            })?;
        }
        let length = bytes.len().min(PART - self.part.len());
        self.part.extend_from_slice(bytes.get(..length).unwrap_or_default());
        if self.part.len() == PART {
            self.end_part();
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
