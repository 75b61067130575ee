//! A page whose parts a test changes.

use std::time::Duration;

use core_monitor_waiting_page::{
    Estimate, Hold, Language, Links, Nonce, Page, Phase, Progress, Service, Theme,
};

pub(crate) const LANGUAGES: [Language; 2] = [Language::English, Language::French];

pub(crate) fn nonce() -> Nonce {
    Nonce::of([9; 16])
}

/// A start that has been going on for five seconds of about twelve.
pub(crate) fn progress(phase: Phase<'_>) -> Progress<'_> {
    let estimate = Estimate { p50: Some(Duration::from_secs(12)), p90: Some(Duration::from_secs(20)) };
    Progress { phase, generation: 7, elapsed: Duration::from_secs(5), estimate }
}

pub(crate) fn page<'a>(nonce: &'a Nonce, phase: Phase<'a>) -> Page<'a> {
    Page {
        service: Service { name: "nextcloud", display_name: "Our Cloud", stack: "home" },
        progress: progress(phase),
        language: Language::English,
        theme: Theme::Plain,
        broken_theme: None,
        nonce,
        links: Links {
            events: "/.core-monitor/abc/events",
            status: "/.core-monitor/abc/status",
            retry_action: "/.core-monitor/abc/retry",
            retry_token: "secret",
            return_to: "/files?x=1&y=2",
            core_monitor: "",
        },
        retry_after: 4,
    }
}

/// Every phase that has a page, with log lines as long as they get in practice.
pub(crate) fn phases(lines: &[String]) -> [Phase<'_>; 8] {
    [
        Phase::Queued,
        Phase::Starting,
        Phase::Waiting,
        Phase::Failed { reason: "It stopped with exit code 1.", detail: "no such image", lines },
        Phase::Held(Hold::UntilOpening("08:00")),
        Phase::Held(Hold::ForMemory),
        Phase::Held(Hold::ForPermission),
        Phase::Held(Hold::ForAnother("Jellyfin")),
    ]
}

pub(crate) fn log() -> Vec<String> {
    (0..40)
        .map(|number| format!("2026-01-01T00:00:{number:02}Z error: connection to \"db\" refused, giving up"))
        .collect()
}

/// Every page there is.
pub(crate) fn for_every_page(check: impl Fn(&Page<'_>, &str)) {
    let (nonce, log) = (nonce(), log());
    for theme in Theme::ALL {
        for language in LANGUAGES {
            for phase in phases(&log) {
                let page = Page { theme, language, ..page(&nonce, phase) };
                check(&page, &text(&page));
            }
        }
    }
}

pub(crate) fn text(page: &Page<'_>) -> String {
    String::from_utf8(page.render().html).unwrap()
}

/// What is between two pieces of a text.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start:?} in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} after {start:?}")).0
}
