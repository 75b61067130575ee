//! The whole document: head, scene, content, script.

use std::fmt;

use super::Page;
use super::content::Content;
use super::watcher::Watcher;
use crate::harmless::{Html, line};
use crate::texts::Texts;
use crate::{Phase, PhaseName};

/// The style sheet that all themes build on.
const STYLE: &str = include_str!("../../themes/base.css");

pub(super) struct Document<'a> {
    page: &'a Page<'a>,
    texts: &'static Texts,
    /// The name of the service, of limited length.
    name: String,
}

impl<'a> Document<'a> {
    pub(super) fn of(page: &'a Page<'a>) -> Self {
        Self { page, texts: Texts::of(page.language), name: line(page.service.shown()) }
    }

    fn phase(&self) -> PhaseName {
        self.page.progress.phase.name()
    }

    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = crate::texts::fill(self.texts.said(self.phase()).title, &self.name);
        f.write_str("<head>\n<meta charset=\"utf-8\">\n")?;
        f.write_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
        f.write_str("<meta name=\"color-scheme\" content=\"light dark\">\n")?;
        f.write_str("<meta name=\"robots\" content=\"noindex\">\n")?;
        writeln!(f, "<title>{title}</title>")?;
        // Otherwise browsers ask the sleeping service for an icon.
        f.write_str("<link rel=\"icon\" href=\"data:,\">\n")?;
        self.reload_without_script(f)?;
        self.style(f)?;
        f.write_str("</head>\n")
    }

    /// A failed start is tried again by the form alone, so that pages left open do not start a broken service for ever.
    fn reload_without_script(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.page.progress.phase, Phase::Failed { .. }) {
            return Ok(());
        }
        let seconds = self.page.retry_after.max(1);
        writeln!(f, "<noscript><meta http-equiv=\"refresh\" content=\"{seconds}\"></noscript>")
    }

    /// The policy forbids `style` attributes, so the width of the bar is a rule.
    fn style(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Page { nonce, theme, progress, .. } = self.page;
        writeln!(f, "<style nonce=\"{nonce}\">\n{STYLE}{}", theme.parts().style)?;
        if let Some(percent) = progress.estimate.percent(progress.elapsed) {
            writeln!(f, ".bar i{{width:{percent}%}}")?;
        }
        f.write_str("</style>\n")
    }

    fn script(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decoration = self.page.theme.parts().script;
        let watcher = Watcher { page: self.page, texts: self.texts, name: &self.name, decoration };
        write!(f, "{watcher}")
    }
}

impl fmt::Display for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lang, theme, phase) = (self.page.language.tag(), self.page.theme, self.phase().as_str());
        f.write_str("<!doctype html>\n")?;
        writeln!(f, "<html lang=\"{lang}\" data-theme=\"{}\" data-phase=\"{phase}\">", Html(theme.name()))?;
        self.head(f)?;
        f.write_str("<body>\n")?;
        writeln!(f, "<div class=\"scene\" aria-hidden=\"true\">{}</div>", theme.parts().scene)?;
        write!(f, "{}", Content { page: self.page, texts: self.texts, name: &self.name })?;
        self.script(f)?;
        f.write_str("</body>\n</html>\n")
    }
}
