//! Where the log goes: standard error, one line per event.

use std::str::FromStr;

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::ConfigurationError;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("`{text}` is not a log format: text or json")),
        }
    }
}

/// Libraries that tell at `info` what only their authors need, and at `error` that a stranger's bytes are no HTTP. Said
/// first, so the configured filter can overrule it.
const QUIET: &str = "actix_server=warn,sea_orm_migration=warn,actix_http::h1::dispatcher=off";

/// Starts the log of this process. To be called once; later calls change nothing.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), ConfigurationError> {
    let parsed = EnvFilter::try_new(format!("{QUIET},{filter}")).map_err(|error| {
        ConfigurationError::LogFilter { filter: filter.to_owned(), reason: error.to_string() }
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE);
    // An error here means that a log was started before, which is what was asked for.
    let _ = match format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    Ok(())
}
