//! Two connections that have become one: what comes in at one end goes out at the other.
//!
//! The service is in use until the tunnel ends. One on which nothing is sent for long ends too, so that a forgotten tab does not
//! keep a service awake for ever. A tunnel holds no buffer while nothing moves.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use core_monitor_application::gateway::Inside;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::metrics::Gauge;
use crate::shard::{Registration, Shard};
use crate::websocket::GOING_AWAY;

mod pipe;

use pipe::Pipe;

/// How long the client may take to read the last frame and to answer it.
const GOODBYE: Duration = Duration::from_secs(1);

/// Both ends, once both sides have changed the protocol.
pub(crate) struct Ends {
    pub(crate) client: OnUpgrade,
    pub(crate) upstream: TcpStream,
    /// What the service has said already.
    pub(crate) first: BytesMut,
}

/// Why a tunnel ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Both directions were closed, or one broke.
    Closed,
    /// Nothing was sent for long.
    Silent,
    /// The gateway ends.
    Gateway,
}

struct Tunnel {
    client: TokioIo<Upgraded>,
    upstream: TcpStream,
    up: Pipe,
    down: Pipe,
    registration: Registration,
}

/// Carries a tunnel until it ends.
pub(crate) async fn run(shard: Rc<Shard>, inside: Inside, ends: Ends, is_websocket: bool) {
    let Ends { client, upstream, first } = ends;
    let Ok(client) = client.await else { return };
    let meter = shard.meter(inside.door());
    let open = meter.hold(Gauge::Tunnels);
    let mut tunnel = Tunnel {
        client: TokioIo::new(client),
        upstream,
        up: Pipe::new(is_websocket, &[]),
        down: Pipe::new(is_websocket, &first),
        registration: Registration::new(&shard),
    };
    drop(first);
    let end = tunnel.carry(&shard, &inside).await;
    meter.received(tunnel.up.bytes());
    meter.sent(tunnel.down.bytes());
    drop(open);
    // The service is not needed for saying goodbye.
    let service = inside.door().key().service.clone();
    drop(inside);
    tracing::debug!(%service, ?end, up = tunnel.up.bytes(), down = tunnel.down.bytes(), "a tunnel ended");
    tunnel.say_goodbye().await;
}

impl Tunnel {
    async fn carry(&mut self, shard: &Shard, inside: &Inside) -> End {
        let clock = &shard.gateway.clock;
        let mut last_moved = clock.elapsed();
        loop {
            // It is read each time, since it may be changed while a tunnel is open.
            let limit = inside.door().face().declared.times.silent_tunnel();
            let left = limit.map(|limit| limit.saturating_sub(clock.elapsed().saturating_sub(last_moved)));
            if left.is_some_and(|left| left.is_zero()) {
                return End::Silent;
            }
            let mut alarm = pin!(sleep(left.unwrap_or(Duration::from_hours(1))));
            let mut has_moved = false;
            let end = poll_fn(|cx| {
                self.registration.arm(cx);
                if shard.is_ending() {
                    return Poll::Ready(Some(End::Gateway));
                }
                match self.poll_both(shard, cx) {
                    Poll::Ready(_) => return Poll::Ready(Some(End::Closed)),
                    Poll::Pending => {}
                }
                if self.take_moved(shard) {
                    last_moved = clock.elapsed();
                    has_moved = true;
                }
                alarm.as_mut().poll(cx).map(|()| None)
            })
            .await;
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn poll_both(&mut self, shard: &Shard, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let scratch = &mut *shard.scratch.borrow_mut();
        let up = self.up.poll(&mut self.client, &mut self.upstream, scratch, cx)?;
        let down = self.down.poll(&mut self.upstream, &mut self.client, scratch, cx)?;
        if up.is_ready() && down.is_ready() { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Whether something was sent that counts since this was last asked.
    fn take_moved(&mut self, shard: &Shard) -> bool {
        let is_strict = shard.gateway.settings.ignore_control_frames;
        let (up, down) = (self.up.take_moved(is_strict), self.down.take_moved(is_strict));
        up || down
    }

    /// Tells the client of a WebSocket to go away, if it can be told and has not been.
    async fn say_goodbye(mut self) {
        if self.down.can_take_a_frame() && !self.up.has_closed() {
            let goodbye = async {
                self.client.write_all(&GOING_AWAY).await?;
                self.client.shutdown().await?;
                // A connection that is closed with something unread takes the last frame with it.
                let mut ignored = [0; 512];
                while self.client.read(&mut ignored).await? > 0 {}
                io::Result::Ok(())
            };
            // Whoever does not listen is not waited for.
            let _ = timeout(GOODBYE, goodbye).await;
        }
        let _ = timeout(GOODBYE, self.client.shutdown()).await;
        let _ = timeout(GOODBYE, self.upstream.shutdown()).await;
    }
}

/// Reads what there is, at most a buffer full.
fn read_some(
    from: &mut (impl AsyncRead + Unpin),
    scratch: &mut [u8],
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut buffer = ReadBuf::new(scratch);
    match Pin::new(from).poll_read(cx, &mut buffer)? {
        Poll::Ready(()) => Poll::Ready(Ok(buffer.filled().len())),
        Poll::Pending => Poll::Pending,
    }
}
