//! The body of a request on its way to a service.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::{Buf as _, Bytes};
use core_monitor_application::gateway::Inside;
use http::HeaderMap;
use hyper::body::{Body as _, Incoming};
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::JoinHandle;

use crate::body::RequestBody;
use crate::metrics::DoorMetrics;
use crate::upstream::Broken;
use crate::upstream::request_head::{Outgoing, write_field};

/// A body that is being sent.
pub(crate) struct Upload {
    task: JoinHandle<End>,
    end: Option<End>,
}

/// How it ended.
enum End {
    /// All of it was sent. The connection is closed in this direction when this is dropped.
    Sent(OwnedWriteHalf),
    /// It is malformed, or its client has gone.
    Bad(hyper::Error),
    /// The service takes no more of it, and may have said why.
    Refused,
}

impl Upload {
    /// Sends a body, from now on. The service is in use until it has all of it.
    pub(super) fn start(
        body: RequestBody,
        half: OwnedWriteHalf,
        outgoing: Outgoing,
        (lease, meter): (Rc<Inside>, Arc<DoorMetrics>),
    ) -> Self {
        let task = tokio::task::spawn_local(async move {
            let end = match body.0 {
                None => End::Sent(half),
                Some(body) => send(body, &meter, half, outgoing).await,
            };
            drop(lease);
            end
        });
        Self { task, end: None }
    }

    /// Waits for an answer, and no longer if the body turns out to be bad.
    pub(super) async fn beside<T>(
        &mut self,
        answer: impl Future<Output = Result<T, Broken>>,
    ) -> Result<T, Broken> {
        let mut answer = pin!(answer);
        poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            self.look(cx);
            match self.end.take() {
                Some(End::Bad(error)) => Poll::Ready(Err(Broken::RequestBody(error))),
                end => {
                    self.end = end;
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn look(&mut self, cx: &mut Context<'_>) {
        if self.end.is_none()
            && let Poll::Ready(end) = Pin::new(&mut self.task).poll(cx)
        {
            self.end = Some(end.unwrap_or(End::Refused));
        }
    }

    /// What it was sent over, if all of it was.
    pub(super) fn sent(mut self) -> Option<OwnedWriteHalf> {
        self.look(&mut Context::from_waker(Waker::noop()));
        match self.end {
            Some(End::Sent(half)) => Some(half),
            _ => None,
        }
    }
}

async fn send(
    mut body: Incoming,
    meter: &Arc<DoorMetrics>,
    mut half: OwnedWriteHalf,
    outgoing: Outgoing,
) -> End {
    let mut left = match outgoing {
        Outgoing::Length(length) => Some(length),
        Outgoing::Chunks | Outgoing::Nothing => None,
    };
    let mut trailers = None;
    while left != Some(0) {
        // Nothing is asked for before there is somebody to take it, so that a client that waits to be told to go on is told only then.
        let frame = match poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return End::Bad(error),
            None => break,
        };
        match frame.into_data() {
            Ok(data) => {
                meter.received(data.len() as u64);
                let fits = left.is_none_or(|left| data.len() as u64 <= left);
                left = left.map(|left| left.saturating_sub(data.len() as u64));
                if !fits || send_data(&mut half, data, outgoing).await.is_err() {
                    return End::Refused;
                }
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    match outgoing {
        Outgoing::Chunks => match half.write_all(&last_chunk(trailers.as_ref())).await {
            Ok(()) => End::Sent(half),
            Err(_) => End::Refused,
        },
        // A body that is shorter than it should be leaves the service waiting for the rest, unless the connection ends.
        _ if left.is_some_and(|left| left > 0) => End::Refused,
        _ => End::Sent(half),
    }
}

async fn send_data(half: &mut OwnedWriteHalf, data: Bytes, outgoing: Outgoing) -> io::Result<()> {
    if outgoing != Outgoing::Chunks {
        return half.write_all(&data).await;
    }
    if data.is_empty() {
        // An empty chunk would be the last one.
        return Ok(());
    }
    let size = format!("{:x}\r\n", data.len());
    let mut chunk = size.as_bytes().chain(data).chain(&b"\r\n"[..]);
    half.write_all_buf(&mut chunk).await
}

fn last_chunk(trailers: Option<&HeaderMap>) -> Vec<u8> {
    let mut end = b"0\r\n".to_vec();
    for (name, value) in trailers.into_iter().flatten() {
        write_field(&mut end, name.as_str(), value);
    }
    end.extend_from_slice(b"\r\n");
    end
}
