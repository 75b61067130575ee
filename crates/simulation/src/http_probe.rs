//! [`HttpProbe`] in memory.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::{HttpProbe, ProbeError};

type Answers = Box<dyn Fn(&str) -> u16 + Send + Sync>;

/// Answers every request with 200, unless a test says otherwise.
#[derive(Default)]
pub struct SimHttpProbe {
    answers: Mutex<Option<Answers>>,
}

impl SimHttpProbe {
    /// From now on, a request for a path is answered with the status that `answers` gives for it.
    pub fn answer(&self, answers: impl Fn(&str) -> u16 + Send + Sync + 'static) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(answers));
    }
}

impl fmt::Debug for SimHttpProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimHttpProbe")
    }
}

#[async_trait]
impl HttpProbe for SimHttpProbe {
    async fn status(&self, _: SocketAddr, path: &str, _: Duration) -> Result<u16, ProbeError> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answers.as_ref().map_or(200, |answers| answers(path)))
    }
}
