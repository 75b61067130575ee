//! Records as lines of JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::Actor;
use crate::audit::{AuditDetail, AuditEntry, AuditRecord, ChainValue};
use crate::command::{Command, CommandPayload, Idempotency};
use crate::ids::Epoch;
use crate::journal::{Attachment, CommandEvent, Encoded, Entry, EventKind, JournalLine};
use crate::release::Release;
use crate::time::Timestamp;

/// A command that is over, with everything that was recorded about it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCommand {
    /// The command.
    pub command: Command,
    /// The key it was sent with.
    pub idempotency: Option<Idempotency>,
    /// What it left running.
    pub release: Option<Release>,
    /// Its journal with the attachments, oldest first.
    pub events: Vec<CommandEvent>,
}

/// A line that is not a record, or a record that cannot be a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record is unreadable: {0}")]
pub struct RecordError(String);

#[derive(Serialize, Deserialize)]
struct CommandLine {
    command: Command,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotency_fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<Release>,
    events: Vec<EventLine>,
}

#[derive(Serialize, Deserialize)]
struct EventLine {
    id: i64,
    at: i64,
    kind: String,
    actor: Actor,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epoch: Option<Epoch>,
    attempt: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    op: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    target: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    detail: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachment: Option<Value>,
}

#[derive(Serialize, Deserialize)]
struct AuditLine {
    id: i64,
    at: i64,
    actor: Actor,
    action: String,
    resource: String,
    change: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<AuditDetail>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain: Option<ChainValue>,
}

impl RecordedCommand {
    /// The line, without a line break. A command whose request cannot be read has none, so it stays where it is.
    pub fn encode(&self) -> Result<String, RecordError> {
        if let CommandPayload::Unreadable { reason, .. } = &self.command.payload {
            return Err(RecordError(reason.clone()));
        }
        let line = CommandLine {
            command: self.command.clone(),
            idempotency_key: self.idempotency.as_ref().map(|idempotency| idempotency.key.clone()),
            idempotency_fingerprint: self
                .idempotency
                .as_ref()
                .map(|idempotency| idempotency.fingerprint.clone()),
            release: self.release.clone(),
            events: self.events.iter().map(EventLine::of).collect(),
        };
        serde_json::to_string(&line).map_err(unreadable)
    }

    /// Parses the output of [`encode`](Self::encode).
    pub fn decode(line: &str) -> Result<Self, RecordError> {
        let line: CommandLine = serde_json::from_str(line).map_err(unreadable)?;
        let CommandLine { command, idempotency_key, idempotency_fingerprint, release, events } = line;
        let idempotency = idempotency_key.zip(idempotency_fingerprint);
        let events = events.into_iter().map(|event| event.read(&command)).collect::<Result<_, _>>()?;
        Ok(Self {
            idempotency: idempotency.map(|(key, fingerprint)| Idempotency { key, fingerprint }),
            command,
            release,
            events,
        })
    }
}

impl EventLine {
    fn of(event: &CommandEvent) -> Self {
        let Encoded { kind, op, target, detail } = event.line.entry.encode();
        Self {
            id: event.id,
            at: event.at.as_millis(),
            kind: kind.as_str().to_owned(),
            actor: event.line.actor.clone(),
            epoch: event.line.epoch,
            attempt: event.line.attempt,
            op,
            target,
            detail,
            attachment: event.line.attachment.as_ref().map(Attachment::encode),
        }
    }

    fn read(self, command: &Command) -> Result<CommandEvent, RecordError> {
        let kind = EventKind::ALL.iter().copied().find(|kind| kind.as_str() == self.kind);
        let kind = kind.unwrap_or(EventKind::Unknown);
        let Self { id, at, actor, epoch, attempt, op, target, detail, attachment, .. } = self;
        let (entry, inline) = Entry::decode(Encoded { kind, op, target, detail });
        let attachment = attachment.map(|stored| Attachment::decode(&stored.to_string())).transpose();
        let attachment = attachment.map_err(|error| RecordError(error.to_string()))?;
        Ok(CommandEvent {
            id,
            command_id: command.id,
            seq: command.seq,
            stack_id: command.stack_id,
            at: time(at)?,
            line: JournalLine { actor, epoch, attempt, entry, attachment: attachment.or(inline) },
        })
    }
}

/// The line of an entry of the audit.
pub fn encode_audit(record: &AuditRecord) -> Result<String, RecordError> {
    let entry = &record.entry;
    let line = AuditLine {
        id: record.id,
        at: entry.at.as_millis(),
        actor: entry.actor.clone(),
        action: entry.action.to_string(),
        resource: entry.resource.to_string(),
        change: entry.change.to_string(),
        detail: entry.detail.clone(),
        chain: record.chain,
    };
    serde_json::to_string(&line).map_err(unreadable)
}

/// Parses the output of [`encode_audit`].
pub fn decode_audit(line: &str) -> Result<AuditRecord, RecordError> {
    let AuditLine { id, at, actor, action, resource, change, detail, chain } =
        serde_json::from_str(line).map_err(unreadable)?;
    let other = |error: &dyn std::fmt::Display| RecordError(error.to_string());
    let entry = AuditEntry {
        at: time(at)?,
        actor,
        action: action.parse().map_err(|error| other(&error))?,
        resource: resource.parse().map_err(|error| other(&error))?,
        change: change.parse().map_err(|error| other(&error))?,
        detail,
    };
    Ok(AuditRecord { id, entry, chain })
}

fn time(millis: i64) -> Result<Timestamp, RecordError> {
    Timestamp::from_millis(millis).ok_or_else(|| RecordError(format!("{millis} is out of range")))
}

#[expect(clippy::needless_pass_by_value, reason = "required by `map_err`")]
fn unreadable(error: serde_json::Error) -> RecordError {
    // The parser's message may quote what is in the record.
    RecordError(format!("line {}, column {}", error.line(), error.column()))
}

#[cfg(test)]
mod tests;
