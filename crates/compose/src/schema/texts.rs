//! What the attributes are for, in a sentence each, and what the table does not know of their values.
//!
//! A file of `texts` has a section for each object of the table in the file of the same name in `attributes`, and in it a line
//! for each attribute: `name <kind> {word, word} = English | French`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const FILES: [&str; 7] = [
    include_str!("texts/build.txt"),
    include_str!("texts/core_monitor.txt"),
    include_str!("texts/deploy.txt"),
    include_str!("texts/files.txt"),
    include_str!("texts/lifecycle.txt"),
    include_str!("texts/service.txt"),
    include_str!("texts/top_level.txt"),
];

/// What is written about an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    /// What its text or number stands for, such as a duration.
    pub(super) kind: Option<&'static str>,
    /// The words it can be, or the usual ones.
    pub(super) values: Vec<&'static str>,
    pub(super) en: &'static str,
    pub(super) fr: &'static str,
}

/// By the object of the table, and the attribute in it.
static TEXTS: LazyLock<BTreeMap<(&'static str, &'static str), Text>> = LazyLock::new(|| {
    let mut texts = BTreeMap::new();
    for file in FILES {
        let mut section = "";
        for line in file.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name;
            } else if let Some((name, text)) = read(line) {
                texts.insert((section, name), text);
            }
        }
    }
    texts
});

/// What is written about an attribute of an object of the table.
pub(super) fn text(section: &'static str, attribute: &'static str) -> Option<&'static Text> {
    TEXTS.get(&(section, attribute))
}

/// One line; `None` for one that is no text.
fn read(line: &'static str) -> Option<(&'static str, Text)> {
    let (head, sentences) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
    let (en, fr) = sentences.split_once(" | ")?;
    let between = |open: char, close: char| -> Option<&'static str> {
        Some(head.split_once(open)?.1.split_once(close)?.0)
    };
    let values = between('{', '}').map(|words| words.split(", ").collect()).unwrap_or_default();
    let name = head.split(' ').next()?;
    Some((name, Text { kind: between('<', '>'), values, en, fr }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_name_a_kind_words_and_two_sentences() {
        let line = "order <word> {a, b-c} = What = first? | Quoi ?";
        let text = Text { kind: Some("word"), values: vec!["a", "b-c"], en: "What = first?", fr: "Quoi ?" };
        assert_eq!(read(line), Some(("order", text)));
        assert_eq!(
            read("plain = One. | Un."),
            Some(("plain", Text { en: "One.", fr: "Un.", ..Text::default() }))
        );
        assert_eq!(read("# name = One. | Un."), None);
    }

    #[test]
    fn every_line_is_read() {
        let lines = FILES.iter().flat_map(|file| file.lines());
        let unread: Vec<_> = lines
            .filter(|line| !line.is_empty() && !line.starts_with(['#', '[']) && read(line).is_none())
            .collect();
        assert_eq!(unread, [""; 0]);
        let written = FILES.iter().flat_map(|file| file.lines()).filter(|line| read(line).is_some()).count();
        assert_eq!(TEXTS.len(), written, "an attribute is described twice");
    }

    #[test]
    fn every_sentence_ends_and_differs_between_the_languages() {
        for (attribute, text) in TEXTS.iter() {
            for sentence in [text.en, text.fr] {
                assert!(sentence.ends_with('.') && sentence.len() > 8, "{attribute:?}: {sentence}");
            }
            assert!(text.en != text.fr && !text.fr.contains('\''), "{attribute:?}: {}", text.fr);
        }
    }
}
