//! Writes the `OpenAPI` document: `cargo run -p core-monitor-http-api --example openapi > openapi/core-monitor.json`
//!
//! With the argument `3.0`, it writes the copy in that version: `openapi/core-monitor-3.0.json`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() -> serde_json::Result<()> {
    let document = match std::env::args().nth(1).as_deref() {
        Some("3.0") => serde_json::to_string_pretty(&core_monitor_http_api::openapi_3_0())?,
        _ => serde_json::to_string_pretty(&core_monitor_http_api::openapi())?,
    };
    println!("{document}");
    Ok(())
}
