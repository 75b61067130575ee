//! What happens to a new connection, and what a client reads for which there is no room.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_web::rt::net::TcpStream;
use core_monitor_domain::ports::{Clock, within};
use core_monitor_transport::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Semaphore;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

use super::census::{Census, Crowded};
use super::refusal::last_answer;
use super::{Connection, ConnectionLimits, Socket};

/// How many connections are answered at a time before they are closed. More are closed without an answer.
const ANSWERED: usize = 16;
/// How long the client has to send its request and read the answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much of the request is read. A connection that is closed with something unread is reset, and the answer lost.
const READ: usize = 16 << 10;
/// Seconds after which another attempt makes sense.
const RETRY: u32 = 5;

static ANSWERING: Semaphore = Semaphore::const_new(ANSWERED);

/// The stream for the HTTP library, if there is room for one more. With `tls`, its handshake takes its time from the head of the first
/// request.
pub(crate) async fn welcome(
    stream: TcpStream,
    census: Arc<Census>,
    limits: ConnectionLimits,
    clock: Arc<dyn Clock>,
    tls: Option<Arc<ServerConfig>>,
) -> Result<(Connection<Socket>, Option<SocketAddr>), DispatchError> {
    // Whoever has no address any more has gone; what is believed about clients depends on it.
    let address = stream.peer_addr().map_err(DispatchError::Io)?;
    let place = match census.enter(Some(address.ip())) {
        Ok(place) => place,
        Err(why) => {
            // Over TLS a handshake would be needed to say so, which costs more than a whole request.
            if tls.is_none() {
                turn_away(stream, why, clock).await;
            }
            return Err(DispatchError::Io(io::ErrorKind::ConnectionRefused.into()));
        }
    };
    let Some(config) = tls else {
        return Ok((Connection::new(Socket::Plain(stream), limits, clock, Some(place)), Some(address)));
    };
    let begun = clock.elapsed();
    let socket = Socket::over_tls(stream, config, &*clock, limits.head, address).await;
    let socket = socket.map_err(DispatchError::Io)?;
    let left = limits.head.saturating_sub(clock.elapsed().saturating_sub(begun));
    Ok((Connection::new(socket, limits, clock, Some(place)).with_first_head_in(left), Some(address)))
}

/// Answers and closes the connection.
async fn turn_away<S>(mut stream: S, why: Crowded, clock: Arc<dyn Clock>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Ok(_permit) = ANSWERING.try_acquire() else { return };
    let answer = async {
        // Whatever was asked, the answer is the same.
        let mut request = vec![0; READ];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(answer(why).as_bytes()).await;
        let _ = stream.shutdown().await;
        let _ = stream.read(&mut request).await;
    };
    let _ = within(&*clock, PATIENCE, answer).await;
}

fn answer(why: Crowded) -> String {
    let text = match why {
        Crowded::Full => said::connections_full(),
        Crowded::Address => said::connections_of_address_full(),
    };
    let problem = Problem::new(ErrorCode::ServerBusy, text).with_hint(said::close_idle_connections());
    last_answer(&problem, &format!("retry-after: {RETRY}\r\n"))
}
