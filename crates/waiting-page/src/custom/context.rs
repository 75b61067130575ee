//! The variables of a template.

use std::time::Duration;

use minijinja::Value;

use super::error::ThemeError;
use crate::harmless::{last_lines, line};
use crate::page::watcher::Watcher;
use crate::texts::{Texts, whole_seconds};
use crate::{Estimate, Hold, Language, Links, Nonce, Page, Phase, Progress, Service, Theme};

/// How many seconds a start is said to take before there was one.
const UNKNOWN_ESTIMATE: u64 = 30;

/// The variables for a page. `inlined` are the files the template places.
pub(super) fn context(page: &Page<'_>, inlined: &Value) -> Value {
    let (progress, links, texts) = (page.progress, page.links, Texts::of(page.language));
    let name = line(page.service.shown());
    let phase = progress.phase.name();
    let estimated = progress.estimate.p50.map_or(UNKNOWN_ESTIMATE, whole_seconds);
    let (reason, detail, last) = outcome(progress.phase, texts);
    let watcher = Watcher { page, texts, name: &name, decoration: "" }.to_string();
    let pairs: [(&str, Value); 21] = [
        ("serviceName", line(page.service.name).into()),
        ("estimatedTime", estimated.into()),
        ("elapsedTime", whole_seconds(progress.elapsed).into()),
        ("phase", phase.as_str().into()),
        ("status", texts.said(phase).title.replace("{}", &name).into()),
        ("reason", reason.into()),
        ("detail", detail.into()),
        ("lines", last.into()),
        ("retryAfter", page.retry_after.max(1).into()),
        ("retryAction", links.retry_action.into()),
        ("retryToken", links.retry_token.into()),
        ("returnTo", links.return_to.into()),
        ("coreMonitor", links.core_monitor.into()),
        ("eventsPath", links.events.into()),
        ("statusPath", links.status.into()),
        ("lang", page.language.tag().into()),
        ("nonce", page.nonce.as_str().into()),
        ("cmRefresh", refresh(page).into()),
        ("cmWatcher", watcher.into()),
        ("displayName", name.into()),
        ("cmInlined", inlined.clone()),
    ];
    Value::from_pairs(pairs)
}

/// Why nothing goes on, what the engine said about it, and what the service said last.
fn outcome(phase: Phase<'_>, texts: &Texts) -> (String, String, Vec<String>) {
    match phase {
        Phase::Failed { reason, detail, lines } => (line(reason), line(detail), last_lines(lines)),
        Phase::Held(hold) => {
            let detail = hold.detail().map(line).unwrap_or_default();
            (texts.hold(hold.cause()).replace("{}", &detail), String::new(), Vec::new())
        }
        Phase::Queued | Phase::Starting | Phase::Waiting => (String::new(), String::new(), Vec::new()),
    }
}

/// The reload without scripts; as in the built-in themes, a failed start is only tried again by the form.
fn refresh(page: &Page<'_>) -> String {
    if matches!(page.progress.phase, Phase::Failed { .. }) {
        return String::new();
    }
    let seconds = page.retry_after.max(1);
    format!("<noscript><meta http-equiv=\"refresh\" content=\"{seconds}\"></noscript>")
}

/// Renders a page for every phase, with and without an estimate.
pub(super) fn rehearse(render: impl Fn(&Page<'_>) -> Result<(), ThemeError>) -> Result<(), ThemeError> {
    let lines = ["a line".to_owned()];
    let phases = [
        Phase::Queued,
        Phase::Starting,
        Phase::Waiting,
        Phase::Failed { reason: "a reason", detail: "a detail", lines: &lines },
        Phase::Held(Hold::ForMemory),
    ];
    let known = Estimate { p50: Some(Duration::from_secs(12)), p90: Some(Duration::from_secs(20)) };
    for phase in phases {
        for estimate in [Estimate::default(), known] {
            render(&example(
                Progress { phase, generation: 1, elapsed: Duration::from_secs(5), estimate },
                &Nonce::of([0; 16]),
            ))?;
        }
    }
    Ok(())
}

fn example<'a>(progress: Progress<'a>, nonce: &'a Nonce) -> Page<'a> {
    Page {
        service: Service { name: "service", display_name: "Service", stack: "stack" },
        progress,
        language: Language::English,
        theme: Theme::Plain,
        broken_theme: None,
        nonce,
        links: Links {
            events: "/watch/events",
            status: "/watch/status",
            retry_action: "/retry",
            retry_token: "token",
            return_to: "/",
            core_monitor: "",
        },
        retry_after: 1,
    }
}
