//! `?wait=SECONDS`.

use std::time::Duration;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// Longest wait. Proxies tend to time out earlier.
pub(crate) const LONGEST_WAIT: u32 = 300;

/// Parameters of requests that can wait for a command.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitQuery {
    /// Wait until the command is `DONE`, `FAILED` or `CANCELLED`, but at most this many seconds, from 0 to 300.
    #[param(example = 60, minimum = 0, maximum = 300)]
    pub(crate) wait: Option<u32>,
}

/// The time to wait.
pub(crate) fn patience(wait: Option<u32>) -> Result<Duration, Problem> {
    match wait.unwrap_or(0) {
        seconds @ 0..=LONGEST_WAIT => Ok(Duration::from_secs(u64::from(seconds))),
        seconds => {
            Err(Problem::new(ErrorCode::InvalidRequest, said::wait_out_of_range(seconds, LONGEST_WAIT)))
        }
    }
}
