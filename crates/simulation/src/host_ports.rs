//! A host on whose ports listens who a test says.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ports::HostPorts;

/// A host on which nobody listens at first.
#[derive(Debug, Default)]
pub struct SimHostPorts {
    listening: Mutex<BTreeSet<u16>>,
}

impl SimHostPorts {
    /// From now on, somebody listens on these ports and on no others.
    pub fn set_listening(&self, ports: impl IntoIterator<Item = u16>) {
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = ports.into_iter().collect();
    }
}

#[async_trait]
impl HostPorts for SimHostPorts {
    async fn listening(&self) -> BTreeSet<u16> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
