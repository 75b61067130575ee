//! Connections: how many there may be, and how long one may take for what it sends and reads.
//!
//! The HTTP library limits the head of the first request of a connection and the time between two requests, and nothing
//! else. A [`Connection`] is the stream below it, which knows from [`Exchange`] what is going on above and limits the rest.
//! See `docs/decisions/0033-connections-have-deadlines.md`.

mod census;
mod chunks;
mod credit;
mod exchange;
mod head;
mod limits;
mod refusal;
mod socket;
mod stream;
mod welcome;

pub(crate) use census::Census;
pub(crate) use credit::Credit;
pub(crate) use exchange::{Exchange, ends_with_client, follow};
pub use limits::ConnectionLimits;
pub(crate) use socket::{OverTls, Socket};
pub(crate) use stream::Connection;
pub(crate) use welcome::welcome;

#[cfg(test)]
mod tests;
