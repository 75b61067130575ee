//! Writes the page of error codes: `cargo run -p core-monitor-http-api --example errors > docs/reference/errors.md`
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", core_monitor_http_api::errors_page());
}
