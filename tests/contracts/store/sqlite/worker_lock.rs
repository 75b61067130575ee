//! The lock file names its holder and no earlier one.

use core_monitor_domain::ports::LockAttempt;

use crate::fixture::Fixture;

#[tokio::test]
async fn the_holder_is_named() {
    let f = Fixture::sqlite().await;
    let LockAttempt::Held(_held) = f.lock.try_hold().await.unwrap() else { panic!("not free") };
    let LockAttempt::Busy { holder } = f.lock.try_hold().await.unwrap() else { panic!("held twice") };
    let this = format!("process {} on host ", std::process::id());
    assert!(holder.starts_with(&this) && holder.len() > this.len(), "{holder}");
}

#[tokio::test]
async fn an_earlier_holders_longer_name_is_overwritten() {
    let f = Fixture::sqlite().await;
    let path = f.folder.as_ref().unwrap().path().join("worker.lock");
    std::fs::write(&path, "process 4294967295 on host ".to_owned() + &"x".repeat(300)).unwrap();
    let LockAttempt::Held(_held) = f.lock.try_hold().await.unwrap() else { panic!("nobody holds it") };
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("xxx"), "{text}");
}
