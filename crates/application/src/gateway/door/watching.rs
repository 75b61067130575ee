//! Those who look at a waiting page until the service is awake.
//!
//! A page leaves when it hears that the service is ready, and its reload arrives a moment later. In between nobody is inside and
//! nobody waits, and the service must not go to sleep again just then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::{Door, Standing, millis};

/// How many pages that listen are counted. Those beyond count as long as any page does, and no longer.
pub(super) const LISTENING: usize = 1024;
/// For how long a page that asks now and then counts after it has asked, and for how long a service that has just woken waits for the
/// reloads. Without a limit, a tab that is left open would keep it awake.
pub(super) const RELOAD: Duration = Duration::from_secs(10);

/// The pages of one service.
#[derive(Debug, Default)]
pub(super) struct Pages {
    listening: AtomicUsize,
    /// When one of them last asked or stopped listening, in milliseconds on the clock; 0 if none has.
    seen: AtomicU64,
}

/// A page that listens. It counts until this is dropped, and for a moment after that.
#[derive(Debug)]
pub struct Watcher {
    door: Arc<Door>,
    is_counted: bool,
}

impl Door {
    /// A page listens to how it goes.
    pub fn watch(self: &Arc<Self>) -> Watcher {
        let is_counted = self.pages.listening.fetch_add(1, Ordering::Relaxed) < LISTENING;
        if !is_counted {
            self.pages.listening.fetch_sub(1, Ordering::Relaxed);
        }
        self.looked_at();
        Watcher { door: Arc::clone(self), is_counted }
    }

    /// A page was shown, or has asked how it goes.
    pub fn looked_at(&self) {
        self.pages.seen.store(millis(self.clock.elapsed()), Ordering::Relaxed);
    }

    /// How many look at a page about it and will use it when it is awake. Once it has been awake for a while they would have come,
    /// and what has failed is not tried again for those who only look.
    pub fn watching(&self) -> usize {
        let now = self.clock.elapsed();
        let is_in_vain = match &*self.life.load() {
            Some(life) => now.saturating_sub(life.opened) >= RELOAD,
            None => matches!(*self.standing.borrow(), Standing::Failed { .. }),
        };
        if is_in_vain {
            return 0;
        }
        let seen = match self.pages.seen.load(Ordering::Relaxed) {
            0 => false,
            seen => now.saturating_sub(Duration::from_millis(seen)) < RELOAD,
        };
        self.pages.listening.load(Ordering::Relaxed).max(usize::from(seen))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // Before it leaves: whoever sees nobody listening sees when the last one did.
        self.door.looked_at();
        if self.is_counted {
            self.door.pages.listening.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
