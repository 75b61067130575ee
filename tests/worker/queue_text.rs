//! The whole queue as text, for goldens: who did what to which command, without identities and durations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use core_monitor_domain::command::Command;
use core_monitor_domain::command_event::{CommandEvent, EventKind};
use core_monitor_domain::ports::{CommandFilter, EventFilter};
use serde_json::Value;

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
            for note in event.entry.detail["notes"].as_array().into_iter().flatten().filter_map(Value::as_str)
            {
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
        let _ = writeln!(out, "  ! {}: {}", failure.code, failure.message);
        for log in &failure.logs {
            let _ = writeln!(out, "  ! | {log}");
        }
    }
    out
}

fn line(event: &CommandEvent) -> String {
    let entry = &event.entry;
    let mut out = match entry.epoch {
        Some(epoch) => format!("e{epoch} {}", entry.kind.as_str()),
        None => format!("{} {}", entry.actor, entry.kind.as_str()),
    };
    let text = |key: &str| entry.detail.get(key).and_then(Value::as_str).unwrap_or_default();
    let _ = match entry.kind {
        EventKind::Planned => write!(out, " {} effects", entry.detail["effects"]),
        EventKind::Intent => {
            write!(out, " {} {} ({})", entry.detail["effect"], text("action"), text("cause"))
        }
        EventKind::Outcome if entry.detail["ok"] == true => write!(out, " {} ok", entry.detail["effect"]),
        EventKind::Outcome if entry.detail["unknown"] == true => {
            write!(out, " {} unknown, observed {}", entry.detail["effect"], text("observed"))
        }
        EventKind::Outcome => {
            write!(out, " {} {}: {}", entry.detail["effect"], text("class"), text("message"))
        }
        EventKind::Progress => write!(out, " {} {} {}", entry.op, entry.target, text("state")),
        EventKind::Retrying => write!(out, " {}", text("message")),
        _ => Ok(()),
    };
    out
}
