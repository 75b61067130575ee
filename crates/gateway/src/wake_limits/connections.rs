//! How many connections somebody may have.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::source::Source;

/// Counts open connections, by client and in total.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    counted: Arc<Counted>,
}

#[derive(Debug)]
struct Counted {
    most_of_one: usize,
    most: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    /// Without those that have none, so that it is never larger than `total`.
    by_client: HashMap<Source, usize>,
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionRefused {
    /// The client has as many as one may have.
    #[error("the client has as many connections as one may have")]
    ClientHasMost,
    /// There are as many as there may be.
    #[error("there are as many connections as there may be")]
    MostInTotal,
}

/// An open connection; it counts until this is dropped.
#[derive(Debug)]
#[must_use = "the connection counts only as long as this is kept"]
pub struct ConnectionPermit {
    counted: Arc<Counted>,
    source: Option<Source>,
}

impl ConnectionLimits {
    /// At most so many of one client, and in total.
    pub fn new(most_of_one: usize, most: usize) -> Self {
        Self { counted: Arc::new(Counted { most_of_one, most, open: Mutex::default() }) }
    }

    /// Counts a connection of a client, if there may be one more.
    pub fn admit(&self, client: IpAddr) -> Result<ConnectionPermit, ConnectionRefused> {
        self.admit_as(Some(Source::of(client)))
    }

    /// Counts a connection of a trusted proxy, which has those of many clients: only towards the total.
    pub fn admit_proxy(&self) -> Result<ConnectionPermit, ConnectionRefused> {
        self.admit_as(None)
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.counted.open.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    /// How many clients have one open, proxies apart.
    pub fn clients(&self) -> usize {
        self.counted.open.lock().unwrap_or_else(PoisonError::into_inner).by_client.len()
    }

    fn admit_as(&self, source: Option<Source>) -> Result<ConnectionPermit, ConnectionRefused> {
        let counted = Arc::clone(&self.counted);
        {
            let mut open = counted.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.total >= counted.most {
                return Err(ConnectionRefused::MostInTotal);
            }
            if let Some(source) = source {
                let of_client = open.by_client.get(&source).copied().unwrap_or(0);
                if of_client >= counted.most_of_one {
                    return Err(ConnectionRefused::ClientHasMost);
                }
                open.by_client.insert(source, of_client + 1);
            }
            open.total += 1;
        }
        Ok(ConnectionPermit { counted, source })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = self.counted.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total = open.total.saturating_sub(1);
        if let Some(source) = self.source
            && let Entry::Occupied(mut of_client) = open.by_client.entry(source)
        {
            if *of_client.get() > 1 {
                *of_client.get_mut() -= 1;
            } else {
                of_client.remove();
            }
        }
    }
}
