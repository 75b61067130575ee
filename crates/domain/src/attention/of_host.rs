//! Worker, observation and disks.

use core_monitor_compose::Severity;

use super::{AttentionFacts, AttentionItem, AttentionKind, OBSERVATION_OLD, said};
use crate::doctor::said::make_space;
use crate::doctor::{Verdict, readable_size, verdict_of_space};
use crate::statistics::DiskFigures;

pub(super) fn items(facts: &AttentionFacts<'_>) -> Vec<AttentionItem> {
    worker(facts).into_iter().chain(facts.disks.iter().filter_map(disk)).collect()
}

/// Without a worker, it is no news that the observation is old.
fn worker(facts: &AttentionFacts<'_>) -> Option<AttentionItem> {
    if !facts.worker_answers {
        let item = AttentionItem::new(AttentionKind::WorkerAbsent, Severity::Error, said::worker_absent());
        return Some(AttentionItem {
            hint: Some(said::look_after_worker()),
            since: facts.observed_at,
            ..item
        });
    }
    let message = match facts.observed_at.map(|at| facts.now.since(at)) {
        Some(age) if age < OBSERVATION_OLD => return None,
        Some(age) => said::observation_old(age.as_secs()),
        None => said::never_observed(),
    };
    let item = AttentionItem::new(AttentionKind::ObservationOld, Severity::Warning, message);
    Some(AttentionItem { hint: Some(said::look_at_engine()), since: facts.observed_at, ..item })
}

fn disk(disk: &DiskFigures) -> Option<AttentionItem> {
    let severity = match verdict_of_space(disk.available) {
        Verdict::Fine => return None,
        Verdict::Warning => Severity::Warning,
        Verdict::Wrong => Severity::Error,
    };
    let message = said::disk_low(readable_size(disk.available), &disk.path);
    let item = AttentionItem::new(AttentionKind::DiskLow, severity, message);
    Some(AttentionItem { hint: Some(make_space()), ..item })
}
