//! Logging to standard error, one line per event.

use std::str::FromStr;

use core_monitor_message::harmless;
use serde::Deserialize;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{FmtSpan, debug_fn};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::ConfigurationError;

/// Log format.
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
            _ => Err(format!("`{text}` is not a log format: use `text` or `json`")),
        }
    }
}

/// Silences libraries that log details at `info`, or invalid requests at `error`. Comes first, so that the configured
/// filter can override it.
const QUIET: &str = "actix_server=warn,actix_http::h1::dispatcher=off";

/// Libraries that log requests to the engine and its responses below `info`: the values of variables, the arguments of
/// commands, the contents of files.
const TALKATIVE: [&str; 6] = ["bollard", "h2", "hyper", "hyper_util", "tonic", "tower"];

/// Whether an event may be logged at all, whatever filter is configured: no secret is in any log.
fn is_discreet(target: &str, level: LevelFilter) -> bool {
    let library = target.split("::").next().unwrap_or_default();
    level <= LevelFilter::INFO || !TALKATIVE.contains(&library)
}

/// Writes fields so that an event stays on its line. JSON escapes line breaks by itself.
fn harmless_fields() -> impl for<'writer> FormatFields<'writer> + 'static {
    debug_fn(|writer, field, value| {
        let value = format!("{value:?}");
        let value = harmless(&value);
        match field.name() {
            "message" => write!(writer, "{value}"),
            // Of records that come through the `log` crate; shown elsewhere in the line.
            name if name.starts_with("log.") => Ok(()),
            name => write!(writer, "{name}={value}"),
        }
    })
    .delimited(" ")
}

/// Starts logging for this process. Later calls have no effect.
pub fn start_logging(filter: &str, format: LogFormat) -> Result<(), ConfigurationError> {
    let parsed = EnvFilter::try_new(format!("{QUIET},{filter}")).map_err(|error| {
        ConfigurationError::LogFilter { filter: filter.to_owned(), reason: error.to_string() }
    })?;
    let discreet = filter_fn(|event| is_discreet(event.target(), LevelFilter::from_level(*event.level())));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_span_events(FmtSpan::NONE);
    let registry = tracing_subscriber::registry().with(parsed);
    // An error here means that logging was already started, which is fine.
    let _ = match format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            let log = log.fmt_fields(harmless_fields()).with_ansi(colours);
            registry.with(log.with_filter(discreet)).try_init()
        }
        LogFormat::Json => registry.with(log.json().flatten_event(true).with_filter(discreet)).try_init(),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn words_of_others_cannot_forge_a_line_or_command_a_terminal() {
        let (sink, evil) =
            (Sink::default(), "x\n2026-01-01T00:00:00Z  INFO all is well\u{1b}]0;owned\u{7}\u{9b}2J");
        let log = tracing_subscriber::fmt::layer()
            .with_writer({
                let sink = sink.clone();
                move || sink.clone()
            })
            .fmt_fields(harmless_fields())
            .with_ansi(false);
        let _during = tracing_subscriber::registry().with(log).set_default();
        let error = std::io::Error::other(evil);
        let span = tracing::info_span!("command", stack = %evil);
        span.in_scope(|| tracing::info!(path = evil, reason = %error, debug = ?evil, "refused {evil}"));
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        let (line, rest) = text.split_once('\n').unwrap();
        assert!(rest.is_empty() && !line.contains(char::is_control), "{text:?}");
        assert!(line.contains("refused x\\n2026") && line.contains("reason=x\\n2026"), "{line}");
        assert!(line.contains("stack=x\\n2026"), "{line}");
    }

    #[test]
    fn what_is_said_to_the_engine_is_never_logged() {
        for target in ["bollard::docker", "hyper::proto::h1::io", "h2", "tonic::transport"] {
            assert!(!is_discreet(target, LevelFilter::DEBUG) && !is_discreet(target, LevelFilter::TRACE));
            assert!(is_discreet(target, LevelFilter::WARN), "{target}");
        }
        assert!(is_discreet("core_monitor_application::worker", LevelFilter::TRACE));
    }
}
