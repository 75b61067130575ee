//! One thing that may be the case: since when it is, how often it came, and what was told about it.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::{FLAPPING_WITHIN, FLAPS, REMIND_EVERY};
use crate::alerts::{Alert, AlertKey, AlertSeverity, Fact, Phase, said, wording};
use crate::time::Timestamp;

/// A fact through time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Story {
    /// As it was last seen.
    fact: Fact,
    stage: Stage,
    /// When it last began, the latest [`FLAPS`] times and once more.
    beginnings: Vec<Timestamp>,
    /// What was told; `None` if nothing, or if its end was told too.
    told: Option<Told>,
    /// Whether something is due that the limit did not allow at the last look.
    pub(super) is_held_back: bool,
}

/// Whether it is the case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
enum Stage {
    /// It is, as far as was seen.
    Here { since: Timestamp },
    /// It is not.
    Gone { since: Timestamp },
    /// It cannot be seen at the moment; it is as it was when it was told.
    OutOfSight,
}

/// What was told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Told {
    /// Since when it is the case, as every alert about it says.
    since: Timestamp,
    /// When it was last told.
    at: Timestamp,
    severity: AlertSeverity,
    /// Whether it was told that it keeps coming and going.
    is_flapping: bool,
}

/// Something to tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Due {
    phase: Phase,
    severity: AlertSeverity,
    is_flapping: bool,
}

impl Due {
    /// What is smaller comes first: what is worse, then beginnings before ends and reminders.
    pub(super) fn order(self) -> impl Ord {
        (std::cmp::Reverse(self.severity), self.phase)
    }
}

impl Story {
    pub(super) fn of(fact: Fact, now: Timestamp) -> Self {
        let stage = Stage::Here { since: now };
        Self { fact, stage, beginnings: vec![now], told: None, is_held_back: false }
    }

    pub(super) fn fact(&self) -> &Fact {
        &self.fact
    }

    /// It is seen.
    pub(super) fn goes_on(&mut self, fact: Fact, now: Timestamp) {
        self.fact = fact;
        match self.stage {
            Stage::Here { .. } => {}
            Stage::OutOfSight if self.told.is_some() => self.stage = Stage::Here { since: now },
            Stage::Gone { .. } | Stage::OutOfSight => {
                self.stage = Stage::Here { since: now };
                self.beginnings.push(now);
                let extra = self.beginnings.len().saturating_sub(FLAPS + 1);
                self.beginnings.drain(..extra);
            }
        }
    }

    /// Nobody can see whether it is the case. If it was not told yet, its patience begins anew when it is seen again.
    pub(super) fn is_out_of_sight(&mut self) {
        if let Stage::Here { .. } = self.stage {
            if self.told.is_none() {
                self.beginnings.pop();
            }
            self.stage = Stage::OutOfSight;
        }
    }

    /// It can be seen that it is not the case.
    pub(super) fn is_gone(&mut self, now: Timestamp) {
        if !matches!(self.stage, Stage::Gone { .. }) {
            self.stage = Stage::Gone { since: now };
        }
    }

    /// The clock was set back: what seems to be in the future happened now.
    pub(super) fn not_later_than(&mut self, now: Timestamp) {
        if let Stage::Here { since } | Stage::Gone { since } = &mut self.stage {
            *since = now.min(*since);
        }
        self.beginnings.iter_mut().for_each(|at| *at = now.min(*at));
        if let Some(told) = &mut self.told {
            told.at = now.min(told.at);
        }
    }

    /// Whether there is nothing left to remember.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        !matches!(self.stage, Stage::Here { .. }) && self.told.is_none() && self.recent(now) == 0
    }

    /// How often it began lately.
    fn recent(&self, now: Timestamp) -> usize {
        self.beginnings.iter().filter(|at| now.since(**at) < FLAPPING_WITHIN).count()
    }

    /// What has to be told about it.
    pub(super) fn due(&self, now: Timestamp) -> Option<Due> {
        let flaps = self.recent(now) > FLAPS;
        let (phase, is_flapping) = match (self.stage, self.told) {
            (Stage::Here { since }, None) => {
                let is_patient = now.since(since) < self.fact.kind().patience();
                if is_patient && !flaps {
                    return None;
                }
                (Phase::Began, flaps)
            }
            (Stage::Here { .. }, Some(told)) => {
                let is_worse = self.fact.severity() > told.severity || flaps && !told.is_flapping;
                if !is_worse && now.since(told.at) < REMIND_EVERY {
                    return None;
                }
                (Phase::Reminder, flaps || told.is_flapping)
            }
            (Stage::Gone { since }, Some(told)) => {
                if told.is_flapping && now.since(since) < FLAPPING_WITHIN {
                    return None;
                }
                (Phase::Resolved, told.is_flapping)
            }
            (Stage::OutOfSight, _) | (Stage::Gone { .. }, None) => return None,
        };
        Some(Due { phase, severity: self.fact.severity(), is_flapping })
    }

    /// Tells it.
    pub(super) fn tell(&mut self, key: &AlertKey, due: Due, now: Timestamp) -> Alert {
        let Due { phase, severity, is_flapping } = due;
        let since = match (self.told, self.stage) {
            (Some(told), _) => told.since,
            (None, Stage::Here { since }) => self.fact.since().map_or(since, |known| known.min(now)),
            (None, _) => now,
        };
        let (title, sentence) = self.words(due, since, now);
        self.is_held_back = false;
        self.told = (phase != Phase::Resolved).then_some(Told { since, at: now, severity, is_flapping });
        if phase == Phase::Resolved && is_flapping {
            self.beginnings.clear();
        }
        Alert {
            id_key: key.clone(),
            kind: self.fact.kind(),
            severity,
            phase,
            subject: self.fact.subject(),
            title,
            sentence,
            since,
            at: now,
            link_path: self.fact.link_path(),
        }
    }

    /// Heading and sentence.
    fn words(&self, due: Due, since: Timestamp, now: Timestamp) -> (Message, Message) {
        let fact = &self.fact;
        let minutes = FLAPPING_WITHIN.as_secs() / 60;
        let span = || wording::span(now.since(since));
        let again = |title: Message| if due.is_flapping { said::alert_again_and_again(title) } else { title };
        let what = || {
            let count = self.recent(now);
            let sentence = wording::sentence(fact);
            if due.is_flapping { said::alert_flaps(count, minutes, sentence) } else { sentence }
        };
        match due.phase {
            Phase::Began => (again(wording::heading(fact)), what()),
            Phase::Reminder => {
                let title = said::alert_still(again(wording::heading(fact)));
                (title, said::alert_lasts(span(), what()))
            }
            Phase::Resolved if due.is_flapping => (wording::heading_of_end(fact), said::alert_calm(minutes)),
            Phase::Resolved => (wording::heading_of_end(fact), said::alert_over(span())),
        }
    }
}
