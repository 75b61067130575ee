//! Taking secret values out of texts.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::ops::Range;

/// Shorter texts occur as ordinary words, and hiding them would reveal them.
const SHORTEST: usize = 4;
/// What is shown instead.
pub(crate) const REDACTED: &str = "***";

/// Everything that would show a secret value, prepared once for many texts. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Redactor {
    /// Longer ones come first, or the rest of a value that contains another would remain.
    forms: Vec<String>,
}

impl Redactor {
    pub(crate) fn new<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let mut forms: Vec<_> = values.flat_map(forms).collect();
        forms.sort_by(|a, b| (Reverse(a.len()), a).cmp(&(Reverse(b.len()), b)));
        forms.dedup();
        Self { forms }
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// `text` with every value replaced by `***`.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.forms.iter().fold(Cow::Borrowed(text), |text, form| {
            if text.contains(form.as_str()) {
                Cow::Owned(text.replace(form.as_str(), REDACTED))
            } else {
                text
            }
        })
    }

    /// The same for what may be no text.
    pub fn redact_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(bytes) {
            Ok(text) => match self.redact(&text) {
                Cow::Borrowed(_) => text.into_bytes(),
                Cow::Owned(redacted) => redacted.into_bytes(),
            },
            Err(error) => {
                let bytes = error.into_bytes();
                self.forms.iter().fold(bytes, |bytes, form| replace(bytes, form.as_bytes()))
            }
        }
    }

    /// Where values are in `text`, in order. Those that meet are one.
    pub fn places(&self, text: &[u8]) -> Vec<Range<usize>> {
        let found = self.forms.iter().flat_map(|form| {
            let is_here = move |(_, window): &(usize, &[u8])| *window == form.as_bytes();
            let here = text.windows(form.len()).enumerate().filter(is_here);
            here.map(|(start, _)| start..start + form.len())
        });
        let mut places: Vec<Range<usize>> = found.collect();
        places.sort_unstable_by_key(|place| (place.start, place.end));
        places.dedup_by(|next, place| {
            let meets = next.start <= place.end;
            place.end = if meets { place.end.max(next.end) } else { place.end };
            meets
        });
        places
    }

    /// How many bytes at the start of `text`, of which the beginning is not known, may be the end of a value. The first
    /// characters may be cut in the middle.
    pub fn ended(&self, text: &[u8]) -> usize {
        let broken = broken(text);
        let rest = text.get(broken..).unwrap_or_default();
        let ended = self.forms.iter().filter_map(|form| ended(rest, form)).max();
        ended.map_or(0, |length| broken + length)
    }

    /// How many bytes at the end of `text` may be the beginning of a value.
    pub fn begun(&self, text: &[u8]) -> usize {
        self.forms.iter().filter_map(|form| begun(text, form)).max().unwrap_or(0)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("forms", &self.forms.len()).finish()
    }
}

fn replace(bytes: Vec<u8>, form: &[u8]) -> Vec<u8> {
    let Some(mut at) = bytes.windows(form.len()).position(|window| window == form) else { return bytes };
    let (mut out, mut rest) = (Vec::with_capacity(bytes.len()), bytes.as_slice());
    loop {
        let (kept, from) = rest.split_at(at);
        out.extend_from_slice(kept);
        out.extend_from_slice(REDACTED.as_bytes());
        rest = from.get(form.len()..).unwrap_or_default();
        match rest.windows(form.len()).position(|window| window == form) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The length of the longest beginning of `form` at the end of `text`.
fn begun(text: &[u8], form: &str) -> Option<usize> {
    let ends = form.char_indices().map(|(start, _)| start).filter(|end| (1..=text.len()).contains(end));
    ends.rev().find(|end| form.as_bytes().get(..*end).is_some_and(|beginning| text.ends_with(beginning)))
}

/// The length of the longest end of `form` at the start of `text`. Shorter ones are no secret.
fn ended(text: &[u8], form: &str) -> Option<usize> {
    let ends = form.char_indices().skip(1).map(|(start, _)| form.get(start..).unwrap_or_default());
    ends.filter(|end| end.len() >= SHORTEST).find(|end| text.starts_with(end.as_bytes())).map(str::len)
}

/// The rest of a character at the start of `text`: its bytes, or replacement characters for them.
fn broken(text: &[u8]) -> usize {
    const REPLACED: &[u8] = "\u{fffd}".as_bytes();
    let bytes = text.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    let replaced = text.chunks(REPLACED.len()).take(3).take_while(|chunk| *chunk == REPLACED).count();
    bytes.max(replaced * REPLACED.len())
}

/// The texts that would show `value`.
fn forms(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for part in std::iter::once(value).chain(value.lines()) {
        let part = part.trim();
        forms.push(part.to_owned());
        let escaped: String = part.escape_debug().collect();
        if escaped != part {
            forms.push(escaped);
            let json = serde_json::Value::from(part).to_string();
            forms.push(json.trim_matches('"').to_owned());
        }
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_in_what_is_no_text_too() {
        let redactor = Redactor::new(["s3cret", "s3cret-long"].into_iter());
        let redact = |bytes: &[u8]| redactor.redact_bytes(bytes.to_vec());
        assert_eq!(redact(b"\xffs3cret\xff s3cret-long s3cret"), b"\xff***\xff *** ***");
        assert_eq!(redact(b"\xff"), b"\xff");
        assert_eq!(redact(b"a s3cret"), b"a ***");
        assert_eq!(redactor.places(b"s3cret-long s3crets3cret x"), [0..11, 12..24]);
        assert_eq!(redactor.begun(b"x s3cre"), 5);
        assert_eq!(redactor.begun(b"x s3cret"), 6, "it may be the longer one");
        assert_eq!(redactor.begun(b"x s3crex"), 0);
        assert_eq!(redactor.ended(b"cret-long x"), 9);
        assert_eq!(redactor.ended(b"\x99\x80cret-long"), 11);
        assert_eq!(redactor.ended("\u{fffd}cret x".as_bytes()), 7);
        assert_eq!(redactor.ended(b"ret x"), 0, "three letters are no secret");
        assert!(Redactor::default().is_empty() && Redactor::new(["abc"].into_iter()).is_empty());
        assert!(!format!("{redactor:?}").contains("s3cret"));
    }
}
