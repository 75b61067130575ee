//! Everything the pages say, in both languages.

mod english;
mod french;

use std::time::Duration;

use crate::harmless::Html;
use crate::{HoldCause, Language, PhaseName};

/// The words of one language. `{}` stands for a value.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) queued: Said,
    pub(crate) starting: Said,
    pub(crate) waiting: Said,
    pub(crate) failed: Said,
    pub(crate) held: Said,
    /// The service stops as soon as it is up.
    pub(crate) flapping: Said,
    /// There is no service at the address.
    pub(crate) nowhere: Said,
    pub(crate) failures: Failures,
    pub(crate) hold_opening: &'static str,
    pub(crate) hold_permission: &'static str,
    /// What leads to Core Monitor.
    pub(crate) core_monitor: &'static str,
    pub(crate) hold_memory: &'static str,
    pub(crate) hold_another: &'static str,
    /// The three steps of a start, in order.
    pub(crate) steps: [&'static str; 3],
    pub(crate) progress: &'static str,
    pub(crate) elapsed: &'static str,
    pub(crate) usual: &'static str,
    pub(crate) late: &'static str,
    pub(crate) no_estimate: &'static str,
    pub(crate) last_lines: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) reload: &'static str,
    pub(crate) lost: &'static str,
    pub(crate) broken_theme: &'static str,
    /// Between a number and its unit.
    pub(crate) gap: char,
}

/// A heading, with the name of the service in it, and a sentence.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) title: &'static str,
    pub(crate) body: &'static str,
}

/// Why a start has failed.
#[derive(Debug)]
pub(crate) struct Failures {
    pub(crate) command: &'static str,
    pub(crate) queue: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) no_container: &'static str,
    pub(crate) silent: &'static str,
    pub(crate) unhealthy: &'static str,
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::French => &french::TEXTS,
        }
    }

    /// What is said about a phase. A service that is ready has no page.
    pub(crate) fn said(&self, phase: PhaseName) -> &Said {
        match phase {
            PhaseName::Queued => &self.queued,
            PhaseName::Starting => &self.starting,
            PhaseName::Waiting | PhaseName::Ready => &self.waiting,
            PhaseName::Failed => &self.failed,
            PhaseName::Held => &self.held,
        }
    }

    pub(crate) fn hold(&self, cause: HoldCause) -> &'static str {
        match cause {
            HoldCause::Opening => self.hold_opening,
            HoldCause::Permission => self.hold_permission,
            HoldCause::Memory => self.hold_memory,
            HoldCause::Another => self.hold_another,
        }
    }

    /// `12 s`, or `1 min 5 s` from a minute on.
    pub(crate) fn duration(&self, duration: Duration) -> String {
        let (seconds, gap) = (whole_seconds(duration), self.gap);
        match (seconds / 60, seconds % 60) {
            (0, seconds) => format!("{seconds}{gap}s"),
            (minutes, 0) => format!("{minutes}{gap}min"),
            (minutes, seconds) => format!("{minutes}{gap}min {seconds}{gap}s"),
        }
    }
}

/// Seconds to the nearest one. What takes a moment is said to take a second.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    let seconds = duration.saturating_add(Duration::from_millis(500)).as_secs();
    if duration.is_zero() { 0 } else { seconds.max(1) }
}

/// A text with a value in the place of `{}`, which may be anything and is escaped.
pub(crate) fn fill(text: &str, value: &str) -> String {
    text.replace("{}", &Html(value).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        let texts = Texts::of(Language::English);
        let text = |milliseconds| texts.duration(Duration::from_millis(milliseconds)).replace('\u{a0}', " ");
        assert_eq!(text(0), "0 s");
        assert_eq!(text(80), "1 s");
        assert_eq!(text(12_400), "12 s");
        assert_eq!(text(59_600), "1 min");
        assert_eq!(text(65_000), "1 min 5 s");
    }

    #[test]
    fn french_has_its_own_spaces_and_apostrophes() {
        let all = format!("{:?}", Texts::of(Language::French));
        // `Debug` separates fields with ": " and escapes nothing that is looked for here.
        let said: Vec<_> = all.split('"').skip(1).step_by(2).collect();
        assert!(said.len() > 20);
        for text in said {
            let text = text.replace("\\u{a0}", "\u{a0}").replace("\\u{202f}", "\u{202f}");
            let letters: Vec<_> = text.chars().collect();
            for pair in letters.windows(2) {
                match pair[1] {
                    ';' | '?' | '!' => assert_eq!(pair[0], '\u{202f}', "{text}"),
                    ':' | '»' => assert_eq!(pair[0], '\u{a0}', "{text}"),
                    '\'' => panic!("a straight apostrophe: {text}"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn values_are_escaped_where_they_are_filled_in() {
        assert_eq!(fill("<b>{}</b>", "<i>"), "<b>&lt;i&gt;</b>");
    }
}
