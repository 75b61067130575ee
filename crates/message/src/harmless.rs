//! Text that cannot end a line or command a terminal, whoever wrote it.

use std::borrow::Cow;

/// `text` with everything escaped that would do something instead of being shown: control characters, which end lines and
/// command terminals, and those that change the direction or the order of what follows.
///
/// A line of a log or on a terminal contains words of users, images, containers and engines: names of stacks, paths of
/// files, messages of programs. With a line break, they could look like lines of the program.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if acts(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character does something instead of being shown.
pub fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Line and paragraph separators; marks, embeddings, overrides and isolates of the writing direction.
            '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_acts_is_escaped() {
        let check = |text: &str, expected: &str| assert_eq!(harmless(text), expected);
        check("na\u{ef}ve \"quoted\" \\ \u{1f433}", "na\u{ef}ve \"quoted\" \\ \u{1f433}");
        check("one\r\ntwo\ttabs", "one\\r\\ntwo\\ttabs");
        check("\u{1b}[31mred\u{9b}0m\u{7}", "\\u{1b}[31mred\\u{9b}0m\\u{7}");
        check("a\u{202e}b\u{2028}c", "a\\u{202e}b\\u{2028}c");
    }
}
