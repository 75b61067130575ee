use std::sync::Mutex;
use std::sync::atomic::Ordering;

use loom::sync::Arc;
use loom::thread;

use super::*;

impl Word for loom::sync::atomic::AtomicU64 {
    fn new(value: u64) -> Self {
        Self::new(value)
    }

    fn load(&self) -> u64 {
        self.load(Ordering::Acquire)
    }

    fn exchange(&self, from: u64, to: u64) -> Result<u64, u64> {
        self.compare_exchange_weak(from, to, Ordering::AcqRel, Ordering::Acquire)
    }

    fn subtract(&self, less: u64) -> u64 {
        self.fetch_sub(less, Ordering::AcqRel)
    }
}

type Modelled = InFlight<loom::sync::atomic::AtomicU64>;

/// Whether the container runs, as the world behind the gate has it: it is stopped only after the gate is shut.
struct World {
    gate: Modelled,
    stopped: loom::sync::atomic::AtomicBool,
}

impl World {
    fn new() -> Arc<Self> {
        let stopped = loom::sync::atomic::AtomicBool::new(false);
        Arc::new(Self { gate: Modelled::open(), stopped })
    }

    /// A request; whether it was admitted.
    fn request(&self) -> bool {
        if !self.gate.enter() {
            return false;
        }
        assert!(!self.stopped.load(Ordering::SeqCst), "an admitted request met a stopped service");
        self.gate.leave();
        true
    }

    fn stop_if_idle(&self) -> bool {
        let shut = self.gate.shut_if_empty();
        if shut {
            self.stopped.store(true, Ordering::SeqCst);
        }
        shut
    }
}

#[test]
fn no_request_is_admitted_after_the_stop_decision_and_no_stop_meets_an_admitted_request() {
    loom::model(|| {
        let world = World::new();
        let admitters: Vec<_> = (0..2)
            .map(|_| {
                let world = Arc::clone(&world);
                thread::spawn(move || world.request())
            })
            .collect();
        let stopped = world.stop_if_idle();
        let admitted =
            admitters.into_iter().filter_map(|thread| thread.join().ok()).filter(|in_| *in_).count();
        if stopped {
            assert!(!world.request(), "admitted after the stop");
        } else {
            assert!(admitted > 0, "nobody was there, and it did not stop");
            assert!(world.stop_if_idle(), "everybody has left, and it does not stop");
        }
    });
}

#[test]
fn whoever_leaves_a_draining_life_last_says_so_exactly_once() {
    loom::model(|| {
        let world = World::new();
        assert!(world.gate.enter() && world.gate.enter());
        let leaver = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.gate.leave())
        };
        world.gate.drain();
        let second = world.gate.leave();
        let first = leaver.join().unwrap_or_default();
        let told = usize::from(first) + usize::from(second);
        // If one left before the drain began, the other one is the last; both after it, the last of them.
        assert!(told <= 1, "told twice");
        assert_eq!(world.gate.now(), (Gate::Draining, 0));
        assert_eq!(told, 1, "nobody was told that it is empty");
    });
}

#[test]
fn a_draining_life_is_opened_again_or_is_over_but_not_both() {
    loom::model(|| {
        let world = World::new();
        world.gate.drain();
        let closer = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.stop_if_idle())
        };
        let reopened = world.gate.reopen();
        let stopped = closer.join().unwrap_or_default();
        if !stopped {
            assert!(world.request(), "neither stopped nor open");
        }
        assert!(reopened || stopped);
        assert_eq!(world.gate.now().0 == Gate::Shut, stopped);
    });
}

#[test]
fn a_life_that_is_over_stays_over() {
    let gate = InFlight::<AtomicU64>::open();
    assert!(gate.enter());
    gate.shut();
    assert!(!gate.enter() && !gate.reopen());
    gate.drain();
    assert_eq!(gate.now(), (Gate::Shut, 1), "whoever was inside still counts");
    assert!(!gate.leave());
    assert_eq!(gate.now(), (Gate::Shut, 0));
}

#[test]
fn many_threads_at_once_lose_no_count() {
    let gate = InFlight::<AtomicU64>::open();
    let admitted = Mutex::new(0_u64);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    if gate.enter() {
                        *admitted.lock().unwrap() += 1;
                        gate.leave();
                    }
                }
            });
        }
    });
    assert_eq!((gate.now(), *admitted.lock().unwrap()), ((Gate::Open, 0), 4_000));
    assert!(gate.shut_if_empty());
}
