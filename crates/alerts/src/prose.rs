//! Sentences of alerts as running text.

use core_monitor_domain::alerts::{Alert, InstanceInfo};

/// The heading, beginning with a capital letter.
pub(crate) fn title(alert: &Alert) -> String {
    capitalized(&printable(alert.title.text()))
}

/// The sentence with a capital letter and a full stop.
pub(crate) fn sentence(alert: &Alert) -> String {
    let mut text = capitalized(&printable(alert.sentence.text()));
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

/// The name of the installation.
pub(crate) fn instance(instance: &InstanceInfo) -> String {
    printable(&instance.name)
}

/// An alert that was stored by somebody else may have anything in it.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A name at the beginning, such as that of a stack, stays as it is.
fn capitalized(text: &str) -> String {
    let first_word = text.split(' ').next().unwrap_or_default();
    if first_word.ends_with(':') && !matches!(first_word, "still:") {
        return text.to_owned();
    }
    let mut rest = text.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_spelling() {
        assert_eq!(capitalized("no worker answers"), "No worker answers");
        assert_eq!(capitalized("shop: APPLY failed"), "shop: APPLY failed");
        assert_eq!(capitalized("still: shop: APPLY failed"), "Still: shop: APPLY failed");
        assert_eq!(capitalized(""), "");
        assert_eq!(printable("a\r\nb"), "a  b");
    }
}
