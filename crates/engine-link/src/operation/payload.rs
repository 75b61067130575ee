//! Encoding of items.

use bytes::Bytes;
use core_monitor_domain::ports::LinkError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::refusal::garbled;

/// The content of data frames.
pub(crate) trait Payload: Sized + Send + Sync {
    /// Whether there is any.
    const EXISTS: bool = true;

    /// Encodes it.
    fn encode(&self) -> Result<Bytes, LinkError>;

    /// Decodes it.
    fn decode(bytes: Bytes) -> Result<Self, LinkError>;
}

/// A value encoded as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize + DeserializeOwned + Send + Sync> Payload for Json<T> {
    fn encode(&self) -> Result<Bytes, LinkError> {
        serde_json::to_vec(&self.0).map(Bytes::from).map_err(|_| garbled("an item"))
    }

    fn decode(bytes: Bytes) -> Result<Self, LinkError> {
        serde_json::from_slice(&bytes).map(Self).map_err(|_| garbled("an item"))
    }
}

/// The input of an operation without input.
#[derive(Debug)]
pub(crate) enum NoInput {}

impl Payload for NoInput {
    const EXISTS: bool = false;

    fn encode(&self) -> Result<Bytes, LinkError> {
        match *self {}
    }

    fn decode(_: Bytes) -> Result<Self, LinkError> {
        Err(garbled("unexpected input"))
    }
}
