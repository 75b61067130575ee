//! Several sentences about one event.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;

/// Sentences in the order in which they were added: the first ones, and how many were left out. As many as fit a line of the
/// journal, so that all of it is stored and can be read again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sentences {
    said: Vec<Message>,
    #[serde(default, skip_serializing_if = "is_zero")]
    left_out: usize,
}

impl Sentences {
    /// How many are kept at most.
    const COUNT: usize = 40;
    /// How many about one thing are kept.
    const ABOUT_ONE_THING: usize = 10;
    /// How large they are together, in bytes.
    const BYTES: usize = 16 << 10;

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty() && self.left_out == 0
    }

    /// Adds a sentence, if there is room for it.
    pub(crate) fn push(&mut self, sentence: Message) {
        let size = self.said.iter().map(Message::size).sum::<usize>() + sentence.size();
        // What comes after a gap would seem to belong to what is before it.
        if self.left_out > 0 || self.said.len() == Self::COUNT || size > Self::BYTES {
            self.left_out += 1;
        } else {
            self.said.push(sentence);
        }
    }

    /// Adds the first of these sentences, and how many more there are.
    pub(crate) fn push_first(&mut self, sentences: impl IntoIterator<Item = Message>) {
        let mut sentences = sentences.into_iter();
        sentences.by_ref().take(Self::ABOUT_ONE_THING).for_each(|sentence| self.push(sentence));
        match sentences.count() {
            0 => {}
            more => self.push(said::more_sentences(more)),
        }
    }

    /// All of them; the last one says how many were left out, if any were.
    pub fn all(&self) -> Vec<Message> {
        let mut all = self.said.clone();
        if self.left_out > 0 {
            all.push(said::more_sentences(self.left_out));
        }
        all
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
