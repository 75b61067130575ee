//! The PROXY protocol, versions 1 and 2: what a load balancer writes in front of a connection to say whose it is.
//!
//! It is read only on a listener that is configured for it, and only from a trusted peer: whoever may write it can pretend to be
//! anybody. On such a listener it is not optional, since otherwise a client could leave it out, or write its own.
//!
//! No byte behind the header is read, so that the stream can be used as it is, by TLS or by HTTP.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};

mod version1;
mod version2;

/// The shortest header of version 1, `PROXY UNKNOWN\r\n`. One of version 2 is longer, so that this much can always be read.
const SHORTEST: usize = 15;

/// What a load balancer says about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyHeader {
    /// Where the connection comes from.
    pub source: SocketAddr,
    /// Where it went to.
    pub destination: SocketAddr,
}

/// Why there is no valid header. The connection must be closed, since it is not known how far it was read.
#[derive(Debug, thiserror::Error)]
pub enum ProxyProtocolError {
    /// The connection begins with something else.
    #[error(
        "the connection does not begin with a PROXY protocol header: switch it on at the load balancer, or off at this listener"
    )]
    Missing,
    /// It begins as a header, but is none.
    #[error("the PROXY protocol header is invalid: {reason}")]
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// It is longer than we read.
    #[error("the PROXY protocol header is longer than {most} bytes")]
    TooLong {
        /// The limit.
        most: usize,
    },
    /// The connection ended before the header did.
    #[error("the connection ended within the PROXY protocol header")]
    Ended,
    /// The header did not arrive in time.
    #[error("the PROXY protocol header did not arrive within {} ms", within.as_millis())]
    TooLate {
        /// How long it was waited for.
        within: Duration,
    },
    /// The connection failed.
    #[error("the connection failed within the PROXY protocol header")]
    Failed {
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// Reads the header at the beginning of a connection, for so long at most. `None` if it gives no address: a health check of the
/// load balancer, or a connection of which it does not know more; the peer then speaks for itself.
pub async fn read_header<S>(
    stream: &mut S,
    within: Duration,
) -> Result<Option<ProxyHeader>, ProxyProtocolError>
where
    S: AsyncRead + Unpin,
{
    match tokio::time::timeout(within, read_without_limit(stream)).await {
        Ok(read) => read,
        Err(_) => Err(ProxyProtocolError::TooLate { within }),
    }
}

async fn read_without_limit<S>(stream: &mut S) -> Result<Option<ProxyHeader>, ProxyProtocolError>
where
    S: AsyncRead + Unpin,
{
    let mut buffer = [0; version1::MOST_BYTES];
    let mut filled = 0;
    // Looked at as it arrives: a client that speaks something else may send less than this and wait for us.
    while filled < SHORTEST {
        let count = stream.read(&mut buffer[filled..SHORTEST]).await.map_err(failed)?;
        if count == 0 {
            return Err(ProxyProtocolError::Ended);
        }
        filled += count;
        if !begins_as(&buffer[..filled], version1::BEGIN) && !begins_as(&buffer[..filled], version2::BEGIN) {
            return Err(ProxyProtocolError::Missing);
        }
    }
    if begins_as(&buffer[..filled], version2::BEGIN) {
        return read_version2(stream, &buffer[..filled]).await;
    }
    loop {
        match version1::least_missing(&buffer[..filled])? {
            0 => return version1::parse(&buffer[..filled]),
            missing => {
                let Some(space) = buffer.get_mut(filled..filled + missing) else {
                    return Err(ProxyProtocolError::TooLong { most: version1::MOST_BYTES });
                };
                stream.read_exact(space).await.map_err(failed)?;
                filled += missing;
            }
        }
    }
}

async fn read_version2<S>(stream: &mut S, begin: &[u8]) -> Result<Option<ProxyHeader>, ProxyProtocolError>
where
    S: AsyncRead + Unpin,
{
    let mut head = [0; version2::HEAD];
    let (known, missing) = head.split_at_mut(begin.len());
    known.copy_from_slice(begin);
    stream.read_exact(missing).await.map_err(failed)?;
    let mut rest = vec![0; version2::length_of_rest(head)?];
    stream.read_exact(&mut rest).await.map_err(failed)?;
    version2::parse(head, &rest)
}

/// Whether a text begins with this, as far as it is known.
fn begins_as(known: &[u8], begin: &[u8]) -> bool {
    known.iter().zip(begin).all(|(found, expected)| found == expected)
}

fn failed(error: io::Error) -> ProxyProtocolError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ProxyProtocolError::Ended,
        _ => ProxyProtocolError::Failed { source: error },
    }
}

#[cfg(test)]
mod tests;
