//! Themes that somebody wrote: files in, a page out.

mod context;
mod error;
mod escape;
mod files;
mod insert;
mod prepare;
mod scan;
mod style;
mod template;

use std::collections::BTreeMap;

pub use error::{ThemeError, ThemeErrorKind, ThemeWarning, ThemeWarningKind};
use template::Template;

use crate::{Page, Phase, Rendered, Theme};

/// A theme made of files: a template, and the style sheets, scripts, images and fonts it refers to.
///
/// The template is HTML in the syntax of Jinja. It has these variables:
///
/// | variable | what it is |
/// | --- | --- |
/// | `serviceName`, `displayName` | the name of the service in its stack, and the one visitors know |
/// | `estimatedTime` | how many seconds a start usually takes; 30 before the first one |
/// | `elapsedTime` | for how many seconds this start has been going on |
/// | `phase` | `queued`, `starting`, `waiting`, `failed` or `held` |
/// | `status` | the phase as a sentence in the visitor's language |
/// | `reason`, `detail`, `lines` | why it failed or may not start, or an empty text; what the engine said; the last lines it wrote |
/// | `retryAfter` | after how many seconds it is worth asking again |
/// | `retryAction`, `retryToken`, `returnTo` | the address of a form that tries again, and its fields `token` and `return_to` |
/// | `coreMonitor` | the address of Core Monitor, or an empty text |
/// | `eventsPath`, `statusPath` | where a script of the theme can watch the start |
/// | `lang`, `nonce` | the language, `en` or `fr`; the nonce of the answer |
///
/// Values are escaped where they stand: as HTML, and within `<script>` as the inside of a string. Files that the template refers to
/// by relative paths become part of the page, and `<style>` and `<script>` get the nonce. A theme without a script that leaves when
/// the service is ready gets the script of the built-in themes.
#[derive(Debug)]
pub struct CustomTheme {
    template: Template,
    warnings: Vec<ThemeWarning>,
    /// Whether it has words for a start that failed or may not begin.
    tells_outcomes: bool,
}

impl CustomTheme {
    /// Compiles the files of a folder, by their paths in it, with `/` between the parts. The template is `index.html`, or else
    /// `<name>.html`.
    ///
    /// It is rendered once for every phase, so that a mistake is found here and not in front of a visitor.
    ///
    /// # Errors
    /// The first thing that is wrong, with the file and the line.
    pub fn compile(name: &str, files: BTreeMap<String, Vec<u8>>) -> Result<Self, ThemeError> {
        let files = files::Files::checked(name, files)?;
        let prepared = prepare::prepare(&files)?;
        let template = Template::compile(files.page(), prepared.source, prepared.inlined)?;
        let tells_outcomes = template.reads(&["phase", "status", "reason"]);
        let theme = Self { template, warnings: prepared.warnings, tells_outcomes };
        context::rehearse(|page| theme.template.render(page).map(drop))?;
        Ok(theme)
    }

    /// What the browser will not do as the theme asks, since the policy forbids it. The theme can be used all the same.
    pub fn warnings(&self) -> &[ThemeWarning] {
        &self.warnings
    }

    /// The page in this theme; [`Page::theme`] does not matter. When a start failed or may not begin and the theme has no words for
    /// that, which is the case if it reads none of `phase`, `status` and `reason`, the page is the one of [`Theme::Plain`].
    ///
    /// # Errors
    /// The template fails for these values. [`Page::render`] with [`Page::broken_theme`] is what to show instead.
    pub fn render(&self, page: &Page<'_>) -> Result<Rendered, ThemeError> {
        let is_outcome = matches!(page.progress.phase, Phase::Failed { .. } | Phase::Held(_));
        if is_outcome && !self.tells_outcomes {
            return Ok(Page { theme: Theme::Plain, ..*page }.render());
        }
        let html = self.template.render(page)?;
        Ok(Rendered { html, content_security_policy: page.nonce.policy() })
    }
}
