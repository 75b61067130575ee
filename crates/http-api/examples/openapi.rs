//! Writes the `OpenAPI` document: `cargo run -p core-monitor-http-api --example openapi > openapi/core-monitor.json`
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() -> serde_json::Result<()> {
    println!("{}", serde_json::to_string_pretty(&core_monitor_http_api::openapi())?);
    Ok(())
}
