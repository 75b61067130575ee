//! The alerts that were told.

use core_monitor_domain::alerts::{Alert, Fact, Facts, Watch};
use core_monitor_domain::ports::KEPT_ALERTS;

use crate::fixture::{Fixture, at};

contract!(
    what_is_told_is_kept_with_what_the_watch_remembers,
    whom_an_alert_was_sent_to_is_kept,
    only_so_many_are_kept,
);

/// A watch that has just told of a disk that is full.
fn told() -> (Watch, Vec<Alert>) {
    let facts = Facts {
        holding: vec![Fact::DiskLow { path: "/data".to_owned(), free_bytes: 1, total_bytes: 1 << 40 }],
        ..Facts::default()
    };
    let mut watch = Watch::default();
    let alerts = watch.look(&facts, at(100));
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    (watch, alerts)
}

async fn what_is_told_is_kept_with_what_the_watch_remembers(f: &Fixture) {
    assert_eq!(f.alerts.watched().await.unwrap(), *Watch::default().state());
    let (watch, alerts) = told();
    let stored = f.alerts.tell(watch.state(), &alerts).await.unwrap();
    assert_eq!(stored[0].alert, alerts[0]);
    assert!(stored[0].delivered.is_empty());
    assert_eq!(f.alerts.watched().await.unwrap(), *watch.state());
    f.alerts.tell(Watch::default().state(), &[]).await.unwrap();
    assert_eq!(f.alerts.watched().await.unwrap(), *Watch::default().state());
    assert_eq!(f.alerts.last(10).await.unwrap(), stored);
}

async fn whom_an_alert_was_sent_to_is_kept(f: &Fixture) {
    let (watch, alerts) = told();
    let id = f.alerts.tell(watch.state(), &alerts).await.unwrap()[0].id;
    f.alerts.delivered(id, "mail", Some("no route to host".to_owned())).await.unwrap();
    f.alerts.delivered(id, "ntfy", None).await.unwrap();
    f.alerts.delivered(id, "mail", None).await.unwrap();
    f.alerts.delivered(id + 1, "mail", None).await.unwrap();
    let stored = f.alerts.last(1).await.unwrap().remove(0);
    let delivered: Vec<_> = stored.delivered.into_iter().collect();
    assert_eq!(delivered, [("mail".to_owned(), None), ("ntfy".to_owned(), None)]);
}

async fn only_so_many_are_kept(f: &Fixture) {
    let (watch, alerts) = told();
    let many: Vec<Alert> = alerts.iter().cycle().take(KEPT_ALERTS as usize + 5).cloned().collect();
    let stored = f.alerts.tell(watch.state(), &many).await.unwrap();
    let last = f.alerts.last(KEPT_ALERTS * 2).await.unwrap();
    assert_eq!(last.len(), KEPT_ALERTS as usize);
    assert_eq!(last[0].id, stored.last().unwrap().id, "the newest first");
    assert!(f.alerts.last(3).await.unwrap().len() == 3);
}
