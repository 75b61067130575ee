//! Whether a service may be started before anybody asks for it.

/// How a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It sleeps, and nothing speaks against waking it.
    Sleeping,
    /// It is up, or on its way.
    Up,
    /// It is kept asleep: by its schedule, or because there is no memory for it.
    Held,
    /// Its last start failed.
    Failed,
}

/// The memory that starts ahead take, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// All memory of the host.
    pub memory: u64,
    /// What the other services use that were started ahead and not used yet.
    pub prewarmed: u64,
    /// The share of `memory` that starts ahead may take in total, in per cent.
    pub share: u8,
}

/// Why a service is not started ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrewarmRefusal {
    /// It does not have to be.
    Up,
    /// See [`Standing::Held`].
    Held,
    /// A start that nobody asked for would fail where nobody sees it.
    Failed,
    /// Services started ahead would take more memory than they may.
    ShareUsed {
        /// Bytes that they would take with this one.
        wanted: u64,
        /// Bytes that they may take.
        allowed: u64,
    },
}

/// Whether a service that uses `memory` bytes may be started ahead. A guess may never cost a service that is really used
/// its memory, so guesses have a budget of their own.
pub fn prewarm_leave(standing: Standing, memory: u64, host: &Host) -> Result<(), PrewarmRefusal> {
    match standing {
        Standing::Sleeping => {}
        Standing::Up => return Err(PrewarmRefusal::Up),
        Standing::Held => return Err(PrewarmRefusal::Held),
        Standing::Failed => return Err(PrewarmRefusal::Failed),
    }
    let allowed = host.memory / 100 * u64::from(host.share.min(100));
    let wanted = host.prewarmed.saturating_add(memory);
    if wanted > allowed { Err(PrewarmRefusal::ShareUsed { wanted, allowed }) } else { Ok(()) }
}
