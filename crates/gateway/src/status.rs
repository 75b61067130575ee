//! What the script of a waiting page reads about a start.

use std::time::Duration;

use core_monitor_application::gateway::{Face, Progress, Standing};
use core_monitor_domain::on_demand::WakeBy;
use core_monitor_domain::on_demand::house::{Held, StartFailure};
use core_monitor_domain::ports::Clock;
use core_monitor_waiting_page::{Failure, Language};
use serde::Serialize;

/// How a service stands, as the events and the status of the waiting page say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What is going on.
    pub phase: Phase,
    /// The number of the start; 0 if none is under way.
    pub generation: u64,
    /// Milliseconds since somebody began to wait for this start.
    pub elapsed_ms: u64,
    /// Half of the starts take less, in milliseconds.
    pub p50_ms: Option<u64>,
    /// Nine of ten starts take less, in milliseconds.
    pub p90_ms: Option<u64>,
    /// Why it failed, in the language of whoever reads it.
    pub reason: Option<String>,
    /// What the engine said about it, in English; only if the service shows its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The last lines of its log, oldest first; empty unless the service shows them.
    pub lines: Vec<String>,
    /// Why it may not start yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldStatus>,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The start has not begun.
    Queued,
    /// Containers are being started.
    Starting,
    /// The containers run, and the service does not answer yet.
    Waiting,
    /// The service takes requests.
    Ready,
    /// The start has failed.
    Failed,
    /// It may not start yet.
    Held,
}

/// Why a service may not start yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldStatus {
    /// What it waits for.
    pub cause: HeldCause,
    /// When it opens, or which service it waits for.
    pub detail: Option<String>,
}

/// What a service waits for before it may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HeldCause {
    /// The next opening of its schedule.
    Opening,
    /// Somebody who may wake it.
    Permission,
    /// Memory.
    Memory,
    /// Another service.
    Another,
}

impl Status {
    /// How a service stands now.
    pub fn of(standing: &Standing, face: &Face, language: Language, clock: &dyn Clock) -> Self {
        let now = clock.elapsed();
        let mut status = Self::only(Phase::Queued);
        match standing {
            // Whoever reads this has not woken it.
            Standing::Asleep if face.declared.wake == WakeBy::Authenticated => {
                status.phase = Phase::Held;
                status.held = Some(HeldStatus { cause: HeldCause::Permission, detail: None });
            }
            Standing::Asleep | Standing::FallingAsleep | Standing::Held { why: Held::Turn, .. } => {}
            Standing::Held { why, .. } => {
                status.phase = Phase::Held;
                status.held = HeldStatus::of(why, face, clock);
            }
            Standing::Starting(progress) => {
                status.phase = match progress {
                    Progress { running: true, .. } => Phase::Waiting,
                    Progress { begun: true, .. } => Phase::Starting,
                    _ => Phase::Queued,
                };
                status.generation = progress.start;
                status.elapsed_ms = millis(now.saturating_sub(progress.since));
                status.p50_ms = progress.usual.map(|(half, _)| millis(half));
                status.p90_ms = progress.usual.map(|(_, most)| millis(most));
            }
            // A page loads its address again then, and sees what is there instead.
            Standing::Awake | Standing::Gone => status.phase = Phase::Ready,
            Standing::Failed { why, lines, .. } => {
                status.phase = Phase::Failed;
                status.reason = Some(failure(why).sentence(language));
                if face.declared.show_logs {
                    status.detail = said(why).map(str::to_owned);
                    status.lines.clone_from(lines);
                }
            }
        }
        status
    }

    fn only(phase: Phase) -> Self {
        Self {
            phase,
            generation: 0,
            elapsed_ms: 0,
            p50_ms: None,
            p90_ms: None,
            reason: None,
            detail: None,
            lines: Vec::new(),
            held: None,
        }
    }
}

impl HeldStatus {
    fn of(held: &Held, face: &Face, clock: &dyn Clock) -> Option<Self> {
        let (cause, detail) = match held {
            Held::Turn => return None,
            Held::Closed(opens) => {
                let schedule = face.declared.schedule.as_ref();
                (HeldCause::Opening, schedule.map(|schedule| schedule.shown(*opens, clock.now())))
            }
            Held::Memory(..) => (HeldCause::Memory, None),
            Held::Needs(_, service) | Held::Beside(_, service) => {
                (HeldCause::Another, Some(service.to_string()))
            }
        };
        Some(Self { cause, detail })
    }
}

/// Why a start has failed, as the pages know it.
fn failure(why: &StartFailure) -> Failure {
    match why {
        StartFailure::Command(_) => Failure::Command,
        StartFailure::Queue(_) => Failure::Queue,
        StartFailure::Ended(code) => Failure::Ended(*code),
        StartFailure::NoContainer => Failure::NoContainer,
        StartFailure::Silent(limit) => Failure::Silent(*limit),
        StartFailure::Unhealthy => Failure::Unhealthy,
    }
}

/// What the engine or the queue said. It may name files and images of the host.
fn said(why: &StartFailure) -> Option<&str> {
    match why {
        StartFailure::Command(said) | StartFailure::Queue(said) => Some(said),
        _ => None,
    }
}

/// Why a start has failed, in one sentence for the program that asked for the service.
///
/// What the engine or the queue said may name files and images of the host; it is for the operator and not repeated here.
pub(crate) fn reason(failure: &StartFailure) -> String {
    match failure {
        StartFailure::Command(_) => "it could not be started".to_owned(),
        StartFailure::Queue(_) => "its start could not be requested".to_owned(),
        StartFailure::Ended(code) => format!("it ended with exit code {code}"),
        StartFailure::NoContainer => "it has no container to start".to_owned(),
        StartFailure::Silent(limit) => format!("it did not answer within {} s", limit.as_secs()),
        StartFailure::Unhealthy => "its health check fails".to_owned(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
