//! How much is stored, for `GET /metrics`.

use std::fmt::Write as _;

use core_monitor_application::server::Numbers;

use super::metrics::family;

/// Writes what the database, the record files and the artifacts take.
pub(super) fn write(out: &mut String, numbers: &Numbers) {
    let store = &numbers.store;
    let mut gauge = |name: &str, help: &str, value: u64| {
        family(out, name, "gauge", help);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name} {value}");
    };
    gauge("core_monitor_database_bytes", "Size of the database.", store.bytes);
    gauge(
        "core_monitor_database_free_bytes",
        "Bytes of the database that are free, and used again for what comes.",
        store.free,
    );
    gauge("core_monitor_record_files", "Record files.", store.record_files);
    gauge("core_monitor_record_bytes", "Size of the record files.", store.record_bytes);
    gauge(
        "core_monitor_statistics_bytes",
        "Size of the history of statistics in the database.",
        numbers.statistics,
    );
    if let Some((count, bytes)) = numbers.artifacts {
        gauge("core_monitor_artifacts", "Stored artifacts.", count);
        gauge("core_monitor_artifact_bytes", "Size of the stored artifacts.", bytes);
    }
    family(out, "core_monitor_database_rows", "gauge", "Rows of the tables that grow with use.");
    for (table, rows) in [
        ("command", store.commands),
        ("command_event", store.events),
        ("audit", store.audit),
        ("plan", store.plans),
    ] {
        let _ = writeln!(out, "core_monitor_database_rows{{table=\"{table}\"}} {rows}");
    }
}
