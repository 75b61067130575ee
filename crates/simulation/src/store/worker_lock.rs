//! [`WorkerLock`] in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use core_monitor_domain::ports::{HeldLock, LockAttempt, StoreError, WorkerLock};

use super::{Shared, SimDatabase};

/// A lock that is released when its holder is dropped, as the kernel does when a process dies.
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
            let lock = SimHeldLock::new(&self.db.shared);
            let free = lock.shared.worker_locked.compare_exchange(
                0,
                lock.number,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            Ok(match free {
                Ok(_) => LockAttempt::Held(Box::new(lock)),
                Err(_) => LockAttempt::Busy { holder: "another simulated worker".to_owned() },
            })
        })
    }

    async fn displace(&self) -> Result<Box<dyn HeldLock>, StoreError> {
        self.db.read("WorkerLock::displace", |_| {
            let lock = SimHeldLock::new(&self.db.shared);
            lock.shared.worker_locked.store(lock.number, Ordering::Release);
            Ok(Box::new(lock) as Box<dyn HeldLock>)
        })
    }
}

struct SimHeldLock {
    shared: Arc<Shared>,
    number: u64,
}

impl SimHeldLock {
    fn new(shared: &Arc<Shared>) -> Self {
        let number = shared.worker_locks.fetch_add(1, Ordering::AcqRel) + 1;
        Self { shared: Arc::clone(shared), number }
    }
}

impl HeldLock for SimHeldLock {
    fn is_held(&self) -> bool {
        self.shared.worker_locked.load(Ordering::Acquire) == self.number
    }
}

impl Drop for SimHeldLock {
    fn drop(&mut self) {
        // Whoever has displaced it keeps the lock.
        let _ =
            self.shared.worker_locked.compare_exchange(self.number, 0, Ordering::AcqRel, Ordering::Acquire);
    }
}
