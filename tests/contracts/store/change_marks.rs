//! Where the tables stand.

use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ports::{IfMatch, Marks};
use core_monitor_domain::stack::SettingsChange;

use crate::fixture::{Fixture, ann, at};
use crate::observation_store::{container, look};

contract!(
    an_empty_store_stands_at_the_beginning,
    every_kind_of_change_moves_its_own_mark,
    a_look_moves_the_marks_of_what_differs,
);

async fn an_empty_store_stands_at_the_beginning(f: &Fixture) {
    assert_eq!(f.marks.marks().await.unwrap(), Marks::default());
    assert!(f.marks.observed().await.unwrap().is_empty());
}

async fn every_kind_of_change_moves_its_own_mark(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let saved = f.marks.marks().await.unwrap();
    assert_eq!((saved.event, saved.audit, saved.observed_at), (f.queue.last_event().await.unwrap(), 0, None));
    assert!(saved.event > 0);
    let change = SettingsChange { on_failure: Some(OnFailure::Rollback) };
    f.stacks.configure(stack, change, IfMatch::Any, &ann(), at(1)).await.unwrap();
    let configured = f.marks.marks().await.unwrap();
    assert_eq!(configured, Marks { audit: 1, ..saved });
}

async fn a_look_moves_the_marks_of_what_differs(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let (one, two) = (container(web, "web-1"), container(db, "db-1"));
    f.observations.save(&look(1, vec![one.clone(), two.clone()])).await.unwrap();
    let (first, of_first) = (f.marks.marks().await.unwrap(), f.marks.observed().await.unwrap());
    assert_eq!(first.observed_at, Some(at(1)));
    assert_eq!(of_first.len(), 2);

    f.observations.save(&look(2, vec![one.clone(), two.clone()])).await.unwrap();
    assert_eq!(f.marks.marks().await.unwrap(), Marks { observed_at: Some(at(2)), ..first.clone() });
    assert_eq!(f.marks.observed().await.unwrap(), of_first, "nothing differs but the time");

    let mut renamed = one;
    "web-2".clone_into(&mut renamed.name);
    f.observations.save(&look(3, vec![renamed, two])).await.unwrap();
    let of_third = f.marks.observed().await.unwrap();
    assert_eq!(f.marks.marks().await.unwrap().host, first.host);
    assert!(of_third[&web] != of_first[&web] && of_third[&db] == of_first[&db]);

    let mut other = look(4, Vec::new());
    other.host.stacks_dir = Some("/elsewhere".to_owned());
    f.observations.save(&other).await.unwrap();
    assert_ne!(f.marks.marks().await.unwrap().host, first.host);
    assert!(f.marks.observed().await.unwrap().is_empty());
}
