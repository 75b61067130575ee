//! A sentence that was said.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::harmless::harmless;
use crate::params::{Params, shortened};
use crate::template::Template;

/// A sentence for a person: its code, its values, and its English text.
///
/// The text is one line without characters that act, see [`harmless`]: it is printed to terminals and logs, and contains words of
/// users and engines. The values are what they are.
///
/// Stored and sent as `{"code": "port_taken", "params": {"port": "80"}, "text": "…"}`. A bare string, as earlier releases
/// stored it, is read as a message without code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Message {
    code: Cow<'static, str>,
    #[serde(skip_serializing_if = "Params::is_empty")]
    params: Params,
    text: String,
}

impl Message {
    /// How long the English text can be, in bytes; longer texts are truncated.
    pub const MAX: usize = 4_096;

    /// How deep sentences can be inside each other. What is deeper is kept as its English text: parsers stop at some depth,
    /// and a sentence that cannot be read again is lost.
    pub const DEPTH: usize = 8;

    /// The sentence of `template`. Called by [`messages!`](crate::messages) only, which checks text and parameters.
    #[doc(hidden)]
    pub fn of(template: &Template, params: Params, text: String) -> Self {
        Self { code: Cow::Borrowed(template.code), params, text: line(text) }.flattened(Self::DEPTH)
    }

    /// The same sentence with at most `depth` sentences inside each other, itself included.
    pub(crate) fn flattened(mut self, depth: usize) -> Self {
        for value in self.params.values_mut() {
            value.flatten(depth.saturating_sub(1));
        }
        self
    }

    /// Words of somebody else, such as the engine: they have no code of ours and are shown as they are.
    pub fn foreign(text: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(Template::FOREIGN), params: Params::new(), text: line(text.into()) }
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The values it mentions.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The English text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same sentence with at most `max` bytes of text and of each value.
    #[must_use]
    pub fn shortened(mut self, max: usize) -> Self {
        self.text = shortened(self.text, max);
        for value in self.params.values_mut() {
            value.shorten(max);
        }
        self
    }

    /// The same sentence with its text and each value rewritten, for words that must not be shown as they are.
    #[must_use]
    pub fn rewritten(mut self, rewrite: &dyn Fn(&str) -> String) -> Self {
        self.text = line(rewrite(&self.text));
        for value in self.params.values_mut() {
            value.rewrite(rewrite);
        }
        self
    }

    /// How many bytes it holds, for limits on what is stored.
    pub fn size(&self) -> usize {
        let params = self.params.iter().map(|(name, value)| name.len() + value.size());
        self.code.len() + self.text.len() + params.sum::<usize>()
    }
}

/// One line of text with a limit.
fn line(text: String) -> String {
    let text = match harmless(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    };
    shortened(text, Message::MAX)
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Message> for String {
    /// The English text.
    fn from(message: Message) -> Self {
        message.text
    }
}

impl PartialEq<str> for Message {
    /// Compares the English text.
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Message {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a sentence, or its code, parameters and text")]
        enum Stored {
            Text(String),
            Whole {
                code: String,
                #[serde(default)]
                params: Params,
                text: String,
            },
        }
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Text(text) => {
                Self { code: Cow::Borrowed(Template::FOREIGN), params: Params::new(), text }
            }
            Stored::Whole { code, params, text } => {
                Self { code: Cow::Owned(code), params, text }.flattened(Self::DEPTH)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::messages! {
        /// Said in these tests.
        fn port_taken(port, container) = "the host port {port} is used by container `{container}`";
        fn nothing_to_do() = "there was nothing left to do";
        fn must_be(key, wanted: Message) = "`{key}` must be {wanted}";
        fn a_list() = "a list";
    }

    #[test]
    fn a_sentence_has_code_values_and_text() {
        let message = port_taken(80, "web-1");
        assert_eq!(message, "the host port 80 is used by container `web-1`");
        assert_eq!(message.code(), "port_taken");
        assert_eq!(
            serde_json::to_value(&message).unwrap(),
            serde_json::json!({
                "code": "port_taken",
                "params": {"container": "web-1", "port": "80"},
                "text": "the host port 80 is used by container `web-1`"
            })
        );
        assert_eq!(nothing_to_do().params().len(), 0);
    }

    #[test]
    fn the_table_lists_every_sentence() {
        assert_eq!(
            ALL,
            [
                Template {
                    code: "port_taken",
                    text: "the host port {port} is used by container `{container}`",
                    params: &["port", "container"],
                },
                Template { code: "nothing_to_do", text: "there was nothing left to do", params: &[] },
                Template { code: "must_be", text: "`{key}` must be {wanted}", params: &["key", "wanted"] },
                Template { code: "a_list", text: "a list", params: &[] },
            ]
        );
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let message = port_taken(80, "web-1");
        let read: Message = serde_json::from_value(serde_json::to_value(&message).unwrap()).unwrap();
        assert_eq!(read, message);
        let old: Message = serde_json::from_value("as earlier releases stored it".into()).unwrap();
        assert_eq!((old.code(), old.text()), ("foreign", "as earlier releases stored it"));
    }

    #[test]
    fn words_of_ours_inside_a_sentence_keep_their_code() {
        let message = must_be("ports", a_list());
        let written = serde_json::json!({
            "code": "must_be",
            "params": {"key": "ports", "wanted": {"code": "a_list", "text": "a list"}},
            "text": "`ports` must be a list"
        });
        assert_eq!(serde_json::to_value(&message).unwrap(), written);
        assert_eq!(serde_json::from_value::<Message>(written).unwrap(), message);
        assert_eq!(message.size(), 7 + 22 + (3 + 5) + (6 + 6 + 6));
    }

    /// `times` sentences inside each other.
    fn nested(times: usize) -> Message {
        (0..times).fold(a_list(), |inner, _| must_be("ports", inner))
    }

    fn depth(message: &Message) -> usize {
        let inner = message.params().values().map(|value| match value {
            crate::Param::Text(_) => 0,
            crate::Param::Message(message) => depth(message),
        });
        1 + inner.max().unwrap_or(0)
    }

    #[test]
    fn sentences_inside_each_other_have_a_limit_and_can_be_read_again() {
        assert_eq!(depth(&nested(3)), 4);
        for times in [7, 8, 200] {
            let message = nested(times);
            assert_eq!(depth(&message), Message::DEPTH, "{times}");
            let written = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<Message>(&written).unwrap(), message);
        }
        assert_eq!(nested(8).text(), format!("{}a list", "`ports` must be ".repeat(8)));
    }

    #[test]
    fn a_stored_sentence_that_is_deeper_is_flattened_when_it_is_read() {
        let mut written = serde_json::json!({"code": "a_list", "text": "a list"});
        for _ in 0..50 {
            let params = serde_json::json!({"key": "ports", "wanted": written});
            written = serde_json::json!({"code": "must_be", "params": params, "text": "deep"});
        }
        let message: Message = serde_json::from_str(&written.to_string()).unwrap();
        assert_eq!((depth(&message), message.text()), (Message::DEPTH, "deep"));
    }

    #[test]
    fn the_text_cannot_command_a_terminal_or_begin_a_line() {
        let message = port_taken(80, "web\n\u{1b}[31mERROR");
        assert_eq!(message, "the host port 80 is used by container `web\\n\\u{1b}[31mERROR`");
        assert_eq!(message.params()["container"].as_str(), "web\n\u{1b}[31mERROR", "a value is what it is");
        assert_eq!(Message::foreign("one\r\ntwo"), "one\\r\\ntwo");
        assert_eq!(message.rewritten(&|text| format!("{text}\t")).text().matches('\t').count(), 0);
    }

    #[test]
    fn text_and_values_are_limited() {
        let message = port_taken("é".repeat(4_000), "web-1");
        assert!(message.text().len() <= Message::MAX && message.text().ends_with('…'));
        assert!(message.params()["port"].as_str().len() <= crate::Param::MAX);
    }
}
