//! What the page says: headings, the bar, and in `outcome` what is shown when nothing moves any more.
//!
//! Everything for every phase is in every page, and what does not apply is `hidden`. The script only has to change that when the
//! phase does, and needs no words of its own.

use std::fmt;

use super::Page;
use super::outcome::Outcome;
use crate::PhaseName;
use crate::harmless::{Html, line};
use crate::texts::{Texts, fill};

pub(super) struct Content<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) texts: &'static Texts,
    pub(super) name: &'a str,
}

/// The phases in which something moves.
const MOVING: [PhaseName; 3] = [PhaseName::Queued, PhaseName::Starting, PhaseName::Waiting];
/// Every phase that has a page.
const SHOWN: [PhaseName; 5] =
    [PhaseName::Queued, PhaseName::Starting, PhaseName::Waiting, PhaseName::Failed, PhaseName::Held];

/// ` hidden` unless something is shown.
pub(super) fn hidden_unless(shown: bool) -> &'static str {
    if shown { "" } else { " hidden" }
}

impl Content<'_> {
    fn phase(&self) -> PhaseName {
        self.page.progress.phase.name()
    }

    /// A live region: a screen reader says what appears in it.
    fn headings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<div class=\"said\" role=\"status\" aria-live=\"polite\">\n")?;
        for phase in SHOWN {
            let (said, hidden) = (self.texts.said(phase), hidden_unless(phase == self.phase()));
            let title = fill(said.title, self.name);
            writeln!(f, "<div data-when=\"{}\"{hidden}><h1>{title}</h1>", phase.as_str())?;
            writeln!(f, "<p>{}</p></div>", said.body)?;
        }
        let flapping = fill(self.texts.flapping.title, self.name);
        writeln!(f, "<div data-when=\"flapping\" data-cm=\"flapping\" hidden><h1>{flapping}</h1>")?;
        writeln!(f, "<p>{} <a href=\"\">{}</a></p></div>", self.texts.flapping.body, self.texts.reload)?;
        writeln!(f, "<p class=\"warning\" data-cm=\"lost\" hidden>{}</p>", self.texts.lost)?;
        f.write_str("</div>\n")
    }

    fn moving(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = hidden_unless(MOVING.contains(&self.phase()));
        writeln!(f, "<div class=\"moving\" data-when=\"queued starting waiting\"{hidden}>")?;
        self.bar(f)?;
        self.times(f)?;
        self.steps(f)?;
        f.write_str("</div>\n")
    }

    /// Without a value, a progress bar says that something goes on, and not how far it is.
    fn bar(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.texts.progress;
        write!(f, "<div class=\"bar\" data-cm=\"bar\" role=\"progressbar\" aria-label=\"{label}\" ")?;
        f.write_str("aria-valuemin=\"0\" aria-valuemax=\"100\"")?;
        let progress = self.page.progress;
        if let Some(percent) = progress.estimate.percent(progress.elapsed) {
            write!(f, " aria-valuenow=\"{percent}\"")?;
        }
        f.write_str("><i></i></div>\n")
    }

    fn times(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (progress, texts) = (self.page.progress, self.texts);
        let elapsed = fill(texts.elapsed, &texts.duration(progress.elapsed));
        let usual = progress
            .estimate
            .p50
            .map_or_else(|| texts.no_estimate.to_owned(), |p50| fill(texts.usual, &texts.duration(p50)));
        let late = progress.estimate.p90.map(|p90| fill(texts.late, &texts.duration(p90)));
        let late_hidden = hidden_unless(progress.estimate.is_late(progress.elapsed));
        let elapsed_hidden = hidden_unless(!progress.elapsed.is_zero());
        f.write_str("<p class=\"times\">")?;
        write!(
            f,
            "<span data-cm=\"elapsed\" data-text=\"{}\"{elapsed_hidden}>{elapsed}</span> ",
            texts.elapsed
        )?;
        writeln!(f, "<span data-cm=\"usual\" data-text=\"{}\">{usual}</span></p>", texts.usual)?;
        write!(f, "<p class=\"late\" data-cm=\"late\" data-text=\"{}\"{late_hidden}>", texts.late)?;
        writeln!(f, "{}</p>", late.unwrap_or_default())
    }

    fn steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What stands still shows no steps, so it does not matter which one is current.
        let current = MOVING.iter().position(|phase| *phase == self.phase()).unwrap_or_default();
        f.write_str("<ol class=\"steps\">\n")?;
        for (position, (phase, text)) in MOVING.iter().zip(self.texts.steps).enumerate() {
            let state = match position.cmp(&current) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "next",
            };
            let current = if position == current { " aria-current=\"step\"" } else { "" };
            writeln!(f, "<li data-step=\"{}\" data-state=\"{state}\"{current}>{text}</li>", phase.as_str())?;
        }
        f.write_str("</ol>\n")
    }

    fn notice(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = self.page.broken_theme else { return Ok(()) };
        writeln!(f, "<p class=\"notice\">{}</p>", fill(self.texts.broken_theme, &line(name)))
    }

    fn footer(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stack, name) = (line(self.page.service.stack), line(self.page.service.name));
        let between = if stack.is_empty() { "" } else { " / " };
        writeln!(f, "<footer>{}{between}{}</footer>", Html(&stack), Html(&name))
    }
}

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<main>\n")?;
        self.headings(f)?;
        self.moving(f)?;
        write!(f, "{}", Outcome { page: self.page, texts: self.texts })?;
        self.notice(f)?;
        self.footer(f)?;
        f.write_str("</main>\n")
    }
}
