//! Markers: what stands for a secret value in a model.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{SecretKey, SecretName};

/// Characters for private use that no font has. A marker has nothing at which the language splits a text: no spaces, quotes,
/// colons or equals signs.
const START: char = '\u{f5ec0}';
const BETWEEN: char = '\u{f5ec1}';
const END: char = '\u{f5ec2}';

/// One value of a secret variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretRef {
    /// The variable.
    pub name: SecretName,
    /// Which of its values: a keyed fingerprint, see [`SecretKey`](super::SecretKey).
    pub fingerprint: Arc<str>,
}

impl SecretRef {
    /// A value that nobody looks up. As long as any other: rules about what people type tell by the length that this is not typed.
    pub fn unknown(name: SecretName) -> Self {
        Self { name, fingerprint: "0".repeat(SecretKey::DIGITS).into() }
    }

    /// The text that stands for the value.
    pub fn marker(&self) -> String {
        format!("{START}{}{BETWEEN}{}{END}", self.name, self.fingerprint)
    }

    fn read(inside: &str) -> Option<Self> {
        let (name, fingerprint) = inside.split_once(BETWEEN)?;
        let is_hex = !fingerprint.is_empty() && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(())?;
        Some(Self { name: name.parse().ok()?, fingerprint: fingerprint.into() })
    }
}

/// `text` with each marker replaced by what `value` returns for it; a marker without one stays. Nothing that `value`
/// returns is read again.
pub(super) fn replace<'v>(text: &str, mut value: impl FnMut(&SecretRef) -> Option<Cow<'v, str>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inside = &from[START.len_utf8()..];
        let end = inside.find([START, END]).filter(|end| inside[*end..].starts_with(END));
        let found = end.and_then(|end| Some((end, SecretRef::read(&inside[..end])?)));
        if let Some((end, value)) = found.and_then(|(end, reference)| Some((end, value(&reference)?))) {
            out.push_str(&value);
            rest = &inside[end + END.len_utf8()..];
        } else {
            out.push(START);
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

/// The secrets whose markers are in `text`.
pub(super) fn references(text: &str) -> Vec<SecretRef> {
    let mut found = Vec::new();
    if text.contains(START) {
        replace(text, |reference| {
            found.push(reference.clone());
            Some(Cow::Borrowed(""))
        });
    }
    found
}

/// `text` for people: `${NAME}` in place of each marker.
pub fn masked(text: &str) -> Cow<'_, str> {
    if text.contains(START) {
        Cow::Owned(replace(text, |reference| Some(Cow::Owned(format!("${{{}}}", reference.name)))))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether `text` has a marker, or a piece of one.
pub fn is_marked(text: &str) -> bool {
    text.contains([START, BETWEEN, END])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(name: &str, fingerprint: &str) -> SecretRef {
        SecretRef { name: name.parse().unwrap(), fingerprint: fingerprint.into() }
    }

    #[test]
    fn markers_are_found_anywhere_in_a_text() {
        let (a, b) = (reference("A", "01ab"), reference("B", "ff"));
        let text = format!("x{}{}y", a.marker(), b.marker());
        assert_eq!(masked(&text), "x${A}${B}y");
        assert_eq!(references(&text), [a.clone(), b]);
        assert_eq!(replace(&text, |found| (*found == a).then_some("1".into())).matches(START).count(), 1);
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let whole = reference("A", "01").marker();
        let texts = [
            String::new(),
            "plain ${A}".to_owned(),
            START.to_string(),
            format!("{START}A{BETWEEN}01"),
            format!("{START}1A{BETWEEN}01{END}"),
            format!("{END}{START}A{END}"),
        ];
        for text in texts {
            assert_eq!(masked(&text), text);
            assert_eq!(references(&text), []);
            assert_eq!(masked(&format!("{text}{whole}")), format!("{text}${{A}}"), "{text:?}");
        }
    }

    #[test]
    fn a_value_is_not_read_again() {
        let text = reference("A", "01").marker();
        let again = replace(&text, |found| Some(found.marker().into()));
        assert_eq!(again, text);
    }
}
