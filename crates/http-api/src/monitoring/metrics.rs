//! `GET /metrics`: metrics in the Prometheus text format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ports::{CommandTotal, QueueOverview};

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;

use super::{statistics_metrics, storage_metrics};

/// Requests so far, by method, route and status.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, String, u16), Requests>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Requests {
    count: u64,
    took: Duration,
}

impl Metrics {
    /// Counts an answered request. `route` is the pattern, not the path: ids would create an unbounded number of series.
    pub(crate) fn count_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = if KNOWN_METHODS.contains(&method) { method } else { "other" };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = requests.entry((method.to_owned(), route.to_owned(), status)).or_default();
        entry.count += 1;
        entry.took += took;
    }

    fn write(&self, out: &mut String) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        family(out, "core_monitor_http_requests_total", "counter", "Requests answered.");
        for ((method, route, status), entry) in &requests {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let _ = writeln!(out, "core_monitor_http_requests_total{{{labels}}} {}", entry.count);
        }
        family(
            out,
            "core_monitor_http_request_seconds_total",
            "counter",
            "Total time to first byte of all responses, in seconds.",
        );
        for ((method, route, status), entry) in &requests {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let seconds = entry.took.as_secs_f64();
            let _ = writeln!(out, "core_monitor_http_request_seconds_total{{{labels}}} {seconds}");
        }
    }
}

/// Clients choose the method; unknown ones are counted together, so that clients cannot create new series.
const KNOWN_METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

pub(super) fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn queue(out: &mut String, overview: &QueueOverview, head_age: Option<f64>) {
    family(
        out,
        "core_monitor_queue_commands",
        "gauge",
        "Commands in the lane of writes that are neither DONE nor CANCELLED, by status.",
    );
    let head = overview.head.as_ref().map(|head| head.status);
    // The lane of writes is strictly ordered, so only its head can run or have failed.
    let at_head = |status| u64::from(head == Some(status));
    for (status, count) in [
        (CommandStatus::Pending, overview.pending),
        (CommandStatus::Running, at_head(CommandStatus::Running)),
        (CommandStatus::Failed, at_head(CommandStatus::Failed)),
    ] {
        let _ = writeln!(out, "core_monitor_queue_commands{{status=\"{status}\"}} {count}");
    }
    if let Some(age) = head_age {
        family(
            out,
            "core_monitor_queue_head_age_seconds",
            "gauge",
            "Time since the command at the head was accepted.",
        );
        let _ = writeln!(out, "core_monitor_queue_head_age_seconds {age}");
    }
}

/// Totals from the database: they survive a restart and are the same in every server process. Combinations that never
/// occurred are reported as 0, so that the first occurrence is an increase.
fn commands(out: &mut String, totals: &[CommandTotal]) {
    let rows: Vec<(String, Option<&CommandTotal>)> = CommandKind::ALL
        .into_iter()
        .flat_map(|kind| ends_of(kind).iter().map(move |status| (kind, *status)))
        .map(|(kind, status)| {
            let total = totals.iter().find(|total| (total.kind, total.status) == (kind, status));
            (format!("kind=\"{kind}\",status=\"{status}\""), total)
        })
        .collect();
    family(
        out,
        "core_monitor_commands_ended_total",
        "counter",
        "Commands that have ended, by kind and status. A retried command is counted again.",
    );
    for (labels, total) in &rows {
        let ended = total.map_or(0, |total| total.ended);
        let _ = writeln!(out, "core_monitor_commands_ended_total{{{labels}}} {ended}");
    }
    family(
        out,
        "core_monitor_command_duration_seconds",
        "summary",
        "Time from the first start of a command until the worker ended it.",
    );
    for (labels, total) in rows.iter().filter_map(|(labels, total)| Some((labels, (*total)?))) {
        let seconds = total.time.as_secs_f64();
        let _ = writeln!(out, "core_monitor_command_duration_seconds_sum{{{labels}}} {seconds}");
        let _ = writeln!(out, "core_monitor_command_duration_seconds_count{{{labels}}} {}", total.timed);
    }
}

/// How commands of this kind can end.
fn ends_of(kind: CommandKind) -> &'static [CommandStatus] {
    if kind.is_immediate() {
        &[CommandStatus::Done]
    } else {
        &[CommandStatus::Done, CommandStatus::Failed, CommandStatus::Cancelled]
    }
}

answers!(Answers, Read, []);

/// Get metrics for Prometheus.
#[utoipa::path(
    tag = "monitoring",
    responses(
        (status = 200, description = "Prometheus text format, version 0.0.4.", body = String, content_type = "text/plain",
         example = "# HELP core_monitor_queue_commands Commands in the lane of writes that are neither DONE nor CANCELLED, by status.\n# TYPE core_monitor_queue_commands gauge\ncore_monitor_queue_commands{status=\"PENDING\"} 0\n"),
        Answers,
    )
)]
#[get("/metrics")]
pub(crate) async fn show_metrics(api: web::Data<Api>, caller: Caller) -> Result<HttpResponse, Problem> {
    let numbers = api.server.show_metrics(&caller.0).await?;
    let mut out = String::new();
    family(&mut out, "core_monitor_build_info", "gauge", "The running release.");
    let _ = writeln!(out, "core_monitor_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    queue(&mut out, &numbers.overview, numbers.head_age.map(|age| age.as_secs_f64()));
    commands(&mut out, &numbers.totals);
    if let Some(age) = numbers.observation_age {
        family(
            &mut out,
            "core_monitor_observation_age_seconds",
            "gauge",
            "Time since the worker last observed the engine.",
        );
        let _ = writeln!(out, "core_monitor_observation_age_seconds {}", age.as_secs_f64());
    }
    family(&mut out, "core_monitor_events_total", "counter", "Events recorded so far.");
    let _ = writeln!(out, "core_monitor_events_total {}", numbers.last_event);
    storage_metrics::write(&mut out, &numbers);
    statistics_metrics::write(&mut out, numbers.measured.as_ref());
    api.metrics.write(&mut out);
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    #[actix_web::test]
    async fn routes_are_counted_by_pattern_and_the_queue_by_status() {
        let world = World::new().await;
        world.create_stack("shop").await;
        world.send("GET", "/api/v1/stacks/00000000-0000-0000-0000-000000000000", &[], "").await;
        world.send("GET", "/api/v1/stacks/00000000-0000-0000-0000-000000000001", &[], "").await;
        world.apply("shop", 1).await;
        let text = world.send("GET", "/metrics", &[], "").await.text;
        for line in [
            "core_monitor_http_requests_total{method=\"GET\",route=\"/api/v1/stacks/{id}\",status=\"404\"} 2",
            "core_monitor_queue_commands{status=\"PENDING\"} 1",
            "core_monitor_queue_commands{status=\"FAILED\"} 0",
            "core_monitor_commands_ended_total{kind=\"CREATE\",status=\"DONE\"} 1",
            "core_monitor_commands_ended_total{kind=\"APPLY\",status=\"DONE\"} 0",
            "core_monitor_database_rows{table=\"command\"} 2",
            "core_monitor_artifact_bytes 0",
            "core_monitor_record_files 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_ended_is_counted_and_timed() {
        let total = |kind, status, ended, millis| CommandTotal {
            kind,
            status,
            ended,
            timed: ended - 1,
            time: Duration::from_millis(millis),
        };
        let totals = [
            total(CommandKind::Apply, CommandStatus::Done, 3, 1500),
            total(CommandKind::Create, CommandStatus::Done, 1, 0),
        ];
        let mut out = String::new();
        commands(&mut out, &totals);
        let lines: Vec<_> =
            out.lines().filter(|line| line.contains("APPLY") || line.contains("CREATE")).collect();
        let (ended, duration) =
            ("core_monitor_commands_ended_total", "core_monitor_command_duration_seconds");
        assert_eq!(
            lines,
            [
                format!("{ended}{{kind=\"CREATE\",status=\"DONE\"}} 1"),
                format!("{ended}{{kind=\"APPLY\",status=\"DONE\"}} 3"),
                format!("{ended}{{kind=\"APPLY\",status=\"FAILED\"}} 0"),
                format!("{ended}{{kind=\"APPLY\",status=\"CANCELLED\"}} 0"),
                format!("{duration}_sum{{kind=\"CREATE\",status=\"DONE\"}} 0"),
                format!("{duration}_count{{kind=\"CREATE\",status=\"DONE\"}} 0"),
                format!("{duration}_sum{{kind=\"APPLY\",status=\"DONE\"}} 1.5"),
                format!("{duration}_count{{kind=\"APPLY\",status=\"DONE\"}} 2"),
            ]
        );
    }
}
