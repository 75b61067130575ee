//! Streams of items.

use async_trait::async_trait;

/// A stream from which the holder pulls one item at a time. Nothing is read ahead: if the holder stops pulling, the
/// source stops, and dropping the feed ends it.
#[async_trait]
pub trait Feed<T, E>: Send {
    /// The next item, or `None` at the end. Cancelling the wait loses nothing. It must not be called after the end or
    /// an error.
    async fn next(&mut self) -> Result<Option<T>, E>;
}
