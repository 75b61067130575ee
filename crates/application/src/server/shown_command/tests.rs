use std::sync::Arc;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{InstanceId, Seq};
use core_monitor_domain::journal::{CommandEvent, Entry, JournalLine, Planned};
use core_monitor_domain::ports::MockCommandQueue;
use core_monitor_domain::time::Timestamp;
use uuid::Uuid;

use super::*;
use crate::server::untouchable_ports;

fn event(id: i64, effects: u64) -> CommandEvent {
    let entry = Entry::Planned(Planned { steps: effects, effects, ..Planned::default() });
    let line =
        JournalLine { actor: Actor::from_stored("ann"), epoch: None, attempt: 1, entry, attachment: None };
    CommandEvent {
        id,
        command_id: CommandId(Uuid::from_u128(1)),
        seq: Seq(1),
        stack_id: StackId(Uuid::from_u128(2)),
        at: Timestamp::from_millis(0).unwrap(),
        line,
    }
}

/// A queue with the journal of one command, and the ids after which it was read.
fn ports(journal: &Arc<Mutex<Vec<CommandEvent>>>, read: &Arc<Mutex<Vec<i64>>>) -> ServerPorts {
    let (journal, read) = (Arc::clone(journal), Arc::clone(read));
    let mut queue = MockCommandQueue::new();
    queue.expect_events().returning(move |filter| {
        read.lock().unwrap().push(filter.after);
        let journal = journal.lock().unwrap();
        let rest = journal.iter().filter(|event| event.id > filter.after);
        Ok(rest.take(usize::try_from(filter.limit).unwrap()).cloned().collect())
    });
    ServerPorts { queue: Arc::new(queue), ..untouchable_ports(InstanceId(Uuid::from_u128(1))) }
}

#[tokio::test]
async fn only_what_is_new_in_a_journal_is_read() {
    let (journal, read) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let ports = ports(&journal, &read);
    let (known, id) = (KnownProgress::default(), CommandId(Uuid::from_u128(1)));
    let page = i64::from(EVENTS);
    journal.lock().unwrap().extend((1..=page + 1).map(|id| event(id, 3)));
    assert_eq!(known.of(&ports, id).await.unwrap().progress.total, 3);
    journal.lock().unwrap().push(event(page + 2, 9));
    assert_eq!(
        known.of(&ports, id).await.unwrap().progress.total,
        9,
        "the newest event counts, however many there are"
    );
    assert_eq!(*read.lock().unwrap(), [0, page, page + 1]);
    known.forget(id);
    assert_eq!(known.of(&ports, id).await.unwrap().progress.total, 9);
    assert_eq!(read.lock().unwrap()[3], 0);
}

#[tokio::test]
async fn no_more_commands_are_remembered_than_can_run() {
    let (journal, read) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let ports = ports(&journal, &read);
    let known = KnownProgress::default();
    for id in 0..=REMEMBERED {
        known.of(&ports, CommandId(Uuid::from_u128(u128::try_from(id).unwrap()))).await.unwrap();
    }
    assert!(known.known().len() <= REMEMBERED);
}
