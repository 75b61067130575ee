//! Values under `x-core-monitor` of a service, read with their places, so that every refusal says where.

use core_monitor_compose::model::Service;

use crate::attribute::{At, Misread};
use crate::desired::DesiredError;

/// The key of a service under which Core Monitor's own attributes are.
pub(super) const KEY: &str = "x-core-monitor";
/// What may be under it: everything else is an error, so that nothing that somebody has written is lost without a word.
const KNOWN: [&str; 2] = ["deploy", "on-demand"];

/// What a service has under `x-core-monitor`, by this name.
pub(super) fn attribute<'a>(
    name: &'a str,
    service: &'a Service,
    key: &str,
) -> Result<Option<At<'a>>, Misread> {
    let Some(value) = service.extensions.get(KEY) else { return Ok(None) };
    let own = At { owner: name, path: KEY.to_owned(), value };
    own.only(&KNOWN)?;
    own.get(key)
}

impl From<Misread> for DesiredError {
    fn from(Misread { owner, path, what }: Misread) -> Self {
        Self::Extension { service: owner, path, what }
    }
}

#[cfg(test)]
mod tests;
