//! Services with their state and memory as text. Words are fixed, so that it can be compared and searched; the columns are
//! as wide as their longest entry.

use std::fmt::Write;
use std::time::Duration;

use super::gibibytes;

/// A state as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownState {
    /// It answers requests.
    Running,
    /// It sleeps.
    Stopped,
    /// It is on its way up.
    Starting,
    /// It is on its way to sleep.
    Stopping,
    /// It may not start now.
    Held,
    /// Its last start failed.
    Failed,
}

impl ShownState {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Stopped => "STOPPED",
            Self::Starting => "STARTING",
            Self::Stopping => "STOPPING",
            Self::Held => "HELD",
            Self::Failed => "FAILED",
        }
    }
}

/// A service in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRow {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: ShownState,
    /// For how long it has been in this state.
    pub since: Duration,
    /// Bytes that it uses now.
    pub memory: u64,
    /// Bytes that it uses at most, `None` while that is not known.
    pub peak: Option<u64>,
    /// After what time without a use it sleeps.
    pub timeout: Duration,
    /// How long it usually takes to start, `None` while that is not known.
    pub start_p50: Option<Duration>,
    /// How often it is used on a day.
    pub hits_per_day: f64,
}

/// The configuration and the state of all services, in the given order.
pub fn status_table(services: &[ServiceRow]) -> String {
    let mut text = String::from("=== Services Auto-Start - Status & RAM ===\n\nConfiguration:\n");
    push_aligned(&mut text, "- ", services.iter().map(configuration));
    text.push_str("\n=== State ===\n");
    push_aligned(&mut text, "", services.iter().map(state));
    text
}

fn configuration(service: &ServiceRow) -> Vec<String> {
    let peak = service.peak.map_or_else(|| "?".to_owned(), size);
    vec![
        format!("{} ({peak})", service.name),
        format!(": {} timeout", length(service.timeout)),
        format!("| start {}", service.start_p50.map_or_else(|| "?".to_owned(), length)),
        format!("| {:.1} hits/day", service.hits_per_day),
    ]
}

fn state(service: &ServiceRow) -> Vec<String> {
    let memory = match service.state {
        ShownState::Stopped | ShownState::Held | ShownState::Failed => String::new(),
        _ => {
            format!("| RAM: {} / {}", size(service.memory), service.peak.map_or_else(|| "?".to_owned(), size))
        }
    };
    vec![
        service.name.clone(),
        format!(": {}", service.state.word()),
        format!("| {}", length(service.since)),
        memory,
    ]
}

/// Adds a line for each row, with columns as wide as their longest cell and no spaces at the end.
fn push_aligned(text: &mut String, prefix: &str, rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> = rows.collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{prefix}{}", line.join(" ").trim_end());
    }
}

/// "890 MiB", "4.2 GiB". Less than a MiB is "0 MiB".
fn size(bytes: u64) -> String {
    let gib = gibibytes(bytes);
    if gib < 1.0 { format!("{:.0} MiB", (gib * 1024.0).floor()) } else { format!("{gib:.1} GiB") }
}

/// In the largest unit of which there are two or more, rounded down: "45 s", "3 min", "90 min", "2 h", "5 d".
fn length(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    }
}
