//! Opened secrets: values in memory, by what refers to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::redactor::{REDACTED, Redactor};
use super::{SecretRef, SecretValue, marker};
use crate::text::ELLIPSIS;

/// Values in memory. `Debug` shows names and fingerprints only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenedSecrets {
    values: BTreeMap<SecretRef, SecretValue>,
    /// Values that no marker becomes, and that no text may show.
    hidden: Vec<SecretValue>,
    /// Some values could not be opened, so nobody can say whether a text contains one.
    some_lost: bool,
}

/// A secret that is used but was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of {} is not available", .0.described())]
pub struct UnopenedSecret(pub super::SecretName);

impl OpenedSecrets {
    /// Adds one.
    pub fn insert(&mut self, reference: SecretRef, value: SecretValue) {
        self.values.insert(reference, value);
    }

    /// Adds a value that is only taken out of texts.
    pub fn hide(&mut self, value: SecretValue) {
        self.hidden.push(value);
    }

    /// A value that may occur in texts from outside could not be opened.
    pub fn lose(&mut self) {
        self.some_lost = true;
    }

    /// The value behind `reference`.
    pub fn get(&self, reference: &SecretRef) -> Option<&SecretValue> {
        self.values.get(reference)
    }

    /// `text` with each marker replaced by its value.
    pub fn reveal(&self, text: &str) -> Result<String, UnopenedSecret> {
        let unopened = marker::references(text).into_iter().find(|wanted| !self.values.contains_key(wanted));
        if let Some(SecretRef { name, .. }) = unopened {
            return Err(UnopenedSecret(name));
        }
        Ok(marker::replace(text, |found| self.values.get(found).map(|value| Cow::Borrowed(value.expose()))))
    }

    /// What takes them out of texts: make it once for many texts.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.values.values().chain(&self.hidden).map(SecretValue::expose))
    }

    /// Whether some value could not be opened, so that nobody can say whether a text contains it.
    pub fn is_incomplete(&self) -> bool {
        self.some_lost
    }

    /// `text` from outside with every secret value replaced by `***`, as it is and as a quoted text has it. Lines of a
    /// longer value count too, since output arrives line by line.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.redactor().redact(text)
    }

    /// `line` of output, redacted. Where it ends with an ellipsis it was cut off, possibly in the middle of a value: the
    /// beginning of one is replaced there too.
    pub fn redact_line<'t>(&self, line: &'t str) -> Cow<'t, str> {
        let redactor = self.redactor();
        let redacted = redactor.redact(line);
        let Some(kept) = redacted.strip_suffix(ELLIPSIS) else { return redacted };
        let begun = redactor.begun(kept.as_bytes());
        match kept.get(..kept.len() - begun).filter(|_| begun > 0) {
            Some(rest) => Cow::Owned(format!("{rest}{REDACTED}{ELLIPSIS}")),
            None => redacted,
        }
    }

    /// The same for the first line that was read of an output: it may begin in the middle of a longer one, and of a value.
    pub fn redact_first_line(&self, line: &str) -> String {
        let shown = self.redact_line(line).into_owned();
        let ended = self.redactor().ended(shown.as_bytes());
        match shown.get(ended..).filter(|_| ended > 0) {
            Some(rest) => format!("{REDACTED}{rest}"),
            None => shown,
        }
    }

    /// `text` in which the engine quotes what it was asked to run, redacted: nothing of it remains while a value that it may
    /// quote is unknown.
    pub fn redact_quote<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.some_lost && !text.is_empty() { Cow::Borrowed(REDACTED) } else { self.redact(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(values: &[(&str, &str)]) -> (OpenedSecrets, Vec<SecretRef>) {
        let mut secrets = OpenedSecrets::default();
        let mut references = Vec::new();
        for (name, value) in values {
            let reference = SecretRef { name: name.parse().unwrap(), fingerprint: "0a".into() };
            secrets.insert(reference.clone(), SecretValue::new(*value).unwrap());
            references.push(reference);
        }
        (secrets, references)
    }

    #[test]
    fn markers_become_values_or_the_missing_one_is_named() {
        let (secrets, references) = opened(&[("A", "s3cret"), ("B", "other")]);
        let text = format!("{}-{}", references[0].marker(), references[1].marker());
        assert_eq!(secrets.reveal(&text).unwrap(), "s3cret-other");
        let (few, _) = opened(&[("A", "s3cret")]);
        assert_eq!(few.reveal(&text), Err(UnopenedSecret("B".parse().unwrap())));
        assert_eq!(secrets.reveal("plain").unwrap(), "plain");
    }

    #[test]
    fn values_are_redacted_in_every_form_they_are_quoted_in() {
        let (secrets, _) =
            opened(&[("A", "pa\"ss\\word"), ("B", "s3cret"), ("C", "s3cret-long"), ("D", "ab")]);
        let redact = |text: &str| secrets.redact(text).into_owned();
        assert_eq!(redact("x pa\"ss\\word y"), "x *** y");
        assert_eq!(redact(r#"env "A=pa\"ss\\word""#), r#"env "A=***""#);
        assert_eq!(redact("s3cret-long s3cret"), "*** ***");
        assert_eq!(redact("a tab stays"), "a tab stays");
        let (lines, _) = opened(&[("KEY", "-----BEGIN-----\nc2VjcmV0\n")]);
        assert_eq!(lines.redact("line c2VjcmV0 here"), "line *** here");
    }

    #[test]
    fn the_beginning_of_a_value_is_redacted_where_a_line_was_cut() {
        let (secrets, _) = opened(&[("A", "s3crét"), ("B", "s3c-other")]);
        for cut in ["the s…", "the s3c…", "the s3c-oth…", "the s3crét…"] {
            assert_eq!(secrets.redact_line(cut), "the ***…", "{cut}");
        }
        assert_eq!(secrets.redact_line("the s3c"), "the s3c", "it was not cut");
        assert_eq!(secrets.redact_line("the s3crét"), "the ***");
        assert_eq!(secrets.redact_line("s3crét at the end…"), "*** at the end…");
        assert_eq!(secrets.redact_line("…"), "…");
        assert_eq!(secrets.redact_first_line("crét s3crét"), "*** ***");
        assert_eq!(secrets.redact_first_line("a crét"), "a crét");
    }

    #[test]
    fn a_quote_is_hidden_while_a_value_is_unknown() {
        let (mut secrets, _) = opened(&[("A", "s3cret")]);
        assert_eq!(secrets.redact_quote("exec: \"s3cret\": not found"), "exec: \"***\": not found");
        secrets.lose();
        assert_eq!(secrets.redact_quote("exec: \"other\": not found"), "***");
        assert_eq!((secrets.redact_quote("").as_ref(), secrets.redact("other").as_ref()), ("", "other"));
    }

    #[test]
    fn a_hidden_value_is_redacted_and_becomes_of_no_marker() {
        let (mut secrets, _) = opened(&[("A", "s3cret")]);
        secrets.hide(SecretValue::new("former").unwrap());
        assert_eq!(secrets.redact("s3cret former"), "*** ***");
        assert!(!format!("{secrets:?}").contains("former"));
    }

    #[test]
    fn values_are_not_printed() {
        assert!(!format!("{:?}", opened(&[("A", "canary")]).0).contains("canary"));
    }
}
