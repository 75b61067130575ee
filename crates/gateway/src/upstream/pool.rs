//! Idle connections of one thread, for each life of a service.
//!
//! A service that has stopped and started again has a new life, so a connection never outlives what it leads to. Time is the
//! tick of the thread, because a request must not ask a clock whether a connection is still fresh.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use core_monitor_application::gateway::Life;

use super::Link;
use crate::shard::Scratch;

/// After how many ticks an idle connection is closed. Node closes them after 5 s, and a request that is on the way then is lost.
const IDLE_TICKS: u64 = 4;

/// Idle connections of a thread.
#[derive(Default)]
pub(crate) struct Pools {
    lives: RefCell<HashMap<u64, Pool>>,
    tick: Cell<u64>,
    /// How many of each life are kept.
    limit: usize,
}

struct Pool {
    life: Weak<Life>,
    /// The last one to become idle is at the end.
    #[expect(clippy::vec_box, reason = "a link is large, and goes in and out for every request")]
    idle: Vec<Box<Link>>,
    /// Whose turn it is among the addresses.
    next: usize,
}

impl Pools {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// An idle connection to the address whose turn it is; that address if there is none.
    pub(crate) fn take(&self, scratch: &Scratch, life: &Arc<Life>) -> Result<Box<Link>, usize> {
        let mut lives = self.lives.borrow_mut();
        let pool = lives.entry(life.start).or_insert_with(|| Pool::of(life));
        let count = life.upstreams.len();
        let upstream = if count == 1 {
            0
        } else {
            pool.next = (pool.next + 1) % count;
            pool.next
        };
        while let Some(at) = pool.idle.iter().rposition(|link| link.upstream == upstream) {
            let mut link = pool.idle.remove(at);
            if link.is_ready(scratch) {
                return Ok(link);
            }
        }
        Err(upstream)
    }

    /// Keeps a connection if it can be used again.
    pub(crate) fn put(&self, scratch: &Scratch, mut link: Box<Link>) {
        if !link.is_ready(scratch) {
            return;
        }
        if let Some(pool) = self.lives.borrow_mut().get_mut(&link.start)
            && pool.idle.len() < self.limit
        {
            link.is_used = true;
            link.idle_since = self.tick.get();
            link.shrink();
            pool.idle.push(link);
        }
    }

    /// Closes what has been idle for too long, or leads to a life that is over.
    pub(crate) fn sweep(&self) {
        let now = self.tick.get() + 1;
        self.tick.set(now);
        self.lives.borrow_mut().retain(|_, pool| {
            pool.idle.retain(|link| now - link.idle_since < IDLE_TICKS);
            pool.life.strong_count() > 0
        });
    }

    /// Closes all of them.
    pub(crate) fn clear(&self) {
        self.lives.borrow_mut().clear();
    }
}

impl Pool {
    fn of(life: &Arc<Life>) -> Self {
        Self { life: Arc::downgrade(life), idle: Vec::new(), next: 0 }
    }
}
