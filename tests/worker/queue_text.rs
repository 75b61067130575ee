//! The whole queue as text, for golden files: who did what to which command, without ids and durations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use core_monitor_domain::command::Command;
use core_monitor_domain::journal::{Answer, CommandEvent, Encoded, Entry, Report};
use core_monitor_domain::ports::{CommandFilter, EventFilter};
use serde_json::{Value, json};

use crate::installation::Installation;

pub(crate) async fn render(installation: &Installation) -> String {
    let queue = installation.database.command_queue();
    let mut commands =
        queue.list(&CommandFilter { limit: 1_000, ..CommandFilter::default() }).await.unwrap().items;
    commands.sort_by_key(|command| command.seq);
    let events = queue.events(&EventFilter { limit: 100_000, ..EventFilter::default() }).await.unwrap();
    let mut of: BTreeMap<_, Vec<&CommandEvent>> = BTreeMap::new();
    for event in &events {
        of.entry(event.seq).or_default().push(event);
    }
    let mut out = String::new();
    for command in &commands {
        out.push_str(&head(command));
        for event in of.get(&command.seq).into_iter().flatten() {
            let _ = writeln!(out, "  {}", line(event).trim_end());
            for note in notes(&event.line.entry) {
                let _ = writeln!(out, "    {note}");
            }
        }
    }
    out
}

fn head(command: &Command) -> String {
    let mut out = format!("#{} {} {}", command.seq, command.payload.kind(), command.status);
    if let Some(result) = &command.result {
        let _ = write!(out, ", {} effects", result.effects);
    }
    out.push('\n');
    if let Some(failure) = &command.failure {
        let _ = writeln!(out, "  ! {}: {}", failure.code, failure.text());
        for log in &failure.logs {
            let _ = writeln!(out, "  ! | {log}");
        }
    }
    out
}

fn line(event: &CommandEvent) -> String {
    let line = &event.line;
    let mut out = match line.epoch {
        Some(epoch) => format!("e{epoch} {}", line.kind().as_str()),
        None => format!("{} {}", line.actor.label(), line.kind().as_str()),
    };
    let Encoded { op, target, .. } = line.entry.encode();
    let _ = match &line.entry {
        Entry::Planned(planned) => write!(out, " {} effects", planned.effects),
        Entry::Intent(intent) => write!(out, " {} {} ({})", intent.effect.0, intent.action, intent.cause),
        Entry::Outcome(outcome) => write!(out, " {} {}", outcome.effect.0, answer(&outcome.answer)),
        Entry::Progress(progress) => match &progress.report {
            Report::State { state, .. } => write!(out, " {op} {target} {state}"),
            Report::Pull { .. } | Report::Build { .. } => write!(out, " {op} {target}"),
        },
        Entry::Folder(_) | Entry::RollingBack { .. } | Entry::Settling { .. } | Entry::Handover => {
            write!(out, " {op}")
        }
        Entry::Retrying { message, .. } => write!(out, " {message}"),
        Entry::Noted(note) => write!(out, " {note}"),
        Entry::Unreadable(unreadable) => write!(out, " unreadable: {}", unreadable.reason),
        _ => Ok(()),
    };
    out
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Succeeded { .. } => "ok".to_owned(),
        Answer::Seen(sighting) => format!("unknown, observed {}", word(&json!(sighting))),
        Answer::Failed { class, message, .. } => format!("{}: {message}", word(&json!(class))),
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The indented notes below the line.
fn notes(entry: &Entry) -> Vec<String> {
    match entry {
        Entry::Done(Some(summary)) => summary.notes.iter().map(ToString::to_string).collect(),
        Entry::Cancelled(Some(summary)) => summary.notes.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
