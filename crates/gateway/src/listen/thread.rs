//! One thread of the gateway.

use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::Listener;
use crate::connection;
use crate::gateway::Gateway;
use crate::shard::Shard;

/// How long tunnels have to say goodbye at the end.
const GOODBYE: Duration = Duration::from_secs(2);
/// How often it is looked whether everything has ended.
const LOOK: Duration = Duration::from_millis(10);

/// Carries requests until it is told to stop.
pub(super) fn run(
    gateway: Arc<Gateway>,
    sockets: Vec<(TcpListener, Listener)>,
    stop: watch::Receiver<Option<Duration>>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "a thread of the gateway has no runtime");
            return;
        }
    };
    let local = LocalSet::new();
    local.block_on(&runtime, carry(Shard::new(gateway), sockets, stop));
}

async fn carry(
    shard: Rc<Shard>,
    sockets: Vec<(TcpListener, Listener)>,
    mut stop: watch::Receiver<Option<Duration>>,
) {
    spawn_local(count_seconds(Rc::clone(&shard)));
    let mut accepting = Vec::new();
    for (socket, listener) in sockets {
        match tokio::net::TcpListener::from_std(socket) {
            Ok(socket) => accepting.push(spawn_local(accept(Rc::clone(&shard), socket, Rc::new(listener)))),
            Err(error) => tracing::error!(%error, address = %listener.address, "the gateway does not listen"),
        }
    }
    let limit = stop.wait_for(Option::is_some).await.ok().and_then(|limit| *limit).unwrap_or_default();
    for task in accepting {
        task.abort();
    }
    shard.close();
    // What has been accepted and has not begun is under way too; it registers when it is polled.
    tokio::task::yield_now().await;
    if timeout(limit, empty(&shard)).await.is_err() {
        shard.end();
        let _ = timeout(GOODBYE.min(limit), empty(&shard)).await;
    }
}

async fn empty(shard: &Shard) {
    while !shard.is_empty() {
        sleep(LOOK).await;
    }
}

async fn count_seconds(shard: Rc<Shard>) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        seconds.tick().await;
        shard.second();
    }
}

async fn accept(shard: Rc<Shard>, socket: tokio::net::TcpListener, listener: Rc<Listener>) {
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => {
                spawn_local(connection::serve(Rc::clone(&shard), Rc::clone(&listener), stream, peer));
            }
            Err(error) => {
                // Mostly there are no file descriptors left, and there will be when a connection ends.
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}
