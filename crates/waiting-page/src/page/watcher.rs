//! The script that watches, with what it has to know as attributes of its element.

use std::fmt;

use super::Page;
use crate::harmless::Html;
use crate::texts::{Texts, fill};

/// The script all themes share.
const SCRIPT: &str = include_str!("../../themes/watch.js");

pub(crate) struct Watcher<'a> {
    pub(crate) page: &'a Page<'a>,
    pub(crate) texts: &'static Texts,
    pub(crate) name: &'a str,
    /// A script that only decorates, in the same element.
    pub(crate) decoration: &'a str,
}

impl fmt::Display for Watcher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (progress, links) = (self.page.progress, self.page.links);
        let milliseconds = |duration: Option<std::time::Duration>| {
            duration.map(|duration| duration.as_millis().to_string()).unwrap_or_default()
        };
        write!(f, "<script nonce=\"{}\"", self.page.nonce)?;
        write!(f, " data-events=\"{}\" data-status=\"{}\"", Html(links.events), Html(links.status))?;
        write!(f, " data-service=\"{}\"", Html(self.page.service.name))?;
        write!(f, " data-phase=\"{}\"", progress.phase.name().as_str())?;
        write!(f, " data-generation=\"{}\"", progress.generation)?;
        write!(f, " data-elapsed=\"{}\"", progress.elapsed.as_millis())?;
        write!(f, " data-p50=\"{}\"", milliseconds(progress.estimate.p50))?;
        write!(f, " data-p90=\"{}\"", milliseconds(progress.estimate.p90))?;
        write!(f, " data-gap=\"{}\"", self.texts.gap)?;
        // For pages that have no element for it.
        let flapping = fill(self.texts.flapping.title, self.name);
        write!(f, " data-flapping=\"{flapping}. {}\"", self.texts.flapping.body)?;
        writeln!(f, ">\n{SCRIPT}{}</script>", self.decoration)
    }
}
