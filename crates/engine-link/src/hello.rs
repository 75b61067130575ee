//! The handshake: each end sends its protocol version and its release first.
//!
//! This part must never change, since it is what different versions have in common.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The line break makes ends with the earlier protocol, one line per request, fail at once.
const MAGIC: &[u8; 25] = b"core-monitor engine link\n";

/// Increased when a frame or an operation changes its meaning. A new operation does not need that: a worker that does
/// not know it reports so.
pub(crate) const PROTOCOL: u16 = 2;

/// What one end sends about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) protocol: u16,
    pub(crate) release: String,
}

/// The handshake failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelloError {
    #[error("the connection was lost during the handshake")]
    Broken(#[from] io::Error),
    #[error(
        "the other end does not speak the protocol of the engine link; are both programs from the same release?"
    )]
    Stranger,
    #[error("the other end is release {} and speaks version {} of the protocol", .0.release, .0.protocol)]
    OtherProtocol(Hello),
}

impl Hello {
    /// This program's.
    pub(crate) fn own() -> Self {
        Self { protocol: PROTOCOL, release: env!("CARGO_PKG_VERSION").to_owned() }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let release = &self.release.as_bytes()[..self.release.len().min(usize::from(u8::MAX))];
        let length = u8::try_from(release.len()).unwrap_or(u8::MAX);
        [&MAGIC[..], &self.protocol.to_be_bytes(), &[length], release].concat()
    }

    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, HelloError> {
        let mut magic = [0; MAGIC.len()];
        stream.read_exact(&mut magic).await?;
        if magic != *MAGIC {
            return Err(HelloError::Stranger);
        }
        let protocol = stream.read_u16().await?;
        let mut release = vec![0; usize::from(stream.read_u8().await?)];
        stream.read_exact(&mut release).await?;
        // It is shown to people: it must not contain control characters.
        let release = String::from_utf8_lossy(&release).chars().filter(|c| !c.is_control()).collect();
        Ok(Self { protocol, release })
    }
}

/// Sends and receives the handshake.
pub(crate) async fn greet(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<(), HelloError> {
    // The other end may have closed after sending its reason, so received bytes take precedence over a failed write.
    let said = stream.write_all(&Hello::own().encode()).await;
    let theirs = Hello::read(stream).await?;
    if theirs.protocol != PROTOCOL {
        return Err(HelloError::OtherProtocol(theirs));
    }
    Ok(said?)
}
