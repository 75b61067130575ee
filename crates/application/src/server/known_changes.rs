//! What has changed lately, read once for everybody who follows it.

use std::collections::VecDeque;
use std::time::Duration;

use core_monitor_domain::changes::{ChangeTopic, Changes};
use core_monitor_domain::ports::{AuditFilter, EventFilter, Marks, StoreError};
use tokio::sync::Mutex;

use super::ServerPorts;
use super::known_stacks::{KnownStacks, Look};

/// However many follow, the database is asked once in this time. It is also the shortest time between two notices to one of
/// them.
const PAUSE: Duration = Duration::from_millis(100);
/// How many notices are remembered. Who is further behind is told that everything may have changed.
const REMEMBERED: usize = 64;
/// How many events or entries are looked at. Behind more of them, it may be any stack.
const LOOKED_AT: u32 = 200;

/// What has changed lately.
#[derive(Debug, Default)]
pub(super) struct KnownChanges(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The number of the commit and the elapsed time when the database was last asked.
    asked: Option<(u64, Duration)>,
    marks: Marks,
    look: Option<Look>,
    /// The newest notices, the oldest first, without gaps.
    notices: VecDeque<Changes>,
    /// The number of the newest notice.
    newest: u64,
}

/// What somebody is told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// What has changed since the notice that they had; may be empty.
    pub(super) changes: Changes,
    /// The number of the newest notice.
    pub(super) newest: u64,
    /// In which time to ask again, because something has changed that was not looked at yet.
    pub(super) again_in: Option<Duration>,
}

impl KnownChanges {
    /// The number of the newest notice, after everything that has happened until now.
    pub(super) async fn begin(
        &self,
        ports: &ServerPorts,
        stacks: &KnownStacks,
        commit: u64,
    ) -> Result<u64, StoreError> {
        let mut known = self.0.lock().await;
        known.ask(ports, stacks, commit).await?;
        Ok(known.newest)
    }

    /// What has changed behind the notice `seen`. `commit` is the number of the newest commit.
    pub(super) async fn since(
        &self,
        ports: &ServerPorts,
        stacks: &KnownStacks,
        seen: u64,
        commit: u64,
    ) -> Result<Told, StoreError> {
        let mut known = self.0.lock().await;
        let mut again_in = None;
        match known.asked {
            Some((asked, _)) if asked >= commit => {}
            Some((_, at)) if ports.clock.elapsed() < at + PAUSE => {
                again_in = Some((at + PAUSE).saturating_sub(ports.clock.elapsed()));
            }
            _ => known.ask(ports, stacks, commit).await?,
        }
        Ok(Told { changes: known.behind(seen), newest: known.newest, again_in })
    }
}

impl Known {
    /// Asks the database what has changed, and makes a notice of it.
    async fn ask(
        &mut self,
        ports: &ServerPorts,
        stacks: &KnownStacks,
        commit: u64,
    ) -> Result<(), StoreError> {
        let at = ports.clock.elapsed();
        // First of all: what changes while this reads is behind these marks, and is read again.
        let marks = ports.marks.marks().await?;
        let look = stacks.look(ports).await?;
        let mut changes = Changes::default();
        if marks.event != self.marks.event {
            note_events(ports, &mut changes, self.marks.event, marks.event).await?;
        }
        if marks.audit != self.marks.audit {
            note_audit(ports, &mut changes, self.marks.audit).await?;
        }
        if let Some(before) = &self.look {
            look.note_changes(before, &mut changes);
        }
        (self.asked, self.marks, self.look) = (Some((commit, at)), marks, Some(look));
        if !changes.is_empty() {
            self.notices.push_back(changes);
            self.newest += 1;
            if self.notices.len() > REMEMBERED {
                self.notices.pop_front();
            }
        }
        Ok(())
    }

    /// All notices behind this one, as one.
    fn behind(&self, seen: u64) -> Changes {
        let count = usize::try_from(self.newest.saturating_sub(seen)).unwrap_or(usize::MAX);
        if count > self.notices.len() {
            return Changes::everything();
        }
        let mut merged = Changes::default();
        for notice in self.notices.range(self.notices.len() - count..) {
            merged.merge(notice);
        }
        merged
    }
}

async fn note_events(
    ports: &ServerPorts,
    changes: &mut Changes,
    after: i64,
    newest: i64,
) -> Result<(), StoreError> {
    if newest.saturating_sub(after) > i64::from(LOOKED_AT) {
        changes.note_any(ChangeTopic::Commands);
        changes.note_any(ChangeTopic::Stacks);
        return Ok(());
    }
    let filter = EventFilter { after, limit: LOOKED_AT, ..EventFilter::default() };
    for event in ports.queue.events(&filter).await? {
        changes.note_event(&event);
    }
    Ok(())
}

async fn note_audit(ports: &ServerPorts, changes: &mut Changes, after: i64) -> Result<(), StoreError> {
    let page = ports.audit.list(&AuditFilter { limit: LOOKED_AT, ..AuditFilter::default() }).await?;
    let all_seen = !page.more || page.items.last().is_some_and(|oldest| oldest.id <= after);
    if !all_seen {
        changes.merge(&Changes::everything());
        return Ok(());
    }
    for record in page.items.iter().take_while(|record| record.id > after) {
        changes.note_audit(&record.entry);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
