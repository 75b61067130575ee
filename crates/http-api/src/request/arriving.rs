//! A body while it arrives.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use core_monitor_domain::ports::{Clock, within};
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::connection::Credit;
use crate::problem::Problem;

use super::body::{too_large, too_slow, unreadable};
use super::body_memory::Held;

/// What has arrived so far.
pub(super) struct Arriving {
    payload: Payload,
    limit: u64,
    patience: Duration,
    pub(super) parts: Vec<Bytes>,
    pub(super) digest: Sha256,
    pub(super) memory: Held,
}

impl Arriving {
    /// At most `limit` bytes, whose sender may pause for `patience`.
    pub(super) fn new(payload: Payload, limit: u64, patience: Duration, memory: Held) -> Self {
        Self { payload, limit, patience, parts: Vec::new(), digest: Sha256::new(), memory }
    }

    /// Receives the body to its end. A body that does not arrive holds no memory, so silent clients keep nobody out.
    pub(super) async fn receive(&mut self, clock: &dyn Clock) -> Result<(), Problem> {
        let mut length = 0;
        let mut credit = Credit::new(self.patience);
        loop {
            let since = clock.elapsed();
            let part = within(clock, credit.left(), self.payload.next()).await;
            let Some(part) = part.ok_or_else(|| too_slow(self.patience))? else { return Ok(()) };
            let part = part.map_err(|error| unreadable(&error))?;
            credit.moved(clock.elapsed().saturating_sub(since), part.len());
            length += part.len() as u64;
            if length > self.limit {
                return Err(too_large(self.limit));
            }
            self.memory.grow(part.len())?;
            self.digest.update(&part);
            self.parts.push(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use actix_web::error::PayloadError;
    use core_monitor_simulation::clock::ManualClock;
    use futures::stream;

    use super::*;
    use crate::request::BodyMemory;

    #[actix_web::test]
    async fn a_sender_that_pauses_is_given_up_long_before_the_whole_would_be() {
        let clock = ManualClock::default();
        let parts = stream::iter([Ok::<_, PayloadError>(Bytes::from_static(b"ab"))]).chain(stream::pending());
        let payload: Payload = Payload::Stream { payload: Box::pin(parts) };
        let memory = BodyMemory::new(1 << 10).hold();
        let mut arriving = Arriving::new(payload, 10, Duration::from_secs(5), memory);
        let mut receiving = Box::pin(arriving.receive(&clock));
        assert!(futures::poll!(&mut receiving).is_pending());
        clock.advance(Duration::from_secs(4));
        assert!(futures::poll!(&mut receiving).is_pending());
        clock.advance(Duration::from_secs(2));
        assert!(matches!(futures::poll!(&mut receiving), Poll::Ready(Err(_))));
    }
}
