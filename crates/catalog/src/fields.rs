//! Reads a file strictly: what is not known is an error, with its place.

use std::cell::RefCell;

use core_monitor_compose::Span;
use core_monitor_compose::outline::{Content, Entry, Node, Place};
use core_monitor_message::Message;
use serde_json::Value as Json;

use crate::entry::Text;
use crate::problem::EntryError;
use crate::said;

/// A file that is being read, with what was found wrong.
pub(crate) struct Reading<'a> {
    file: &'a str,
    errors: RefCell<Vec<EntryError>>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, errors: RefCell::default() }
    }

    pub(crate) fn error(&self, at: Place, message: Message) {
        self.push(at, message, None);
    }

    pub(crate) fn error_with_hint(&self, at: Place, message: Message, hint: Message) {
        self.push(at, message, Some(hint));
    }

    fn push(&self, at: Place, message: Message, hint: Option<Message>) {
        let span = Span { file: self.file.to_owned(), line: at.line, column: at.column, length: 1 };
        self.errors.borrow_mut().push(EntryError { span, message, hint });
    }

    /// What was found, in the order of the file.
    pub(crate) fn finish(self) -> Vec<EntryError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| (error.span.line, error.span.column));
        errors.dedup();
        errors
    }

    /// The fields of a mapping that may have these keys.
    pub(crate) fn map<'n>(&'n self, node: &'n Node, known: &[&str]) -> Option<Fields<'n>> {
        if !matches!(node.content, Content::Map(..)) {
            self.error(node.start, said::catalog_not_a_mapping());
            return None;
        }
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let names: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            self.error(entry.at, said::catalog_key_unknown(&entry.key, names.join(", ")));
        }
        Some(Fields { node, reading: self })
    }

    /// The items of a list.
    pub(crate) fn list<'n>(&self, node: &'n Node) -> &'n [Node] {
        if !matches!(node.content, Content::List(..)) {
            self.error(node.start, said::catalog_not_a_list());
        }
        node.items()
    }

    /// The entries of a mapping with any keys.
    pub(crate) fn entries<'n>(&self, node: &'n Node) -> &'n [Entry] {
        if !matches!(node.content, Content::Map(..)) {
            self.error(node.start, said::catalog_not_a_mapping());
        }
        node.entries()
    }

    /// A text. A number or boolean without quotes is none.
    pub(crate) fn text_of(&self, node: &Node) -> Option<String> {
        let text = node.text().map(str::to_owned);
        if text.is_none() {
            self.error(node.start, said::catalog_not_a_text());
        }
        text
    }

    /// An id.
    pub(crate) fn id_of(&self, text: String, at: Place) -> Option<String> {
        if is_id(&text) {
            return Some(text);
        }
        self.error(at, said::catalog_id_invalid(text));
        None
    }
}

/// Lower-case letters, digits, `-` and `_`, at most 40, the first a letter or digit.
pub(crate) fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| fits(byte) || matches!(byte, b'-' | b'_'))
        && text.bytes().next().is_some_and(fits)
}

/// The fields of a mapping.
pub(crate) struct Fields<'n> {
    node: &'n Node,
    reading: &'n Reading<'n>,
}

impl<'n> Fields<'n> {
    /// Where the mapping starts.
    pub(crate) fn at(&self) -> Place {
        self.node.start
    }

    pub(crate) fn node(&self, key: &str) -> Option<&'n Node> {
        self.node.get(key)
    }

    pub(crate) fn required(&self, key: &str) -> Option<&'n Node> {
        let node = self.node.get(key);
        if node.is_none() {
            self.reading.error(self.node.start, said::catalog_key_missing(key));
        }
        node
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.reading.text_of(self.required(key)?)
    }

    pub(crate) fn optional_text(&self, key: &str) -> Option<String> {
        self.reading.text_of(self.node(key)?)
    }

    pub(crate) fn id(&self, key: &str) -> Option<String> {
        let node = self.required(key)?;
        self.reading.id_of(self.reading.text_of(node)?, node.start)
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        match self.node(key).map(|node| (&node.content, node.start)) {
            None => false,
            Some((Content::Scalar(Json::Bool(flag)), _)) => *flag,
            Some((_, at)) => {
                self.reading.error(at, said::catalog_not_a_boolean());
                false
            }
        }
    }

    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        let node = self.node(key)?;
        let number = match &node.content {
            Content::Scalar(value) => value.as_i64(),
            _ => None,
        };
        if number.is_none() {
            self.reading.error(node.start, said::catalog_not_a_number());
        }
        number
    }

    /// A text in every language.
    pub(crate) fn texts(&self, key: &str) -> Option<Text> {
        let fields = self.reading.map(self.required(key)?, &["en", "fr"])?;
        Some(Text { en: fields.text("en")?, fr: fields.text("fr")? })
    }

    pub(crate) fn optional_texts(&self, key: &str) -> Option<Text> {
        self.node(key).and_then(|_| self.texts(key))
    }

    /// One of these words.
    pub(crate) fn word(&self, key: &str, known: &[&str]) -> Option<String> {
        let word = self.text(key)?;
        if known.contains(&word.as_str()) {
            return Some(word);
        }
        let at = self.node(key).map_or(self.node.start, |node| node.start);
        self.reading.error(at, said::catalog_word_unknown(word, listed(known)));
        None
    }
}

/// Words for a sentence.
pub(crate) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
