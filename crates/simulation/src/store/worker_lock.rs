//! [`WorkerLock`] in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use core_monitor_domain::ports::{HeldLock, LockAttempt, StoreError, WorkerLock};

use super::{Shared, SimDatabase};

/// A lock that is released when its holder is dropped, as the kernel does it when a process dies.
#[derive(Debug, Clone)]
pub struct SimWorkerLock {
    db: SimDatabase,
}

impl SimWorkerLock {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl WorkerLock for SimWorkerLock {
    async fn try_hold(&self) -> Result<LockAttempt, StoreError> {
        self.db.read("WorkerLock::try_hold", |_| {
            let shared = &self.db.shared;
            if shared.worker_locked.swap(true, Ordering::AcqRel) {
                return Ok(LockAttempt::Busy { holder: "another simulated worker".to_owned() });
            }
            Ok(LockAttempt::Held(Box::new(SimHeldLock { shared: Arc::clone(shared) })))
        })
    }
}

struct SimHeldLock {
    shared: Arc<Shared>,
}

impl HeldLock for SimHeldLock {}

impl Drop for SimHeldLock {
    fn drop(&mut self) {
        self.shared.worker_locked.store(false, Ordering::Release);
    }
}
