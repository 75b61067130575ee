//! Markers: what stands for a secret value in a model.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{SecretKey, SecretName};
use crate::ids::{NamedSecretId, VersionNumber};
use crate::named_secret::NamedSecretName;

/// Characters for private use that no font has. A marker has nothing at which the language splits a text: no spaces, quotes,
/// colons or equals signs.
const START: char = '\u{f5ec0}';
const BETWEEN: char = '\u{f5ec1}';
const END: char = '\u{f5ec2}';

/// Hexadecimal digits of the id of a named secret in a fingerprint; those of a version follow.
const ID_DIGITS: usize = 32;

/// One value of a secret variable, or one version of a named secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretRef {
    /// The variable, or the secret.
    pub name: SecretName,
    /// Which of its values: a keyed fingerprint, see [`SecretKey`](super::SecretKey), or which secret and version.
    pub fingerprint: Arc<str>,
}

impl SecretRef {
    /// A value that nobody looks up. As long as any other: rules about what people type tell by the length that this is not typed.
    pub fn unknown(name: SecretName) -> Self {
        Self { name, fingerprint: "0".repeat(SecretKey::DIGITS).into() }
    }

    /// A version of a named secret. Nothing of its value is in it, so it needs no key.
    pub fn named(name: &NamedSecretName, id: NamedSecretId, number: VersionNumber) -> Self {
        let fingerprint = format!("{:032x}{:08x}", id.0.as_u128(), number.0);
        Self { name: SecretName::of_named(name), fingerprint: fingerprint.into() }
    }

    /// A named secret of which no version was chosen yet. Nothing opens it.
    pub fn undecided(name: &NamedSecretName) -> Self {
        Self { name: SecretName::of_named(name), fingerprint: "0".repeat(ID_DIGITS + 8).into() }
    }

    /// The named secret, and which version of it; `None` for a value of a secret variable.
    pub fn as_named(&self) -> Option<(NamedSecretName, NamedSecretId, VersionNumber)> {
        let name = self.name.as_named()?;
        let (id, number) = self.fingerprint.split_at_checked(ID_DIGITS)?;
        let id = u128::from_str_radix(id, 16).ok()?;
        let number = u32::from_str_radix(number, 16).ok()?;
        Some((name, NamedSecretId(uuid::Uuid::from_u128(id)), VersionNumber(number)))
    }

    /// The text that stands for the value.
    pub fn marker(&self) -> String {
        format!("{START}{}{BETWEEN}{}{END}", self.name, self.fingerprint)
    }

    fn read(inside: &str) -> Option<Self> {
        let (name, fingerprint) = inside.split_once(BETWEEN)?;
        let is_hex = !fingerprint.is_empty() && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(())?;
        Some(Self { name: SecretName::in_marker(name)?, fingerprint: fingerprint.into() })
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

/// `text` with other texts for the markers that `others` lists; `None` if there is no marker in it.
pub(crate) fn replaced(text: &str, others: &BTreeMap<SecretRef, String>) -> Option<String> {
    let other = |found: &SecretRef| others.get(found).map(|other| Cow::Borrowed(other.as_str()));
    text.contains(START).then(|| replace(text, other))
}

/// The secrets whose markers are in `text`.
pub(crate) fn references(text: &str) -> Vec<SecretRef> {
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
    fn a_version_of_a_named_secret_has_a_marker_of_its_own() {
        let name: NamedSecretName = "db-password".parse().unwrap();
        let id = NamedSecretId(uuid::Uuid::from_u128(0xab));
        let third = SecretRef::named(&name, id, VersionNumber(3));
        assert_eq!(third.as_named(), Some((name.clone(), id, VersionNumber(3))));
        assert_eq!(references(&format!("x{}y", third.marker())), std::slice::from_ref(&third));
        assert_eq!(masked(&third.marker()), "${secret/db-password}");
        assert_ne!(third, SecretRef::named(&name, id, VersionNumber(4)));
        assert_ne!(third, SecretRef::undecided(&name));
        assert_eq!(
            reference("db_password", &third.fingerprint).as_named(),
            None,
            "a variable is no named secret"
        );
        assert!("secret/db-password".parse::<SecretName>().is_err(), "nobody names a variable like that");
        let others = BTreeMap::from([(reference("A", "01"), "z".to_owned())]);
        assert_eq!(replaced(&format!("x{}", reference("A", "01").marker()), &others).as_deref(), Some("xz"));
        assert_eq!(replaced("x", &others), None);
    }

    #[test]
    fn a_value_is_not_read_again() {
        let text = reference("A", "01").marker();
        let again = replace(&text, |found| Some(found.marker().into()));
        assert_eq!(again, text);
    }
}
