//! Finds the tags of a template. It is no parser of HTML: it only has to know where tags begin and end, and must not be confused
//! by comments, scripts, and the expressions of the template language.

use std::ops::Range;

/// Elements whose content is text up to the closing tag.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// An opening or closing tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// In small letters, with a slash before it if it closes.
    pub(super) name: String,
    /// From `<` to behind `>`.
    pub(super) span: Range<usize>,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// What is between the tags of an element whose content is text; `None` if it is never closed.
    pub(super) body: Option<Range<usize>>,
}

#[derive(Debug)]
pub(super) struct Attribute<'a> {
    /// In small letters.
    pub(super) name: String,
    pub(super) value: &'a str,
    /// From the first letter of the name to behind the value.
    pub(super) span: Range<usize>,
}

impl<'a> Tag<'a> {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub(super) fn is_raw(&self) -> bool {
        RAW.contains(&self.name.as_str())
    }

    /// Where the element ends: behind the closing tag, if its content is text.
    pub(super) fn element_end(&self, source: &str) -> usize {
        let Some(body) = &self.body else { return self.span.end };
        source[body.end..].find('>').map_or(source.len(), |at| body.end + at + 1)
    }
}

/// All tags, in order.
pub(super) fn tags(source: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = source[at..].find(['<', '{']) {
        at += found;
        if let Some(end) = skipped(source, at) {
            at = end;
        } else if let Some(tag) = tag(source, at) {
            at = tag.body.as_ref().map_or(tag.span.end, |body| body.end);
            tags.push(tag);
        } else {
            at += 1;
        }
    }
    tags
}

/// The end of a comment or an expression that begins here.
fn skipped(source: &str, at: usize) -> Option<usize> {
    let rest = &source[at..];
    let pairs = [("<!--", "-->"), ("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
    let (open, close) = pairs.into_iter().find(|(open, _)| rest.starts_with(open))?;
    Some(rest[open.len()..].find(close).map_or(source.len(), |end| at + open.len() + end + close.len()))
}

fn tag(source: &str, start: usize) -> Option<Tag<'_>> {
    let mut at = start + 1;
    if source[at..].starts_with('/') {
        at += 1;
    }
    if !source[at..].starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    at = end_of(source, at, |letter| letter.is_whitespace() || matches!(letter, '/' | '>'));
    let name = source[start + 1..at].to_ascii_lowercase();
    let (attributes, end) = attributes(source, at);
    let mut tag = Tag { name, span: start..end, attributes, body: None };
    if tag.is_raw() {
        tag.body = closing(source, end, &tag.name).map(|close| end..close);
    }
    Some(tag)
}

/// The attributes, and where the tag ends.
fn attributes(source: &str, mut at: usize) -> (Vec<Attribute<'_>>, usize) {
    let mut attributes = Vec::new();
    loop {
        at = end_of(source, at, |letter| !letter.is_whitespace() && letter != '/');
        match source[at..].chars().next() {
            None => return (attributes, at),
            Some('>') => return (attributes, at + 1),
            Some(_) => {}
        }
        let start = at;
        if let Some(end) = skipped(source, at) {
            at = end;
            continue;
        }
        // The first letter always belongs to the name, whatever it is, so that this cannot stand still.
        let first = source[at..].chars().next().map_or(1, char::len_utf8);
        at = end_of(source, at + first, |letter| letter.is_whitespace() || matches!(letter, '=' | '/' | '>'));
        let name = source[start..at].to_ascii_lowercase();
        let equals = end_of(source, at, |letter| !letter.is_whitespace());
        let value = if source[equals..].starts_with('=') {
            let (value, end) = value(source, end_of(source, equals + 1, |letter| !letter.is_whitespace()));
            at = end;
            value
        } else {
            ""
        };
        attributes.push(Attribute { name, value, span: start..at });
    }
}

/// The value that begins here, without its quotes, and where it ends.
fn value(source: &str, start: usize) -> (&str, usize) {
    if let Some(quote @ ('"' | '\'')) = source[start..].chars().next() {
        let end = end_of(source, start + 1, |letter| letter == quote);
        (&source[start + 1..end], (end + 1).min(source.len()))
    } else {
        let end = end_of(source, start, |letter| letter.is_whitespace() || letter == '>');
        (&source[start..end], end)
    }
}

/// The first place from `at` on where `stops` says so, outside expressions.
fn end_of(source: &str, mut at: usize, stops: impl Fn(char) -> bool) -> usize {
    while let Some(letter) = source[at..].chars().next() {
        if letter == '{'
            && let Some(end) = skipped(source, at)
        {
            if stops('x') {
                return at;
            }
            at = end;
        } else if stops(letter) {
            return at;
        } else {
            at += letter.len_utf8();
        }
    }
    source.len()
}

/// Where the closing tag begins.
fn closing(source: &str, from: usize, name: &str) -> Option<usize> {
    let is_close = |at: &usize| {
        let after = &source.as_bytes()[at + 2..];
        after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes())
    };
    source[from..].match_indices("</").map(|(at, _)| from + at).find(is_close)
}

#[cfg(test)]
mod tests {
    use super::tags;

    fn shown(source: &str) -> Vec<String> {
        let text = |tag: super::Tag<'_>| {
            let attributes = tag.attributes.iter().map(|one| format!(" {}={}", one.name, one.value));
            let body = tag.body.map(|body| format!(" [{}]", &source[body])).unwrap_or_default();
            format!("{}{}{body}", tag.name, attributes.collect::<String>())
        };
        tags(source).into_iter().map(text).collect()
    }

    #[test]
    fn tags_have_names_attributes_and_text() {
        let source =
            "<LINK rel=stylesheet HREF='a.css' /><p hidden>a < b</p><script>if (a</b/) x('<p>')</SCRIPT >";
        assert_eq!(
            shown(source),
            ["link rel=stylesheet href=a.css", "p hidden=", "/p", "script [if (a</b/) x('<p>')]", "/script"]
        );
    }

    #[test]
    fn comments_and_expressions_have_no_tags() {
        assert_eq!(shown("<!-- <b> -->{# <i> #}{{ '<u>' }}{% if a < b %}<p>"), ["p"]);
    }

    #[test]
    fn expressions_in_tags_keep_them_together() {
        let source = r#"<p title="{{ a|default(">") }}" {% if b %}class=x{% endif %} id={{ c > d }}>"#;
        assert_eq!(shown(source), [r#"p title={{ a|default(">") }} class=x{% endif %} id={{ c > d }}"#]);
    }

    #[test]
    fn broken_html_ends() {
        for source in [
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<script",
            "<script>x",
            "<!--",
            "{{",
            "<é>",
            "<a =x é>",
            "</",
            "<a {{",
        ] {
            let _ = tags(source);
        }
        assert!(tags("<script>x")[0].body.is_none());
    }
}
