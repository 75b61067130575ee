use std::sync::atomic::AtomicUsize;

use core_monitor_domain::on_demand::house::{Held, StartFailure};

use super::*;
use crate::gateway::fixture::{declared, door, request};

const BUDGET: Duration = Duration::from_mins(1);

fn upstream() -> Vec<SocketAddr> {
    vec!["127.0.0.1:8080".parse().unwrap()]
}

fn web() -> (Arc<Door>, mpsc::Receiver<Knock>) {
    door("shop", "web", declared(&["shop.org"], &[]))
}

fn awake(door: &Door, start: u64) {
    door.open(start, upstream());
    door.stand(Standing::Awake);
}

/// Lets all other tasks go as far as they can.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_at_a_sleeping_service_knocks_and_is_let_in_when_it_wakes() {
    let (door, mut knocks) = web();
    assert!(door.enter().is_none());
    let waiting = tokio::spawn({
        let door = Arc::clone(&door);
        async move { door.wait(&request("web"), BUDGET).await }
    });
    assert_eq!(knocks.recv().await.unwrap().kind, KnockKind::Wake);
    assert_eq!(door.waiting(), 1);
    awake(&door, 7);
    let let_in = waiting.await.unwrap().unwrap();
    assert_eq!((let_in.inside.life().start, door.waiting()), (7, 0));
}

#[tokio::test(start_paused = true)]
async fn a_service_in_use_is_not_closed_and_one_that_nobody_uses_is() {
    let (door, _knocks) = web();
    awake(&door, 1);
    let inside = door.enter().unwrap();
    assert!(!door.close_if_empty());
    assert_eq!(door.last_used(), Some(door.clock.elapsed()), "somebody is inside now");
    drop(inside);
    assert!(door.close_if_empty());
    assert!(door.enter().is_none());
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_come_in_first_in_first_out_and_not_all_at_once() {
    let (door, _knocks) = web();
    let (order, inside) = (Arc::new(std::sync::Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let mut waiting = Vec::new();
    for number in 0..100 {
        let (door, order, inside) = (Arc::clone(&door), Arc::clone(&order), Arc::clone(&inside));
        waiting.push(tokio::spawn(async move {
            let let_in = door.wait(&request("web"), BUDGET).await.unwrap();
            order.lock().unwrap().push(number);
            assert!(inside.fetch_add(1, Ordering::SeqCst) < AT_ONCE);
            tokio::time::sleep(Duration::from_millis(10)).await;
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(let_in);
        }));
        settle().await;
    }
    awake(&door, 1);
    for task in waiting {
        task.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn whoever_goes_away_gives_up_the_place_and_nobody_else_loses_theirs() {
    let (door, mut knocks) = web();
    let gone = tokio::spawn({
        let door = Arc::clone(&door);
        async move { door.wait(&request("web"), BUDGET).await.map(drop) }
    });
    settle().await;
    gone.abort();
    let _ = gone.await;
    assert_eq!(door.waiting(), 0);
    assert!(knocks.try_recv().is_ok(), "the wish stays: the start goes on");
    awake(&door, 1);
    for _ in 0..AT_ONCE * 2 {
        assert!(door.wait(&request("web"), BUDGET).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_no_longer_than_it_can() {
    let (door, _knocks) = web();
    let before = door.clock.elapsed();
    let Err(NotLetIn::TooLong(standing)) = door.wait(&request("web"), Duration::from_secs(5)).await else {
        panic!("let in")
    };
    let waited = door.clock.elapsed().abs_diff(before);
    assert_eq!((standing, waited), (Standing::Asleep, Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn too_many_are_told_so_at_once() {
    let (door, _knocks) = web();
    let mut waiting = Vec::new();
    for _ in 0..WAITING {
        let door = Arc::clone(&door);
        waiting.push(tokio::spawn(async move { door.wait(&request("web"), BUDGET).await.map(drop) }));
    }
    settle().await;
    assert!(matches!(door.wait(&request("web"), BUDGET).await, Err(NotLetIn::Full)));
    assert_eq!(door.waiting(), WAITING);
    awake(&door, 1);
    for task in waiting {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_failed_or_opens_later_is_said_at_once_and_what_has_rested_is_tried_again() {
    let (door, mut knocks) = web();
    let until = door.clock.elapsed() + Duration::from_secs(10);
    let why = StartFailure::Ended(1);
    door.stand(Standing::Failed { why, lines: Vec::new(), until });
    assert!(matches!(door.wait(&request("web"), BUDGET).await, Err(NotLetIn::Refused(_))));
    assert!(knocks.try_recv().is_err(), "nobody is asked while it rests");
    let opens = core_monitor_domain::time::Timestamp::from_millis(1_000).unwrap();
    door.stand(Standing::held(Held::Closed(opens)));
    assert!(matches!(door.wait(&request("web"), BUDGET).await, Err(NotLetIn::Refused(_))));
    door.stand(Standing::held(Held::Turn));
    let waited = door.wait(&request("web"), Duration::from_secs(1)).await;
    assert!(matches!(waited, Err(NotLetIn::TooLong(Standing::Held { .. }))), "its turn comes");
}

#[tokio::test(start_paused = true)]
async fn a_knock_that_was_lost_is_repeated() {
    let (door, mut knocks) = web();
    let waiting = tokio::spawn({
        let door = Arc::clone(&door);
        async move { door.wait(&request("web"), BUDGET).await.map(drop) }
    });
    for _ in 0..3 {
        assert_eq!(knocks.recv().await.unwrap().kind, KnockKind::Wake);
    }
    awake(&door, 1);
    assert_eq!(waiting.await.unwrap(), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_life_that_ends_sends_those_who_wait_into_a_new_line() {
    let (door, _knocks) = web();
    awake(&door, 1);
    let turns: Vec<_> = {
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.push(door.wait(&request("web"), BUDGET).await.unwrap());
        }
        turns
    };
    let waiting = tokio::spawn({
        let door = Arc::clone(&door);
        async move { door.wait(&request("web"), BUDGET).await.map(|in_| in_.inside.life().start) }
    });
    settle().await;
    door.close();
    door.stand(Standing::Asleep);
    assert!(turns.iter().all(|turn| turn.inside.is_over()));
    settle().await;
    awake(&door, 2);
    assert_eq!(waiting.await.unwrap(), Ok(2));
}

#[tokio::test(start_paused = true)]
async fn whoever_only_looks_in_is_not_cut_off_and_keeps_nothing_awake() {
    let (door, _knocks) = web();
    awake(&door, 1);
    let opened = door.last_used();
    tokio::time::advance(Duration::from_secs(5)).await;
    let look = door.look_in().unwrap();
    assert!(!door.close_if_empty());
    drop(look);
    assert_eq!(door.last_used(), opened);
    drop(door.enter());
    assert_ne!(door.last_used(), opened);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_has_just_woken_waits_for_the_reload_of_a_page_and_not_for_ever() {
    let (door, _knocks) = web();
    assert_eq!(door.watching(), 0);
    let page = door.watch();
    awake(&door, 1);
    assert_eq!(door.watching(), 1);
    drop(page);
    assert!(!door.close_if_empty(), "the page has left, and its reload is on the way");
    let still_open = door.watch();
    tokio::time::advance(watching::RELOAD).await;
    assert_eq!(door.watching(), 0, "a tab that is left open");
    assert!(door.close_if_empty());
    assert_eq!(door.watching(), 1, "it waits for the next life");
    drop(still_open);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_now_and_then_counts_for_ten_seconds() {
    let (door, _knocks) = web();
    door.looked_at();
    tokio::time::advance(watching::RELOAD.saturating_sub(Duration::from_millis(1))).await;
    assert_eq!(door.watching(), 1);
    awake(&door, 1);
    assert!(!door.close_if_empty());
    tokio::time::advance(Duration::from_millis(2)).await;
    assert_eq!(door.watching(), 0);
    assert!(door.close_if_empty());
}

#[tokio::test(start_paused = true)]
async fn pages_are_counted_up_to_a_limit_and_keep_nothing_that_has_failed() {
    let (door, _knocks) = web();
    let pages: Vec<_> = (0..watching::LISTENING + 5).map(|_| door.watch()).collect();
    assert_eq!(door.watching(), watching::LISTENING);
    door.stand(Standing::Failed { why: StartFailure::NoContainer, lines: Vec::new(), until: BUDGET });
    assert_eq!(door.watching(), 0);
    door.stand(Standing::Asleep);
    drop(pages);
    assert_eq!(door.watching(), 1, "just now");
    tokio::time::advance(watching::RELOAD * 2).await;
    assert_eq!(door.watching(), 0);
}
