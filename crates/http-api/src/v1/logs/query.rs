//! Which lines to send.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, web};
use core_monitor_application::server::LogQuery;
use core_monitor_domain::logs::{Grep, LogCursor, LogTail};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;
use serde::Deserialize;
use utoipa::IntoParams;

use super::said;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{check_text, log_moment, read_query_beside};

/// Bytes of the longest text to look for.
const LONGEST_GREP: usize = 1_000;
/// Characters of a value that are repeated in an error.
const SHOWN: usize = 60;

/// Which lines of a container.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogsQuery {
    /// How many of the existing lines of each container: a number, or `all`. They are counted before `grep`, `since` and the
    /// streams leave out any. All by default.
    tail: Option<String>,
    /// Only lines written since this time (RFC 3339, or seconds since 1970), or since so long ago (`10m`, `1h30m`).
    since: Option<String>,
    /// Only lines written until this time, or until so long ago. Not with `follow`.
    until: Option<String>,
    /// Go on with what is written later, also by containers that come later. `false` by default.
    follow: Option<bool>,
    /// Send lines of standard output. `true` by default.
    stdout: Option<bool>,
    /// Send lines of standard error. `true` by default.
    stderr: Option<bool>,
    /// Only lines that contain this text. It is not a pattern.
    grep: Option<String>,
    /// Whether `grep` finds letters of either case. `false` by default.
    ignore_case: Option<bool>,
    /// Send what was written as it is, with escape sequences, control characters and what is no UTF-8. `false` by default:
    /// without these, lines cannot command a terminal. Values of secret variables are hidden in both cases.
    raw: Option<bool>,
    /// Put the time before each line of plain text. `false` by default.
    timestamps: Option<bool>,
    /// Send it as a file to keep. `false` by default.
    download: Option<bool>,
    /// Go on behind the line with this `after` or event id, without a gap and without any line twice; `tail` and `since`
    /// are then ignored.
    after: Option<String>,
}

/// Which services of a stack. For the document: the parameter may be repeated, which the other parameters may not.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct StackLogsQuery {
    /// Only lines of this service; may be repeated. Of all by default.
    service: Option<Vec<String>>,
}

/// What a reconnecting stream sends. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct LastLogEventId {
    /// Id of the last event received; takes precedence over `after`. Browsers send it when they reconnect.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<String>,
}

/// A request that makes sense.
pub(super) struct Asked {
    pub(super) query: LogQuery,
    pub(super) raw: bool,
    pub(super) timestamps: bool,
    pub(super) download: bool,
}

impl LogsQuery {
    /// The services, and the other parameters.
    pub(crate) fn with_services(query: &str) -> Result<(BTreeSet<ServiceName>, Self), Problem> {
        check_text(query)?;
        let is_service = |pair: &&str| pair.split('=').next() == Some("service");
        let rest: Vec<_> = query.split('&').filter(|pair| !is_service(pair)).collect();
        let parsed = read_query_beside(&rest.join("&"), &["service"])?;
        let given: Vec<_> = query.split('&').filter(is_service).collect();
        let given = web::Query::<Vec<(String, String)>>::from_query(&given.join("&"));
        let given = given.map(web::Query::into_inner).unwrap_or_default();
        let name = |text: &str| {
            text.parse::<ServiceName>().map_err(|error| invalid(said::bad_service_name(error.message())))
        };
        // Also separated by commas, as in other lists of this API.
        let names = given.iter().flat_map(|(_, value)| value.split(','));
        Ok((names.map(name).collect::<Result<_, _>>()?, parsed))
    }

    /// What is asked for, if it makes sense.
    pub(super) fn read(&self, request: &HttpRequest, now: Timestamp) -> Result<Asked, Problem> {
        let follow = self.follow.unwrap_or(false);
        let (stdout, stderr) = (self.stdout.unwrap_or(true), self.stderr.unwrap_or(true));
        let until = log_moment("until", self.until.as_deref(), now)?;
        if follow && until.is_some() {
            return Err(invalid(said::until_of_what_follows()));
        }
        if !stdout && !stderr {
            return Err(invalid(said::no_stream_chosen()));
        }
        let grep = self.grep.as_deref().filter(|text| !text.is_empty());
        if let Some(text) = grep.filter(|text| text.len() > LONGEST_GREP) {
            return Err(invalid(said::grep_too_long(text.len(), LONGEST_GREP)));
        }
        let raw = self.raw.unwrap_or(false);
        let query = LogQuery {
            services: BTreeSet::new(),
            tail: tail(self.tail.as_deref())?,
            since: log_moment("since", self.since.as_deref(), now)?,
            until,
            follow,
            stdout,
            stderr,
            grep: grep.map(|text| Grep::new(text, self.ignore_case.unwrap_or(false))),
            raw,
            after: self.after(request)?,
        };
        let (timestamps, download) = (self.timestamps.unwrap_or(false), self.download.unwrap_or(false));
        Ok(Asked { query, raw, timestamps, download })
    }

    fn after(&self, request: &HttpRequest) -> Result<Option<LogCursor>, Problem> {
        let header = request.headers().get("last-event-id");
        let given = match header {
            Some(value) => Some(("Last-Event-ID", value.to_str().unwrap_or("?").trim())),
            None => self.after.as_deref().map(|after| ("after", after)),
        };
        // A stream that has not delivered anything yet has an empty id.
        let Some((name, text)) = given.filter(|(_, text)| !text.is_empty()) else { return Ok(None) };
        let cursor = text.parse();
        cursor
            .map(Some)
            .map_err(|_| invalid(said::not_a_position(name)).with_hint(said::send_position_unchanged()))
    }
}

fn invalid(words: Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, words)
}

fn tail(given: Option<&str>) -> Result<LogTail, Problem> {
    match given {
        None | Some("all") => Ok(LogTail::All),
        Some(text) => match text.parse() {
            Ok(lines) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(LogTail::Last(lines)),
            _ => Err(invalid(said::not_a_tail(shown(text)))),
        },
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().take(SHOWN).collect()
}
