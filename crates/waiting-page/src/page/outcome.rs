//! What the page shows when a start has failed or may not begin.

use std::fmt;

use super::Page;
use super::content::hidden_unless;
use crate::harmless::{Html, last_lines, line};
use crate::texts::{Texts, fill};
use crate::{Hold, HoldCause, Phase};

pub(super) struct Outcome<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) texts: &'static Texts,
}

impl Outcome<'_> {
    fn failure(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, detail, lines, failed) = match self.page.progress.phase {
            Phase::Failed { reason, detail, lines } => (line(reason), line(detail), last_lines(lines), true),
            _ => (String::new(), String::new(), Vec::new(), false),
        };
        writeln!(f, "<section class=\"failure\" data-when=\"failed\"{}>", hidden_unless(failed))?;
        let (has_reason, has_lines) = (hidden_unless(!reason.is_empty()), hidden_unless(!lines.is_empty()));
        writeln!(f, "<p class=\"reason\" data-cm=\"reason\"{has_reason}>{}</p>", Html(&reason))?;
        // What programs write is English, whatever the language of the page: a screen reader should read it so.
        let has_detail = hidden_unless(!detail.is_empty());
        writeln!(f, "<p class=\"detail\" lang=\"en\" data-cm=\"detail\"{has_detail}>{}</p>", Html(&detail))?;
        writeln!(
            f,
            "<div class=\"log\" data-cm=\"log\"{has_lines}><h2 id=\"log\">{}</h2>",
            self.texts.last_lines
        )?;
        // Long lines are scrolled, so the keyboard has to reach them.
        let text = lines.join("\n");
        writeln!(
            f,
            "<pre lang=\"en\" data-cm=\"lines\" tabindex=\"0\" role=\"region\" aria-labelledby=\"log\">{}</pre></div>",
            Html(&text)
        )?;
        self.form(f)?;
        f.write_str("</section>\n")
    }

    fn form(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = self.page.links;
        writeln!(f, "<form method=\"post\" action=\"{}\">", Html(links.retry_action))?;
        writeln!(f, "<input type=\"hidden\" name=\"token\" value=\"{}\">", Html(links.retry_token))?;
        writeln!(f, "<input type=\"hidden\" name=\"return_to\" value=\"{}\">", Html(links.return_to))?;
        writeln!(f, "<button type=\"submit\">{}</button>\n</form>", self.texts.retry)
    }

    fn hold(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = match self.page.progress.phase {
            Phase::Held(hold) => Some(hold),
            _ => None,
        };
        writeln!(f, "<section class=\"hold\" data-when=\"held\"{}>", hidden_unless(held.is_some()))?;
        for cause in [HoldCause::Opening, HoldCause::Permission, HoldCause::Memory, HoldCause::Another] {
            let this = held.filter(|hold| hold.cause() == cause);
            let detail = this.and_then(|hold| hold.detail().map(line)).unwrap_or_default();
            let (text, hidden) = (self.texts.hold(cause), hidden_unless(this.is_some()));
            let said = fill(text, &detail);
            writeln!(f, "<p data-hold=\"{}\" data-text=\"{text}\"{hidden}>{said}</p>", cause.as_str())?;
        }
        self.way_to_core_monitor(f, held)?;
        f.write_str("</section>\n")
    }

    fn way_to_core_monitor(&self, f: &mut fmt::Formatter<'_>, held: Option<Hold<'_>>) -> fmt::Result {
        let address = self.page.links.core_monitor;
        // A script in the place of an address would be one in the page.
        if !["http://", "https://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Ok(());
        }
        let cause = HoldCause::Permission;
        let hidden = hidden_unless(held.is_some_and(|hold| hold.cause() == cause));
        write!(f, "<p data-hold=\"{}\"{hidden}><a href=\"{}\"", cause.as_str(), Html(address))?;
        writeln!(f, " rel=\"noreferrer\">{}</a></p>", self.texts.core_monitor)
    }
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure(f)?;
        self.hold(f)
    }
}
