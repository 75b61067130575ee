//! Who has how many streams open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// Seconds after which another attempt makes sense.
const RETRY: &str = "30";

/// Limits for event streams.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// Maximum number of streams of one caller.
    pub per_caller: usize,
    /// Maximum age. A stream that goes on for ever would keep its connection when nobody remembers it.
    pub age: Duration,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self { per_caller: 32, age: Duration::from_hours(1) }
    }
}

/// Counts the streams of all callers.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenStreams(Arc<Mutex<HashMap<String, usize>>>);

/// One stream, which counts until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenStream {
    all: OpenStreams,
    caller: String,
}

impl OpenStreams {
    /// Counts one more stream of `caller`, of which there may be `most`.
    pub(crate) fn open(&self, caller: String, most: usize) -> Result<OpenStream, Problem> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&caller).copied().unwrap_or(0);
        if count >= most {
            let text = said::too_many_streams(count);
            return Err(Problem::new(ErrorCode::TooManyStreams, text)
                .with_hint(said::close_a_stream())
                .with_header(header::RETRY_AFTER, RETRY));
        }
        counts.insert(caller.clone(), count + 1);
        Ok(OpenStream { all: self.clone(), caller })
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut counts = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.caller);
            }
        }
    }
}
