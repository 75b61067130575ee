//! Style sheets: `url(…)` of a file of the theme becomes a `data:` address.

use super::error::{ThemeError, ThemeWarning, ThemeWarningKind};
use super::files::{Files, Place, Reference};

/// A style sheet that refers to no files any more.
pub(super) struct Inlined {
    pub(super) text: String,
    pub(super) warnings: Vec<ThemeWarning>,
}

/// `place` is where the text begins.
pub(super) fn inline(files: &Files, css: &str, place: Place<'_>) -> Result<Inlined, ThemeError> {
    let (mut text, mut warnings) = (String::with_capacity(css.len()), Vec::new());
    let mut at = 0;
    while at < css.len() {
        let here = Place { line: place.line + css[..at].matches('\n').count(), ..place };
        let rest = &css[at..];
        let warning = |kind| ThemeWarning { file: here.file.to_owned(), line: here.line, kind };
        let end = if let Some(url) = Url::at(rest) {
            match Reference::of(url.address, here)? {
                Reference::File(path) => {
                    text.push_str("url(\"");
                    text.push_str(&files.data(&path, here)?);
                    text.push_str("\")");
                    text.push_str(&"\n".repeat(rest[..url.length].matches('\n').count()));
                    at += url.length;
                    continue;
                }
                Reference::External(address) => {
                    warnings.push(warning(ThemeWarningKind::External { address: address.to_owned() }));
                }
                Reference::Itself => {}
            }
            url.length
        } else if starts_with(rest, "@import") {
            // The whole rule is passed over, so that its address is not taken for that of an image.
            warnings.push(warning(ThemeWarningKind::Import));
            rest.find(';').unwrap_or(rest.len())
        } else {
            uninteresting(rest)
        };
        text.push_str(&rest[..end]);
        at += end;
    }
    Ok(Inlined { text, warnings })
}

/// How many bytes can be passed over: a comment, a string, or up to what may be something else. At least one letter.
fn uninteresting(rest: &str) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if let Some(comment) = rest.strip_prefix("/*") {
        return comment.find("*/").map_or(rest.len(), |end| end + 4);
    }
    if let Some(quote) = rest.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        return string(rest, quote);
    }
    let interesting = |letter: char| matches!(letter, '/' | '"' | '\'' | '@' | 'u' | 'U');
    rest[first..].find(interesting).map_or(rest.len(), |at| first + at)
}

/// The length of a string with both its quotes. It ends with the line if it is never closed, as browsers see it.
fn string(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `url(…)`.
struct Url<'a> {
    address: &'a str,
    length: usize,
}

impl<'a> Url<'a> {
    fn at(rest: &'a str) -> Option<Self> {
        if !starts_with(rest, "url(") {
            return None;
        }
        let inside = &rest[4..];
        let trimmed = inside.trim_start();
        let start = 4 + inside.len() - trimmed.len();
        if let Some(quote) = trimmed.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
            let length = string(trimmed, quote);
            let address = trimmed.get(1..length.saturating_sub(1))?;
            let close = rest[start + length..].find(')')?;
            return Some(Self { address, length: start + length + close + 1 });
        }
        let close = trimmed.find(')')?;
        Some(Self { address: trimmed[..close].trim_end(), length: start + close + 1 })
    }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
