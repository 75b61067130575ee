//! The server's end.

use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::ports::{Clock, LinkError, within};
use tokio::sync::Mutex;

use crate::call::{Call, Connection, Said};
use crate::limits::Limits;
use crate::operation::{Json, Operation, Question};
use crate::refusal::garbled;

mod files;
mod folders;
mod logs;
mod objects;
mod observation;
mod projects;
mod statistics;
mod terminals;

/// The client of a worker that listens on a socket. One connection carries all requests. It is opened by the first
/// request, and again after it was lost, so a restarted worker is found at once.
pub struct EngineLinkClient {
    socket: PathBuf,
    clock: Arc<dyn Clock>,
    limits: Limits,
    connection: Mutex<Option<Arc<Connection>>>,
}

impl std::fmt::Debug for EngineLinkClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineLinkClient").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl EngineLinkClient {
    /// A client for the socket of a worker, which need not listen yet. Deadlines use `clock`.
    pub fn new(socket: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { socket, clock, limits: Limits::default(), connection: Mutex::default() }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// An open connection, and whether it was opened for this request.
    async fn connection(&self) -> Result<(Arc<Connection>, bool), LinkError> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = kept.as_ref().filter(|connection| connection.stands()) {
            return Ok((Arc::clone(connection), false));
        }
        *kept = None;
        let made = Arc::new(Connection::open(&self.socket, &*self.clock, &self.limits).await?);
        *kept = Some(Arc::clone(&made));
        Ok((made, true))
    }

    /// Starts an operation. If the worker was restarted since the last request, the old connection fails only now; the
    /// operation is then started again on a new one, if it may be repeated.
    pub(crate) async fn begin<O: Operation>(&self, request: &O::Request) -> Result<Call<O>, LinkError> {
        let (connection, is_new) = self.connection().await?;
        match connection.begin(request, &*self.clock, &self.limits).await {
            Err(LinkError::WorkerAway { .. }) if !is_new && O::REPEATABLE => {
                let (connection, _) = self.connection().await?;
                connection.begin(request, &*self.clock, &self.limits).await
            }
            begun => begun,
        }
    }

    /// Asks a question and waits for the answer.
    pub(crate) async fn ask<Q: Question>(&self, request: Q::Request) -> Result<Q::Answer, LinkError> {
        let asked = async {
            match self.begin::<Q>(&request).await?.next().await? {
                Said::Item(Json(answer)) => Ok(answer),
                Said::End(()) => Err(garbled("its answer")),
            }
        };
        let limit = self.limits.answer;
        within(&*self.clock, limit, asked).await.unwrap_or(Err(LinkError::Timeout { after: limit }))
    }
}
