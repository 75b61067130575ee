//! What one thread of the gateway has for itself. Nothing of it is locked.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Waker};
use std::time::{Duration, UNIX_EPOCH};

use core_monitor_application::gateway::Door;
use http::HeaderValue;
use slab::Slab;

use crate::gateway::Gateway;
use crate::metrics::DoorMetrics;
use crate::upstream::Pools;

/// A deadline that is never reached.
pub(crate) const NEVER: u64 = u64::MAX;

/// How many bytes are read at once.
const SCRATCH: usize = 64 * 1024;

/// A buffer that nobody has for longer than it takes to read once.
pub(crate) type Scratch = RefCell<Box<[u8]>>;

/// The state of one thread.
pub(crate) struct Shard {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) pools: Pools,
    /// Where connections read into. One buffer is enough, since what is read is passed on before anybody else reads.
    pub(crate) scratch: Scratch,
    /// Seconds since the thread began, roughly.
    pub(crate) tick: Arc<AtomicU64>,
    /// The time as answers say it, and the tick of it.
    date: RefCell<(u64, HeaderValue)>,
    guests: RefCell<Slab<Guest>>,
    /// Where it counts for each service, by where its door is in memory: an address is not given away again while somebody remembers
    /// it.
    meters: RefCell<HashMap<usize, Meter>>,
    /// No request begins any more on a connection that has none under way.
    is_closing: Cell<bool>,
    /// Tunnels end.
    is_ending: Cell<bool>,
}

type Meter = (Weak<Door>, Arc<DoorMetrics>);

/// A connection or a tunnel.
struct Guest {
    waker: Waker,
    /// The tick at which it wants to be woken.
    deadline: Arc<AtomicU64>,
}

impl Shard {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Rc<Self> {
        let pools = Pools::new(gateway.settings.idle_upstreams);
        Rc::new(Self {
            gateway,
            pools,
            scratch: RefCell::new(vec![0; SCRATCH].into_boxed_slice()),
            tick: Arc::default(),
            date: RefCell::new((NEVER, HeaderValue::from_static(""))),
            guests: RefCell::default(),
            meters: RefCell::default(),
            is_closing: Cell::new(false),
            is_ending: Cell::new(false),
        })
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.get()
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.get()
    }

    /// Whether a connection or tunnel is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.guests.borrow().is_empty()
    }

    /// The time, for an answer that does not say it.
    pub(crate) fn date(&self) -> HeaderValue {
        let tick = self.tick.load(Ordering::Relaxed);
        let mut date = self.date.borrow_mut();
        if date.0 != tick {
            let now = u64::try_from(self.gateway.clock.now().0.as_second()).unwrap_or_default();
            let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now));
            *date = (tick, HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("")));
        }
        date.1.clone()
    }

    /// Where it counts for a service.
    pub(crate) fn meter(&self, door: &Arc<Door>) -> Arc<DoorMetrics> {
        let mut meters = self.meters.borrow_mut();
        let (_, meter) = meters.entry(Arc::as_ptr(door).addr()).or_insert_with(|| {
            let meter = self.gateway.metrics.door(door.face().stack.as_str(), door.key().service.as_str());
            (Arc::downgrade(door), meter)
        });
        Arc::clone(meter)
    }

    /// Called about once a second.
    pub(crate) fn second(&self) {
        let now = self.tick.fetch_add(1, Ordering::Relaxed) + 1;
        self.pools.sweep();
        self.meters.borrow_mut().retain(|_, (door, _)| door.strong_count() > 0);
        self.wake(|guest| guest.deadline.load(Ordering::Relaxed) <= now);
    }

    /// Lets requests under way end, and takes no others on the same connections.
    pub(crate) fn close(&self) {
        self.is_closing.set(true);
        self.pools.clear();
        self.wake(|_| true);
    }

    /// Ends tunnels.
    pub(crate) fn end(&self) {
        self.is_ending.set(true);
        self.wake(|_| true);
    }

    fn wake(&self, which: impl Fn(&Guest) -> bool) {
        for (_, guest) in self.guests.borrow().iter().filter(|(_, guest)| which(guest)) {
            guest.waker.wake_by_ref();
        }
    }
}

/// A connection or tunnel that the thread can wake, as long as it exists.
pub(crate) struct Registration {
    shard: Rc<Shard>,
    key: Option<usize>,
    deadline: Arc<AtomicU64>,
}

impl Registration {
    pub(crate) fn new(shard: &Rc<Shard>) -> Self {
        Self { shard: Rc::clone(shard), key: None, deadline: Arc::new(AtomicU64::new(NEVER)) }
    }

    /// The tick at which the task is woken.
    pub(crate) fn deadline(&self) -> &Arc<AtomicU64> {
        &self.deadline
    }

    /// Has the calling task woken from now on.
    pub(crate) fn arm(&mut self, cx: &Context<'_>) {
        // Cheap to do each time: a task keeps its waker.
        let mut guests = self.shard.guests.borrow_mut();
        match self.key {
            None => {
                let guest = Guest { waker: cx.waker().clone(), deadline: Arc::clone(&self.deadline) };
                self.key = Some(guests.insert(guest));
            }
            Some(key) => {
                if let Some(guest) = guests.get_mut(key) {
                    guest.waker.clone_from(cx.waker());
                }
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.shard.guests.borrow_mut().try_remove(key);
        }
    }
}
