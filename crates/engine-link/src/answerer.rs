//! The worker's end of a connection.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::{Clock, EngineLink, LinkError, within};
use tokio::net::UnixStream;
use tokio::task::JoinSet;

use crate::frame::{Body, Frame, Open};
use crate::hello::{self, HelloError};
use crate::limits::Limits;
use crate::mux::{self, Broken, Mux, Stream, Violation};
use crate::operation::{Operations, Worker};
use crate::refusal;

/// Answers requests; shared by all connections.
#[derive(Clone)]
pub(crate) struct Answerer {
    pub(crate) link: Arc<dyn EngineLink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) operations: Arc<Operations>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionEnd {
    #[error("it did not complete the handshake within {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error(transparent)]
    Hello(#[from] HelloError),
    #[error(transparent)]
    Broken(Broken),
    #[error("it had no operation for {} s", .0.as_secs_f32())]
    Idle(Duration),
}

impl ConnectionEnd {
    /// Whether a connection may end like this in normal operation.
    pub(crate) fn is_expected(&self) -> bool {
        matches!(self, Self::Broken(Broken::Ended | Broken::Closed) | Self::Idle(_))
    }
}

impl Answerer {
    /// Serves the connection until it ends. All of its operations end with it.
    pub(crate) async fn serve(&self, mut socket: UnixStream) -> ConnectionEnd {
        let limit = self.limits.hello.min(self.limits.idle);
        match within(&*self.clock, limit, hello::greet(&mut socket)).await {
            None => return ConnectionEnd::Silent(limit),
            Some(Err(error)) => return error.into(),
            Some(Ok(())) => {}
        }
        let (mux, queues) = Mux::new(self.limits.window);
        let (reader, writer) = socket.into_split();
        let mut tasks = JoinSet::new();
        let end = tokio::select! {
            broken = mux::run(&mux, queues, reader, writer, |frame| self.take(&mux, &mut tasks, frame)) => {
                ConnectionEnd::Broken(broken)
            }
            () = self.idle(&mux) => ConnectionEnd::Idle(self.limits.idle),
        };
        // The streams were asked to stop; this aborts those that did not.
        tasks.shutdown().await;
        end
    }

    /// Returns once no operation has been open for as long as a connection may be idle. Otherwise, whoever may open the
    /// socket could take all places for ever.
    async fn idle(&self, mux: &Mux) {
        loop {
            let since = mux.idle_since();
            self.clock.sleep(self.limits.idle).await;
            if since.is_some() && mux.idle_since() == since {
                return;
            }
        }
    }

    fn take(&self, mux: &Arc<Mux>, tasks: &mut JoinSet<()>, frame: Frame) -> Result<(), Violation> {
        let id = frame.stream;
        match frame.body {
            Body::Open(open) => self.open(mux, tasks, id, open),
            Body::Data { last, bytes } => mux.data(id, last, bytes),
            Body::Window(bytes) => mux.window(id, bytes),
            Body::End(_) => mux.input_ended(id),
            Body::Cancel => mux.cancelled(id),
            Body::Accept { .. } | Body::Error(_) => Err(Violation::Direction),
        }
    }

    fn open(&self, mux: &Arc<Mux>, tasks: &mut JoinSet<()>, id: u32, open: Open) -> Result<(), Violation> {
        while tasks.try_join_next().is_some() {}
        let most = self.limits.streams;
        if let Some(stream) = mux.admit(id, &open, most)? {
            tasks.spawn(self.clone().answer(open, stream));
        } else {
            let message = format!("{most} streams are already open");
            mux.answer(Frame {
                stream: id,
                body: Body::Error(refusal::encode(&LinkError::Busy { message })),
            });
        }
        Ok(())
    }

    async fn answer(self, open: Open, stream: Stream) {
        let (id, mux, stopped) = (stream.id(), Arc::clone(stream.mux()), stream.stopped().clone());
        let unanswered = Unanswered { id, mux: &mux };
        let worker = Worker { link: &*self.link, clock: &*self.clock, window: self.limits.window };
        let deadline = Duration::from_millis(open.deadline_ms.into()).min(self.limits.opening);
        let work = self.operations.carry_out(&open.operation, worker, deadline, open.request, stream);
        let result = tokio::select! {
            biased;
            () = stopped.cancelled() => return,
            result = work => result,
        };
        // A slot is free again.
        if !mux.forget(id) {
            return;
        }
        drop(unanswered);
        let body = result.map_or_else(|error| Body::Error(refusal::encode(&error)), Body::End);
        // Without a connection nobody waits for the result.
        let _ = mux.send(Frame { stream: id, body }).await;
    }
}

/// Reports an operation that ended without an answer, which happens only after a panic.
struct Unanswered<'a> {
    id: u32,
    mux: &'a Mux,
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if self.mux.forget(self.id) {
            let error = LinkError::Refused { message: "internal error; see the worker's log".to_owned() };
            self.mux.answer(Frame { stream: self.id, body: Body::Error(refusal::encode(&error)) });
        }
    }
}
