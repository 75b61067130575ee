//! The limits of one end.

use std::time::Duration;

/// Limits of one end of the link. They bound what the other end can cost: for each stream, `window` bytes wait to be
/// read, and one item waits to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Parallel connections; further ones wait. Only the server connects.
    pub connections: usize,
    /// Streams per connection; further ones are rejected. Hundreds of viewers follow logs, each several containers.
    pub streams: usize,
    /// Bytes of one stream that may be in transit or unread. At least [`Limits::SMALLEST_WINDOW`].
    pub window: u32,
    /// The time limit for the handshake.
    pub hello: Duration,
    /// The time limit until an operation is accepted or rejected, regardless of the client's deadline. Observing a busy
    /// engine takes seconds.
    pub opening: Duration,
    /// The time limit for a request including its answer.
    pub answer: Duration,
    /// How long the worker keeps a connection without an operation, also before the handshake. The server opens another
    /// when it needs one. Less than `hello`: if idle connections take every place, the server's handshake waits for one.
    pub idle: Duration,
}

impl Limits {
    /// A window must have room for two parts of an item.
    pub const SMALLEST_WINDOW: u32 = 1 << 10;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16,
            streams: 4096,
            window: 256 << 10,
            hello: Duration::from_secs(5),
            opening: Duration::from_secs(30),
            answer: Duration::from_mins(1),
            idle: Duration::from_secs(2),
        }
    }
}
