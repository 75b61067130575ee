//! The stored form of entries: kind, operation and target in separate columns, and the rest as JSON.
//!
//! It is compatible with the first release, so that its journals can be read. An entry that cannot be read becomes
//! [`Entry::Unreadable`]: lists show it as stored, and [`Memory::apply`](super::Memory::apply) rejects it.

use serde_json::{Value, json};

use super::attachment::{Attachment, Baseline};
use super::detail::{
    FailedDetail, IntentDetail, NotedDetail, OutcomeDetail, PlannedDetail, RetryingDetail, RollbackDetail,
    SettlingDetail, read,
};
use super::entry::{Entry, Intent};
use super::outcome::Outcome;
use super::report::StepProgress;
use super::{EffectNumber, EventKind};
use crate::plan::Operation;

const FOLDER: &str = "write_files";
const ROLLBACK: &str = "rollback";
const SETTLE: &str = "settle";
const HANDOVER: &str = "handover";
const VERIFIED: &str = "verified";

/// An entry in the columns of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// Column `kind`.
    pub kind: EventKind,
    /// Column `op`: the operation of a step, or another action of the worker; empty for status changes.
    pub op: String,
    /// Column `target`: the affected object, by name.
    pub target: String,
    /// Column `detail`; null if there is no further data.
    pub detail: Value,
}

/// A stored line that this version cannot read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// As stored.
    pub kind: EventKind,
    /// As stored.
    pub op: String,
    /// As stored.
    pub target: String,
    /// As stored.
    pub detail: Value,
    /// What is wrong with it.
    pub reason: String,
}

impl Encoded {
    fn new(kind: EventKind, op: &str, target: &str, detail: Value) -> Self {
        Self { kind, op: op.to_owned(), target: target.to_owned(), detail }
    }

    /// The entry for a line that cannot be read, for instance because its `detail` is not JSON or its attachment is
    /// damaged. `reason` says which, and why.
    pub fn unreadable(self, reason: String) -> Entry {
        let Self { kind, op, target, detail } = self;
        Entry::Unreadable(Unreadable { kind, op, target, detail, reason })
    }
}

impl Entry {
    /// The stored form. [`decode`](Self::decode) returns the same entry.
    pub fn encode(&self) -> Encoded {
        let kind = self.kind();
        let of_command = |detail: Value| Encoded::new(kind, "", "", detail);
        match self {
            Self::Enqueued
            | Self::Claimed
            | Self::Adopted
            | Self::CancelRequested
            | Self::Retried
            | Self::Done(None)
            | Self::Cancelled(None) => of_command(Value::Null),
            Self::Held(holder) => of_command(json!(holder)),
            Self::Planned(planned) => of_command(json!(planned)),
            Self::Intent(intent) => {
                let detail = json!(IntentDetail::from(intent));
                Encoded::new(kind, intent.operation.as_str(), &intent.target, detail)
            }
            Self::Outcome(outcome) => {
                let detail = json!(OutcomeDetail::from(outcome));
                Encoded::new(kind, outcome.operation.as_str(), &outcome.target, detail)
            }
            Self::Progress(StepProgress { operation, target, report }) => {
                Encoded::new(kind, operation.as_str(), target, json!(report))
            }
            Self::Folder(change) => Encoded::new(kind, FOLDER, "", json!(change)),
            Self::RollingBack { failure, lines } => {
                Encoded::new(kind, ROLLBACK, "", json!({ "failure": failure, "lines": lines }))
            }
            Self::Settling { failure, lines } => Encoded::new(
                kind,
                SETTLE,
                "",
                json!(SettlingDetail { failure: failure.clone(), lines: *lines }),
            ),
            Self::Handover => Encoded::new(kind, HANDOVER, "", Value::Null),
            Self::Verified(place) => Encoded::new(kind, VERIFIED, "", json!(place)),
            Self::Noted(note) => of_command(json!({ "note": note })),
            Self::Retrying { message, delay_ms } => {
                of_command(json!({ "message": message, "in_ms": delay_ms }))
            }
            Self::Done(Some(summary)) => of_command(json!(summary)),
            Self::Failed { code, message, also, subject } => {
                let (code, message) = (*code, message.clone());
                let (also, subject) = (also.clone(), subject.clone());
                of_command(json!(FailedDetail { code, message, also, subject }))
            }
            Self::Cancelled(Some(summary)) => of_command(json!(summary)),
            Self::Unreadable(as_stored) => {
                Encoded::new(kind, &as_stored.op, &as_stored.target, as_stored.detail.clone())
            }
        }
    }

    /// Parses the output of [`encode`](Self::encode), or an entry of the first release, which has inline data that is
    /// an attachment now.
    pub fn decode(encoded: Encoded) -> (Self, Option<Attachment>) {
        match decode(&encoded) {
            Ok(read) => read,
            Err(reason) => (encoded.unreadable(reason), None),
        }
    }
}

/// Which column cannot be read, and why.
type Reason = String;

fn decode(encoded: &Encoded) -> Result<(Entry, Option<Attachment>), Reason> {
    let detail = &encoded.detail;
    Ok((
        match encoded.kind {
            EventKind::Enqueued => Entry::Enqueued,
            EventKind::Held => Entry::Held(read(detail)?),
            EventKind::Claimed => Entry::Claimed,
            EventKind::Adopted => Entry::Adopted,
            EventKind::CancelRequested => Entry::CancelRequested,
            EventKind::Retried => Entry::Retried,
            EventKind::Planned => return planned(read(detail)?),
            EventKind::Progress if encoded.op == ROLLBACK => return Ok(rolling_back(read(detail)?)),
            EventKind::Intent => Entry::Intent(intent(encoded, read(detail)?)?),
            EventKind::Outcome => Entry::Outcome(outcome(encoded, read(detail)?)?),
            EventKind::Progress => progress(encoded)?,
            EventKind::Noted => {
                let NotedDetail { note } = read(detail)?;
                Entry::Noted(note)
            }
            EventKind::Retrying => {
                let RetryingDetail { message, in_ms } = read(detail)?;
                Entry::Retrying { message, delay_ms: in_ms }
            }
            EventKind::Done if detail.is_null() => Entry::Done(None),
            EventKind::Done => Entry::Done(Some(read(detail)?)),
            EventKind::Failed => {
                let FailedDetail { code, message, also, subject } = read(detail)?;
                Entry::Failed { code, message, also, subject }
            }
            EventKind::Cancelled if detail.is_null() => Entry::Cancelled(None),
            EventKind::Cancelled => Entry::Cancelled(Some(read(detail)?)),
            EventKind::Unknown => return Err("kind: this version does not know it".to_owned()),
        },
        None,
    ))
}

fn operation(encoded: &Encoded) -> Result<Operation, Reason> {
    Operation::named(&encoded.op).ok_or_else(|| format!("op: `{}` is not an operation", encoded.op))
}

fn planned(detail: PlannedDetail) -> Result<(Entry, Option<Attachment>), Reason> {
    let PlannedDetail { mut planned, restarting, doomed_volumes } = detail;
    // The first release stored the baseline in the line.
    let inline = match (restarting, doomed_volumes) {
        (Some(restarting), Some(doomed_volumes)) => {
            planned.baseline = true;
            Some(Attachment::Baseline(Baseline { restarting, doomed_volumes }))
        }
        (None, None) => None,
        _ => return Err("detail: `restarting` and `doomed_volumes` must be set together".to_owned()),
    };
    Ok((Entry::Planned(planned), inline))
}

fn rolling_back(detail: RollbackDetail) -> (Entry, Option<Attachment>) {
    let RollbackDetail { mut failure, lines } = detail;
    let inline = std::mem::take(&mut failure.logs);
    let (lines, attachment) = match lines {
        Some(lines) => (lines, None),
        // The first release stored the output in the line.
        None => (u32::try_from(inline.len()).unwrap_or(u32::MAX), Some(Attachment::Lines { lines: inline })),
    };
    (Entry::RollingBack { failure: Box::new(failure), lines }, attachment.filter(|_| lines > 0))
}

fn intent(encoded: &Encoded, detail: IntentDetail) -> Result<Intent, Reason> {
    Ok(Intent {
        effect: EffectNumber(detail.effect),
        operation: operation(encoded)?,
        target: encoded.target.as_str().into(),
        container: detail.container,
        hook: detail.hook,
        action: detail.action,
        cause: detail.cause,
        step: detail.step,
        step_id: detail.step_id,
        putting: detail.putting,
    })
}

fn outcome(encoded: &Encoded, detail: OutcomeDetail) -> Result<Outcome, Reason> {
    Ok(Outcome {
        effect: EffectNumber(detail.effect),
        operation: operation(encoded)?,
        target: encoded.target.as_str().into(),
        took_ms: detail.took_ms,
        answer: detail.into_answer()?,
    })
}

fn progress(encoded: &Encoded) -> Result<Entry, Reason> {
    Ok(match encoded.op.as_str() {
        HANDOVER => Entry::Handover,
        VERIFIED => Entry::Verified(read(&encoded.detail)?),
        FOLDER => Entry::Folder(read(&encoded.detail)?),
        SETTLE => {
            let SettlingDetail { failure, lines } = read(&encoded.detail)?;
            Entry::Settling { failure, lines }
        }
        _ => Entry::Progress(StepProgress {
            operation: operation(encoded)?,
            target: encoded.target.as_str().into(),
            report: read(&encoded.detail)?,
        }),
    })
}
