//! How many alerts are told within an hour. A host that breaks down must not make anybody switch the alerts off.

use serde::{Deserialize, Serialize};

use super::{LIMIT, LIMIT_WITHIN};
use crate::alerts::{Alert, AlertKey, AlertKind, AlertSeverity, Phase, Subject, said};
use crate::time::Timestamp;

/// What was told lately, and what was left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Limit {
    /// When alerts were told within the last hour.
    told: Vec<Timestamp>,
    /// The time in which alerts are left out.
    flood: Option<Flood>,
    /// When it was last said that alerts are left out, or no more.
    said_at: Option<Timestamp>,
}

/// A time in which alerts are left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Flood {
    since: Timestamp,
    /// How many could not be told when they were due.
    left_out: u32,
    /// How many of these were said; `None` if nothing was said yet.
    said: Option<u32>,
}

impl Limit {
    /// The clock was set back: what seems to be in the future happened now.
    pub(super) fn not_later_than(&mut self, now: Timestamp) {
        self.told.iter_mut().chain(&mut self.said_at).for_each(|at| *at = now.min(*at));
    }

    /// Whether one more alert may be told. If so, it counts as told.
    pub(super) fn takes(&mut self, now: Timestamp) -> bool {
        self.told.retain(|at| now.since(*at) < LIMIT_WITHIN);
        let takes = self.told.len() < LIMIT;
        if takes {
            self.told.push(now);
        }
        takes
    }

    /// Counts an alert that may not be told.
    pub(super) fn leaves_out(&mut self, now: Timestamp) {
        let flood = self.flood.get_or_insert(Flood { since: now, left_out: 0, said: None });
        flood.left_out = flood.left_out.saturating_add(1);
    }

    /// Says how many alerts were left out, once an hour at most; `is_complete` if everything that is due is told by now.
    pub(super) fn summary(&mut self, is_complete: bool, now: Timestamp) -> Option<Alert> {
        let flood = self.flood.as_mut()?;
        if self.said_at.is_some_and(|at| now.since(at) < LIMIT_WITHIN) {
            return None;
        }
        let phase = match flood.said {
            None => Phase::Began,
            Some(_) if is_complete => Phase::Resolved,
            Some(said) if said < flood.left_out => Phase::Reminder,
            Some(_) => return None,
        };
        flood.said = Some(flood.left_out);
        let alert = flood.alert(phase, now);
        self.said_at = Some(now);
        if phase == Phase::Resolved {
            self.flood = None;
        }
        Some(alert)
    }
}

impl Flood {
    fn alert(&self, phase: Phase, now: Timestamp) -> Alert {
        let so_far = match self.left_out {
            1 => said::alert_left_out_once(LIMIT),
            count => said::alert_left_out(LIMIT, count),
        };
        let (title, sentence) = match phase {
            Phase::Began => (said::alert_too_many(), so_far),
            Phase::Reminder => (said::alert_still(said::alert_too_many()), so_far),
            Phase::Resolved => (said::alert_all_told(), said::alert_came_late(self.left_out)),
        };
        Alert {
            id_key: AlertKey::of(AlertKind::AlertsLeftOut),
            kind: AlertKind::AlertsLeftOut,
            severity: AlertSeverity::Warning,
            phase,
            subject: Subject::default(),
            title,
            sentence,
            since: self.since,
            at: now,
            link_path: "/".to_owned(),
        }
    }
}
