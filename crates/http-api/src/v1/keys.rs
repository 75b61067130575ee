//! The lists of keys of templates: which instances somebody still wants.

use core_monitor_domain::template::{KeyList, KeySource};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::message::MessageBody;

pub(crate) mod remove;
pub(crate) mod set;
pub(crate) mod show;

/// The keys whose instances somebody still wants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyList)]
pub(crate) struct KeyListBody {
    /// Where it is asked for; null if it is sent.
    #[schema(example = "http://site-builder:3000/api/projects/keys")]
    url: Option<String>,
    /// How often it is asked for; null if it is sent.
    #[schema(example = 60)]
    every_seconds: Option<u64>,
    /// The keys that were said last.
    #[schema(example = json!(["shop", "blog"]))]
    keys: Vec<String>,
    /// When they were; null before the first time, and until then no instance is missing from it.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:00Z")]
    taken_at: Option<Timestamp>,
    /// When it was last asked for.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    asked_at: Option<Timestamp>,
    /// Why it could not be read then; the keys stay those of the last time.
    trouble: Option<MessageBody>,
}

impl From<KeyList> for KeyListBody {
    fn from(list: KeyList) -> Self {
        let KeyList { source, keys, taken_at, asked_at, trouble } = list;
        let (url, every) = match source {
            KeySource::Sent => (None, None),
            KeySource::Polled { url, every } => (Some(url), Some(every.as_secs())),
        };
        Self {
            url,
            every_seconds: every,
            keys: keys.iter().map(ToString::to_string).collect(),
            taken_at,
            asked_at,
            trouble: trouble.map(MessageBody::from),
        }
    }
}

#[cfg(test)]
mod tests;
