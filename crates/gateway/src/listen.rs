//! The threads of the gateway and the addresses it listens at.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::ServerConfig;
use socket2::{Domain, Protocol, Socket, Type};
use thiserror::Error;
use tokio::sync::watch;

use crate::gateway::Gateway;

mod thread;

/// An address to listen at.
#[derive(Clone)]
pub struct Listener {
    /// The address; any free port if it has port 0.
    pub address: SocketAddr,
    /// TLS, if clients speak it there.
    pub tls: Option<Arc<ServerConfig>>,
    /// Whether trusted proxies say in the PROXY protocol who connects.
    pub proxy_protocol: bool,
}

impl Listener {
    /// An address where clients speak HTTP in the clear.
    pub fn plain(address: SocketAddr) -> Self {
        Self { address, tls: None, proxy_protocol: false }
    }
}

/// Why the gateway does not listen.
#[derive(Debug, Error)]
pub enum ListenError {
    /// An address cannot be used.
    #[error("the gateway cannot listen at {address}: another program may have it, or it needs a permission")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A thread does not start.
    #[error("a thread of the gateway cannot be started")]
    Thread(#[source] io::Error),
}

/// How many connections wait to be accepted.
const BACKLOG: i32 = 4096;

/// A gateway that listens, until this is dropped or shut down.
pub struct Running {
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<Option<Duration>>,
    threads: Vec<JoinHandle<()>>,
}

impl Gateway {
    /// Listens at these addresses, with threads of its own.
    pub fn listen(self: &Arc<Self>, listeners: &[Listener]) -> Result<Running, ListenError> {
        let mut listeners = listeners.to_vec();
        let stop = watch::Sender::new(None);
        let mut running = Running { addresses: Vec::new(), stop, threads: Vec::new() };
        for listener in &listeners {
            let failed = |source| ListenError::Address { address: listener.address, source };
            is_free(listener.address).map_err(failed)?;
        }
        for number in 0..self.settings.thread_count() {
            let mut sockets = Vec::with_capacity(listeners.len());
            for listener in &mut listeners {
                let failed = |source| ListenError::Address { address: listener.address, source };
                let socket = socket(listener.address).map_err(failed)?;
                // The other threads share the port that the first one was given.
                listener.address = socket.local_addr().map_err(failed)?;
                sockets.push((socket, listener.clone()));
            }
            let (gateway, stop) = (Arc::clone(self), running.stop.subscribe());
            let thread = std::thread::Builder::new()
                .name(format!("gateway-{number}"))
                .spawn(move || thread::run(gateway, sockets, stop))
                .map_err(ListenError::Thread)?;
            running.threads.push(thread);
        }
        running.addresses = listeners.iter().map(|listener| listener.address).collect();
        Ok(running)
    }
}

impl Running {
    /// Where it listens, in the order of the listeners.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Accepts nothing more, and waits until what is under way has ended, but no longer than `limit`: tunnels are told to go
    /// away then, and what still goes on is broken off.
    pub async fn shut_down(mut self, limit: Duration) {
        self.stop.send_replace(Some(limit));
        let threads = std::mem::take(&mut self.threads);
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a thread of the gateway has panicked");
                }
            }
        });
        // The task only fails if the runtime ends first, and then nobody waits.
        let _ = joined.await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_if_modified(|stop| stop.get_or_insert(Duration::ZERO).is_zero());
    }
}

/// A socket that listens beside those of the other threads; the system spreads connections over them.
/// Refuses an address that another program listens on. The sockets of our threads share theirs, and so would another gateway's: each of
/// the two would get some of the requests.
fn is_free(address: SocketAddr) -> io::Result<()> {
    if address.port() == 0 {
        return Ok(());
    }
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(1)
}

fn socket(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_another_gateway_listens_on_is_not_shared_with_it() {
        let theirs = socket((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = theirs.local_addr().unwrap();
        assert_eq!(is_free(address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(theirs);
        is_free(address).unwrap();
        socket(address).unwrap();
    }
}
