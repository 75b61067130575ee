//! The memory for request bodies, for what is unpacked from them, and for answers.

use std::sync::Arc;

use actix_web::http::header;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// Bytes that one permit stands for.
const UNIT: usize = 1 << 10;
/// Seconds after which another attempt makes sense.
const RETRY: &str = "5";

/// Memory shared by all requests.
#[derive(Debug)]
pub(crate) struct BodyMemory {
    permits: Arc<Semaphore>,
    bytes: usize,
}

impl BodyMemory {
    pub(crate) fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { permits: Arc::new(Semaphore::new(units)), bytes }
    }

    /// Nothing yet.
    pub(crate) fn hold(&self) -> Held {
        Held { permits: Arc::clone(&self.permits), taken: None, used: 0, all: self.bytes }
    }

    /// Takes all that is left.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> Option<OwnedSemaphorePermit> {
        let left = u32::try_from(self.permits.available_permits()).ok()?;
        Arc::clone(&self.permits).try_acquire_many_owned(left).ok()
    }

    /// Bytes that nobody holds.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.permits.available_permits() * UNIT
    }
}

/// The memory of one request, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    permits: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
    used: usize,
    all: usize,
}

impl Held {
    /// Takes `bytes` more. Waiting for them would keep what is held already, and requests could wait for each other.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        self.used = self.used.saturating_add(bytes);
        let taken = self.taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = self.used.div_ceil(UNIT).saturating_sub(taken);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.permits).try_acquire_many_owned(missing) else {
            return Err(self.refuse());
        };
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// Gives `bytes` of it back.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
        let kept = self.used.div_ceil(UNIT);
        if let Some(taken) = &mut self.taken {
            drop(taken.split(taken.num_permits().saturating_sub(kept)));
        }
    }

    fn refuse(&self) -> Problem {
        let text = said::body_memory_full(self.all);
        Problem::new(ErrorCode::ServerBusy, text)
            .with_hint(said::raise_body_memory())
            .with_header(header::RETRY_AFTER, RETRY)
    }
}
