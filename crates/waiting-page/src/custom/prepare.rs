//! Turns the template somebody wrote into one that works under the policy: files become part of it, and elements get the nonce.
//!
//! No line of the template moves, so that a mistake is reported where it was made.

use std::ops::Range;

use super::error::{ThemeError, ThemeErrorKind, ThemeWarning, ThemeWarningKind};
use super::files::{Files, Place, Reference};
use super::scan::{Tag, tags};
use super::{insert, style};

/// What comes before every attribute that lets an element run.
pub(super) const NONCE: &str = " nonce=\"{{ nonce }}\"";

/// A template that works under the policy.
pub(super) struct Prepared {
    pub(super) source: String,
    /// Style sheets and scripts, by the numbers the template has for them. They are no templates.
    pub(super) inlined: Vec<String>,
    pub(super) warnings: Vec<ThemeWarning>,
}

/// The work in progress.
pub(super) struct Preparation<'a> {
    pub(super) files: &'a Files,
    pub(super) source: &'a str,
    pub(super) edits: Vec<(Range<usize>, String)>,
    pub(super) inlined: Vec<String>,
    /// Scripts that run when the rest of the page is there.
    pub(super) deferred: String,
    warnings: Vec<ThemeWarning>,
}

pub(super) fn prepare(files: &Files) -> Result<Prepared, ThemeError> {
    let source = files.text(files.page(), Place { file: files.page(), line: 1 })?;
    let (edits, inlined) = (Vec::new(), Vec::new());
    let mut work =
        Preparation { files, source, edits, inlined, deferred: String::new(), warnings: Vec::new() };
    let tags = tags(source);
    for tag in &tags {
        work.tag(tag)?;
    }
    insert::frame(&mut work, &tags);
    Ok(Prepared { source: edited(source, work.edits), inlined: work.inlined, warnings: work.warnings })
}

impl Preparation<'_> {
    pub(super) fn place(&self, at: usize) -> Place<'_> {
        let line = 1 + self.source[..at].matches('\n').count();
        Place { file: self.files.page(), line }
    }

    fn tag(&mut self, tag: &Tag<'_>) -> Result<(), ThemeError> {
        if tag.is_raw() && tag.body.is_none() {
            let element = tag.name.clone();
            return Err(self.place(tag.span.start).error(ThemeErrorKind::Unclosed { element }));
        }
        self.attributes(tag);
        match tag.name.as_str() {
            "style" => self.style(tag),
            "script" => self.script(tag),
            "link" => self.link(tag),
            "img" | "input" | "source" | "image" => self.image(tag, &["src", "href", "xlink:href"]),
            "video" => self.image(tag, &["poster"]),
            "iframe" | "embed" | "audio" | "object" => {
                self.frame_source(tag);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Attributes that the policy makes useless.
    fn attributes(&mut self, tag: &Tag<'_>) {
        for attribute in &tag.attributes {
            let is_handler =
                attribute.name.len() > 2 && attribute.name.starts_with("on") && !attribute.value.is_empty();
            if is_handler || attribute.name == "style" {
                self.warn(attribute.span.start, ThemeWarningKind::Attribute { name: attribute.name.clone() });
            }
        }
    }

    fn style(&mut self, tag: &Tag<'_>) -> Result<(), ThemeError> {
        self.nonce(tag);
        let Some(body) = tag.body.clone() else { return Ok(()) };
        let done = style::inline(self.files, &self.source[body.clone()], self.place(body.start))?;
        self.warnings.extend(done.warnings);
        self.edits.push((body, done.text));
        Ok(())
    }

    fn script(&mut self, tag: &Tag<'_>) -> Result<(), ThemeError> {
        let Some(source) = tag.attribute("src") else {
            self.nonce(tag);
            self.escape_as_script(tag);
            return Ok(());
        };
        let Some(path) = self.reference(source.value, source.span.start)? else { return Ok(()) };
        let text = self.files.text(&path, self.place(tag.span.start))?;
        // Neither may stand in a script element, and both mean the same in strings with a backslash.
        self.inlined.push(text.replace("</script", "<\\/script").replace("<!--", "<\\!--"));
        let kept = kept(tag, self.source, &["src", "nonce", "defer", "async", "integrity", "crossorigin"]);
        let element = format!("<script{NONCE}{kept}>{}</script>", self.last_inlined());
        let is_module = tag.attribute("type").is_some_and(|kind| kind.value == "module");
        let waits = !is_module && (tag.attribute("defer").is_some() || tag.attribute("async").is_some());
        let in_place = if waits {
            self.deferred.push_str(&element);
            String::new()
        } else {
            element
        };
        self.replace(tag.span.start..tag.element_end(self.source), in_place);
        Ok(())
    }

    fn link(&mut self, tag: &Tag<'_>) -> Result<(), ThemeError> {
        let (Some(kind), Some(target)) = (tag.attribute("rel"), tag.attribute("href")) else { return Ok(()) };
        let kind = kind.value.to_ascii_lowercase();
        if kind.split_whitespace().any(|kind| kind == "icon") {
            return self.image(tag, &["href"]);
        }
        let Some(path) = self.reference(target.value, target.span.start)? else { return Ok(()) };
        if !kind.split_whitespace().any(|kind| kind == "stylesheet") {
            return Ok(());
        }
        let text = self.files.text(&path, self.place(tag.span.start))?;
        let done = style::inline(self.files, text, Place { file: &path, line: 1 })?;
        self.warnings.extend(done.warnings);
        self.inlined.push(done.text.replace("</style", "<\\/style"));
        let kept = kept(tag, self.source, &["rel", "href", "nonce", "type", "integrity", "crossorigin"]);
        let element = format!("<style{NONCE}{kept}>{}</style>", self.last_inlined());
        self.replace(tag.span.clone(), element);
        Ok(())
    }

    fn image(&mut self, tag: &Tag<'_>, names: &[&str]) -> Result<(), ThemeError> {
        for attribute in names.iter().filter_map(|name| tag.attribute(name)) {
            let at = attribute.span.start;
            let Some(path) = self.reference(attribute.value, at)? else { continue };
            let data = self.files.data(&path, self.place(at))?;
            self.replace(attribute.span.clone(), format!("{}=\"{data}\"", attribute.name));
        }
        Ok(())
    }

    fn frame_source(&mut self, tag: &Tag<'_>) {
        for attribute in ["src", "data"].iter().filter_map(|name| tag.attribute(name)) {
            self.warn(
                attribute.span.start,
                ThemeWarningKind::External { address: attribute.value.to_owned() },
            );
        }
    }

    /// The file that is referred to. A reference to a host is a warning.
    fn reference(&mut self, written: &str, at: usize) -> Result<Option<String>, ThemeError> {
        match Reference::of(written, self.place(at))? {
            Reference::File(path) => Ok(Some(path)),
            Reference::External(address) => {
                self.warn(at, ThemeWarningKind::External { address: address.to_owned() });
                Ok(None)
            }
            Reference::Itself => Ok(None),
        }
    }

    fn warn(&mut self, at: usize, kind: ThemeWarningKind) {
        let Place { file, line } = self.place(at);
        self.warnings.push(ThemeWarning { file: file.to_owned(), line, kind });
    }

    fn nonce(&mut self, tag: &Tag<'_>) {
        match tag.attribute("nonce") {
            None => {
                let behind_name = tag.span.start + 1 + tag.name.len();
                self.edits.push((behind_name..behind_name, NONCE.to_owned()));
            }
            // One that is fixed would be wrong for every answer.
            Some(fixed) if !fixed.value.contains("{{") => {
                self.replace(fixed.span.clone(), NONCE.trim().to_owned());
            }
            Some(_) => {}
        }
    }

    /// Values in a script are escaped as the inside of a string, see `template`.
    fn escape_as_script(&mut self, tag: &Tag<'_>) {
        let Some(body) = tag.body.clone() else { return };
        if self.source[body.clone()].contains("{{") {
            self.edits.push((body.start..body.start, "{% autoescape 'json' %}".to_owned()));
            self.edits.push((body.end..body.end, "{% endautoescape %}".to_owned()));
        }
    }

    fn last_inlined(&self) -> String {
        format!("{{{{ cmInlined[{}]|safe }}}}", self.inlined.len() - 1)
    }

    /// Replaces a part and keeps the number of its lines.
    fn replace(&mut self, span: Range<usize>, mut text: String) {
        let lines = self.source[span.clone()].matches('\n').count();
        text.push_str(&"\n".repeat(lines));
        self.edits.push((span, text));
    }
}

/// The attributes but for these, as they are written.
fn kept(tag: &Tag<'_>, source: &str, dropped: &[&str]) -> String {
    let kept = tag.attributes.iter().filter(|attribute| !dropped.contains(&attribute.name.as_str()));
    kept.fold(String::new(), |text, attribute| {
        text + " " + &source[attribute.span.clone()].replace('\n', " ")
    })
}

/// The text with every edit made.
fn edited(source: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    // Stable, so that of two insertions at one place the first one made comes first.
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let (mut text, mut at) = (String::with_capacity(source.len()), 0);
    for (span, replacement) in edits {
        text.push_str(&source[at..span.start]);
        text.push_str(&replacement);
        at = span.end;
    }
    text.push_str(&source[at..]);
    text
}
