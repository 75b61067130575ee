//! `?wait=SECONDS`.

use std::time::Duration;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Longest wait. Proxies in between tend to give up earlier.
const LONGEST: u32 = 300;

/// Parameters of requests that can wait for a command.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitQuery {
    /// Answer when the command is `DONE`, `FAILED` or `CANCELLED`, or after so many seconds, whichever comes first.
    /// From 0 to 300.
    #[param(example = 60, minimum = 0, maximum = 300)]
    pub(crate) wait: Option<u32>,
}

/// The time to wait.
pub(crate) fn patience(wait: Option<u32>) -> Result<Duration, Problem> {
    match wait.unwrap_or(0) {
        seconds @ 0..=LONGEST => Ok(Duration::from_secs(u64::from(seconds))),
        seconds => Err(Problem::new(
            ErrorCode::InvalidRequest,
            format!("`wait` is {seconds}, it may be from 0 to {LONGEST} seconds"),
        )),
    }
}
