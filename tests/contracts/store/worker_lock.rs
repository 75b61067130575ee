//! The lock that excludes a second worker.

use core_monitor_domain::ports::LockAttempt;

use crate::fixture::Fixture;

contract!(one_holds_the_lock_until_it_is_dropped);

async fn one_holds_the_lock_until_it_is_dropped(f: &Fixture) {
    for _ in 0..2 {
        let LockAttempt::Held(held) = f.lock.try_hold().await.unwrap() else { panic!("not free") };
        let LockAttempt::Busy { holder } = f.lock.try_hold().await.unwrap() else { panic!("held twice") };
        assert!(!holder.is_empty());
        drop(held);
    }
}
